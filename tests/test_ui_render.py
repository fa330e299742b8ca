"""What the page shows, checked by a strict parser instead of a browser."""

from __future__ import annotations

import re
import string
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_answers import (
    ABOUT,
    ASTRAL,
    BRIDGE,
    BRIDGE_ANSWER,
    ENGLISH,
    EXAMPLES,
    FOLLOW_UP,
    LIST_ANSWER,
    NOT_FOUND,
    RELATED,
    STATIONS,
    cited,
    hits,
    span,
)
from ui_payloads import PAYLOADS

from rag.errors import ConfigError, IndexStoreError, ModelError, WenjuError
from rag.types import Answer, Cell, Citation, Figure
from ui.chat.frame import archive_facts, conversation_html, header_html, panel_html
from ui.chat.render import answer_html, sources_html, took_html
from ui.chat.talks import Listing, talks_html
from ui.chat.turns import Turn
from ui.kept.talk import Talk
from ui.parts.cards import Asked, citation_html
from ui.parts.markup import escape, marked_html
from ui.parts.troubles import sentence
from ui.words import WORDS, preferred, say

OURS = {
    *("div", "section", "article", "header", "nav", "p", "span", "b", "small", "bdi", "code", "mark", "h1", "h2", "h3"),
    *("ul", "ol", "li", "blockquote", "details", "summary", "button", "svg", "rect", "path", "h4", "small"),
}


