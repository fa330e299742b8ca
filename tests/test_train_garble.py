import json

import numpy as np
import pytest

from rag.articles import garble
from rag.articles.garble import with_garble
from rag.train.garble import main
from rag.types import Article, Paragraph

TEXT = "The village council met in the old school. 县人大常委会听取了关于水利建设的报告。"


def scored(text: str) -> float:
    return with_garble(Article("a#1", "a", "t", text, (Paragraph(1, 0, len(text)),))).paragraphs[0].garble


@pytest.fixture
def made(tmp_path, monkeypatch):
    pytest.importorskip("opencc")
    with (tmp_path / "text-crud_news.jsonl").open("w", encoding="utf-8") as out:
        for _ in range(3):
            out.write(json.dumps({"text": TEXT}, ensure_ascii=False) + "\n")
    main(["--data", str(tmp_path), "--out", str(tmp_path / "made")])
    monkeypatch.setattr(garble, "TABLE", tmp_path / "made" / "pairs.bin")
    garble._table.cache_clear()
    yield tmp_path / "made" / "pairs.bin"
    garble._table.cache_clear()


def test_what_was_counted_is_known_in_both_scripts_and_nothing_else_is(made):
    assert scored(TEXT) == 0
    assert scored("縣人大常委會聽取了關於水利建設的報告。") < 0.15
    assert scored("渔船靠泊码头卸载冰鲜黄鱼") > 0.5
    assert scored("Fishing boats unload herring") > 0.3


def test_the_same_texts_make_the_same_bytes(made, tmp_path):
    main(["--data", str(tmp_path), "--out", str(tmp_path / "again")])
    assert (tmp_path / "again" / "pairs.bin").read_bytes() == made.read_bytes()
    assert np.fromfile(made, np.uint8).size == 1 << 20
