"""A question: is it fit to be asked, what kind of answer does it want, and which of its words carry meaning."""

from __future__ import annotations

import re
from typing import Literal

from rag.errors import ConfigError
from rag.text import fold, language

Kind = Literal["why", "how", "definition", "list", "number", "when", "where", "who", "other"]

MAX_CHARS = 1000  # a question, not a document; keeps the slowest answer bounded

# first match wins; the order puts the kinds that want sentences before those that want words
_SOME = "[两二三四五六七八九十几0-9]"
_THINGS = "个家名人次条件部项处座所篇类种样方面点支位套张批本款层级块段股组"
_COUNTED = "two|three|four|five|six|seven|eight|nine|ten|several"
_VERBS = "did|do|are|were|have|had|must|should|can|could|may|might|will|would"
_PATTERNS: tuple[tuple[Kind, str, str], ...] = (
    (
        "why",
        r"为什么|为何|为啥|何以|缘何|何故|凭什么|凭啥|图的?是?(?:什么|啥)|理由|冲着|目的|为了(?:什么|啥)|(?:是|来|会)干嘛|原因|怎么会|因为(?:什么|啥|何)",
        r"why|reasons?|what (?:was|is|were) the (?:aim|purpose)|on what grounds"
        r"|what (?:prompted|led|made)|what (?:problems?|reasons?) (?:prompted|led|made)",
    ),
    (
        "definition",
        r"什么是|什么叫|何谓|(?:是|指)(?:个)?(?:什么|啥)(?:意思|东西|站|性质)|(?:什么|啥)意思|指的?是?(?:什么|啥|谁|哪)|含义|定义"
        r"|指一种什么|是一种(?:啥|什么)|是怎样一种",
        r"mean(?:s|ing|t)?|defin(?:e|es|ed|ition)|stands? for|signify|counts as",
    ),
    (
        "list",
        rf"哪些|哪“|哪{_SOME}+(?:大|家|[{_THINGS}])?(?!年|月|日|号|天)|分别|都有(?:什么|谁|啥)|(?:有|是)(?:些什么|什么人)"
        rf"|逐[条一个项]|{_SOME}(?:个|位|条|项|样|种|类)[^，？?]{{0,12}}(?:是谁|是什么|是啥|都?叫啥|都?叫什么)",
        rf"(?:which|what|name|list|the|whose)(?: other)? (?:{_COUNTED}|[2-9])"
        rf"|(?:which|what|whose) (?:(?!{_VERBS})[a-z-]+ ){{0,3}}?(?!{_VERBS})[a-z-]+[^'sui]s"
        rf" (?:{_VERBS}|does|is|was|of)"
        rf"|which (?:(?!{_VERBS})[a-z-]+ ){{0,2}}?(?!{_VERBS})[a-z-]+[^'sui]s (?:from|for|in|on|by|that|[a-z]+ed)"
        r"|(?:kinds|types|sorts) of|what (?:are|were) the|who (?:are|were)|(?:name|list) (?:the|all)",
    ),
    (
        "number",
        rf"多少|(?<!哪)几(?:[{_THINGS}万亿千百期岁倍成度票笔起亩米届]|公里)|第几|多[长大高远久重宽]",
        r"how (?:many|much|long|old|far|big|large|often|high)|what (?:share|percentage|proportion|percent|rate)",
    ),
    (
        "how",
        r"怎么|怎样|如何|咋|(?:靠|凭|用|通过|采取|采用|按照?|以)着?(?:什么|啥|何|哪些?(?:办法|方式|方法|措施|手段|形式))"
        r"|(?:什么|啥)(?:样的)?(?:办法|方式|方法|措施|做法|手段|形式|途径|门路|机制|程序|节奏|前提|要求)"
        r"|(?:干|做)(?:些)?(?:啥|什么)",
        r"how|(?:by|through|in) what (?:means|manner|ways?|route)|what (?:must|should|has to|do|does|can)\b[^?]* do",
    ),
    (
        "when",
        r"什么时[候间]|何时|啥时候?|哪一?[年天日]|哪个?月|几[年月日号点]|什么日[子期]",
        r"when|(?:what|which) (?:year|date|day|month|time)",
    ),
    (
        "where",
        r"哪里|哪儿|在哪|何[处地]|什么地[方点]|啥地方|哪[个座]?(?:地方|城市|国家?|省|市|县|区|乡|镇|村|街道)",
        r"where|(?:what|which) (?:city|country|province|county|town|village|place|district|university)",
    ),
    ("who", r"谁|哪[位名]|何人|什么人|哪个人", r"who(?:m|se)?"),
)
_CHINESE_KINDS = tuple((kind, re.compile(chinese)) for kind, chinese, _ in _PATTERNS)
_ENGLISH_KINDS = tuple((kind, re.compile(rf"\b(?:{english})\b")) for kind, _, english in _PATTERNS)
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
    """Guess by cheap rules what kind of answer is wanted; in English the first question word decides."""
    folded = fold(question)
    for kind, pattern in _CHINESE_KINDS:
        if pattern.search(folded):
            return kind
    found = [(match.start(), kind) for kind, pattern in _ENGLISH_KINDS if (match := pattern.search(folded))]
    return min(found, key=lambda one: one[0])[1] if found else "other"


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
