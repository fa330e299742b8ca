"""Write the sounds of characters anew: ``python -m rag.train.sounds``, from pypinyin's tables (MIT licence)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rag.understand.homophones import SOUNDS

_REGIONS = range(0xB0, 0xF8)  # the 6,763 characters of GB 2312, which nobody's input method lacks
_CELLS = range(0xA1, 0xFF)


def lines() -> Iterator[str]:
    """Yield a syllable without tone and the characters of GB 2312 whose common reading it is, by syllable."""
    from pypinyin import lazy_pinyin

    found: dict[str, str] = defaultdict(str)
    for region in _REGIONS:
        for char in bytes(byte for cell in _CELLS for byte in (region, cell)).decode("gb2312", "ignore"):
            found["".join(lazy_pinyin(char))] += char
    yield from (f"{sound} {chars}\n" for sound, chars in sorted(found.items()))


if __name__ == "__main__":
    SOUNDS.write_text("".join(lines()), encoding="utf-8")
