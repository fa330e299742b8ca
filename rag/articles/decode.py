"""Bytes to text: which encoding, how many characters could not be decoded, and refusal of what is no text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import ArticleError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY = ("gb18030", "big5hkscs", "shift_jis", "cp1252")
_SAMPLE = 200_000  # bytes that are enough to tell encodings apart
_MAX_DAMAGE = 0.05  # share of undecodable characters above which the guess is no longer believed
_MIN_PLAUSIBLE = 0.08  # share of everyday characters; real prose in the right encoding has 0.2 and more

# The commonest characters of Chinese prose in both scripts, and the Japanese syllables: a wrong
# decoding of Chinese bytes gives rare characters, seldom these.
_EVERYDAY = frozenset(
    "的一是了不在人有我他这中大来上个国和地到说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明"
    "性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位"
    "市政府代表委员会法规建设监督人民工作这這來個國說時會對過發後裡還經麼現當沒動進樣們開從實軍無與長機點業將兩間問並應戰頭體"
    "見產電話給業務員會選舉議規"
    "。，、；：？！“”‘’（）《》「」『』—…·"
    "のはにをたがでとしれさあいうえおかきくけこすせそちつてなねはひふへほまみむめもやゆよらりるろわんアイウエオカキクケコサシスセソタチツテトナニネノハヒフヘホマミムメモヤユヨラリルレロワン"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Decoded:
    """``undecodable`` counts the characters that stand as U+FFFD in ``text``."""

    text: str
    encoding: str
    undecodable: int


def decode(data: bytes, where: object, declared: str | None = None) -> Decoded:
    """Decode a text file; raises ArticleError for what is binary or in no known encoding."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :], encoding, where)
    if b"\0" in data[:_SAMPLE]:
        return _checked(data, _wide(data, where), where)
    guess = next(iter(_candidates(data, declared)), None)
    if guess is None:
        raise ArticleError("The encoding of this text is unknown", where=where, mend="Save it as UTF-8.")
    return _checked(data, guess, where)


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page's own meta tag names, if Python knows it."""
    found = _META_CHARSET.search(data[:4096])
    if not found:
        return None
    name = found.group(1).decode("ascii", "ignore").lower()
    name = "gb18030" if name in {"gb2312", "gbk"} else name
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _candidates(data: bytes, declared: str | None) -> Iterable[str]:
    if _strict(data, "utf-8") is not None:
        yield "utf-8"
    if declared and _strict(data, declared) is not None:
        yield declared
    sample = data[:_SAMPLE]
    scored = [(_plausible(sample, name), -rank, name) for rank, name in enumerate(_LEGACY)]
    best, _, name = max(scored)
    damaged = sample.decode("utf-8", "replace")
    if damaged.count("\ufffd") < _MAX_DAMAGE * len(damaged) and _everyday(damaged) >= best:
        yield "utf-8"
    if best >= _MIN_PLAUSIBLE:
        yield name
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    guess = from_bytes(sample).best()
    if guess is not None:
        yield guess.encoding


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _plausible(sample: bytes, encoding: str) -> float:
    """Score a legacy decoding; damage counts against it, and the sample may end within a character."""
    text = sample.decode(encoding, "replace")
    lost = text.count("\ufffd")
    if lost > 1 + _MAX_DAMAGE * len(text):
        return 0.0
    if encoding == "cp1252":
        runs = re.findall(r"[^\x00-\x7f]+", text)
        alone = sum(len(run) == 1 for run in runs)  # é stands alone, the two bytes of a Chinese character do not
        return 0.5 if lost == 0 and alone > 0.7 * len(runs) else 0.0
    return _everyday(text) - lost / max(1, len(text))


def _everyday(text: str) -> float:
    beyond = [c for c in text if not c.isascii()]
    return sum(c in _EVERYDAY for c in beyond) / len(beyond) if beyond else 0.0


def _wide(data: bytes, where: object) -> str:
    """Tell UTF-16 and UTF-32 without a byte order mark by where the zero bytes stand."""
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        unit = 4 if "32" in encoding else 2
        text = _strict(data[: _SAMPLE // unit * unit], encoding) or ""
        if text and not _CONTROL.search(text) and (text.isascii() or _everyday(text) > _MIN_PLAUSIBLE):
            return encoding
    raise ArticleError("This is not a text file", where=where, mend="Remove it, or convert it to text first.")


def _checked(data: bytes, encoding: str, where: object) -> Decoded:
    text = data.decode(encoding, "replace")
    if len(_CONTROL.findall(text[:_SAMPLE])) > 1 + 0.01 * min(len(text), _SAMPLE):
        raise ArticleError("This is not a text file", where=where, mend="Remove it, or convert it to text first.")
    replaced = text.count("\ufffd")
    if replaced:  # the source may hold that character itself
        replaced -= data.decode(encoding, "ignore").count("\ufffd")
    return Decoded(text, encoding, replaced)
