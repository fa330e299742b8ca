"""Files that no one should have to read: each module makes one kind of them, the same ones every time.

A case is a path to write, relative to some folder, with its bytes; nothing here is ever executed or fetched.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A file to be read. ``text`` is what it says, where that is known and must not be lost."""

    name: str
    data: bytes
    text: str | None = None
    slow: bool = False


def truncated(name: str, data: bytes, times: int) -> Iterator[Case]:
    """Yield a file cut off at as many places, evenly spread."""
    stem, _, suffix = name.rpartition(".")
    for n in range(times):
        yield Case(f"{stem}-cut-{n:03}.{suffix}", data[: len(data) * n // times])


def mutated(name: str, data: bytes, times: int, seed: int) -> Iterator[Case]:
    """Yield a file with bytes changed, put in, taken out, doubled and zeroed at random places."""
    chance = random.Random(seed)
    stem, _, suffix = name.rpartition(".")
    for n in range(times):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5, 20, 100))):
            place = chance.randrange(len(changed) or 1)
            length = chance.choice((1, 1, 2, 4, 16, 200))
            kind = chance.randrange(5)
            if kind == 0:
                changed[place : place + 1] = chance.randbytes(1)
            elif kind == 1:
                changed[place:place] = chance.randbytes(length)
            elif kind == 2:
                del changed[place : place + length]
            elif kind == 3:
                changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
            else:
                changed[place : place + length] = bytes(len(changed[place : place + length]))
        yield Case(f"{stem}-changed-{n:04}.{suffix}", bytes(changed))
