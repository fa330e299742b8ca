"""Which passages share a place in a ranking."""

from __future__ import annotations

from collections.abc import Iterator

from rag.retrieve.copies import LOOKED_FURTHER, share_places
from rag.types import Passage

LONG = (
    "去年云溪市用三年时间治理青石河，沿河关停了四十二家小作坊，白鹭又回到河口筑巢，全市为此设立了河长，每天清早沿河巡查，"
    * 3
)


def passage(n: int, text: str, article: str = "") -> Passage:
    name = article or f"a.txt#{n}"
    return Passage(f"{name}:{n}-{n + 1}", name, "a.txt", f"题{n}", n, n + 1, text)


def shared(*texts: str, count: int = 9) -> list[tuple[str, int]]:
    places = share_places([passage(n, text) for n, text in enumerate(texts)], count)
    return [(place.passage.title, len(place.copies)) for place in places]


def test_the_same_words_share_a_place_whatever_their_width_script_and_marks() -> None:
    assert shared("白鹭筑巢。", "别的", "白鷺 筑巢", "白鹭，筑巢！") == [("题0", 2), ("题1", 0)]


def test_near_copies_share_a_place_and_others_do_not() -> None:
    assert shared(LONG, LONG.replace("去年", "今年", 1)) == [("题0", 1)]
    assert shared(LONG, LONG.replace("白鹭", "苍鹭").replace("小作坊", "大工厂")) == [("题0", 0), ("题1", 0)]
    assert shared("白鹭又回到河口筑巢", "苍鹭又回到河口筑巢") == [("题0", 0), ("题1", 0)]  # too short to be near


def test_other_numbers_are_other_facts() -> None:
    assert shared(LONG + "共42家。", LONG + "共43家。") == [("题0", 0), ("题1", 0)]
    assert shared(LONG + "共42家。", LONG + "共４２家！") == [("题0", 1)]


def test_places_are_counted_not_passages() -> None:
    assert shared("一样的话", "一样的话", "别的话", "再说", count=2) == [("题0", 1), ("题2", 0)]
    assert shared("一样的话", "别的话", "一样的话", count=1) == [("题0", 1)]
    assert shared() == []


def test_an_article_may_take_only_so_many_places() -> None:
    ranked = [passage(n, f"第{n}段话", "a.txt#1" if n < 5 else "b.txt#1") for n in range(8)]
    places = share_places(ranked, 4, per_article=2)
    assert [place.passage.title for place in places] == ["题0", "题1", "题5", "题6"]


def test_no_passage_is_asked_for_beyond_those_in_which_copies_are_looked_for() -> None:
    asked = []

    def ranked() -> Iterator[Passage]:
        for n in range(99):
            asked.append(n)
            yield passage(n, f"第{n}段话")

    assert len(share_places(ranked(), 5)) == 5
    assert len(asked) == 5 + LOOKED_FURTHER
