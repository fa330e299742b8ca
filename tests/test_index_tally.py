"""What a report says of the whole index is the same after many small steps as after one run over everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from rag.index import IndexReport, open_index, tally, update_index
from rag.types import Encoder

WHOLE = ("files", "articles", "paragraphs", "passages", "characters", "having", "undecoded", "flagged")


def essay(name: str, sentences: int = 12, author: str = "林知远") -> str:
    body = "".join(f"{name}的第{n}班船在晚上{n % 12}点开，载着{n * 7}位下夜班的工人过河。" for n in range(sentences))
    return f"---\ntitle: {name}\nauthor: {author}\ndate: 2024-03-05\n---\n\n{body}\n"


@pytest.fixture
def update(tmp_path: Path, encoder: Encoder) -> Callable[..., IndexReport]:
    (tmp_path / "root").mkdir()

    def run(index: str = "index", **texts: str | bytes | None) -> IndexReport:
        for name, text in texts.items():
            path = tmp_path / "root" / f"{name}.md"
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text.encode() if isinstance(text, str) else text)
        return update_index([tmp_path / "root"], tmp_path / index, encoder, max_chars=320)

    return run


def lost(text: str) -> bytes:
    raw = text.encode()
    at = raw.index("载着".encode())
    return raw[:at] + b"\xff" + raw[at:]


def test_steps_end_in_what_one_run_says(update: Callable[..., IndexReport], tmp_path: Path) -> None:
    garbled = essay("乱码") + "\n" + "犇猋骉蟲麤毳淼掱焱垚" * 12 + "\n"
    update(a=essay("渡口"), b=lost(essay("码头")), c=essay("桥头", author="周闻"))
    update(b=essay("码头"), d=lost(essay("船坞")), e=garbled)
    update(c=None, d=lost(essay("船坞", 20)))
    update(a=None, f="没有标题的一段话，写得很长，像一个段落，可是一个作者也没有。\n")
    stepwise = update(g=essay("灯塔"))
    with closing(open_index(tmp_path / "index")) as index:
        assert asdict(index.counts()) == {name: getattr(stepwise, name) for name in WHOLE[:5]}
    whole = update("whole")
    assert {name: getattr(stepwise, name) for name in WHOLE} == {name: getattr(whole, name) for name in WHOLE}
    assert [one.source for one in whole.undecoded] == ["root/d.md"]
    assert (whole.having["title"], whole.having["authors"]) == (4, 4)


def test_a_reprint_is_told_whatever_step_the_first_print_came_with(update: Callable[..., IndexReport]) -> None:
    update(a=essay("渡口", 30))
    update(b=essay("灯塔", 30, "周闻").replace("下夜班的工人", "看日出的学生和教师一起乘车"))
    told = update(c=essay("渡口", 30, "周闻").replace("第3班", "第三班"))
    assert [(one, other) for one, other, _ in told.alike] == [("root/a.md#1", "root/c.md#1")]
    assert update(a=None, d=essay("灯塔", 2)).alike == ()
    assert [one for one, *_ in update(e=essay("渡口", 30)).alike] == ["root/c.md#1"]


def test_one_more_article_shares_the_sketches_until_one_of_them_goes(
    update: Callable[..., IndexReport], tmp_path: Path
) -> None:
    def shared(number: int) -> bool:
        one, other = (tmp_path / "index" / f"gen-{n:06d}" / tally.SKETCHES for n in (number - 1, number))
        return one.samefile(other)

    update(**{f"a{n}": essay(f"第{n}渡", 12 + n) for n in range(20)})
    update(b=essay("灯塔"))
    assert shared(2)
    update(c=essay("灯塔", author="周闻"))
    assert shared(3)
    told = update(d=essay("灯塔", author="石溪"))  # three more are too many for those of twenty
    assert [other for _, other, _ in told.alike] == ["root/d.md#1"] * 2
    assert not shared(4)
    update(e=essay("桥头"))
    assert shared(5)
    told = update(b=None, a0=None, f=essay("灯塔", author="林溪"))
    assert [one for one, *_ in told.alike] == ["root/c.md#1", "root/d.md#1"]
    assert not shared(6)


def test_a_generation_without_sums_is_gone_through(update: Callable[..., IndexReport], tmp_path: Path) -> None:
    update(a=essay("渡口"))
    update(b=essay("灯塔"))
    home = tmp_path / "index" / "gen-000002"
    kept = json.loads((home / tally.FILE).read_text(encoding="utf-8"))
    assert kept["having"]["authors"] == 2
    with closing(open_index(tmp_path / "index")) as index:
        made = tally.tally(index._snapshot)
    assert (dict(made.having), made.counts.articles, len(made.sketches)) == (kept["having"], 2, 2)
