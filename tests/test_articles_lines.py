"""rag.articles.lines: the measures and predicates everything else rests on."""

import pytest

from rag.articles.lines import LineWriter, finished, letter_spaced, trim, width


@pytest.mark.parametrize(
    ("text", "size"),
    [("青山镇", 3), ("12个", 2), ("a b", 1), ("青　山", 2), ("好，good", 4), ("", 0)],
)
def test_latin_counts_half_and_white_space_nothing(text, size):
    assert width(text) == size


@pytest.mark.parametrize(
    ("text", "closed", "paused"),
    [
        ("他来了。", True, True),
        ("“他来了。”", True, True),
        ("他说：", False, True),
        ("（一）青河；", False, True),
        ("他来", False, False),
        ("(see p. 3)", False, False),
        ("He came.", True, True),
        ("", False, False),
    ],
)
def test_a_line_is_finished_by_its_stop_whatever_closes_after_it(text, closed, paused):
    assert finished(text) is closed
    assert finished(text, pauses=True) is paused


def test_only_stretched_lines_are_letter_spaced():
    assert letter_spaced("全 镇 上 下 都 来 帮 忙 修 桥 补 路")
    assert not letter_spaced("用好“四表” 办好民事 村里多了笑声")
    assert not letter_spaced("the town opened three stations")


def test_trim_takes_invisible_marks_for_space():
    text = "\ufeff　 青山\u200b \t"
    assert text[slice(*trim(text, 0, len(text)))] == "青山"


def test_the_writer_places_lines_in_the_text_it_builds():
    writer = LineWriter()
    for raw in ("　青山镇  ", "   ", "河口村"):
        writer.add(raw)
    assert [line.text for line in writer.lines] == ["青山镇", "河口村"]
    assert [writer.decoded()[slice(*line.ranges[0])] for line in writer.lines] == ["青山镇", "河口村"]
