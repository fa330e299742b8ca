import json
from hashlib import sha256

from eval import talks
from eval.data import read_questions

TEXT = "全市建站九个。\n其中线上三个，线下六个。"


def talk(id_, text, line=0):
    place = {"file": "news.jsonl", "line": line, "sha256": sha256(text.encode()).hexdigest()[:12]}
    turns = [{"q": "建站几个？", "a": [[0, 4, 6]]}, {"q": "线上的呢？", "full": "线上的站有几个？", "a": [[0, 12, 14]]}]
    return json.dumps({"id": id_, "lang": "zh", "texts": [place], "turns": turns})


def test_conversations_are_joined_to_their_texts_and_those_of_other_editions_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(talks, "PLACES", tmp_path)
    monkeypatch.setattr(talks, "NEWS", "news.jsonl")
    (tmp_path / "news.jsonl").write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    (tmp_path / "talks-dev.jsonl").write_text(
        f"{talk('a', TEXT)}\n{talk('b', 'another edition', 1)}\n", encoding="utf-8"
    )
    entries = read_questions(talks.write(tmp_path, tmp_path / "out", "dev"))
    assert [entry.id for entry in entries] == ["a"]
    assert entries[0].turns[1].answers == ("三个",)
    assert entries[0].turns[1].evidence[0].quote in TEXT
    assert "线上三个" in (tmp_path / "out" / "corpus" / "news-0.txt").read_text(encoding="utf-8")
