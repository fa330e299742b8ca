"""What must be known of an archive's words to correct a question by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Worded(Protocol):
    """A retriever that tells the words of its archive."""

    def words(self) -> ArchiveWords:
        """Return the words."""
        ...


class ArchiveWords(Protocol):
    """The words of one archive, folded; every look-up is quick but ``says``."""

    def pairs(self, two: str) -> int:
        """Return in how many passages the Chinese characters ``two`` stand side by side."""
        ...

    def following(self, char: str) -> Sequence[str]:
        """Return the characters that stand behind ``char`` somewhere."""
        ...

    def says(self, text: str) -> bool:
        """Tell whether ``text`` stands in a passage as it is."""
        ...

    def latin(self, word: str) -> int:
        """Return in how many passages a Latin word stands as it is."""
        ...

    def spelt(self, word: str) -> int:
        """Return in how many passages a Chinese name stands that is written ``word`` in Pinyin."""
        ...

    def common(self, word: str) -> bool:
        """Tell whether a Latin word is one of the language, in this archive or not."""
        ...
