"""Words of one script found by the meaning of words of the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.index.lexicon import MAX_WORDS, Lexicon, build, choose
from rag.index.vector_files import pack

MEANINGS = {"river": 0, "河流": 0, "bird": 1, "白鹭": 1, "苍鹭": 1, "book": 2}


def vector(*meanings: int, shift: float = 0.0) -> np.ndarray:
    row = np.full(8, shift, dtype=np.float32)
    for meaning in meanings:
        row[meaning] += 1
    return row / np.linalg.norm(row)


def lexicon(home: Path, shift: float = 0.0) -> Lexicon:
    vectors = np.stack([vector(meaning, shift=shift) for meaning in MEANINGS.values()])
    build(home, 8, list(MEANINGS), pack(vectors))
    return Lexicon(home)


@pytest.mark.parametrize("shift", [0.0, 3.0])  # an encoder may put all it knows into one corner
def test_a_word_finds_the_words_of_the_other_script_that_mean_the_same(tmp_path: Path, shift: float) -> None:
    asked = np.stack([vector(1, shift=shift), vector(0, shift=shift), vector(1, shift=shift)])
    birds, rivers, back = lexicon(tmp_path, shift).nearest(["herons", "stream", "鹭鸟"], lambda _: asked)
    assert sorted(word for word, _ in birds) == ["白鹭", "苍鹭"]
    assert [word for word, _ in rivers] == ["河流"]
    assert [word for word, _ in back] == ["bird"]
    assert all(0.3 <= similarity <= 1.001 for _, similarity in (*birds, *rivers, *back))


def test_what_is_found_for_a_word_does_not_depend_on_what_was_asked_with_it_or_before(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    words = [chr(0x4E00 + n // 200) + chr(0x5E00 + n % 200) for n in range(2000)]
    build(tmp_path, 8, words, pack(random.normal(size=(2000, 8)).astype(np.float32)))
    vectors = {f"word{n}": random.normal(size=8).astype(np.float32) for n in range(20)}
    looked_up: list[str] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        looked_up.extend(texts)
        return np.stack([vectors[text] for text in texts])

    known = Lexicon(tmp_path)
    together, again = (known.nearest(list(vectors), encode) for _ in range(2))
    alone = [Lexicon(tmp_path).nearest([word], encode)[0] for word in vectors]
    assert together == again == alone
    assert looked_up == [*vectors, *vectors]  # the second time it was known


def test_an_unknown_word_or_an_empty_lexicon_finds_nothing(tmp_path: Path) -> None:
    assert lexicon(tmp_path).nearest(["???"], lambda _: np.zeros((1, 8), dtype=np.float32)) == [[]]
    build(tmp_path, 8, [], [])
    assert Lexicon(tmp_path).nearest(["bird"], lambda _: vector(1)[None]) == [[]]


def test_numbers_lone_characters_and_the_rarest_words_are_not_kept() -> None:
    assert choose([("2024", 9), ("河", 9), ("白鹭", 1), ("ab", 9), ("river", 2), ("1.5", 3)]) == ["river", "白鹭"]
    many = [(f"{chr(0x4E00 + n // 200)}{chr(0x5E00 + n % 200)}", n) for n in range(MAX_WORDS + 5)]
    assert set(choose(many)) == {word for word, count in many if count >= 5}
