"""Articles into passages: everything is in one, offsets hold, headings go with their section."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.passages import cut, table_head
from rag.types import Article, Paragraph

LONG = "".join(f"第{n}项工作由乡镇负责，完成之后报县里备案。" for n in range(1, 31))


def article(*paragraphs: tuple[str, str], **facts: object) -> Article:
    """Build an article of (kind, text) paragraphs, one a line."""
    text, marks = "", []
    for number, (kind, words) in enumerate(paragraphs, 1):
        marks.append(Paragraph(number, len(text), len(text) + len(words), kind))  # type: ignore[arg-type]
        text += words + "\n"
    return Article("a.txt#1", "a.txt", "春耕", text, tuple(marks), **facts)  # type: ignore[arg-type]


paragraphs = st.lists(
    st.tuples(st.sampled_from(["body", "heading", "table"]), st.text("甲乙丙。，！a .\n二、", min_size=1, max_size=90)),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(paragraphs, st.integers(1, 70), st.sampled_from(["article", "front"]))
def test_passages_are_cut_from_the_article_and_hold_all_of_its_text(
    parts: list[tuple[str, str]], max_chars: int, kind: str
) -> None:
    whole = article(*parts, kind=kind)
    passages = cut(whole, max_chars)
    held: set[int] = set()
    for passage in passages:
        assert passage.text == whole.text[passage.start : passage.end]
        assert passage.id == f"a.txt#1:{passage.start}-{passage.end}"
        assert passage.text.strip()
        assert len(passage.text) <= max_chars
        held.update(range(passage.start, passage.end))
    assert all(place in held for place, char in enumerate(whole.text) if not char.isspace())
    assert len({passage.id for passage in passages}) == len(passages)
    assert [p.start for p in passages] == sorted(p.start for p in passages)


def test_text_that_no_paragraph_claims_is_kept() -> None:
    bare = Article("a.txt#1", "a.txt", "春耕", "无人认领的一行\n正文在此。\n尾巴", (Paragraph(1, 8, 13),))
    assert "".join(p.text for p in cut(bare, 8)) == "无人认领的一行\n正文在此。\n尾巴"


def test_short_paragraphs_share_a_passage() -> None:
    (passage,) = cut(article(("body", "春天下了雨。"), ("body", "田里有了水。"), ("body", "农人开始插秧。")), 60)
    assert passage.text == "春天下了雨。\n田里有了水。\n农人开始插秧。"


def test_a_long_paragraph_is_cut_at_sentence_ends_into_even_parts_that_share_a_sentence() -> None:
    passages = cut(article(("body", LONG)), 200)
    assert all(p.text.startswith("第") and p.text.endswith("。") for p in passages)
    lengths = [len(p.text) for p in passages]
    assert min(lengths) > max(lengths) / 2
    for one, other in pairwise(passages):
        assert one.end - other.start == len(one.text[one.text.rindex("第") :])


def test_a_sentence_without_an_end_is_cut_after_a_comma() -> None:
    endless = "东村修路，" * 30
    assert all(p.text.endswith("，") for p in cut(article(("body", endless)), 48))


def test_a_heading_begins_a_passage_with_the_text_below_it() -> None:
    whole = article(("body", "开头" * 30 + "。"), ("heading", "一、修水渠"), ("body", LONG))
    below = next(p for p in cut(whole, 100) if "修水渠" in p.text)
    assert below.text.startswith("一、修水渠\n第1项工作")


def test_the_headings_above_a_passage_are_its_context_by_rank() -> None:
    whole = article(
        ("heading", "一、修水渠"),
        ("heading", "（一）筹钱"),
        ("body", LONG),
        ("heading", "二、种树"),
        ("body", LONG),
    )
    passages = cut(whole, 120)
    second = next(p for p in passages if "第20项" in p.text and p.start < whole.text.index("二、种树"))
    assert second.context == "春耕\n一、修水渠\n（一）筹钱"
    assert passages[-1].context == "春耕\n二、种树"


def test_the_context_says_what_the_article_prints_about_itself() -> None:
    told = article(
        ("body", "我市下了雨。"),
        subtitle="三县见闻",
        authors=("林知远", "周小满"),
        affiliation="云溪市人大",
        column="调研",
        journal="云溪人大",
        issue="2023年第2期",
        date="2023-06",
    )
    (passage,) = cut(told, 80)
    assert passage.context.split("\n") == [
        "春耕", "三县见闻", "林知远 周小满", "云溪市人大", "调研", "云溪人大", "2023年第2期", "2023-06",
    ]  # fmt: skip


def test_front_matter_is_cut_in_smaller_steps() -> None:
    lines = article(*[("body", f"{n} 某县的一篇文章") for n in range(20)])
    assert (
        max(len(p.text) for p in cut(replace(lines, kind="front"), 100))
        <= 50
        < max(len(p.text) for p in cut(lines, 100))
    )


def test_english_passages_are_twice_as_long() -> None:
    text = article(("body", "The harbour opened early. " * 40), lang="en")
    assert 100 < max(len(p.text) for p in cut(text, 100)) <= 200


def test_a_blank_article_gives_no_passage() -> None:
    assert cut(article(("body", " ")), 100) == []


def test_a_length_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="max_chars"):
        cut(article(("body", "字")), 0)


def test_rows_far_from_their_heads_are_searched_with_caption_unit_and_heads() -> None:
    rows = [("table", f"第{n}乡 | {n} | {n}.5") for n in range(1, 30)]
    plain = article(
        ("note", "表1 校车情况"), ("note", "单位：辆"), ("table", "乡镇 | 校车 | 资金"), *rows, ("body", "此后平安。")
    )
    heads = [None, 1, 2, *(3 for _ in rows), None]
    whole = replace(plain, paragraphs=tuple(replace(p, head=h) for p, h in zip(plain.paragraphs, heads, strict=True)))
    first, *others, last = cut(whole, 60)
    assert "乡镇" not in first.context
    assert all(passage.context.endswith("表1 校车情况\n单位：辆\n乡镇 | 校车 | 资金") for passage in others)
    assert "此后平安" in last.text
    assert table_head(whole, whole.paragraphs[9]) == list(whole.paragraphs[:3])
    assert table_head(whole, whole.paragraphs[-1]) == []
