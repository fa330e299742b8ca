"""The comparison of stores: what is given to each, what they find, what is told of those that fail."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from eval.bench import scale, scale_child
from eval.bench.fusion_cases import Asked
from eval.bench.peers import systems
from eval.bench.process import Finished, measured
from eval.bench.scale_bandwidth import bandwidth
from eval.bench.scale_material import Material, article_of, windows
from eval.data import DataError
from rag.index import open_index

ASKED = (
    Asked("青石河设立了多少名河长", "zh", 0, ("设立河长一百零六名",)),
    Asked("Which fish do the boats of Fairhaven leave for?", "en", 1, ("forherring",)),
)


@pytest.fixture
def world(indexed: Path, corpus: Path, encoder, tmp_path: Path) -> Path:
    """A world whose archive is the small corpus, with everything that the systems are given."""
    folder = tmp_path / "world"
    folder.mkdir()
    corpus.rename(folder / "files")
    with open_index(indexed) as index:
        Material(folder).make(index, encoder, ASKED, 10)
    return folder


def test_all_get_the_passages_of_the_index_with_words_and_vectors(world, indexed):
    material = Material(world)
    passages = list(material.passages())
    with open_index(indexed) as index:
        assert len(passages) == index.counts().passages == len(material.vectors())
    river = next(one for one in passages if "白鹭" in one.text)
    assert river.text.startswith("青石河治理三年记\n")
    assert {"白鹭", "河口"} <= set(river.words.split(" "))
    assert np.allclose(np.linalg.norm(material.vectors(), axis=1), 1.0)
    assert sorted(material.asked()) == sorted(ASKED)


def test_the_added_article_is_made_of_first_sentences():
    assert article_of(["一句。二句。", "另一句"]) == "一句。另一句。"
    assert list(windows("字" * 700)) == ["字" * 300, "字" * 300, "字" * 100]


@pytest.mark.parametrize("name", list(systems()))
def test_a_system_finds_what_it_was_built_of_and_what_was_added(name, world, encoder, tmp_path):
    home = tmp_path / "stores" / "one"
    make = systems()[name]
    builds = systems()["Wenju" if name.startswith("Wenju, ") else name]
    builds(home, Material(world), encoder).build()
    peer = make(home, Material(world), encoder)
    peer.open()
    assert any("一百零六名" in text for text in peer.search("河长一百零六名", 3))
    if name.startswith("Wenju, "):
        return
    before = len(peer.search("白鹭又回到河口", 50))
    peer.add()
    peer = make(home, Material(world), encoder)
    peer.open()
    assert len(peer.search("白鹭又回到河口", 50)) >= before > 0


def test_searching_is_timed_over_all_questions_and_judged_by_the_text_found():
    asked = []

    class Peer:
        def search(self, query: str, k: int) -> list[str]:
            asked.append(query)
            return ["全市为此设立河长一百零六名。"]

    told = scale_child.searched(Peer(), ASKED, rounds=2, seconds=60)
    assert len(asked) == len(ASKED) * 3  # once to warm up
    assert told["R@10"] == {"en": 0.0, "zh": 1.0}
    assert told["asked"] == 2
    assert 0 <= told["search_p50"] <= told["search_p95"]


def test_a_slow_system_is_asked_fewer_questions_and_that_is_told():
    class Slow:
        def search(self, query: str, k: int) -> list[str]:
            return []

    many = [Asked(f"第{n}问", "zh", n, ("证",)) for n in range(scale_child.WARM_UP + 5)]
    assert scale_child.searched(Slow(), many, rounds=1, seconds=0)["asked"] < len(many)


def given(tmp_path: Path) -> Namespace:
    return Namespace(
        data=tmp_path, out=tmp_path, questions=5, rounds=1, encoder="bundled", limit_seconds=60.0, limit_bytes=6 * 10**9
    )


@pytest.mark.parametrize(
    ("code", "errors", "reason"),
    [
        (-9, "", "over 60 s"),
        (3, "", "over 6 GB"),
        (-6, "std::bad_alloc", "over 6 GB"),
        (1, "a\nValueError: no", "ValueError: no"),
    ],
)
def test_a_phase_that_fails_is_told_with_its_reason(code, errors, reason, tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "measured", lambda command, limit: Finished(code, "", errors, 1.0, 1))
    assert scale._child("build", "bm25s", tmp_path, given(tmp_path), 10) == {"failed": reason}


def test_a_world_that_cannot_be_made_ends_the_bench(tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "measured", lambda command, limit: Finished(1, "", "no data", 1.0, 1))
    with pytest.raises(DataError, match="files: no data"):
        scale._ask("files", "Wenju", tmp_path, given(tmp_path), 10)


def test_a_command_is_killed_at_its_limit():
    finished = measured([sys.executable, "-c", "import time; time.sleep(60)"], 0.5)
    assert finished.code == -9
    assert finished.seconds < 30


def test_bandwidth_is_more_than_a_disk_gives():
    told = bandwidth(1 << 22)
    assert told["read"] >= max(told["sum"], told["product"]) > 1e7


def test_the_table_tells_times_sizes_and_failures():
    found = {"search_p50": 1.0, "search_p95": 2.0, "work_p50": 0.9, "work_p95": 1.5}
    told = {
        "Wenju": {
            "build": {"seconds": 12.3, "peak_bytes": 5_000_000, "bytes": 2_000_000, "flat_bytes": 10_000_000},
            "add": {"seconds": 0.5},
            "search": {**found, "R@10": {"zh": 0.5}, "peak_bytes": 9_000_000},
        },
        "Wenju, vector leg": {"search": {**found, "scan_ms": 1.0}},
        "bm25s": {"build": {"failed": "over 6 GB"}},
    }
    result = {
        "origin": {},
        "cores": 1,
        "rounds": 3,
        "bandwidth": {"read": 2e10, "copy": 1e10},
        "worlds": {"1000": told},
    }
    text = scale.to_markdown(result)
    assert "| Wenju | 1.0 | 2.0 | 0.9 | 1.5 | zh 0.500 | 12.3 | 0.5 | 2.0 | 9.0 |" in text
    assert "build: over 6 GB" in text
    assert "10 MB of vectors; a search reads them all, in 1.0 ms: 10.0 GB/s, 50 %" in text
    assert "Times are of one core" in text


@pytest.mark.slow
def test_the_whole_comparison_runs_on_a_small_archive(tmp_path, capsys):
    text = "".join(f"第{n}条消息说，青石镇修好了第{n}座桥，桥长{n}米。" for n in range(400))
    (tmp_path / "written").mkdir()
    record = {"title": "桥", "text": "青石镇修了一座石桥，长七百米。",
              "qas": [{"lang": "zh", "type": "number", "q": "青石镇的石桥多长？", "a": ["七百米"]}]}  # fmt: skip
    (tmp_path / "written" / "dev.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("text-crud_news.jsonl", "pairs-xwlb_title_body.jsonl", "text-laws.jsonl"):
        (tmp_path / name).write_text(json.dumps({"text": text}, ensure_ascii=False) + "\n", encoding="utf-8")
    words = ["--passages", "60", "--data", str(tmp_path), "--out", str(tmp_path / "out"), "--questions", "5", "--json"]
    assert scale.main(words) == 0
    told = json.loads(capsys.readouterr().out)["worlds"]["60"]
    assert set(told) >= {"Wenju", "Wenju, keyword leg", "SQLite FTS5, words"} | (
        {"bm25s, words"} if find_spec("bm25s") else set()
    )
    assert all("failed" not in phase for one in told.values() for phase in one.values() if isinstance(phase, dict))
    assert told["Wenju"]["search"]["R@10"] == {"zh": 1.0}
