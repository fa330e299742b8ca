"""The pages besides the chat: all passages, quote check, status."""

from __future__ import annotations

import re

import pytest
from test_ui_render import Shown
from ui_answers import ABOUT, BRIDGE, WELL, KnownArchive, cited
from ui_payloads import PAYLOADS

from rag.errors import ConfigError, IndexStoreError
from rag.quote import Place as Found
from rag.quote import QuoteCheck
from rag.quote.align import Difference
from rag.retrieve.matches import Group, Matches
from rag.types import Passage
from ui.kept.meter import Meter
from ui.rooms import passages_html as passages
from ui.rooms import quote_html as quotes
from ui.rooms.passages_html import passages_html, said
from ui.rooms.quote_html import quotes_html
from ui.rooms.status import StatusRoom
from ui.rooms.status_html import status_html


def passage(text: str, number: int = 1) -> Passage:
    return Passage(f"a#1:{number}", "a#1", "a.txt", "一座桥", 0, len(text), text)


def matches(*texts: str, wanted: tuple[tuple[str, ...], ...] = (("石桥",),), page: int = 1, pages: int = 1) -> Matches:
    group = Group("a#1", "a.txt", "一座桥", ("沈砚秋",), "2024-03", len(texts), tuple(map(passage, texts)))
    years = (("2023", 3), ("2024", 12), ("", 1))
    return Matches("石桥", None, wanted, len(texts), 1, years, page, pages, 20, (group,) if texts else ())


def test_all_passages_are_counted_and_their_words_marked() -> None:
    shown = Shown(passages_html(matches(BRIDGE, WELL), None, "zh"))
    assert "2 段，见于 1 篇文章" in shown.text
    assert shown.marks == ["石桥", "石桥"]
    assert BRIDGE in shown.text
    assert "无日期" in shown.text


def test_words_are_marked_in_any_width_and_case_but_latin_ones_only_whole() -> None:
    text = "Bridge，ＢＲＩＤＧＥ and bridgehead"
    assert [text[start:end] for start, end in said(text, [("words", "bridge")])] == ["Bridge", "ＢＲＩＤＧＥ"]


def test_traditional_characters_are_marked_where_simplified_were_asked_for() -> None:
    text = "橋樑三座"
    assert [text[start:end] for start, end in said(text, [("words", "桥梁")])] == ["橋樑"]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("ferries", "The ferry and two ferryboats, Ferries too.", ["Ferries", "ferry"]),
        ("32座", "一百三十二户人家，三十二座桥，另有32座塔。", ["32", "三十二"]),
        ("2023年", "二〇二三年通车，2023 年底还清。", ["2023", "二〇二三"]),
        ("“老石桥”", "老石桥旁有一座石桥，老 石 桥。", ["老 石 桥", "老石桥"]),
    ],
)
def test_other_forms_of_a_word_and_spellings_of_a_number_are_marked_too(
    query: str, text: str, marked: list[str]
) -> None:
    found = Matches(query, None, (), 1, 1, (), 1, 1, 20, ())
    assert sorted({text[start:end] for start, end in said(text, passages.sought(found))}) == marked


def test_the_buttons_of_the_passages_and_their_places_have_the_same_order() -> None:
    found = matches(BRIDGE, WELL)
    html = passages_html(found, None, "zh")
    assert re.findall(r'data-do="open" data-n="(\d)"', html) == ["0", "1"]
    assert [place.text for place in passages.places(found)] == [BRIDGE, WELL]
    assert passages.places(None) == []


def test_pages_can_be_turned_both_ways() -> None:
    def leaves(page: int) -> list[str]:
        return re.findall(
            r'data-do="leaf" data-n="(\d)"', passages_html(matches(BRIDGE, page=page, pages=3), None, "zh")
        )

    assert (leaves(1), leaves(2), leaves(3)) == (["2"], ["1", "3"], ["2"])


def test_words_that_no_passage_holds_are_named() -> None:
    html = passages_html(matches(wanted=(("火星", "mars"), ("石桥",))), None, "zh")
    assert "没有一段同时含有：火星/mars + 石桥" in Shown(html).text


