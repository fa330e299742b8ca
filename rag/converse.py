"""Follow-up questions, without a language model: what an unfinished question takes over from those before it.

A question leans on the earlier ones when it points back (它, 该市, 那里, "there", "that author"),
when it is a fragment (线上的呢？ "And in 2020?"), or when it names nothing and says little. It then
takes over the names and the content words of the topic so far. A question that stands on its own
takes over nothing, and opens a new topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.query import content_words, kind_of
from rag.text import HAN, fold, language

Leaning = Literal["no", "perhaps", "surely"]
TermKind = Literal["place", "name", "year", "word"]

_MAX_NAMES = 3
_MAX_WORDS = 5
_ENOUGH_NAMES = 2  # so many names tell the topic well enough; words would only add noise
_MANY_WORDS = 8  # with more content words than this, 那个 and "it" most likely point within the question
_FEW_WORDS = 3  # a question without a name and with no more content words than this may be unfinished
_SHORT_ANSWER = 40  # characters; a longer answer names too many things to tell which one is meant

_PLACE_BACK = re.compile(
    r"那里|那儿|这里|这儿|当地|(?:该|那个?)[省市州县区乡镇村盟旗](?!场)|"
    r"\bthere\b|\bth(?:at|is|e same) (?:city|county|town|district|province|place)\b"
)
_POINTS_BACK = re.compile(
    _PLACE_BACK.pattern + r"|[它她他]们?|当时|当年|上述|前者|后者|"
    rf"该(?=[{HAN}])(?![怎如不])|(?<![尤极])其(?![实它他次])|此(?![外后前刻])|"
    r"[那这](?:[个些位家座部项次种类年天时场篇套批所条件份]|一[年天次家位个项行种])|"
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|those|these)\b|"
    r"\b(?:does|did|do|is|was|has|had|can|of|in|at|for|from|with|by|about|on|during|after|before) (?:that|this)\b"
    r"(?! year)|"
    r"\bthe same\b"
)
_YEAR_BACK = re.compile(r"那一?年|当年|当时|\bthat year\b|\bthen\b")
_EXISTENTIAL = re.compile(r"\b(?:is|are|was|were|be|been) there\b|\bthere (?:is|are|was|were)\b")
_FRAGMENT = re.compile(r"呢[?？。]?$|^(?:还有|另外|那么|其他)|^(?:and|or|but|what about|how about)\b")
_THE_NOUN = re.compile(r"\bthe ([a-z]+)\b(?! of\b)")
_QUOTED = re.compile(r"《[^《》]{2,40}》|“[^“”]{2,20}”")
_YEAR = re.compile(r"(?:19|20)\d\d ?年?")
_LATIN_NAME = re.compile(r"\b[A-Z][\w-]*(?: [A-Z][\w-]*)*")
_OPENING = (
    "a an and are at by did do does for from had has have how in is it name of on or the there these they this to was "
    "were what when where which who whom whose why"
)
_OPENERS = frozenset(_OPENING.split())
_GOVERNED = "省市州县区乡镇村盟旗"  # after a noun, the two together are a place
_SCOPES = (scope + level for scope in "全我本" for level in "国省市州县区乡镇村")  # 全市, 我省
_NO_PLACE = frozenset(("中国", "城市", "自治区", "开发区", "示范区", "保护区", *_SCOPES))


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and, where there was one, its answer."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """``query`` is what to search and read with; ``carried`` are the terms it took over, to be shown.

    Not ``certain`` means that the question may as well stand on its own: try both.
    """

    query: str
    carried: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    kind: TermKind


def resolve(question: str, earlier: Sequence[Turn | str]) -> Resolved:
    """Complete ``question`` from the ``earlier`` turns, oldest first; plain strings are questions."""
    topic = _topic(turn if isinstance(turn, Turn) else Turn(turn) for turn in earlier)
    leaning = leans_back(question, topic)
    terms = _lacking(topic, question) if leaning != "no" else []
    if not terms:
        return Resolved(question)
    return Resolved(_complete(question, terms), tuple(term.text for term in terms), leaning == "surely")


def leans_back(question: str, topic: Sequence[_Term] = ()) -> Leaning:
    """Tell whether ``question`` needs an earlier one to be understood."""
    folded = _folded(question)
    pointer = _POINTS_BACK.search(folded)
    names = [term.text for term in _names(question) if term.kind != "year"]
    if pointer:
        # "Lixia District launched its app": a pointer behind a name points to that name
        before = folded[: pointer.start()]
        if not any(fold(name) in before for name in names):
            return "surely" if len(content_words(question)) <= _MANY_WORDS else "perhaps"
    if names or kind_of(question) == "definition":
        return "surely" if _FRAGMENT.search(folded) and len(content_words(question)) <= 1 else "no"
    if _FRAGMENT.search(folded):
        return "surely"
    known = {word for term in topic for word in fold(term.text).split()}
    if known.intersection(_THE_NOUN.findall(folded)):
        return "perhaps"
    return "perhaps" if len(content_words(question)) <= _FEW_WORDS else "no"


def _folded(question: str) -> str:
    """Fold for the patterns; "there are" points nowhere."""
    return _EXISTENTIAL.sub("", fold(question).strip())


def _topic(turns: Iterable[Turn]) -> list[_Term]:
    """Fold the turns into the terms that are being talked about, the nearest first."""
    topic: list[_Term] = []
    for turn in turns:
        terms = _terms(turn.question)
        if leans_back(turn.question, topic) != "no":
            terms = [*terms, *_lacking(topic, turn.question)]
        if turn.answer and len(turn.answer) <= _SHORT_ANSWER:
            terms = [*_names(turn.answer), *terms]
        topic = _distinct(terms)
    return topic


def _terms(question: str) -> list[_Term]:
    return [*_names(question), *(_Term(word, "word") for word in content_words(question))]


def _names(text: str) -> list[_Term]:
    """Return the places, titles, quoted terms, years and other proper names of ``text``."""
    quoted = _QUOTED.findall(text)
    rest = _QUOTED.sub("，", text)
    names = [_Term(year, "year") for year in _YEAR.findall(rest)]
    if language(text) == "en":
        names += _latin_names(rest)
    else:
        # a title names its place: 《济宁市大运河岸线保护管理条例》
        places = [name for title in quoted for name in _chinese_names(title) if name.kind == "place"]
        names = [*_chinese_names(rest), *names, *places]
    return _distinct([*(_Term(title, "name") for title in quoted), *names])


def _latin_names(text: str) -> list[_Term]:
    found = []
    for match in _LATIN_NAME.finditer(text):
        first, _, rest = match.group().partition(" ")
        name = rest if first.lower() in _OPENERS else match.group()
        if name:
            found.append(_Term(name, "name"))
    return found


def _chinese_names(text: str) -> list[_Term]:
    """Return the words that jieba takes for places or names; places in a row are one: 山东省 + 济南市."""
    import rjieba

    names: list[_Term] = []
    place = noun = ""
    for word, tag in [*rjieba.tag(text), ("", "")]:
        # a place that is neither in the dictionary nor called a county is a guess, and mostly wrong
        governed = len(word) > 2 and word[-1] in _GOVERNED and tag.startswith("n")
        if (governed or (tag == "ns" and rjieba.has_word(word))) and word not in _NO_PLACE:
            place += word
        elif word and word in _GOVERNED and (place or noun):
            place = place + word if place else noun + word
        else:
            if place:
                names.append(_Term(place, "place"))
            place = ""
            if (tag.startswith("nr") and len(word) > 1) or (tag == "nz" and len(word) > 2):
                names.append(_Term(word, "name"))
        noun = word if tag.startswith("n") and len(word) > 1 and word not in _NO_PLACE else ""
    return names


def _distinct(terms: Iterable[_Term]) -> list[_Term]:
    """Drop words that stand inside a name, and what was there already; keep names before words."""
    kept: list[_Term] = []
    for term in sorted(terms, key=lambda t: t.kind == "word"):
        text = fold(term.text)
        known = [fold(other.text) for other in kept if term.kind == "word" or other.kind == term.kind]
        if not any(text in other for other in known):
            kept.append(term)
    return kept


def _lacking(topic: Sequence[_Term], question: str) -> list[_Term]:
    """Pick what ``question`` takes over: the place for a word that points to a place, else names and words."""
    asked = _folded(question)
    kinds: dict[TermKind, list[_Term]] = {"place": [], "name": [], "year": [], "word": []}
    for term in topic:
        if fold(term.text) not in asked:
            kinds[term.kind].append(term)
    names, words = (kinds["place"] + kinds["name"])[:_MAX_NAMES], kinds["word"][:_MAX_WORDS]
    years = kinds["year"][:1] if _YEAR_BACK.search(asked) else []
    if _PLACE_BACK.search(asked) and names:
        # 该市为它立了什么法: 它 is something besides the place, and if that has no name, the words tell of it
        besides = _POINTS_BACK.search(_PLACE_BACK.sub("", asked)) and not kinds["name"]
        return years + (kinds["place"][:1] or names) + (words if besides else [])
    return years + names + (words if len(names) < _ENOUGH_NAMES or _FRAGMENT.search(asked) else [])


def _complete(question: str, terms: Sequence[_Term]) -> str:
    """Put a place where the question points to one, and append what is left."""
    rest = [term.text for term in terms]
    if terms[0].kind == "place" and language(question) != "en":
        question, replaced = _PLACE_BACK.subn(rest[0], question, count=1)
        rest = rest[replaced:]
    return " ".join([question, *rest])
