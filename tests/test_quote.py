from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cli import main
from rag.errors import ConfigError
from rag.quote import check_quote
from rag.quote.align import align
from rag.quote.whole_words import whole_words

BRIDGE = "芦渡大桥全长 1.2 公里，于去年十月通车，沿线设了六个观景台。"


def changes(quote: str, text: str) -> list[tuple[str, str, str]]:
    found = align(quote, text)
    assert found is not None
    return [(d.change, quote[slice(*d.quote)], text[slice(*d.source)]) for d in found.differences]


def test_equal_words_are_found_whatever_their_width_script_and_spaces() -> None:
    found = align("全長１.２公里，於去年十月通車", BRIDGE)
    assert found is not None
    assert (BRIDGE[found.start : found.end], found.edits) == ("全长 1.2 公里，于去年十月通车", 0)


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ("昨天镇长宣布大桥通车", "今天镇长宣布大桥通车。", [("replaced", "昨", "今")]),
        ("红色的桥通车了", "雨停了，绿色的桥通车了。", [("replaced", "红", "绿")]),
        ("据说绿色的桥通车了", "雨停了，绿色的桥通车了。", [("added", "据说", "")]),
    ],
)
def test_words_at_the_beginning_that_stand_for_others_are_changed_and_not_added(
    quote: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert changes(quote, text) == expected


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("于前年十月通车", [("replaced", "前", "去")]),
        ("于去年十月正式通车", [("added", "正式", "")]),
        ("于去年通车，沿线设了", [("left out", "", "十月")]),
        ("据悉于去年十月通车", [("added", "据悉", "")]),
        ("设了六个观景台吧", [("added", "吧", "")]),
        ("设了五个观景平台", [("replaced", "五", "六"), ("added", "平", "")]),
    ],
)
def test_what_differs_is_named_character_by_character(quote: str, expected: list[tuple[str, str, str]]) -> None:
    assert changes(quote, BRIDGE) == expected


def test_words_that_share_nothing_are_not_aligned() -> None:
    assert align("qqq", BRIDGE) is None
    assert align("   ", BRIDGE) is None


@given(st.text("甲乙丙丁 ", min_size=1, max_size=12), st.text("甲乙丙丁 ", min_size=1, max_size=20))
def test_the_differences_turn_the_source_into_the_quotation(quote: str, text: str) -> None:
    found = align(quote, text)
    if found is None:
        assert not set("".join(quote.split())) & set("".join(text.split()))
        return
    made, at = "", found.start
    for one in found.differences:
        made += text[at : one.source[0]] if one.source[0] > at else ""
        made += quote[slice(*one.quote)]
        at = max(at, one.source[1])
    assert "".join((made + text[at : found.end]).split()) == "".join(quote.split())
    assert found.edits == sum(max(len("".join(quote[slice(*d.quote)].split())),
                                  len("".join(text[slice(*d.source)].split()))) for d in found.differences)  # fmt: skip


def word_changes(quote: str, text: str) -> tuple[str, list[tuple[str, str, str]]]:
    near = align(quote, text)
    assert near is not None
    found = whole_words(near, quote, text)
    told = [(d.change, quote[slice(*d.quote)], text[slice(*d.source)]) for d in found.differences]
    return text[found.start : found.end], told


BOATS = "On Monday two boats left for 112 islands, 1.2 km away."


@pytest.mark.parametrize(
    ("quote", "stretch", "expected"),
    [
        ("Monday three boats left", "Monday two boats left", [("replaced", "three", "two")]),
        ("Monday two small boats left", "Monday two boats left", [("added", "small", "")]),
        ("Monday two red blue boats", "Monday two boats", [("added", "red blue", "")]),
        ("Monday boats left", "Monday boats left", None),
        ("three big boots left", "two boats left", None),
        ("twenty boats left", "two boats left", [("replaced", "twenty", "two")]),
        ("left for 12 islands", "left for 112 islands", [("replaced", "12", "112")]),
        ("12 islands, 1.3 km", "112 islands, 1.2 km", [("replaced", "12", "112"), ("replaced", "1.3", "1.2")]),
        ("2 km away", "1.2 km away", [("replaced", "2", "1.2")]),
        ("two boats lef", "two boats left", [("replaced", "lef", "left")]),
        ("two boats left", "two boats left", []),
        ("twoboats  left", "two boats left", []),
    ],
)
def test_of_words_that_stand_apart_the_whole_word_differs(
    quote: str, stretch: str, expected: list[tuple[str, str, str]] | None
) -> None:
    told = word_changes(quote, BOATS)
    if expected is not None:
        assert told == (stretch, expected)
    whole = {word.strip(",.") for word in f"{quote} {BOATS}".split()}
    assert all(word.strip(",.") in whole for _, *sides in told[1] for side in sides for word in side.split())


