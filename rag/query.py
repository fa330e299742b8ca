"""A question: is it fit to be asked, what kind of answer does it want, and which of its words carry meaning."""

from __future__ import annotations

import re
from typing import Literal

from rag.errors import ConfigError
from rag.text import fold, language

Kind = Literal["why", "how", "definition", "list", "number", "when", "where", "who", "other"]

MAX_CHARS = 1000  # a question, not a document; keeps the slowest answer bounded

# first match wins; the order puts the kinds that want sentences before those that want words
_PATTERNS: tuple[tuple[Kind, str, str], ...] = (
    ("why", r"为什么|为何|为啥|何以|原因", r"why|reasons?"),
    ("definition", r"什么是|什么叫|何谓|是什么意思|指的?是什么|是指什么|含义|定义", r"mean(ing|t)?|defin(e|ition)"),
    (
        "number",
        r"多少|几[个家名人次条件部项处座所篇期岁倍成万亿]",
        r"how (many|much|long|old|far|big|large|often|high)",
    ),
    ("how", r"怎么|怎样|如何|什么(?:办法|方式|方法|措施|做法)", r"how"),
    ("list", r"哪些|哪几|分别|都有(?:什么|谁)", r"which .+ are|what .*(?:kinds|types|areas)|list|name the"),
    ("when", r"什么时候|什么时间|何时|哪一?[年天日]|哪个月|几[年月日号]", r"when|(what|which) (year|date|day|month)"),
    ("where", r"哪里|哪儿|在哪|何处|什么地方|哪个(?:地方|城市|省|市|县|区|乡|镇|村)", r"where"),
    ("who", r"谁|哪位|何人|什么人", r"who(m|se)?"),
)
_KINDS = tuple((kind, re.compile(rf"{chinese}|\b(?:{english})\b")) for kind, chinese, english in _PATTERNS)
_QUESTION_WORDS = (
    "什么 多少 哪些 哪个 哪里 哪儿 哪位 哪天 哪年 哪家 几个 几家 几名 怎么 怎样 如何 为什么 为何 谁 何时 何处 "
    "是否 有没有 一共 总共 可以 能够 应该 需要 进行 请问 告诉 知道 目前 现在 今年 去年 这个 那个 这些 那些 "
    "他们 它们 她们 我们 你们 自己 里面 其中 到底 a about after all an and any are as at be been by can could "
    "did do does for from had has have he her his how i in is it its many me much of on or our over she so "
    "tell than that the their them there these they this those to was we were what when where which who whom "
    "whose why will with would you your"
)
_EMPTY_WORDS = frozenset(_QUESTION_WORDS.split())
_MEANINGFUL = ("n", "v", "a", "t", "j", "i", "l", "s", "m", "eng")
_LATIN = re.compile(r"[a-z][a-z0-9'-]*|[0-9]+(?:[.,][0-9]+)*%?")


def check_question(text: str, max_chars: int = MAX_CHARS) -> str:
    """Return ``text`` trimmed and free of control characters; raise ConfigError when it is empty or too long."""
    # half a character cannot be written as UTF-8, and would fail far from here
    clean = text.encode("utf-8", "ignore").decode("utf-8")
    clean = "".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in clean).strip()
    if not re.search(r"\w", clean):
        raise ConfigError("the question is empty", mend="Ask with at least one word.")
    if len(clean) > max_chars:
        raise ConfigError(
            f"the question has {len(clean):,} characters, more than {max_chars:,}",
            mend="Ask a shorter question; to search by a long text, take its key sentence.",
        )
    return clean


def kind_of(question: str) -> Kind:
    """Guess by cheap rules what kind of answer is wanted."""
    folded = fold(question)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "other")


def content_words(text: str) -> list[str]:
    """Return the folded words that carry meaning, each once, in order of appearance."""
    folded = fold(text)
    if language(text) == "en":
        found = [word.removesuffix("'s") for word in _LATIN.findall(folded)]
    else:
        import rjieba

        # with jieba's guesses at unknown words: most of them are names, which matter most
        found = [word for word, tag in rjieba.tag(folded) if tag.startswith(_MEANINGFUL) and _telling(word)]
    return list(dict.fromkeys(word for word in found if word not in _EMPTY_WORDS))


def _telling(word: str) -> bool:
    """A lone Han character says too little, a lone digit enough."""
    return len(word) > 1 or word.isdigit()
