"""The ways in which a text is set and damaged that ``breaking`` knows, by name."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Setting:
    """How one file is set. ``wrap`` is the line's length in full-width characters, 0 for a paragraph a line.

    ``indent`` is what stands before first lines, "short" where only the shorter first line is left of it. ``hang`` lets
    no line begin with a closing mark or end with an opening one, ``ragged`` is by how much lines vary. ``between``
    stands between paragraphs, ``after`` ends lines inside one, ``stray`` is the share of blank lines among them,
    ``headed`` stands above and below a heading. ``spaced`` is the share of lines stretched by spaces.

    ``page`` cuts pages and ``join`` says what stands there: "" only a line end, "blank" a blank line, "number" page
    number and running head as well; ``doubled`` is the share of page joins at which characters are printed twice.
    """

    wrap: int = 0
    indent: str = ""
    hang: bool = False
    ragged: int = 0
    between: str = "\n"
    after: str = "\n"
    stray: float = 0.0
    headed: str = "\n\n"
    spaced: float = 0.0
    page: bool = False
    join: str = "blank"
    doubled: float = 0.0
    hyphens: bool = False


Draw = Callable[[random.Random], Setting]


def _wrapped(rng: random.Random, **more: object) -> Setting:
    setting = Setting(wrap=rng.randint(16, 22), hang=rng.random() < 0.5, headed=rng.choice(["\n", "\n\n"]))
    return replace(setting, **more)  # type: ignore[arg-type]


def _indent(rng: random.Random) -> str:
    return rng.choice(["　　", "    ", "short"])


def _english(rng: random.Random, **more: object) -> Setting:
    setting = Setting(wrap=rng.randint(22, 40), hyphens=rng.random() < 0.5, between=rng.choice(["\n", "\n\n"]))
    indent = "    " if setting.between == "\n" else ""
    return replace(setting, indent=indent, **more)  # type: ignore[arg-type]


KINDS: dict[str, Draw] = {
    "page, blank lines": lambda rng: Setting(between="\n\n", page=True),
    "page, line ends": lambda rng: Setting(page=True, join=""),
    "page number and head": lambda rng: Setting(between=rng.choice(["\n", "\n\n"]), page=True, join="number"),
    "page, doubled": lambda rng: Setting(between=rng.choice(["\n", "\n\n"]), page=True, doubled=0.7),
    "wrap, indent": lambda rng: _wrapped(rng, indent=rng.choice(["　　", "    "])),
    "wrap, short first": lambda rng: _wrapped(rng, indent="short"),
    "wrap, blank between": lambda rng: _wrapped(rng, between="\n\n"),
    "wrap, no mark": lambda rng: _wrapped(rng),
    "wrap, ragged": lambda rng: _wrapped(rng, indent=_indent(rng), ragged=rng.randint(1, 2)),
    "wrap, ragged, no mark": lambda rng: _wrapped(rng, ragged=rng.randint(1, 2)),
    "wrap, all blank": lambda rng: _wrapped(rng, indent=_indent(rng), between="\n\n", after="\n\n"),
    "spaced lines": lambda rng: _wrapped(rng, indent=_indent(rng), spaced=rng.uniform(0.1, 0.5)),
    "spaced paragraphs": lambda rng: Setting(between=rng.choice(["\n", "\n\n"]), spaced=0.4, page=rng.random() < 0.5),
    "wrap, page": lambda rng: _wrapped(rng, indent=_indent(rng), page=True, join=rng.choice(["blank", "number"])),
    "wrap, page, doubled": lambda rng: _wrapped(rng, indent=_indent(rng), page=True, doubled=0.7),
}
ENGLISH: dict[str, Draw] = {
    "English wrap": lambda rng: _english(rng),
    "English wrap, page": lambda rng: _english(rng, page=True, join="number"),
    "English page": lambda rng: Setting(between="\n\n", page=True, join=rng.choice(["blank", "number"])),
}
