"""Characters that sound alike, and are chosen by mistake where one writes by Pinyin.

``sounds.txt`` has the common reading of each character that an input method has, as pypinyin tells it, a syllable a
line: to load pypinyin and ask it for all of them costs a new process .4 s.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

SOUNDS = Path(__file__).with_name("sounds.txt")  # made by rag.train.sounds
_SECOND = {
    "长": "zhang chang", "行": "hang xing", "重": "chong zhong", "调": "diao tiao", "乐": "le yue", "还": "huan hai",
    "会": "kuai hui", "曾": "ceng zeng", "区": "ou qu", "单": "shan dan", "石": "dan shi", "省": "xing sheng",
    "朝": "chao zhao", "传": "chuan zhuan", "数": "shu shuo", "率": "lv shuai", "校": "xiao jiao", "都": "du dou",
    "地": "di de", "得": "de dei", "系": "xi ji", "车": "che ju", "大": "da dai", "量": "liang",
}  # fmt: skip
# sounds that many speakers do not tell apart
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@cache
def sounds(char: str) -> frozenset[str]:
    """Return the readings of ``char`` without tones."""
    # the other readings in the dictionary are mostly old ones, which nobody types
    return frozenset((_common().get(char) or _by_pypinyin(char), *_SECOND.get(char, "").split()))


def _by_pypinyin(char: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(char))


@cache
def _common() -> dict[str, str]:
    """Return the common reading of each of the 6,763 characters of GB 2312, in its order."""
    lines = (line.split() for line in SOUNDS.read_text(encoding="utf-8").splitlines())
    read = {char: sound for sound, chars in lines for char in chars}
    return {char: read[char] for char in sorted(read, key=lambda char: char.encode("gb2312"))}


def alike(char: str) -> dict[str, bool]:
    """Return the characters that sound like ``char``, and whether exactly so; not ``char`` itself."""
    exact, near = _by_sound()
    found: dict[str, bool] = {}
    for sound in sounds(char):
        found |= {other: False for other in near.get(_blurred(sound), ()) if other not in found}
        found |= dict.fromkeys(exact.get(sound, ()), True)
    found.pop(char, None)
    return found


@cache
def _by_sound() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    exact: dict[str, list[str]] = defaultdict(list)
    near: dict[str, list[str]] = defaultdict(list)
    for char in _common():
        for sound in sounds(char):
            exact[sound].append(char)
            near[_blurred(sound)].append(char)
    return exact, near


def _blurred(sound: str) -> str:
    for long, short in _ALIKE:
        if sound.startswith(long):
            sound = short + sound[len(long) :]
    for long, short in _FINALS:
        if sound.endswith(long):
            return sound[: -len(long)] + short
    return sound


def is_pinyin(word: str) -> bool:
    """Tell whether ``word``, in small letters, is made of Chinese syllables and nothing else."""
    return bool(_syllables().fullmatch(word))


@cache
def _syllables() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(sorted(map(re.escape, _by_sound()[0]), key=len, reverse=True)) + ")+")