def test_beside_chinese_a_number_is_one_word_and_a_character_is_itself() -> None:
    told = word_changes("全长 1.3 公里，于前年十月通车", BRIDGE)[1]
    assert told == [("replaced", "1.3", "1.2"), ("replaced", "前", "去")]


@given(st.text("aab b甲1. ,", min_size=1, max_size=10), st.text("aab b甲1. ,", min_size=1, max_size=14))
def test_whole_words_turn_the_source_into_the_quotation_too(quote: str, text: str) -> None:
    near = align(quote, text)
    if near is None:
        return
    found = whole_words(near, quote, text)
    made, at = "", found.start
    for one in found.differences:
        assert one.quote[0] < one.quote[1] or one.source[0] < one.source[1]
        made += text[at : one.source[0]] + quote[slice(*one.quote)]
        at = max(at, one.source[1])
    assert "".join((made + text[at : found.end]).split()) == "".join(quote.split())
    assert (found.start, found.end) == (near.start, near.end) or found.differences


PRINTED = "治理之后，白鹭又回到河口筑巢。全市为此设立河长一百零六名。"


def test_a_sentence_of_the_archive_is_exact_and_its_paragraph_is_marked(retriever) -> None:
    (found,) = check_quote(f"“{PRINTED}”", retriever)
    assert (found.verdict, found.places[0].text, found.places[0].differences) == ("exact", PRINTED, ())
    cited = found.places[0].citations[0]
    assert (cited.article_id, [cited.text[s:e] for s, e in cited.marks]) == ("tiny/river.txt#1", [PRINTED])


def test_a_quotation_over_two_paragraphs_marks_both(retriever) -> None:
    (found,) = check_quote("沿河关停小作坊四十二家。治理之后，白鹭又回到河口筑巢。", retriever)
    assert found.verdict == "exact"
    assert {cited.paragraph for cited in found.places[0].citations} == {1, 2}


def test_a_changed_sentence_is_altered_and_another_is_not_found(retriever) -> None:
    (altered,) = check_quote("白鹭竟然又回到河口筑巢", retriever)
    assert (altered.verdict, altered.places[0].text) == ("altered", "白鹭又回到河口筑巢")
    assert [d.change for d in altered.places[0].differences] == ["added"]
    (other,) = check_quote("量子计算机的纠错码在低温下运行得更加稳定可靠", retriever)
    assert (other.verdict, other.places) == ("not_found", ())


def test_an_english_sentence_is_compared_by_its_words(retriever) -> None:
    (exact,) = check_quote("Forty boats still leave it every morning", retriever)
    assert (exact.verdict, exact.places[0].article_id) == ("exact", "tiny/harbour.html#1")
    (altered,) = check_quote("Fifty boats still leave it every morning", retriever)
    (place,) = altered.places
    (one,) = place.differences
    assert (altered.verdict, place.text) == ("altered", "Forty boats still leave it every morning")
    assert (altered.piece[slice(*one.quote)], place.text[: one.source[1] - place.start]) == ("Fifty", "Forty")


def test_the_command_names_whole_english_words(indexed, capsys) -> None:
    assert main(["quote", "Fifty boats still leave it every morning", "--index", str(indexed)]) == 1
    assert "replaced: Fifty → Forty" in capsys.readouterr().out


def test_a_place_that_two_passages_hold_is_named_once(retriever, monkeypatch) -> None:
    hits = retriever.retrieve(PRINTED, 1)
    shifted = replace(hits[0].passage, id="other", start=hits[0].passage.start + 30)
    monkeypatch.setattr(retriever, "retrieve", lambda query, k: [*hits, replace(hits[0], passage=shifted, rank=2)])
    (found,) = check_quote("白鹭竟然又回到河口筑巢", retriever)
    assert len(found.places) == 1


def test_every_place_that_says_it_exactly_is_named(retriever) -> None:
    (found,) = check_quote("设立河长一百零六名", retriever)
    assert {place.article_id for place in found.places} == {
        "tiny/river.txt#1", "tiny/river-again.txt#1", "tiny/imprint.txt#0"
    }  # fmt: skip


def test_words_left_out_cut_a_quotation_into_pieces(retriever) -> None:
    found = check_quote("青峰镇把旧粮站改成图书馆……开通了流动书车……每周五到村口", retriever)
    assert [one.verdict for one in found] == ["exact", "exact", "altered"]


def test_a_blank_quotation_is_refused(retriever) -> None:
    with pytest.raises(ConfigError):
        check_quote("……", retriever)


def test_the_command_tells_verdict_place_and_differences(indexed, capsys) -> None:
    assert main(["quote", PRINTED, "--index", str(indexed), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["places"][0]["text"]) == ("exact", PRINTED)
    assert main(["quote", "白鹭竟然又回到河口筑巢", "--index", str(indexed)]) == 1
    assert "多出: 竟然 → –" in capsys.readouterr().out
