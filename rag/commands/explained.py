"""An Explanation as lines of a terminal, in Chinese or English as the query is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rag.commands.terminal import PLAIN, Style, safe
from rag.retrieve.explain import Explanation, Matched, Reason
from rag.text import language, quoted_title

_SHOWN = 12  # words named for one field

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "how": "检索说明",
        "legs": {"words": "词语", "vectors": "语义"},
        "found": "{}：{} 段",
        "none": "{}：没有找到（{}）",
        "meant": "另一种语言里的近义词：{}",
        "milliseconds": "用时（毫秒）：{}",
        "leg": "{}第 {}，得分 {:.3f}，计 {:.3f}",
        "factor": "目录、版权页按 {:.2f} 计",
        "reading": "阅读得分 {:.2f}",
        "fields": {
            "words": "正文的词", "grams": "正文的字对", "about_words": "标题等的词", "about_grams": "标题等的字对",
            "spelled": "读音", "own": "自定词",
        },
        "notes": {
            "no known word": "没有认识的词",
            "no passage holds a word of the query": "没有一段含有所问的词",
            "no article meets the filter": "没有文章符合条件",
            "nothing was asked": "没有提问",
        },
    },
    "en": {
        "how": "How this was found",
        "legs": {"words": "words", "vectors": "vectors"},
        "found": "{}: {} passages",
        "none": "{}: nothing found ({})",
        "meant": "words of the other language near in meaning: {}",
        "milliseconds": "milliseconds: {}",
        "leg": "{} rank {}, score {:.3f}, adds {:.3f}",
        "factor": "front matter counts {:.2f}",
        "reading": "reader {:.2f}",
        "fields": {
            "words": "words", "grams": "pairs", "about_words": "title's words", "about_grams": "title's pairs",
            "spelled": "sound", "own": "own words",
        },
        "notes": {},
    },
}  # fmt: skip


def explanation_text(told: Explanation, style: Style = PLAIN, *, passages: bool = False) -> str:
    """Return what ``--explain`` prints below the result; with ``passages``, their titles too, not only their ranks."""
    words = _WORDS["en" if language(told.query) == "en" else "zh"]
    lines = [words["how"]]
    for name, count in told.found.items():
        leg, note = words["legs"][name], told.notes.get(name, "")
        lines.append("  " + (words["found"].format(leg, count) if count else _none(words, leg, note)))
    if told.meant:
        lines.append("  " + words["meant"].format("; ".join("/".join(group) for group in told.meant)))
    spent = ", ".join(f"{stage} {spent:.1f}" for stage, spent in told.milliseconds.items())
    lines.append("  " + words["milliseconds"].format(spent))
    for reason in told.reasons:
        lines += _reason(reason, words, passages)
    return style.aside[0] + safe("\n".join(lines)) + style.aside[1]


def _none(words: dict[str, Any], leg: str, note: str) -> str:
    return str(words["none"].format(leg, words["notes"].get(note, note)))


def _reason(reason: Reason, words: dict[str, Any], passages: bool) -> list[str]:
    title = f"  {quoted_title(reason.hit.passage.title)} {reason.hit.passage.source}" if passages else ""
    parts = [words["leg"].format(words["legs"][name], p.rank, p.score, p.share) for name, p in reason.legs.items()]
    if reason.factor < 0.999:
        parts.append(words["factor"].format(reason.factor))
    if reason.reading is not None:
        parts.append(words["reading"].format(reason.reading))
    lines = [f"{reason.hit.rank:>4}  {reason.hit.score:.3f}  {'; '.join(parts)}{title}"]
    for field, name in words["fields"].items():
        found = [one for one in reason.matched if one.field == field]
        if found:
            lines.append(f"      {name} {sum(one.score for one in found):.2f}: {_named(found)}")
    return lines


def _named(found: Iterable[Matched]) -> str:
    """Name the words that matched, those worth most first, each once."""
    worth: dict[str, float] = {}
    for one in found:
        for word in one.words or one.terms[:1]:
            worth[word] = worth.get(word, 0.0) + one.score / (len(one.words) or 1)
    best = sorted(worth, key=lambda word: -worth[word])
    return ", ".join(f"{word} {worth[word]:.2f}" for word in best[:_SHOWN]) + (" …" if len(best) > _SHOWN else "")
