"""Latin words with one letter wrong, missing, too many, or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

from rag.index.terms import stem_of
from rag.understand.archive import ArchiveWords
from rag.understand.homophones import is_pinyin

_SHORTEST, _SHORTEST_NAME = 4, 6  # letters; shorter words have too many neighbours, of names even more


def near_word(word: str, archive: ArchiveWords) -> str | None:
    """Return the archive's word that is one slip from ``word``, set as ``word`` is; None where none is, or several.

    A word of the language is never changed, whether the archive holds it or not, nor a form of one; nor is a name in
    good Pinyin or in capitals, which is more likely the name of something else.
    """
    lower = word.lower()
    named = word[0].isupper()
    if len(word) < (_SHORTEST_NAME if named else _SHORTEST) or archive.spelt(lower):
        return None
    if any(archive.latin(form) or archive.common(form) for form in _forms(lower)):
        return None
    if named and (word.isupper() or is_pinyin(lower)):
        return None
    found = {near: archive.latin(near) + (archive.spelt(near) if named else 0) for near in set(_one_slip(lower))}
    best = max(found.values())
    nearest = sorted((near for near, count in found.items() if best and count == best), key=len, reverse=True)
    if not nearest or (len(nearest) > 1 and not nearest[0].startswith(nearest[1])):
        return None  # a word and its stem are one
    return nearest[0].capitalize() if named else nearest[0]


def _forms(word: str) -> set[str]:
    """Return ``word`` and what it may be a form of: phoned, phon, phone."""
    stem = stem_of(word)
    return {word, stem, f"{stem}e"}


def _one_slip(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after and at:  # the first letter is seldom wrong
                yield before + letter + after[1:]