def test_a_failed_search_is_told_in_the_language_of_the_page() -> None:
    error = ConfigError("there is no word to look for")
    assert "没有可以查找的词" in passages_html(None, error, "zh")
    assert 'role="alert"' in passages_html(None, error, "en")


def check(piece: str, text: str, *differences: Difference) -> QuoteCheck:
    place = Found("a#1", 100, 100 + len(text), text, 0.9, differences, (cited(BRIDGE),))
    return QuoteCheck(piece, "altered" if differences else "exact", (place,))


def test_an_exact_quotation_shows_the_source_alone() -> None:
    shown = Shown(quotes_html([check("老石桥建于一九三二年", "老石桥建于一九三二年")], None, "zh"))
    assert "与原文一致" in shown.text
    assert shown.text.count("老石桥建于一九三二年") == 1
    assert shown.marks == []


def test_each_difference_is_marked_on_both_sides_and_said_in_words() -> None:
    changed = Difference("replaced", (4, 5), (104, 105))
    left = Difference("left out", (6, 6), (106, 108))
    shown = Shown(quotes_html([check("老石桥修于某年", "老石桥建于某七年冬", changed, left)], None, "zh"))
    assert "与原文有出入" in shown.text
    assert "2 处出入" in shown.text
    assert shown.marks == ["于", "于", "七年"]


def test_a_quotation_that_is_nowhere_is_said_to_be_nowhere() -> None:
    html = quotes_html([QuoteCheck("火星上有桥", "not_found", ())], None, "en")
    assert "This sentence was not found" in html
    assert "<mark" not in html


def test_a_quoted_place_opens_at_its_words() -> None:
    (place,) = quotes.places([check("老石桥", "老石桥")])
    assert (place.article_id, place.start, place.text, place.marks) == ("a#1", 100, "老石桥", ((0, 3),))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_passage_and_no_quotation_becomes_markup(payload: str) -> None:
    def drawn(text: str) -> Shown:
        one = Passage(text, text, text, text, 0, len(text), text)
        group = Group(text, text, text, (text,), text, 1, (one,))
        found = Matches(text, None, ((text,),), 1, 1, ((text, 1), ("", 1)), 1, 2, 20, (group,))
        changed = Difference("replaced", (0, len(text)), (0, len(text)))
        place = Found(text, 0, len(text), text, 0.5, (changed,), (cited(text, title=text, authors=(text,)),))
        checks = [QuoteCheck(text, "altered", (place,)), QuoteCheck(text, "not_found", ())]
        status = status_html(None, {"name": text, "reader": text}, Meter().speed(), [text], "zh")
        wrong = IndexStoreError(text, where=text)
        failed = passages_html(None, wrong, "zh") + quotes_html((), wrong, "zh")
        return Shown(passages_html(found, None, "zh") + quotes_html(checks, None, "zh") + status + failed)

    hostile, harmless = drawn(payload), drawn(re.sub("[<>\"'&`]", "h", payload))
    assert hostile.text.count(payload) >= 10
    assert [tag for tag in hostile.tags if tag != "mark"] == [tag for tag in harmless.tags if tag != "mark"]
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}


def test_the_meter_counts_and_takes_quantiles_of_what_was_answered() -> None:
    meter = Meter()
    for took in range(1, 101):
        meter.answered(took)
    meter.failed()
    speed = meter.speed()
    assert (speed.asked, speed.failed, speed.p50, speed.p95) == (101, 1, 50, 95)
    assert Meter().speed().p50 is None


def test_the_status_names_index_models_and_speed() -> None:
    manifest = KnownArchive([]).manifest()
    meter = Meter()
    meter.answered(420.0)
    text = Shown(status_html(manifest, {**ABOUT, "reader": "reader@1"}, meter.speed(), [], "zh")).text
    for part in ("一切正常", "青榆人大", "2026-05-02 08:30", "98,765", "words@1，192 维", "reader@1", "420 毫秒"):
        assert part in text


def test_an_index_that_cannot_be_read_is_a_fault_and_no_error() -> None:
    class Broken(KnownArchive):
        def manifest(self):  # type: ignore[no-untyped-def]
            raise IndexStoreError("the store of the index is damaged")

    text = Shown(StatusRoom(Broken([]), ABOUT, Meter()).look("zh")).text
    assert "需要留意" in text
    assert "wenju repair" in text
