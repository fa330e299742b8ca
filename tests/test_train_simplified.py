"""The table of traditional characters."""

from __future__ import annotations

import pytest

from rag.text import SIMPLIFIED, fold, simplified


def test_the_table_that_is_shipped_is_the_one_that_is_made() -> None:
    pytest.importorskip("opencc")
    from rag.train.simplified import table

    assert SIMPLIFIED.read_text(encoding="utf-8") == table()


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [("臺灣後來與徵收", "台湾后来与征收"), ("為什麼", "为什么"), ("衆羣峯裏裡", "众群峰里里"), ("著名", "著名")],
)
def test_traditional_characters_fold_to_simplified_ones(traditional: str, plain: str) -> None:
    assert fold(traditional) == simplified(traditional) == plain


def test_folding_twice_changes_nothing_and_lengths_stay() -> None:
    every = "".join(map(chr, (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0xFF00, 0xFFF0))))
    assert len(fold(every)) == len(every)
    assert fold(fold(every)) == fold(every)


def test_simplified_leaves_all_else_as_it_is() -> None:
    assert simplified("ＡＢ Ｃ，１２ abc 简体") == "ＡＢ Ｃ，１２ abc 简体"
