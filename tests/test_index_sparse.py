"""The word index: what it finds, and that one brought up to date is as good as one made anew."""

from __future__ import annotations

import os
from pathlib import Path

from rag.index.sparse import FOLDER, MAX_TERMS, WordIndex, build, buried, extend

TEXTS = [
    (1, "云溪市用三年治理青石河。", "青石河治理三年记"),
    (2, "白鹭又回到河口筑巢。", "青石河治理三年记"),
    (3, "镇里开通了流动书车。", "山里的图书馆\n青峰镇"),
    (4, "The stations reported flooding twice.", "The river stations"),
]


def rows(index: WordIndex, question: str, depth: int = 10) -> list[int]:
    return [row for row, _ in index.search(question, depth)]


def test_passages_are_found_by_text_by_context_and_by_the_sound_of_names(tmp_path: Path) -> None:
    build(tmp_path, TEXTS)
    index = WordIndex(tmp_path)
    assert rows(index, "白鹭在哪里筑巢") == [2]
    assert rows(index, "青石河") == [1, 2]  # both by the title, the first by its text as well
    assert rows(index, "Which station reports a flood?") == [4]
    assert rows(index, "libraries of Qingfeng town") == [3]


def test_a_question_without_a_known_term_finds_nothing(tmp_path: Path) -> None:
    build(tmp_path, TEXTS)
    assert [rows(WordIndex(tmp_path), question) for question in ("", "？！", "zzz", "what is the")] == [[], [], [], []]


def test_a_page_pasted_in_as_a_question_is_searched_by_its_first_terms(tmp_path: Path) -> None:
    build(tmp_path, TEXTS)
    many = " ".join(f"word{n}" for n in range(MAX_TERMS))
    index = WordIndex(tmp_path)
    assert rows(index, f"白鹭 {many}") == [2]
    assert rows(index, f"{many} herons") == []


def test_equal_scores_are_ordered_by_row(tmp_path: Path) -> None:
    build(tmp_path, [(row, "同样的一句话。", "") for row in (3, 5, 9)])
    assert rows(WordIndex(tmp_path), "一句话") == [3, 5, 9]
    assert rows(WordIndex(tmp_path), "一句话", 2) == [3, 5]


def test_an_extended_index_holds_the_old_less_the_dead_and_the_new(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    build(old, TEXTS)
    extend(new, old, [2], [(5, "白鹭飞走了。", "冬")])
    assert (len(WordIndex(old)), len(WordIndex(new))) == (4, 4)
    assert rows(WordIndex(old), "白鹭") == [2]
    assert rows(WordIndex(new), "白鹭") == [5]
    assert (buried(old), buried(new)) == (0, 1)


def test_an_extended_index_shares_the_segment_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    build(old, TEXTS)
    extend(new, old, [], [(5, "白鹭飞走了。", "冬")])
    shared = [path for path in (old / FOLDER).glob("*.term") if os.path.samefile(path, new / FOLDER / path.name)]
    assert len(shared) == 1


def test_an_index_extended_step_by_step_scores_like_one_made_at_once(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("0", "1", "2", "whole")]
    for home in homes:
        home.mkdir()
    build(homes[0], TEXTS[:2])
    extend(homes[1], homes[0], [], TEXTS[2:3])
    extend(homes[2], homes[1], [], TEXTS[3:])
    build(homes[3], TEXTS)
    for question in ("青石河的白鹭", "青峰镇的书车", "stations"):
        assert WordIndex(homes[2]).search(question, 9) == WordIndex(homes[3]).search(question, 9)
