"""Latin words with one letter wrong, missing, too many, or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

from rag.understand.archive import ArchiveWords
from rag.understand.homophones import is_pinyin

_SHORTEST = 4  # letters; shorter words have too many neighbours


def near_word(word: str, archive: ArchiveWords) -> str | None:
    """Return the archive's word that is one slip from ``word``, set as ``word`` is; None where none is, or several.

    A word of the language is never changed, whether the archive holds it or not; nor is a name in good Pinyin, which
    is more likely the name of something else.
    """
    lower = word.lower()
    named = word[0].isupper()
    if len(word) < _SHORTEST or archive.latin(lower) or archive.spelt(lower) or archive.common(lower):
        return None
    if named and is_pinyin(lower):
        return None
    found = {near: archive.latin(near) + (archive.spelt(near) if named else 0) for near in set(_one_slip(lower))}
    best = max(found.values())
    nearest = sorted((near for near, count in found.items() if best and count == best), key=len, reverse=True)
    if not nearest or (len(nearest) > 1 and not nearest[0].startswith(nearest[1])):
        return None  # a word and its stem are one
    return nearest[0].capitalize() if named else nearest[0]


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
