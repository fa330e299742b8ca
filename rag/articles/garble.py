"""How much of a paragraph is no language: the sign of recognition that failed, or of a wrong encoding.

A Chinese character counts as bad when none of the pairs it forms with its neighbours was ever printed, a Latin
letter when it stands in three letters that never were: both looked up in a table made from clean text. What
the article itself prints twice (names, terms) is trusted; characters that stand for nothing are always bad.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.types import Article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint64]
    Flags = npt.NDArray[np.bool_]

GARBLED = 0.15  # from here on a report names the paragraph: 1 in 500 of clean text of kinds never met
TABLE = Path(__file__).parents[1] / "models" / "garble" / "pairs.bin"
BITS = 23  # the table holds 2**23 bits
_PRIMES = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)  # multiplicative hashing, Knuth, TAOCP 6.4
_TRUSTED = 2  # times an article must print a pair to be believed
_PRIOR = 5  # characters added to each paragraph, so that one bad one in a short line means little
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|(?:https?://|www\.)[!-~]+", re.A)  # letters that spell no word
_LEAST = 12  # characters; in a shorter line a rare name is most of it
_MOJIBAKE = ("锟斤拷", "烫烫烫", "屯屯屯")


def with_garble(article: Article) -> Article:
    """Return ``article`` with the garble of each paragraph: its bad characters to all its characters that could be.

    0 for bylines, where every name is rare, for addresses, and for what holds less than twelve Han characters
    and Latin letters. One character in five replaced by others gives about 0.1, two in five 0.2, a wrong
    encoding 0.5 and more.
    """
    import numpy as np

    codes = np.frombuffer(article.text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if not codes.size:
        return article
    judged, bad = _judge(codes)
    for address in _ADDRESS.finditer(article.text):
        judged[address.start() : address.end()] = bad[address.start() : address.end()] = False
    for run in _MOJIBAKE:
        start = article.text.find(run)
        while start >= 0:
            bad[start : start + len(run)] = True
            start = article.text.find(run, start + 1)
    all_judged, all_bad = (np.concatenate(([0], np.cumsum(flags))) for flags in (judged | bad, bad))
    scores = (
        _share(
            int(all_bad[p.end] - all_bad[p.start]),
            0 if p.kind == "byline" else int(all_judged[p.end] - all_judged[p.start]),
        )
        for p in article.paragraphs
    )
    paragraphs = (replace(p, garble=round(s, 3)) for p, s in zip(article.paragraphs, scores, strict=True))
    return replace(article, paragraphs=tuple(paragraphs))


def _share(bad: int, judged: int) -> float:
    return bad / (judged + _PRIOR) if judged >= _LEAST else 0.0


def han_pairs(codes: Codes) -> tuple[Flags, Codes]:
    """Return which places begin a pair of Han characters, and the key of the pair at every place but the last."""
    import numpy as np

    han = (codes >= 0x3400) & (codes <= 0x9FFF)
    return han[:-1] & han[1:], (codes[:-1] << np.uint64(21)) | codes[1:]


def letter_triples(codes: Codes) -> tuple[Flags, Codes]:
    """Return which places, less the first and last, are letters of words in small letters, and the keys around them."""
    import numpy as np

    small = (codes >= ord("a")) & (codes <= ord("z"))
    capital = (codes >= ord("A")) & (codes <= ord("Z"))
    letter = np.where(small, codes, np.where(capital, codes + np.uint64(32), np.uint64(ord(" "))))
    shout = capital[1:-1] & (capital[:-2] | capital[2:])  # acronyms
    left, middle, right = letter[:-2] << np.uint64(42), letter[1:-1] << np.uint64(21), letter[2:]
    triples: Codes = left + middle + right + np.uint64(1 << 63)  # the top bit keeps them apart from pairs
    return (small | capital)[1:-1] & ~shout, triples


def places(keys: Codes) -> tuple[npt.NDArray[np.int64], ...]:
    """Return the two bits of the table that stand for each key."""
    import numpy as np

    with np.errstate(over="ignore"):
        return tuple(((keys * np.uint64(p)) >> np.uint64(64 - BITS)).astype(np.int64) for p in _PRIMES)


def _judge(codes: Codes) -> tuple[Flags, Flags]:
    """Return which characters can be judged, and which of them are bad."""
    import numpy as np

    size = codes.size
    judged, fine = np.zeros(size, bool), np.zeros(size, bool)
    if size > 1:
        pair, keys = han_pairs(codes)
        printed = pair & (_printed(keys) | _repeated(keys))
        judged[:-1] |= pair
        judged[1:] |= pair
        fine[:-1] |= printed
        fine[1:] |= printed
    if size > 2:
        letter, keys = letter_triples(codes)
        strange = letter & ~(_printed(keys) | _repeated(keys))
        judged[1:-1] |= letter
        fine[1:-1] |= letter
        for shift in range(3):
            fine[shift : size - 2 + shift] &= ~strange
    return judged, (judged & ~fine) | _meaningless(codes)


def _meaningless(codes: Codes) -> Flags:
    """Tell the characters that stand for nothing: control, private use, replacement, and accents in a row."""
    import numpy as np

    control = (codes < 32) & (codes != 9) & (codes != 10) & (codes != 13)
    private = ((codes >= 0xE000) & (codes <= 0xF8FF)) | (codes >= 0xF0000)
    accented = (codes >= 0x80) & (codes <= 0x24F) & (codes != 0xB7) & (codes != 0xA0)
    beside = np.zeros_like(accented)
    beside[1:] |= accented[:-1]
    beside[:-1] |= accented[1:]
    found: Flags = control | private | (codes == 0xFFFD) | (accented & beside)
    return found


def _printed(keys: Codes) -> Flags:
    table = _table()
    one, other = places(keys)
    found: Flags = ((table[one >> 3] >> (one & 7)) & (table[other >> 3] >> (other & 7)) & 1).astype(bool)
    return found


def _repeated(keys: Codes) -> Flags:
    import numpy as np

    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    found: Flags = counts[inverse] >= _TRUSTED
    return found


@cache
def _table() -> Any:
    import numpy as np

    return np.fromfile(TABLE, np.uint8)
