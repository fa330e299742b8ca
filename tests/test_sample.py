"""The sample corpus keeps what its README promises; `decoded` knows nothing of rag.articles."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx.table import Table

from rag.articles import read_articles
from rag.sample import EXAMPLES, corpus_folder, questions_file, structure_file
from rag.sample.make import HERE, read_source
from rag.text import language, squeeze
from rag.types import Article

CORPUS = corpus_folder()
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())
ROWS: list[dict[str, Any]] = [json.loads(line) for line in questions_file().read_text(encoding="utf-8").splitlines()]
STRUCTURE: list[dict[str, Any]] = json.loads(structure_file().read_text(encoding="utf-8"))
SOURCES = sorted((HERE / "sources").glob("*.md"))
ENCODINGS = {entry["file"]: entry["encoding"] for entry in STRUCTURE}
# every question and every turn of a conversation, each with its own answers and evidence
ASKED = [(f"{row['id']}#{n}", turn) for row in ROWS for n, turn in enumerate(row.get("turns", [row]), 1)]


def docx_text(path: Path) -> str:
    lines: list[str] = []
    for item in docx.Document(str(path)).iter_inner_content():
        if isinstance(item, Table):
            lines += ["|".join(cell.text for cell in row.cells) for row in item.rows]
        else:
            lines.append(item.text)
    return "\n".join(lines)


def html_text(markup: str) -> str:
    soup = BeautifulSoup(markup, "lxml")
    for row in soup("tr"):
        row.string = "|".join(cell.get_text() for cell in row(["td", "th"]))
    return soup.get_text(" ")


@cache
def decoded(path: Path) -> str:
    """The text of a file without white space, the cells of a Word or web table between bars."""
    if path.suffix == ".docx":
        return squeeze(docx_text(path))
    if path.suffix == ".pdf":
        return squeeze("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)))
    text = path.read_bytes().decode(ENCODINGS[path.relative_to(CORPUS).as_posix()])
    return squeeze(html_text(text) if path.suffix == ".html" else text)


@cache
def read(path: Path) -> tuple[Article, ...]:
    return read_articles(path, path.name).articles


def named(beginning: str) -> list[Path]:
    return [path for path in FILES if path.name.startswith(beginning)]


@pytest.mark.parametrize(("name", "turn"), ASKED, ids=[name for name, _ in ASKED])
def test_evidence_stands_in_its_file_and_answers_stand_in_the_evidence(name: str, turn: dict[str, Any]) -> None:
    for evidence in turn["evidence"]:
        [path] = named(evidence["file"])
        assert squeeze(evidence["quote"]) in decoded(path), evidence
    for answer in turn["answers"]:
        assert any(squeeze(answer) in squeeze(evidence["quote"]) for evidence in turn["evidence"]), answer
    assert bool(turn["answers"]) == bool(turn["evidence"])


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_evidence_stands_in_the_repaired_text_of_an_article(path: Path) -> None:
    texts = [squeeze(article.text).replace("|", "") for article in read(path)]
    quotes = [evidence["quote"] for _, turn in ASKED for evidence in turn["evidence"]]
    quotes = [quote for quote in quotes if squeeze(quote) in decoded(path)]
    assert quotes
    for quote in quotes:
        assert any(squeeze(quote).replace("|", "") in text for text in texts), quote


def test_question_ids_are_unique_and_every_type_is_asked() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 60
    chinese = Counter(row["type"] for row in ROWS if "turns" not in row and row["lang"] == "zh")
    answerable = {"who", "when", "where", "number", "name", "definition", "list", "how", "why", "table", "crossdoc"}
    assert set(chinese) == answerable | {"unanswerable"}
    assert sum(chinese[kind] for kind in answerable) >= 38
    assert sum(row.get("type") == "unanswerable" for row in ROWS) >= 10
    assert sum("turns" in row for row in ROWS) >= 4


def test_questions_are_in_the_language_they_say_and_only_unanswerable_ones_lack_answers() -> None:
    for row in ROWS:
        questions = [turn["question"] for turn in row.get("turns", [row])]
        assert {language(question) for question in questions} == {row["lang"]}, row["id"]
        if "turns" not in row:
            assert (row["type"] == "unanswerable") == (not row["answers"]), row["id"]


def test_english_questions_are_asked_of_chinese_and_of_english_articles() -> None:
    asked = [row for row in ROWS if row["lang"] == "en" and row.get("evidence")]
    folders = Counter(named(row["evidence"][0]["file"])[0].parent.name for row in asked)
    assert folders["journal"] + folders["articles"] >= 10
    assert folders["english"] >= 4


def test_every_format_and_encoding_is_there_and_encodings_are_as_stated() -> None:
    assert {path.suffix for path in FILES} == {".txt", ".md", ".html", ".docx", ".pdf"}
    assert set(ENCODINGS) == {path.relative_to(CORPUS).as_posix() for path in FILES}
    assert set(ENCODINGS.values()) == {None, "utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"}
    for file, encoding in ENCODINGS.items():
        data = (CORPUS / file).read_bytes()
        if encoding in ("gb18030", "big5"):
            with pytest.raises(UnicodeDecodeError):
                data.decode("utf-8")
        if encoding is not None:  # a binary format says how to decode itself
            assert "\ufffd" not in data.decode(encoding), file
        assert data.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig"), file
        assert data.startswith(b"\xff\xfe") == (encoding == "utf-16"), file


def test_there_are_thirty_articles_of_which_six_are_english() -> None:
    articles = [(entry["file"], article) for entry in STRUCTURE for article in entry["articles"]]
    assert len(articles) >= 30
    assert sum(language(article["title"]) == "en" for _, article in articles) >= 6


@pytest.mark.parametrize("entry", STRUCTURE, ids=[entry["file"] for entry in STRUCTURE])
def test_paragraphs_open_in_the_file_in_the_order_the_structure_gives(entry: dict[str, Any]) -> None:
    text = decoded(CORPUS / entry["file"])
    for article in entry["articles"]:
        assert squeeze(article["title"]) in text
        for name in article["authors"]:
            assert squeeze(name) in text, name
    place = 0
    for opening in (opening for article in entry["articles"] for opening in article["paragraphs"]):
        place = text.find(opening, place) + len(opening)
        assert place >= len(opening), opening


@pytest.mark.parametrize("entry", STRUCTURE, ids=[entry["file"] for entry in STRUCTURE])
def test_every_article_is_found_under_its_title(entry: dict[str, Any]) -> None:
    found = {squeeze(article.title) for article in read(CORPUS / entry["file"])}
    for article in entry["articles"]:
        assert {squeeze(title) for title in [article["title"], *article["title_variants"]]} & found


@pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])
def test_word_and_pdf_files_say_what_their_sources_say(path: Path) -> None:
    source = read_source(path)
    built = CORPUS / source.meta["file"]
    running_head = re.escape(squeeze(source.meta["subject"])) + r"—\d—"
    text = re.sub(running_head, "", decoded(built)).replace("|", "")  # the head may split a paragraph
    for _, lines in source.blocks:
        for line in lines:
            assert squeeze(line.replace("|", "")) in text
    if built.suffix == ".docx":
        properties = docx.Document(str(built)).core_properties
        assert (properties.title, properties.author) == (source.title, source.meta["author"])
        assert properties.created is not None
        assert properties.created.date().isoformat() == source.meta["date"]


def test_pdf_files_are_small_and_have_pages() -> None:
    pdfs = [path for path in FILES if path.suffix == ".pdf"]
    assert all(path.stat().st_size < 200_000 for path in pdfs)
    assert all(len(pypdfium2.PdfDocument(path)) >= 2 for path in pdfs)


def test_examples_are_answerable_questions_of_the_set() -> None:
    answerable = {row["question"] for row in ROWS if row.get("answers")}
    assert set(EXAMPLES) <= answerable
    assert Counter(map(language, EXAMPLES)) == {"zh": 2, "en": 1}
