"""The stretch of a text that is most like a quotation, and what differs in it, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from rag.text import fold
from rag.types import Range

Table: TypeAlias = npt.NDArray[np.int32]
Change = Literal["replaced", "added", "left out"]
Step: TypeAlias = tuple[Literal["same", "replaced", "added", "left out"], int, int]  # what, row, column


@dataclass(frozen=True, slots=True)
class Difference:
    """``quote`` is the range in the quotation, ``source`` that in the text; what was added or left out is empty there.

    "added" stands in the quotation only, "left out" in the source only.
    """

    change: Change
    quote: Range
    source: Range


@dataclass(frozen=True, slots=True)
class Alignment:
    """``text[start:end]`` is like the quotation but for ``edits`` characters."""

    start: int
    end: int
    edits: int
    differences: tuple[Difference, ...]


def align(quote: str, text: str) -> Alignment | None:
    """Return the stretch of ``text`` that needs fewest edits to become ``quote``, the first of equals.

    None where not one character is the same. Width, case, script and white space do not count. Sellers' algorithm
    (J. Algorithms 1, 1980): the edit distance with a free beginning and end in the text. Time and memory grow with the
    product of both lengths.
    """
    (asked, asked_at), (told, told_at) = _keys(quote), _keys(text)
    if not len(asked) or not len(told):
        return None
    table = _distances(asked, told)
    steps = _within(_steps(table, asked, told, int(table[-1].argmin())), told)
    if not steps:
        return None
    held = [column for what, _, column in steps if what in ("same", "replaced")]
    changed = [step for step in steps if step[0] != "same"]
    return Alignment(
        int(told_at[held[0]]), int(told_at[held[-1]]) + 1, len(changed), tuple(_differences(changed, asked_at, told_at))
    )


def _within(steps: list[Step], told: npt.NDArray[np.uint32]) -> list[Step]:
    """Let the stretch begin with a character that is the same or put for another of the clause, and end with the same.

    What is beyond was added to the quotation.
    """
    same = [i for i, (what, _, _) in enumerate(steps) if what == "same"]
    if not same:
        return []
    first, last = same[0], same[-1]
    while first and _stands_for(steps[first - 1], told):
        first -= 1
    before: list[Step] = [("added", row, steps[first][2]) for what, row, _ in steps[:first] if what != "left out"]
    after: list[Step] = [("added", row, steps[last][2] + 1) for what, row, _ in steps[last + 1 :] if what != "left out"]
    return before + steps[first : last + 1] + after


def _stands_for(step: Step, told: npt.NDArray[np.uint32]) -> bool:
    """Tell whether a step puts a character in the place of a letter or figure."""
    what, _, column = step
    return what == "replaced" and chr(told[column]).isalnum()


def _keys(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the code points that count, and where each stands."""
    folded = fold(text)
    at = np.array([i for i, char in enumerate(folded) if not char.isspace()], dtype=np.int64)
    return np.array([ord(folded[i]) for i in at], dtype=np.uint32), at


def _distances(asked: npt.NDArray[np.uint32], told: npt.NDArray[np.uint32]) -> Table:
    """Return the table of edit distances, (quote + 1, text + 1)."""
    columns = np.arange(len(told) + 1, dtype=np.int32)
    table = np.zeros((len(asked) + 1, len(told) + 1), dtype=np.int32)
    for row, char in enumerate(asked, 1):
        above = table[row - 1]
        best = above + 1
        np.minimum(best[1:], above[:-1] + (told != char), out=best[1:])
        table[row] = np.minimum.accumulate(best - columns) + columns  # then any number of characters left out
    return table


def _steps(table: Table, asked: npt.NDArray[np.uint32], told: npt.NDArray[np.uint32], end: int) -> list[Step]:
    """Walk back from the end: (what, row, column) of each step, in the order of the text."""
    steps: list[Step] = []
    row, column = len(asked), end
    while row:
        here = table[row, column]
        same = column > 0 and asked[row - 1] == told[column - 1]
        if column and here == table[row - 1, column - 1] + (not same):
            row, column = row - 1, column - 1
            steps.append(("same" if same else "replaced", row, column))
        elif here == table[row - 1, column] + 1:
            row -= 1
            steps.append(("added", row, column))
        else:
            column -= 1
            steps.append(("left out", row, column))
    return steps[::-1]


def _differences(
    steps: Sequence[Step], asked_at: npt.NDArray[np.int64], told_at: npt.NDArray[np.int64]
) -> list[Difference]:
    """Join steps of one kind that adjoin."""
    found: list[Difference] = []
    numbered = [(step[0], step[1] - i * (step[0] != "left out"), step[2] - i * (step[0] != "added"), step)
                for i, step in enumerate(steps)]  # fmt: skip
    for (what, _, _), group in groupby(numbered, key=lambda entry: entry[:3]):
        run = [step for *_, step in group]
        rows, columns = (run[0][1], run[-1][1]), (run[0][2], run[-1][2])
        quote = _range(asked_at, rows, empty=what == "left out")
        source = _range(told_at, columns, empty=what == "added")
        if what != "same":
            found.append(Difference(what, quote, source))
    return found


def _range(at: npt.NDArray[np.int64], ends: tuple[int, int], *, empty: bool) -> Range:
    first = int(at[ends[0]]) if ends[0] < len(at) else int(at[-1]) + 1
    return (first, first) if empty else (first, int(at[ends[1]]) + 1)