class Shown(HTMLParser):
    """Collects what a reader would see: the text, the marked texts, the tags and attributes; checks nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.marks: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag != "input":  # has no end
            self._open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data


def test_a_mark_holds_exactly_the_words_of_the_range() -> None:
    assert marked_html("建于一九三二年。", [(2, 7)]) == "建于<mark>一九三二年</mark>。"


def test_marks_count_code_points_beyond_the_basic_plane() -> None:
    start = ASTRAL.index("𡈽屋")
    assert Shown(marked_html(ASTRAL, [(start, start + 2)])).marks == ["𡈽屋"]


def test_marks_keep_escaped_characters_whole() -> None:
    assert marked_html("a<b>&c", [(1, 5)]) == "a<mark>&lt;b&gt;&amp;</mark>c"


def test_no_mark_leaves_the_text_as_it_is() -> None:
    assert marked_html("青榆镇", []) == "青榆镇"


def test_overlapping_and_adjoining_marks_become_one() -> None:
    assert marked_html("abcdef", [(3, 5), (0, 2), (1, 3)]) == "<mark>abcde</mark>f"


@pytest.mark.parametrize("marks", [[(5, 5)], [(9, 12)], [(-4, 0)], [(4, 2)]])
def test_a_range_outside_the_text_marks_nothing(marks: list[tuple[int, int]]) -> None:
    assert marked_html("青榆镇的桥", marks) == "青榆镇的桥"


@settings(deadline=None)
@given(st.text(), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=5))
def test_marking_never_changes_a_character(text: str, marks: list[tuple[int, int]]) -> None:
    text = text.replace("\r", "")  # the parser would read it as a line feed
    shown = Shown(marked_html(text, marks))
    assert shown.text == text
    inside = {at for start, end in marks for at in range(max(0, start), min(len(text), end))}
    assert "".join(shown.marks) == "".join(text[at] for at in sorted(inside))


def test_the_marked_words_of_a_card_are_the_answer() -> None:
    for answer in (BRIDGE_ANSWER, ENGLISH, FOLLOW_UP):
        assert Shown(citation_html(answer.citations[0], "zh")).marks == [answer.text]


def test_a_row_of_a_table_shows_its_column_heads_and_this_year_its_number() -> None:
    row = cited(BRIDGE, "一九三二年", head="桥名 | 建成", dated=((0, 2, "1932"),))
    text = Shown(citation_html(row, "zh")).text
    assert "桥名 | 建成" in text
    assert f"“{BRIDGE[:2]}”按刊期推算为 1932" in text
    assert "推算" not in Shown(citation_html(cited(BRIDGE, "一九三二年"), "zh")).text


def test_escaped_text_cannot_leave_a_quoted_attribute() -> None:
    assert escape("\"'<>&") == "&quot;&#x27;&lt;&gt;&amp;"


def test_a_lone_surrogate_becomes_a_question_mark_instead_of_an_error() -> None:
    assert escape("桥\ud800") == "桥?"


def poisoned(payload: str) -> Answer:
    """Return an answer that has ``payload`` in every place where a document, a name or a question could stand."""
    others = {
        "paragraph": 1,
        "marks": ((0, len(payload)),),
        "authors": (payload, payload),
        "file_page": 2,
        "dated": ((0, len(payload), payload),),
    }
    texts = {f.name: payload for f in fields(Citation) if f.name not in others}
    citation = Citation(**texts, **others)  # type: ignore[arg-type]
    found = hits(payload)
    passage = replace(found[0].passage, title=payload, source=payload)
    found = (replace(found[0], passage=passage),)
    spans = (span(payload, payload),)
    return Answer(
        payload,
        "answered",
        0.8,
        payload,
        spans,
        (citation,),
        (citation,),
        found,
        carried=(payload,),
        corrected=((payload, payload),),
    )


def everything(answer: Answer, lang: str) -> str:
    wrong = IndexStoreError(answer.query, where=answer.query, mend=answer.query)
    asked = Asked({("cited", 0): ([answer.query], [answer.query])})
    turns = [
        Turn(answer.query, answer, chosen=(("column", answer.query),), asked=asked),
        Turn(answer.query, error=wrong),
        Turn(answer.query),
    ]
    about = {"name": answer.query, "articles": 3, "dates": (answer.query, answer.query)}
    return (
        header_html(about, lang, [("chat", answer.query)])
        + conversation_html(turns, 0, (), lang)
        + conversation_html([], None, [answer.query], lang)
        + panel_html(turns, 0, lang)
    )


NAMED = {"title", "aria-label", "data-copy"}  # attributes that say words of a document


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("lang", WORDS)
def test_nothing_of_a_document_becomes_markup(payload: str, lang: str) -> None:
    tame = re.sub("[<>\"'&`]", "h", payload)
    hostile, harmless = (Shown(everything(poisoned(text), lang)) for text in (payload, tame))
    assert hostile.text.count(payload) >= 20
    assert hostile.tags == harmless.tags
    assert set(hostile.tags) <= OURS
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert {one for one in hostile.attributes if one[0] not in NAMED} == {
        one for one in harmless.attributes if one[0] not in NAMED
    }


def test_the_page_refers_to_no_other_address() -> None:
    html = everything(BRIDGE_ANSWER, "zh").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//|url\(|src=|href=", html)


def test_the_three_outcomes_differ_in_class_and_in_words() -> None:
    shown = [answer_html(answer, "zh") for answer in (BRIDGE_ANSWER, RELATED, NOT_FOUND)]
    assert [re.search(r'class="answer (\w+)"', html)[1] for html in shown] == ["answered", "related", "not_found"]
    assert len({Shown(html).text.split("，")[0] for html in shown}) == 3
    assert ["<blockquote" in html for html in shown] == [True, False, False]


@pytest.mark.parametrize("answer", [RELATED, NOT_FOUND])
def test_without_an_answer_nothing_is_marked(answer: Answer) -> None:
    assert "<mark>" not in sources_html(answer, "zh")


def test_a_related_answer_names_the_nearest_articles_and_shows_them_unfolded() -> None:
    assert "集市搬到桥头" in answer_html(RELATED, "zh")
    assert re.sub(r"<details.*?</details>", "", sources_html(RELATED, "zh")).count('class="card"') == 2


def test_confidence_is_said_in_words_with_the_number_beside() -> None:
    said = {
        level: Shown(answer_html(replace(BRIDGE_ANSWER, confidence=level), "en")).text
        for level in (0.93, 0.7, 0.5, 0.2)
    }
    assert [
        w in said[c] for c, w in ((0.93, "very likely"), (0.7, "likely"), (0.5, "possibly"), (0.2, "uncertain"))
    ] == [True] * 4
    assert "93%" in said[0.93]


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 1.2])
def test_any_confidence_can_be_shown(confidence: float) -> None:
    assert say("zh", "answered") in answer_html(replace(BRIDGE_ANSWER, confidence=confidence), "zh")


def test_the_items_of_a_list_stand_each_by_itself_and_are_counted() -> None:
    html = answer_html(LIST_ANSWER, "zh")
    assert re.findall(r"<li[^>]*>(.*?)</li>", html) == ["桥头站", "河湾站", "北岭站"]
    assert "共 3 项" in html
    assert Shown(sources_html(LIST_ANSWER, "zh")).marks == ["桥头站", "河湾站", "北岭站"]


def test_the_same_words_from_two_sources_are_one_answer_with_two_sources() -> None:
    html = answer_html(BRIDGE_ANSWER, "zh")
    assert html.count("一九三二年") == 1
    assert "另有 1 处出处" in html
    assert "桥头旧事" in sources_html(BRIDGE_ANSWER, "zh").partition('data-key="more"')[2]


def test_sentences_of_several_sources_are_not_taken_for_a_list() -> None:
    answer = replace(LIST_ANSWER, text=BRIDGE, spans=(span(BRIDGE, BRIDGE), span(STATIONS, STATIONS)))
    assert "<li" not in answer_html(answer, "zh")
    assert 'class="words long"' in answer_html(answer, "zh")


def test_a_card_says_where_the_words_were_printed() -> None:
    text = Shown(citation_html(cited(BRIDGE, "一九三二年", file_page=12), "zh")).text
    for part in (
        "一座桥，三次听证会",
        "沈砚秋",
        "Mara Lindqvist",
        "青榆镇人大办公室",
        "青榆人大",
        "2024年第3期",
        "2024-03-15",
    ):
        assert part in text
    for part in ("栏目：乡镇来信", "第 17 页", "第 4 段", "qingyu/2024-03.txt", "文件第 12 页"):
        assert part in text


def test_a_card_says_nothing_that_the_source_does_not() -> None:
    bare = Citation("a#1", "a.txt", "", 1, "桥。")
    said = Shown(citation_html(bare, "en", "other")).text
    assert said.startswith("(untitled)paragraph 1桥。")
    assert said.endswith("Source file a.txt")
    assert "Not in the source: author, journal, year, page" in said


def test_each_text_names_its_own_language_whatever_the_page_speaks() -> None:
    assert 'lang="zh">青榆镇' in sources_html(BRIDGE_ANSWER, "en")
    assert 'lang="en">The old' in sources_html(ENGLISH, "zh")


def test_carried_terms_are_shown() -> None:
    assert "<bdi>老石桥</bdi>" in answer_html(FOLLOW_UP, "zh")
    assert "carried" not in answer_html(BRIDGE_ANSWER, "zh")


def test_the_time_is_the_total_or_the_sum_of_its_stages() -> None:
    assert "用时 0.18 秒" in took_html(BRIDGE_ANSWER, "zh")
    assert "0.12 s" in took_html(ENGLISH, "en")
    assert "95 毫秒" in took_html(RELATED, "zh")
    assert took_html(NOT_FOUND, "en") == ""


def test_only_turns_that_have_paragraphs_and_are_not_shown_offer_them() -> None:
    turns = [
        Turn("a", BRIDGE_ANSWER),
        Turn("b", RELATED),
        Turn("c", Answer("c", "not_found", 0.0)),
        Turn("d", error="e"),
    ]
    assert re.findall(r'data-do="turn" data-n="(\d)"', conversation_html(turns, 1, (), "zh")) == ["0"]


def test_a_question_being_looked_up_says_so() -> None:
    assert "正在查找" in conversation_html([Turn("桥呢？")], None, (), "zh")


def test_an_error_without_a_sentence_gets_a_polite_one() -> None:
    assert say("en", "failed_how") in Shown(conversation_html([Turn("q", error="")], 0, (), "en")).text


def test_the_first_screen_offers_the_examples() -> None:
    assert re.findall(r'data-do="example" data-n="\d">(.*?)<', conversation_html([], None, EXAMPLES, "zh")) == list(
        EXAMPLES
    )


def test_the_first_screen_says_what_the_archive_holds() -> None:
    shown = Shown(conversation_html([], None, EXAMPLES, "zh", ABOUT)).text
    for fact in ("3 期", "36 篇文章", "2023-09 至 2024-05"):
        assert fact in shown


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigError("the question is empty"), "问题是空的"),
        (ConfigError("the question has 1,234 characters, more than 1,000"), "1,234 个字"),
        (ConfigError("the filter wants a field"), "筛选条件"),
        (IndexStoreError("the index changes faster than it can be opened"), "正在更新"),
        (IndexStoreError("there is no index"), "wenju index"),
        (IndexStoreError("tantivy/x of the index is damaged"), "wenju repair"),
        (ModelError("no such model"), "wenju doctor"),
        (WenjuError("something new"), "something new"),
    ],
)
def test_an_error_is_told_in_the_language_of_the_page(error: WenjuError, said: str) -> None:
    assert said in sentence(error, "zh")
    assert re.search("[一-鿿]", sentence(error, "zh"))
    assert sentence(error, "en") == str(error)


def test_what_was_typed_and_what_was_looked_up_are_both_named() -> None:
    answer = replace(BRIDGE_ANSWER, corrected=(("老石侨", "老石桥"),))
    text = Shown(answer_html(answer, "zh")).text
    assert "按“老石桥”查找，原写作“老石侨”" in text


def test_each_carried_term_can_be_taken_away() -> None:
    html = answer_html(FOLLOW_UP, "zh", 3)
    assert 'data-do="drop" data-turn="3" data-n="0"' in html
    assert 'aria-label="去掉“老石桥”"' in html


def test_a_reference_can_be_copied_as_it_is_shown() -> None:
    html = citation_html(BRIDGE_ANSWER.citations[0], "zh")
    copied = dict(Shown(html).attributes)["data-copy"]
    assert copied in Shown(html).text
    assert copied.startswith("沈砚秋")


def test_the_neighbours_of_a_paragraph_stand_around_it_once_asked_for() -> None:
    asked = Asked({("cited", 0): (["前一段。"], ["后一段。"])})
    text = Shown(citation_html(BRIDGE_ANSWER.citations[0], "zh", asked=asked)).text
    assert text.index("前一段。") < text.index(BRIDGE) < text.index("后一段。")
    assert "看上下段" not in text


def test_the_filters_of_a_question_stand_beneath_it() -> None:
    html = conversation_html([Turn("桥呢？", RELATED, chosen=(("since", "2023"),))], 0, (), "zh")
    assert "2023 年起" in html


def test_the_header_says_what_is_in_the_archive() -> None:
    assert archive_facts(ABOUT, "zh") == ["3 期", "36 篇文章", "1,412 段", "2023-09 至 2024-05"]
    assert archive_facts({"articles": 1, "files": 0, "elsewhere": 3}, "en") == ["1 article"]


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name} - {"s"}

    assert WORDS["zh"].keys() == WORDS["en"].keys()
    assert {key: blanks(text) for key, text in WORDS["zh"].items()} == {
        key: blanks(text) for key, text in WORDS["en"].items()
    }


def test_a_title_with_braces_is_not_taken_for_a_blank() -> None:
    answer = replace(BRIDGE_ANSWER, citations=(cited(BRIDGE, "一九三二年", title="{n} {0}"),))
    assert "“{n} {0}”" in answer_html(answer, "zh")


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.5, zh-TW;q=0.8", "zh"),
        ("fr-FR,fr;q=0.9,en;q=0.3", "en"),
        ("de", "zh"),
        ("zh;q=0,en", "en"),
        ("en;q=nonsense", "en"),
        ("", "zh"),
        (None, "zh"),
    ],
)
def test_the_page_speaks_the_language_the_browser_prefers(header: str | None, lang: str) -> None:
    assert preferred(header) == lang


FIGURES = Answer(
    "石桥有多长？",
    "answered",
    0.6,
    "四十六米",
    (span(BRIDGE, "四十六米"),),
    (cited(BRIDGE, "四十六米"),),
    figures=(
        Figure("四十四米", cited(STATIONS, title="桥的旧账"), "1998"),
        Figure("四十六米", cited(BRIDGE, "四十六米"), None),
    ),
)


def test_figures_that_differ_stand_side_by_side_with_their_dates() -> None:
    html = answer_html(FIGURES, "zh", 2)
    assert re.findall(r"<li><b>(.*?)</b><small>(.*?)</small>", html) == [("四十四米", "1998"), ("四十六米", "无日期")]
    assert re.findall(r'data-turn="2" data-group="figure" data-n="(\d)"', html) == ["0", "1"]
    assert "<ol" not in html


def test_the_items_of_a_list_are_its_own_and_not_its_spans() -> None:
    spans = tuple(span(STATIONS, word) for word in ("桥头站", "河湾站", "北岭站"))
    answer = replace(LIST_ANSWER, text=STATIONS[:30], spans=spans[:1], items=spans)
    html = answer_html(answer, "zh")
    assert re.findall(r"<li[^>]*>(.*?)</li>", html) == ["桥头站", "河湾站", "北岭站"]


def test_an_answer_out_of_a_table_names_its_row_and_column() -> None:
    text = Shown(answer_html(replace(BRIDGE_ANSWER, cell=Cell("老石桥", "建成", "一九三二年")), "zh")).text
    assert "行：老石桥" in text
    assert "列：建成" in text
    bare = answer_html(replace(BRIDGE_ANSWER, cell=Cell(None, None, "一九三二年")), "zh")
    assert 'class="cell"' not in bare


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_figure_cell_verdict_or_title_of_a_conversation_becomes_markup(payload: str) -> None:
    def drawn(text: str) -> Shown:
        answer = replace(
            poisoned(text), figures=(Figure(text, cited(text, title=text), text),) * 2, cell=Cell(text, text, text)
        )
        judged = [Turn(text, answer, judged=("better", text)), Turn(text, answer, judged=("not", WenjuError(text)))]
        talks = [Talk(text, text, 2, 0.0, 0.0), Talk("named", text, 2, 0.0, 0.0)]
        listed = talks_html(Listing(text, renaming="named", deleting=text), talks, text, "zh")
        return Shown(conversation_html(judged, 0, (), "zh", judging=True) + listed)

    hostile, harmless = drawn(payload), drawn(re.sub("[<>\"'&`]", "h", payload))
    assert hostile.text.count(payload) >= 10
    assert hostile.tags == harmless.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert not any(value.startswith("javascript:") for name, value in hostile.attributes if name == "href")


def test_each_answer_asks_whether_it_is_right_where_verdicts_are_kept() -> None:
    def asked(answer: Answer) -> list[str]:
        return re.findall(
            r'data-do="(judge|better)"', conversation_html([Turn("q", answer)], 0, (), "zh", judging=True)
        )

    assert asked(BRIDGE_ANSWER) == ["judge", "judge", "better"]
    assert asked(NOT_FOUND) == ["judge", "better"]
    assert asked(Answer("q", "not_found", 0.0)) == ["judge"]
    assert "judge" not in conversation_html([Turn("q", BRIDGE_ANSWER)], 0, (), "zh")
