"""Words of one's own: names a dictionary does not know, and words that mean the same.

A text file, UTF-8, one entry a line: ``代表联络站`` keeps a word whole; ``人大 = 人民代表大会 = NPC`` makes words stand
for one another. ``#`` begins a remark. Every generation of an index keeps the list it was made with.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rag.errors import ConfigError, IndexStoreError
from rag.index import files, generation
from rag.text import fold

FILE = "words.txt"
MAX_ENTRIES = 100_000
MAX_WORD = 64  # characters
_HINT = "One word a line, or words that mean the same with = between them; # begins a remark."


class WordList:
    """Words to keep whole, each with those that mean the same."""

    def __init__(self, text: str = "", where: Path | str | None = None) -> None:
        """Read the list; raises ConfigError that names the line that is wrong. A word may stand in several lines."""
        self.text = text
        self._first: dict[str, str] = {}  # folded word -> the first of those that mean the same
        self._groups: dict[str, tuple[str, ...]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if entry := line.partition("#")[0].strip():
                self._add([" ".join(fold(word).split()) for word in entry.replace("＝", "=").split("=")], number, where)
        if len(self._first) > MAX_ENTRIES:
            raise ConfigError(f"the list has more than {MAX_ENTRIES:,} words", where=where, mend="Shorten it.")
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(self._first, key=len, reverse=True):
            self._by_start.setdefault(word[:2], []).append(word)

    def _add(self, words: list[str], number: int, where: Path | str | None) -> None:
        if not all(2 <= len(word) <= MAX_WORD and any(map(str.isalnum, word)) for word in words):
            raise ConfigError(
                f"a word must have from 2 to {MAX_WORD} characters",
                where=f"{where or 'list of words'}, line {number}",
                mend=_HINT,
            )
        known = (self._groups.get(self._first.get(word, ""), (word,)) for word in words)
        members = list(dict.fromkeys(one for group in known for one in group))
        for word in members:
            self._groups.pop(self._first.get(word, ""), None)
        for word in members:
            self._first[word] = members[0]
        self._groups[members[0]] = tuple(members)

    def __len__(self) -> int:
        return len(self._first)

    def places(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, the word it stands for) of each word of the list in ``folded``, those within others too.

        A Latin word counts only where it stands by itself.
        """
        for start in range(len(folded) - 1 if self._by_start else 0):
            for word in self._by_start.get(folded[start : start + 2], ()):
                stop = start + len(word)
                if folded.startswith(word, start) and _stands_alone(folded, start, stop):
                    yield start, stop, self._first[word]

    def terms(self, folded: str) -> list[str]:
        """Return what each word of the list in ``folded`` stands for, as terms without spaces."""
        return [as_term(first) for _, _, first in self.places(folded)]

    def same(self, word: str) -> tuple[str, ...]:
        """Return the folded words that may stand for ``word``, itself first; itself alone where none are listed."""
        return tuple(dict.fromkeys((word, *self._groups.get(self._first.get(word, ""), ()))))


def as_term(word: str) -> str:
    """Return a word as it is indexed; the index cuts at spaces."""
    return word.replace(" ", "_")


def read(path: Path) -> str:
    """Return the text of a list after checking it; raises ConfigError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("there is no such list of words", where=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("the list of words cannot be read as UTF-8", where=path, mend="Save it as UTF-8.") from error
    WordList(text, path)
    return text


def kept(home: Path) -> str | None:
    """Return the text of the list that a generation was made with; None where it has none: an older version made it."""
    try:
        return (home / FILE).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def chosen(folder: Path, given: Path | None) -> WordList:
    """Return the list ``given``, or else the one that the index in ``folder`` keeps, which may be edited there.

    Where that file is gone, as after a restore, the list that the current generation was made with.
    """
    path = given or folder / FILE
    return WordList(read(path) if given or path.is_file() else _remembered(folder), path)


def _remembered(folder: Path) -> str:
    try:
        return kept(folder / generation.name(generation.current(folder, oldest=generation.OLDEST).generation)) or ""
    except (IndexStoreError, OSError):
        return ""


def keep(folder: Path, own: WordList) -> None:
    """Make ``own`` the list that the index in ``folder`` goes by from now on."""
    if (own.text or (folder / FILE).exists()) and kept(folder) != own.text:
        files.replace_text(folder / FILE, own.text)


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Tell whether a Latin word is cut off from further letters; Chinese has no such borders."""
    before, first, last, after = folded[start - 1 : start], folded[start], folded[end - 1], folded[end : end + 1]
    return not (before.isascii() and before.isalnum() and first.isascii()) and not (
        after.isascii() and after.isalnum() and last.isascii()
    )
