"""rag.articles.signs.places: datelines, and the place in an affiliation."""

import pytest

from rag.articles.signs.places import place_in, read_dateline


@pytest.mark.parametrize(
    ("text", "place", "date", "authors"),
    [
        ("本报青山3月5日讯（记者 林晓 通讯员 陈大山）今天", "青山", "3月5日", ("林晓", "陈大山")),
        ("新华社北京2024年3月5日电 记者获悉", "北京", "2024年3月5日", ()),
        ("本刊讯 （记者 林晓） 近日", None, None, ("林晓",)),
        ("LONDON, March 5 — The council met.", "LONDON", "March 5", ()),
        ("HARWICK, Ohio (AP) — The council met.", "HARWICK", None, ()),
    ],
)
def test_a_dateline_tells_place_date_and_reporters(text, place, date, authors):
    line = read_dateline(text)
    assert (line.place, line.date, line.authors) == (place, date, authors)


@pytest.mark.parametrize(
    "text", ["本报记者林晓今天获悉", "据悉，会议开了三天。", "AI — a short guide", "The council met."]
)
def test_other_beginnings_are_no_datelines(text):
    assert read_dateline(text) is None


@pytest.mark.parametrize(
    ("affiliation", "place"),
    [
        ("江苏", "江苏"),
        ("河口市人大常委会", "河口市"),
        ("山东省河口市青山县人民政府", "山东省河口市青山县"),
        ("中共河口县委", "河口县"),
        ("青山", "青山"),
        ("北京大学", None),
        ("社区教育中心", None),
        ("市场监管局", None),
        ("摄影", None),
        ("林晓", None),
    ],
)
def test_a_place_is_given_only_if_the_affiliation_is_or_begins_with_one(affiliation, place):
    assert place_in(affiliation) == place
