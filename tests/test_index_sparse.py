"""The word index: what it finds, and that one brought up to date is as good as one made anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import IndexStoreError
from rag.index import sparse, wordlist
from rag.index.clauses import MAX_TERMS
from rag.index.sparse import FOLDER, WordIndex
from rag.index.word_files import build, buried, extend
from rag.index.wordlist import WordList

TEXTS = [
    (1, 1, "云溪市用三年治理青石河。", "青石河治理三年记"),
    (2, 1, "白鹭又回到河口筑巢。", "青石河治理三年记"),
    (3, 2, "镇里开通了流动书车。", "山里的图书馆\n青峰镇"),
    (4, 3, "The stations reported flooding twice.", "The river stations"),
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
    build(tmp_path, [(row, row, "同样的一句话。", "") for row in (3, 5, 9)])
    assert rows(WordIndex(tmp_path), "一句话") == [3, 5, 9]
    assert rows(WordIndex(tmp_path), "一句话", 2) == [3, 5]


def test_an_extended_index_holds_the_old_less_the_dead_and_the_new(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    build(old, TEXTS)
    extend(new, old, [2], [(5, 4, "白鹭飞走了。", "冬")])
    assert (len(WordIndex(old)), len(WordIndex(new))) == (4, 4)
    assert rows(WordIndex(old), "白鹭") == [2]
    assert rows(WordIndex(new), "白鹭") == [5]
    assert (buried(old), buried(new)) == ((0, 4), (1, 4))


def test_an_extended_index_shares_the_segment_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    build(old, TEXTS)
    extend(new, old, [], [(5, 4, "白鹭飞走了。", "冬")])
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


@pytest.mark.parametrize("question", ["青石河耗资", "青石河耗資", "青石河 耗资 ３年", "青石河耗资三年"])
def test_script_width_and_spelling_of_numbers_do_not_matter(tmp_path: Path, question: str) -> None:
    others = [(row, row, "青石河很长，流过七个镇。", "") for row in range(4)]
    build(tmp_path, [*others, (5, 5, "青石河治理用了3年，耗資一千二百萬元。", "")])
    assert rows(WordIndex(tmp_path), question)[0] == 5


def test_a_number_is_found_in_any_spelling(tmp_path: Path) -> None:
    texts = ["全市有一千二百名代表", "会议在二〇二四年三月五日召开", "投入1.5万元", "合格率为百分之九十八"]
    build(tmp_path, [(row, row, text, "") for row, text in enumerate(texts)])
    index = WordIndex(tmp_path)
    assert rows(index, "1,200") == rows(index, "１２００") == [0]
    assert rows(index, "2024-03-05") == rows(index, "2024") == [1]
    assert rows(index, "March 5, 2024")[0] == 1
    assert rows(index, "15000") == [2]
    assert rows(index, "98%") == rows(index, "98 %") == [3]


def test_a_limit_to_articles_leaves_scores_as_they_are(tmp_path: Path) -> None:
    build(tmp_path, TEXTS)
    index = WordIndex(tmp_path)
    free = dict(index.search("青石河的白鹭 图书馆", 9))
    for chosen, others, left in (([1], [2, 3], {1, 2}), ([1, 2], [3], {1, 2, 3}), ([], [1, 2, 3], set())):
        found = dict(index.search("青石河的白鹭 图书馆", 9, only=index.only(chosen, others)))
        assert found == {row: score for row, score in free.items() if row in left}


def test_the_reasons_add_up_to_the_score(tmp_path: Path) -> None:
    build(tmp_path, TEXTS, WordList("青石河"))
    index = WordIndex(tmp_path)
    meant = [[("白鹭", 0.8), ("苍鹭", 0.6)]]
    found = index.search("青石河 Qingfeng herons", 9, meant)
    told = index.reasons("青石河 Qingfeng herons", [row for row, _ in found], meant)
    for row, score in found:
        assert sum(part for _, _, part in told[row]) == pytest.approx(score, rel=1e-5)
    assert {field for reasons in told.values() for field, _, _ in reasons} >= {"words", "grams", "own", "spelled"}


def test_words_of_ones_own_stand_for_one_another_and_are_kept(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    build(old, TEXTS, WordList("书车 = 流动图书馆 = bookmobile"))
    extend(new, old, [], [(5, 4, "The Bookmobile comes on Wednesdays.", "")])
    assert rows(WordIndex(old), "流动图书馆")[0] == 3
    assert set(rows(WordIndex(new), "书车")) >= {3, 5}
    assert (new / wordlist.FILE).read_text(encoding="utf-8") == "书车 = 流动图书馆 = bookmobile"


def test_an_index_of_an_older_version_says_what_to_do(tmp_path: Path) -> None:
    build(tmp_path, TEXTS)
    (tmp_path / wordlist.FILE).unlink()
    with pytest.raises(IndexStoreError, match=r"older version.*wenju index"):
        WordIndex(tmp_path)


def test_all_passages_that_hold_some_terms_are_found_however_many(tmp_path: Path) -> None:
    build(tmp_path, [(row, row, f"第{row}次会议", "河" if row % 2 else "山") for row in range(1, 301)])
    index = WordIndex(tmp_path)
    assert index.holding([[[("grams", "会议")]]]) == list(range(1, 301))
    assert index.holding([[[("grams", "会议")]], [[("words", "7")]]]) == [7]
    assert index.holding([[[("grams", "河")], [("words", "8")]]]) == sorted({*range(1, 301, 2), 8})
    assert index.holding([[[]]]) == list(range(1, 301))


def test_in_a_large_index_the_commonest_terms_of_a_question_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [(row, row, f"第{row}次会议讨论预算。", "") for row in range(1, 201)]
    build(tmp_path, [*texts, (300, 300, "会议讨论了白鹭。", "")])
    index = WordIndex(tmp_path)
    question = "会议讨论白鹭"
    everything = index.search(question, 500)
    monkeypatch.setattr(sparse, "AFFORDABLE", 100)
    monkeypatch.setattr(sparse, "_ALWAYS", 1)
    few = index.search(question, 500)
    assert (everything[0][0], few[0][0]) == (300, 300)
    assert len(few) == 1 < len(everything)
    told = index.reasons(question, [300])[300]
    assert sum(part for _, _, part in told) == pytest.approx(few[0][1], rel=1e-5)
    assert rows(index, "会议")  # one that holds nothing else is looked up all the same
