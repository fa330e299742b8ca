"""The file behind an article: what lies in the archive, nothing else, and only while it is what was indexed."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import WordEncoder
from fastapi import FastAPI
from fastapi.testclient import TestClient
from ui_answers import BRIDGE, BRIDGE_ANSWER, WELL, cited

from rag.config import Settings
from rag.index import update_index
from rag.sample import corpus_folder
from rag.types import Article, Paragraph
from ui.archive.live import Live
from ui.archive.opened import opener
from ui.chat.article import reader_html
from ui.chat.render import sources_html
from ui.parts.cards import citation_html, original_html
from ui.parts.places import Opened, cited_place
from ui.rest import Desk, build_api
from ui.server.gate import Gate

PAGE = "<!doctype html><html><head><title>渡口</title></head><body><h1>渡口</h1><p>渡口每天开六班船。</p>"
GB = "磨坊的水车\n\n磨坊的水车一九五三年停转，二〇一九年修好，又转了起来。\n"
PDF = "flood-report-2024.pdf"


@pytest.fixture
def live(own_index: Path, corpus: Path) -> Iterator[Live]:
    (corpus / "ferry.html").write_text(PAGE, "utf-8")
    (corpus / "mill.txt").write_bytes(GB.encode("gb18030"))
    shutil.copy(corpus_folder() / "articles" / PDF, corpus / PDF)
    shutil.copy(corpus_folder() / "articles" / "parking-bylaw.docx", corpus / "停车 条例.docx")
    with zipfile.ZipFile(corpus / "issues.zip", "w") as packed:
        packed.writestr("2024/渡口.html", PAGE)
    update_index([corpus], own_index, WordEncoder(), max_chars=320)
    live = Live(own_index, opener(Settings(index=own_index), WordEncoder()))
    yield live
    live.close()


@pytest.fixture
def client(live: Live) -> Iterator[TestClient]:
    app = FastAPI()
    app.mount("/api", build_api(Desk(live)))
    app.add_middleware(Gate, hosts=None)
    with TestClient(app) as client:
        yield client


def of(client: TestClient, source: str, **headers: str) -> object:
    return client.get(f"/api/originals/{quote(source + '#1')}", headers=headers)


@pytest.mark.parametrize(
    ("name", "type_", "how"),
    [
        ("river.txt", "text/plain; charset=utf-8", "inline"),
        ("mill.txt", "text/plain; charset=gb18030", "inline"),
        ("ferry.html", "text/html; charset=utf-8", "inline"),
        (PDF, "application/pdf", "inline"),
        ("停车 条例.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
    ],
)
def test_a_file_comes_byte_for_byte_with_its_type_and_name(
    client: TestClient, corpus: Path, name: str, type_: str, how: str
) -> None:
    said = of(client, f"corpus/{name}")
    assert said.status_code == 200
    assert said.content == (corpus / name).read_bytes()
    assert said.headers["content-type"] == type_
    disposition = said.headers["content-disposition"]
    assert disposition.startswith(f"{how}; ")
    assert disposition.endswith(f"filename*=UTF-8''{quote(name)}")


def test_of_a_packed_file_the_member_comes(client: TestClient) -> None:
    said = of(client, "corpus/issues.zip/2024/渡口.html")
    assert said.text == PAGE
    assert said.headers["content-disposition"].endswith(quote("渡口.html"))


def test_a_page_of_the_archive_is_shut_up_in_a_sandbox_and_loads_nothing(client: TestClient) -> None:
    policy = of(client, "corpus/ferry.html").headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-" not in policy
    assert of(client, "corpus/ferry.html").headers["x-content-type-options"] == "nosniff"
    assert "script-src 'none'" in of(client, f"corpus/{PDF}").headers["content-security-policy"]


def test_a_file_that_changed_is_not_opened_and_says_so(client: TestClient, corpus: Path) -> None:
    with (corpus / "river.txt").open("a", encoding="utf-8") as file:
        file.write("后来又加了一句。\n")
    said = of(client, "corpus/river.txt")
    assert said.status_code == 409
    assert "changed" in said.json()["error"]
    shown = of(client, "corpus/river.txt", Accept="text/html", **{"Accept-Language": "zh-CN"})
    assert shown.status_code == 409
    assert "改动过" in shown.text
    assert "后来又加了一句" not in shown.text


def test_a_file_of_the_same_size_and_time_with_other_words_is_not_opened(client: TestClient, corpus: Path) -> None:
    import os

    path = corpus / "river.txt"
    facts = path.stat()
    path.write_text(path.read_text("utf-8").replace("四十二", "二十四"), "utf-8")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert of(client, "corpus/river.txt").status_code == 409


def test_a_file_that_is_gone_says_so_without_a_path(client: TestClient, corpus: Path) -> None:
    (corpus / "river.txt").rename(corpus / "brook.txt")
    said = of(client, "corpus/river.txt")
    assert said.status_code == 404
    assert said.json()["where"] == "corpus/river.txt"
    assert str(corpus) not in said.text


def test_a_link_put_in_the_place_of_a_file_leads_nowhere(client: TestClient, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("别人的文件。\n", "utf-8")
    (corpus / "river.txt").unlink()
    (corpus / "river.txt").symlink_to(tmp_path / "secret.txt")
    said = of(client, "corpus/river.txt")
    assert said.status_code == 409
    assert "别人的文件" not in said.text


@pytest.mark.parametrize(
    "id_", ["none.txt%231", "..%2f..%2fetc%2fpasswd%231", "corpus/..%2fsecret.txt%231", "%23", "corpus%231"]
)
def test_nothing_that_the_index_does_not_know_is_opened(client: TestClient, id_: str) -> None:
    assert client.get(f"/api/originals/{id_}").status_code == 404


def test_a_correction_beside_a_file_does_not_make_it_another(client: TestClient, corpus: Path, live: Live) -> None:
    (corpus / "river.txt.wenju.toml").write_text('[file]\njournal = "云溪人大"\n', "utf-8")
    update_index([corpus], live.folder, WordEncoder(), max_chars=320)
    live.refresh()
    assert of(client, "corpus/river.txt").status_code == 200


# the way to it on the page


def test_a_card_leads_to_the_page_of_a_pdf_and_of_nothing_else() -> None:
    there = cited(WELL, source="qingyu/gazetteer.pdf", article_id="qingyu/gazetteer.pdf#1", file_page=12)
    assert 'href="api/originals/qingyu/gazetteer.pdf%231?lang=zh#page=12"' in citation_html(there, "zh", originals=True)
    assert "第 12 页" in original_html("a.pdf#1", "a.pdf", 12, "zh")
    for source, page in (("a.txt", 3), ("a.pdf", None), ("a.docx", 2)):
        assert "#page" not in original_html(f"{source}#1", source, page, "en")


def test_without_a_server_that_gives_files_there_is_no_way_to_them() -> None:
    assert "originals" not in sources_html(BRIDGE_ANSWER, "zh")
    assert sources_html(BRIDGE_ANSWER, "zh", originals=True).count("api/originals/") == 3


def test_an_open_article_leads_to_the_page_of_the_words_it_was_opened_at() -> None:
    texts = [BRIDGE, WELL]
    paragraphs = (
        Paragraph(1, 0, len(BRIDGE), page=4),
        Paragraph(2, len(BRIDGE) + 1, len(BRIDGE) + 1 + len(WELL), page=5),
    )
    article = Article("q/g.pdf#1", "q/g.pdf", "桥", "\n".join(texts), paragraphs)
    place = cited_place(cited(WELL, "一九三二年冬", article_id=article.id, paragraph=2))
    opened = Opened(article.id, (place,), 0)
    assert "#page=5" in reader_html(opened, article, (), "zh", originals=True)
    browsed = reader_html(Opened(article.id, (), None), article, (), "zh", originals=True)
    assert "#page=" not in browsed
    assert "api/originals/" in browsed


def test_a_name_cannot_break_out_of_the_link() -> None:
    made = original_html('a"><img src=x>.pdf#1', 'a"><img src=x>.pdf', 1, "en")
    assert "<img" not in made
    assert made.count("<") == 2
