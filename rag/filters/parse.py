"""Filters over what is known of articles: ``year>=2023 and column=调查研究 and author~王``.

A condition is a field, one of = != ~ (contains) > >= < <=, and a value, in quotes where it holds spaces or signs.
Conditions join by ``and``, ``or`` and ``not``, or 且 或 非, and parentheses; and binds closer than or. Width, case and
script do not matter. An article that does not tell a field meets no condition on it but != and = "".
"""

from __future__ import annotations

import re

from rag.dates import iso_date
from rag.errors import ConfigError
from rag.filters.conditions import FIELDS, NAMES, NUMBERS, ORDERED, Condition, Filter, Joined, Not
from rag.text import fold

MAX_CHARS, MAX_DEPTH = 1000, 20
_JOINTS = {"and": "and", "且": "and", "或": "or", "or": "or", "not": "not", "非": "not"}
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "==": "="}
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*'|“[^”]*”|「[^」]*」)|(?P<sign>>=|<=|!=|==|[=~><≥≤≠])|(?P<round>[()])"""
    r"""|(?P<plain>[^\s()=!~<>≥≤≠"'“”「」]+))"""
)


def parse(text: str) -> Filter:
    """Read a filter; raises ConfigError that names the position and what may stand there."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARS:
            raise ConfigError(f"the filter has more than {MAX_CHARS:,} characters", mend="Ask for less at once.")
        self._text, self._folded = text, fold(text)
        self._tokens: list[tuple[str, str, int]] = []  # kind, folded text, position
        self._at = self._depth = 0
        position, end = 0, len(self._folded.rstrip())
        while position < end:
            found = _TOKEN.match(self._folded, position)
            if not found:
                blank = len(self._folded[position:]) - len(self._folded[position:].lstrip())
                raise self._error("cannot be read", position + blank)
            kind = found.lastgroup or ""
            self._tokens.append((kind, found[kind], found.start(kind)))
            position = found.end()

    def whole(self) -> Filter:
        if not self._tokens:
            raise self._error("is empty", 0)
        made = self._joined("or")
        if self._at < len(self._tokens):
            raise self._error("has something behind its end; conditions join by and, or", self._tokens[self._at][2])
        return made

    def _joined(self, joint: str) -> Filter:
        parts = [self._part(joint)]
        while self._joint() == joint:
            self._at += 1
            parts.append(self._part(joint))
        return parts[0] if len(parts) == 1 else Joined(joint, tuple(parts))

    def _part(self, joint: str) -> Filter:
        return self._joined("and") if joint == "or" else self._single()

    def _joint(self) -> str | None:
        kind, word, _ = self._peek()
        return _JOINTS.get(word) if kind == "plain" else None

    def _single(self) -> Filter:
        kind, word, position = self._peek()
        if self._depth > MAX_DEPTH:
            raise self._error("is nested too deeply", position)
        self._depth += 1
        try:
            if self._joint() == "not":
                self._at += 1
                return Not(self._single())
            if (kind, word) == ("round", "("):
                self._at += 1
                inner = self._joined("or")
                if self._peek()[1] != ")":
                    raise self._error("lacks a closing parenthesis", self._peek()[2])
                self._at += 1
                return inner
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Condition:
        kind, name, position = self._take()
        if kind != "plain" or name not in NAMES:
            raise self._error("wants a field", position)
        field = NAMES[name] or name
        kind, sign, position = self._take()
        if kind != "sign":
            raise self._error("wants one of = != ~ > >= < <=", position)
        sign = _SIGNS.get(sign, sign)
        if sign in (">", ">=", "<", "<=") and field not in ORDERED:
            raise self._error(f"compares {field}, which has no order; {', '.join(ORDERED)} have", position)
        kind, value, position = self._take()
        if kind not in ("plain", "quoted"):
            raise self._error("wants a value; one with signs in it stands in quotes", position)
        value = value[1:-1] if kind == "quoted" else value
        return Condition(field, sign, self._fit(field, sign, " ".join(value.split()), position))

    def _fit(self, field: str, sign: str, value: str, position: int) -> str:
        ordered = sign not in ("=", "!=", "~")
        if field in NUMBERS and ordered and not re.fullmatch(r"\d{1,9}", value):
            raise self._error(f"wants a number for {field}", position)
        if field == "date" and (ordered or value) and sign != "~":
            made = iso_date(value)
            if made is None:
                raise self._error("wants a date such as 2024, 2024-03 or 2024-03-05", position)
            return made
        return value

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "", len(self._text.rstrip()))

    def _take(self) -> tuple[str, str, int]:
        token = self._peek()
        self._at += 1
        return token

    def _error(self, what: str, position: int) -> ConfigError:
        near = self._text[position : position + 12].strip()
        return ConfigError(
            f"the filter {what}",
            where=f"character {position + 1}" + (f", at {near!r}" if near else ", at its end"),
            mend=f"Fields: {', '.join(FIELDS)}. For example: year>=2023 and (column=调研 or author~王).",
        )
