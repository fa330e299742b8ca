"""Bytes to text: which encoding, which characters could not be decoded, and refusal of what is no text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from rag.articles.formats.resync import PAIRED, resync
from rag.errors import ArticleError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSED = (
    *("gb18030", "big5hkscs", "shift_jis", "euc_jp", "cp949", "cp1252"),
    *("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"),
)
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})  # Python's
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})  # often declared of pages that are not
_SAMPLE = 200_000  # bytes that are enough to tell encodings apart
_MAX_DAMAGE = 0.25  # share of undecodable characters above which a guess is not believed
_MIN_PLAUSIBLE = 0.08  # share of everyday characters; real prose in the right encoding has 0.2 and more
_MAX_ZEROS = 0.05  # share of the bytes; in UTF-16 every line end, space and letter has one
_UTF8_SHARE = 0.5  # of the bytes beyond ASCII; one byte in ten broken leaves 0.7
_MAX_CONTROLS = 0.01  # share of the characters, of what may be no text at all
_MAX_CONTROLS_IN_PROSE = 0.05

# The commonest characters of Chinese prose in both scripts, and Japanese and Korean syllables: a wrong
# decoding of Chinese bytes gives rare characters, seldom these.
_EVERYDAY = frozenset(
    "的一是了不在人有我他这中大来上个国和地到说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明"
    "性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位"
    "市政府代表委员会法规建设监督人民工作这這來個國說時會對過發後裡還經麼現當沒動進樣們開從實軍無與長機點業將兩間問並應戰頭體"
    "見產電話給業務員會選舉議規"
    "。，、；：？！“”‘’（）《》「」『』—…·"
    "のはにをたがでとしれさあいうえおかきくけこすせそちつてなねはひふへほまみむめもやゆよらりるろわんアイウエオカキクケコサシスセソタチツテトナニネノハヒフヘホマミムメモヤユヨラリルレロワン"
    "이다는을를에의가고하지한로기도서사인자대시어나리일정해수전부보과은들와으면있그여주성상장국원만스말아것지라안구동위회제경방"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")  # of UTF-8
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_LOST = "\ufdd0"  # stands for what was lost until it is counted; no text holds it, nor will
_MAX_LOST = 20

codecs.register_error("wenju-lost", lambda error: (_LOST, error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Decoded:
    """``undecodable`` counts the characters that were lost and stand as U+FFFD in ``text``, at ``lost`` the first."""

    text: str
    encoding: str
    undecodable: int
    lost: tuple[int, ...] = ()


def decode(data: bytes, where: object, declared: str | None = None) -> Decoded:
    """Decode a text file; raises ArticleError for what is binary or in no known encoding."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :], encoding, where)
    if _is_utf8(data):
        return _checked(data, "utf-8", where)
    sample = data[:_SAMPLE]
    if declared and declared not in _WESTERN and b"\0" not in sample and _lost_share(sample, declared) < _MAX_DAMAGE:
        return _checked(data, declared, where)
    scored = [(_plausible(sample, name), -rank, name) for rank, name in enumerate(_GUESSED)]
    best, _, encoding = max(scored)
    if best < _MIN_PLAUSIBLE:
        encoding = _guess(sample, where)
    return _checked(data, encoding, where)


def damage_notes(text: str, undecodable: int, lost: Sequence[int]) -> tuple[str, ...]:
    """Say how many characters were lost and in which lines of ``text``, counted from 1; no note for no loss.

    ``lost`` holds the first of their places.
    """
    if not undecodable:
        return ()
    lines: list[int] = []
    line, position = 1, 0
    for place in lost:
        line += len(_LINE_END.findall(text, position, place))
        position = place
        if line not in lines:
            lines.append(line)
    listed = ", ".join(map(str, lines))
    more = " and further on" if undecodable > len(lost) else ""
    where = f" (line{'s' if len(lines) > 1 else ''} {listed}{more})" if lines else ""
    return (f"{undecodable:,} character{'s' if undecodable > 1 else ''} could not be decoded{where}",)


def lost_in(decoded: str) -> tuple[int, ...]:
    """Return the first places in a text as extracted where characters could not be decoded."""
    return tuple(found.start() for found in islice(re.finditer("\ufffd", decoded), _MAX_LOST))


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page's own meta tag names, if Python knows it."""
    found = _META_CHARSET.search(data[:4096])
    if not found:
        return None
    name = found.group(1).decode("ascii", "ignore").lower()
    name = "gb18030" if name in {"gb2312", "gbk"} else name
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    return known if known not in _NO_CHARSETS else None


def _is_utf8(data: bytes) -> bool:
    """Tell UTF-8, even damaged: in no other encoding do so many bytes form its sequences."""
    if data.count(0) > _MAX_ZEROS * len(data):
        return False
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        sample = data[:_SAMPLE]
        beyond = len(_BEYOND_ASCII.findall(sample))
        return sum(map(len, _SEQUENCE.findall(sample))) > _UTF8_SHARE * beyond


def _lost_share(sample: bytes, encoding: str) -> float:
    try:
        text = sample.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # an encoding of Python's own that is none of text
        return 1.0
    return (text.count("\ufffd") - 1) / max(1, len(text))  # the sample may end within a character


def _plausible(sample: bytes, encoding: str) -> float:
    """Score a decoding by its everyday characters; what is lost counts against it."""
    wide = encoding.startswith("utf")
    if not wide and sample.count(0) > _MAX_ZEROS * len(sample):
        return 0.0
    text = sample[: max(4, len(sample) // 4 * 4)].decode(encoding, "replace")
    lost = text.count("\ufffd")
    if lost > 1 + _MAX_DAMAGE * len(text) or len(_CONTROL.findall(text)) > 1 + _MAX_CONTROLS_IN_PROSE * len(text):
        return 0.0
    if encoding == "cp1252":
        runs = re.findall(r"[^\x00-\x7f]+", text)
        alone = sum(len(run) == 1 for run in runs)  # é stands alone, the two bytes of a Chinese character do not
        return 0.5 if lost <= 0.01 * len(text) and alone > 0.7 * len(runs) else 0.0
    if wide and text.isascii():
        return 1.0
    return _everyday(text) - lost / max(1, len(text))


def _everyday(text: str) -> float:
    beyond = [c for c in text if not c.isascii()]
    return sum(c in _EVERYDAY for c in beyond) / len(beyond) if beyond else 0.0


def _guess(sample: bytes, where: object) -> str:
    if sample.count(0) > _MAX_ZEROS * len(sample):
        raise ArticleError("This is not a text file", where=where, mend="Remove it, or convert it to text first.")
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    guess = from_bytes(sample).best()
    if guess is None:
        raise ArticleError("The encoding of this text is unknown", where=where, mend="Save it as UTF-8.")
    return guess.encoding


def _damaged(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return resync(data, encoding, _EVERYDAY.__contains__, _LOST)


def _checked(data: bytes, encoding: str, where: object) -> Decoded:
    text = _damaged(data, encoding) if encoding in PAIRED else data.decode(encoding, "wenju-lost")
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample)) - 1
    if controls > _MAX_CONTROLS * len(sample) and (
        controls > _MAX_CONTROLS_IN_PROSE * len(sample) or _everyday(sample) < _MIN_PLAUSIBLE
    ):
        raise ArticleError("This is not a text file", where=where, mend="Remove it, or convert it to text first.")
    lost = text.count(_LOST)
    if not lost:
        return Decoded(text, encoding, 0)
    first = tuple(found.start() for found in islice(re.finditer(_LOST, text), _MAX_LOST))
    return Decoded(text.replace(_LOST, "\ufffd"), encoding, lost, first)
