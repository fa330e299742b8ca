"""Put a part in the place of its like in an English question: "2023" for 2022, "consumer credit" for its subject."""

from __future__ import annotations

import re

from rag.converse.terms import names_of
from rag.text import fold

MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
AUXILIARY = "(?:was|were|is|are|did|does|do|has|have|had|can|could|will|would|must|should)"
_ORDINALS = r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\b"
_PREPOSITION = re.compile(r"^(?:in|at|for|of|on|by|from|to|with|during|about|the|those in|that of)\s+", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:(?:the )?(?:end|start|beginning|middle|spring|summer|autumn|winter) of |" + MONTHS + r" )?(?:19|20)\d\d\b"
)
_MONTH = re.compile(rf"\b{MONTHS}\b(?! (?:19|20)\d\d)")
COUNTED = re.compile(
    r"(how (?:many|much) )((?:(?!(?:did|does|do|was|were|is|are|has|have)\b)[a-z-]+ )+)(\w*)", re.IGNORECASE
)


def replaced(full: str, part: str) -> str:
    """Return the question ``full`` with ``part`` in the place of its like, else behind it."""
    core = _PREPOSITION.sub("", _PREPOSITION.sub("", part)).strip()
    year, held = _DATED.search(core), _DATED.search(full)
    took = bool(year and held)
    if year and held:
        full = re.sub(rf"\b(?:(?:at|in|by) )?{re.escape(held.group())}", _dated(part, year.group()), full, count=1)
        core = re.sub(rf"\s*\b(?:in|of|for)?\s*{year.group()}", "", core).strip()
    for sort in (_MONTH, re.compile(_ORDINALS)):
        if sort.fullmatch(core) and sort.search(full):
            return sort.sub(core, full, count=1)
    if not core:
        return full
    counted, ones = COUNTED.match(full), re.fullmatch(r"((?:[a-z-]+ )+)ones?", core)
    if counted and ones:
        return full[: counted.start(2)] + ones[1] + full[counted.start(2) :]
    names = [term.text for term in names_of(full) if term.kind == "name"]
    given = [term.text for term in names_of(core) if term.kind == "name"]
    if given and names:
        shared = set(fold(core).split())
        best = max(names, key=lambda name: (len(shared & set(fold(name).split())), names.index(name)))
        return full.replace(best, core if core in given else _PREPOSITION.sub("", part) if not took else given[0], 1)
    noun = _noun_replaced(full, part, core, bare=not given and not took) if not (given and year) else ""
    return noun or (full if took and not given else f"{full.rstrip(' ?')} {part}?")


def _noun_replaced(full: str, part: str, core: str, *, bare: bool) -> str:
    """Put the noun ``core`` for what is counted, for its like, or for the subject; "" where there is none."""
    words = fold(core).split()
    counted = COUNTED.match(full)
    alike = counted and words[-1].rstrip("s") in counted[2].replace("s ", " ").split()
    if counted and bare and not alike and not _PREPOSITION.match(part):
        return full[: counted.start(2)] + core + " " + full[counted.end(2) :]
    plain = re.search(rf"\b(?:[a-z-]+ )?{re.escape(words[-1])}\b", fold(full)) if len(words[-1]) > 2 else None
    if plain and bare:
        return full[: plain.start()] + core + full[plain.end() :]
    subject = re.match(
        rf"(?i)(.*?\b{AUXILIARY} )((?:it|they|he|she)|(?:(?:the|a|an) )?[\w-]+(?: [\w-]+)*?)"
        r"( [a-z]+(?: (?:in|at|on|by|for|from|to|of|since|during)\b.*)?\s*\?| (?<=it |ey |he ).*)$",
        full,
    )
    at_place = re.match(r"(?:in|at|for|on|by|from|to|with|during)\b", part)
    return f"{subject[1]}{part}{subject[3]}" if subject and not at_place else ""


def _dated(part: str, year: str) -> str:
    """Return a date with its preposition, "in" where ``part`` has none."""
    found = re.search(rf"\b(at|in|by|on) (?:the )?{re.escape(year)}", part)
    return f"{found[1] if found else 'in'} {year}"
