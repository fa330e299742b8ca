"""The open article: where marks go, what the contents list, how hits follow one another."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ui_render import Shown
from ui_answers import ASTRAL, BRIDGE, BRIDGE_ANSWER, WELL, articles_of, cited
from ui_payloads import PAYLOADS

from rag.answer import citation
from rag.types import Answer, Article, Paragraph
from ui.archive.known import Entry
from ui.chat.article import reader_html
from ui.parts.places import Opened, Place, around, cited_place, marks_in, opened, places_of, stands_at

CONTENTS = (Entry("a#1", "一座桥", ("沈砚秋",), "17"), Entry("a#2", "集市", (), None))


def article(*texts: str, kinds: str = "", **about: object) -> Article:
    """Return an article of ``texts``, each a paragraph; ``kinds`` gives t for a row of a table, h for a heading."""
    starts = [sum(len(text) + 1 for text in texts[:n]) for n in range(len(texts))]
    named = {"t": "table", "h": "heading"}
    paragraphs = tuple(
        Paragraph(n, start, start + len(text), named.get(kinds[n - 1 : n], "body"))  # type: ignore[arg-type]
        for n, (start, text) in enumerate(zip(starts, texts, strict=True), 1)
    )
    return Article("a#1", "a.txt", "一座桥", "\n".join(texts), paragraphs, **about)  # type: ignore[arg-type]


def test_a_mark_stands_where_the_cited_words_stand() -> None:
    source = article("开头。", BRIDGE, "结尾。")
    start = BRIDGE.index("一九三二年")
    place = cited_place(citation(source, source.paragraphs[1], ((start, start + 5),)))
    ((first, last),) = marks_in(source, place)
    assert source.text[first:last] == "一九三二年"
    shown = Shown(reader_html(opened([place], 0), source, (), "zh"))
    assert shown.marks == ["一九三二年"]


def test_a_text_that_moved_is_found_again_where_it_stands_once() -> None:
    place = Place("a#1", BRIDGE, ((0, 3),), paragraph=1)
    assert stands_at(article("新的一段。", "又一段。", BRIDGE), place) == len("新的一段。\n又一段。\n")


@pytest.mark.parametrize("source", [article("别的。"), article("桥。", BRIDGE, BRIDGE), article("")])
def test_nothing_is_marked_where_the_text_is_not_to_be_found_for_certain(source: Article) -> None:
    place = Place("a#1", BRIDGE, ((0, 3),), paragraph=1)
    html = reader_html(opened([place], 0), source, (), "zh")
    assert "<mark" not in html
    assert "没有标出" in html


def test_a_paragraph_that_stands_twice_is_marked_where_its_number_says() -> None:
    source = article(BRIDGE, "中间。", BRIDGE)
    assert stands_at(source, Place("a#1", BRIDGE, ((0, 3),), paragraph=3)) == source.paragraphs[2].start


@settings(deadline=None)
@given(st.lists(st.text(alphabet="桥𠮷a<&\n ", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_whatever_is_marked_is_what_was_cited(texts: list[str], data: st.DataObject) -> None:
    source = article(*texts)
    at = data.draw(st.integers(0, len(texts) - 1))
    start = data.draw(st.integers(0, len(texts[at]) - 1))
    end = data.draw(st.integers(start + 1, len(texts[at])))
    place = cited_place(citation(source, source.paragraphs[at], ((start, end),)))
    assert [source.text[first:last] for first, last in marks_in(source, place)] == [texts[at][start:end]]
    assert "".join(Shown(reader_html(opened([place], 0), source, (), "zh")).marks) == texts[at][start:end]


def test_marks_beyond_the_basic_plane_are_exact() -> None:
    source = article("𠮷", ASTRAL)
    start = ASTRAL.index("𡈽屋")
    place = cited_place(citation(source, source.paragraphs[1], ((start, start + 2),)))
    assert Shown(reader_html(opened([place], 0), source, (), "zh")).marks == ["𡈽屋"]


def test_a_table_is_a_table_with_heads_and_the_marked_cell() -> None:
    rows = ("桥名 | 建成", "老石桥 | 一九三二年", "新桥\t1998年")
    source = article("各桥", *rows, "完。", kinds="httt")
    paragraphs = tuple(replace(p, head=2) if p.number > 2 and p.kind == "table" else p for p in source.paragraphs)
    source = replace(source, paragraphs=paragraphs)
    at = rows[1].index("一九三二年")
    place = cited_place(citation(source, source.paragraphs[2], ((at, at + 5),)))
    html = reader_html(opened([place], 0), source, (), "zh")
    assert re.findall(r"<th[^>]*>(.*?)</th>", html) == ["桥名", "建成"]
    assert re.findall(r"<td>(.*?)</td>", html) == ["老石桥", '<mark class="here">一九三二年</mark>', "新桥", "1998年"]
    assert html.count("<table>") == 1


def test_a_mark_that_spans_two_cells_is_drawn_in_both() -> None:
    source = article("老石桥 | 一九三二年", kinds="t")
    place = Place("a#1", source.text, ((1, 9),), paragraph=1)
    assert Shown(reader_html(opened([place], 0), source, (), "zh")).marks == ["石桥", "一九三"]


def test_the_chosen_hit_differs_from_the_other_hits_of_the_article() -> None:
    source = article(BRIDGE, WELL)
    places = [Place("a#1", text, ((0, 2),), paragraph=n) for n, text in enumerate((BRIDGE, WELL), 1)]
    html = reader_html(opened(places, 1), source, (), "zh")
    assert html.count("<mark>") == 1
    assert re.findall(r'<mark class="here">(.*?)<', html) == [WELL[:2]]
    assert "第 2 处，共 2 处" in html
    assert re.search(r'<button disabled[^>]*data-by="1"', html)


def test_hits_follow_one_another_and_end_at_both_ends() -> None:
    places = [Place(f"a#{n}", "x") for n in range(3)]
    first = opened(places, 0)
    assert first is not None
    assert first.step(1).article_id == "a#1"
    assert first.step(-1) == first
    assert first.step(1).step(1).step(1).at == 2
    assert Opened("b#9", tuple(places)).step(1).at == 0


def test_the_contents_name_every_article_of_the_issue_and_which_is_open() -> None:
    html = reader_html(Opened("a#1"), article("桥。"), CONTENTS, "zh")
    assert "本期目录（2）" in html
    assert re.findall(r'data-article="(.*?)"', html) == ["a#1", "a#2"]
    assert html.count('aria-current="true"') == 1
    assert "目录" not in reader_html(Opened("a#1"), article("桥。"), CONTENTS[:1], "zh")


def test_pages_of_the_file_are_told_where_they_begin() -> None:
    source = article("一", "二", "三")
    paragraphs = tuple(replace(p, page=page) for p, page in zip(source.paragraphs, (1, 1, 2), strict=True))
    html = reader_html(Opened("a#1"), replace(source, paragraphs=paragraphs), (), "zh")
    assert re.findall(r"文件第 (\d) 页", html) == ["1", "2"]


def test_neighbours_are_the_paragraphs_before_and_behind() -> None:
    source = article("一", "二", "三")
    assert around(source, Place("a#1", "二", paragraph=2)) == (["一"], ["三"])
    assert around(source, Place("a#1", "一", paragraph=1)) == ([], ["二"])
    assert around(source, Place("a#1", "没有", paragraph=1)) == ([], [])


def test_every_card_of_an_answer_can_be_opened() -> None:
    assert [place.text for place in places_of(BRIDGE_ANSWER, "cited")] == [BRIDGE, WELL]
    assert [place.marks for place in places_of(BRIDGE_ANSWER, "other")] == [BRIDGE_ANSWER.alternatives[0].marks]
    assert len(places_of(BRIDGE_ANSWER, "hit")) == 3
    assert places_of(BRIDGE_ANSWER, "nonsense") == ()
    sources = articles_of([BRIDGE_ANSWER])
    for place in places_of(BRIDGE_ANSWER, "cited"):
        assert stands_at(sources[place.article_id], place) is not None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_article_becomes_markup(payload: str) -> None:
    def drawn(text: str) -> Shown:
        about = dict.fromkeys(("column", "journal", "issue", "date", "page"), text)
        source = replace(
            article(text, f"{text} | {text}", kinds="ht", authors=(text,), **about), title=text, source=text
        )
        answer = Answer(text, "answered", 0.5, text, citations=(cited(text, text, article_id="a#1", paragraph=1),))
        contents = (Entry("a#1", text, (text,), text), Entry(text, text, (), text))
        return Shown(reader_html(opened(places_of(answer, "cited"), 0), source, contents, "zh"))

    hostile, harmless = drawn(payload), drawn(re.sub("[<>\"'&`]", "h", payload))
    assert hostile.text.count(payload) >= 10
    assert hostile.tags == harmless.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
