"""Chinese words to English ones, and sentences turned into English word for word.

The encoder adds up words without order, so a sentence whose words are replaced by their glosses is, to it,
nearly a translation; titles and questions made so are the bulk of what it sees of English over Chinese.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

from rag.text import HAN
from rag.train import data

# words of grammar, which a gloss would turn into noise
EMPTY = frozenset("的了着得地之也都就而与和及等在是把被将于以对为从由并或其该此吗呢吧")
_GRAMMAR = """
    a an the of to in on at for and or by with from as is are was were be been has have had it its this that these
    those which who what when where how not no will shall we our they their he his she her you your i do does did
"""
STOP = frozenset(_GRAMMAR.split())
_HAN = re.compile(f"[{HAN}]")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|（[^）]*）")
_SKIP = re.compile(r"^(CL:|old variant|variant of|see |also written|erhua|used in|abbr\.? for|Taiwan pr|\(?loanword)")
_FIRST_WORD = re.compile(r"[A-Z][a-z'’]+")
_MARKS = re.compile("['’]")
_PLACE_ENDS = "市县区省州旗镇"
_ENGLISH = re.compile(r"[a-zà-ɏ]+|\d+")


def english_words(text: str) -> list[str]:
    """Return the Latin words and numbers of ``text``, lower-cased."""
    return _ENGLISH.findall(text.lower())


def glosses(text: str) -> list[str]:
    """Cut a dictionary entry into clean short glosses: no brackets, cross references, Chinese or leading "to"."""
    found = []
    for sense in text.split(";"):
        sense = _BRACKETS.sub(" ", sense).strip()
        if not sense or _SKIP.match(sense):
            continue
        # "Siping, prefecture-level city in Jilin": what stands before the comma is the name itself
        head = sense.split(",")[0] if sense[:1].isupper() else sense
        words = _HAN.sub("", head).replace("|", " ").split()
        words = words[1:] if words and words[0] in ("to", "surname", "a", "an", "the") and len(words) > 1 else words
        if words and len(words) <= 5:
            found.append(" ".join(words))
    return found


def terms() -> Iterator[tuple[str, list[str]]]:
    """Yield the government terms written for this project, each with its usual English, commonest first."""
    for line in (Path(__file__).parent / "terms.tsv").read_text(encoding="utf-8").splitlines():
        word, _, english = line.partition("\t")
        yield word, english.split("; ")


def spelled_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield dictionary words whose English is their pinyin, with it; places also without 市, 县 and the like."""
    from pypinyin import lazy_pinyin

    for record in data.records(folder, "parallel/cedict_zh_en.jsonl"):
        word, first = record["a"], _FIRST_WORD.match(record["b"])
        if not first or len(word) > 4:
            continue
        stem = word[:-1] if len(word) > 2 and word[-1] in _PLACE_ENDS else word
        if "".join(lazy_pinyin(stem)) == _MARKS.sub("", first[0].lower()):
            yield word, first[0]
            if stem != word:
                yield stem, first[0]


class Glossary:
    """Glosses of each Chinese word with weights from how aligned sentences really translate it."""

    def __init__(self, folder: Path) -> None:
        senses: dict[str, list[str]] = defaultdict(list)
        for record in data.records(folder, "parallel/cedict_zh_en.jsonl"):
            senses[record["a"]] += glosses(record["b"])
        for word, options in terms():
            senses[word] = options + [gloss for gloss in senses[word] if gloss not in options]
        chinese, english, together = _cooccurrence(folder)
        self._senses: dict[str, tuple[list[str], list[float]]] = {}
        for word, options in senses.items():
            seen = together.get(word, Counter())
            weights = [_weight(option, seen, chinese[word], rank) for rank, option in enumerate(options)]
            if options:
                self._senses[word] = (options, weights)
        for word, translation, weight in _learned(chinese, english, together):
            options, weights = self._senses.setdefault(word, ([], []))
            options.append(translation)
            weights.append(weight)

    def __contains__(self, word: str) -> bool:
        return word in self._senses

    def pick(self, word: str, random: Random) -> str:
        """Return one gloss of ``word``, likely ones more often."""
        options, weights = self._senses[word]
        return random.choices(options, weights)[0]

    def translate(self, text: str, random: Random, share: float = 1.0) -> str:
        """Replace ``share`` of the Chinese words of ``text`` by glosses; names become pinyin, grammar goes."""
        import rjieba

        out: list[str] = []
        for word in rjieba.cut(text, hmm=True):
            if not _HAN.search(word) or random.random() >= share:
                out.append(word)
            elif word in EMPTY:
                continue
            else:
                out.append(self._render(word, random))
        return " ".join(out) if share == 1.0 else "".join(f" {w} " if w.isascii() else w for w in out)

    def _render(self, word: str, random: Random) -> str:
        if word in self._senses:
            return self.pick(word, random)
        import rjieba

        inner = rjieba.cut(word, hmm=False)
        if len(inner) > 1 and all(len(part) > 1 and part in self._senses for part in inner):
            return " ".join(self.pick(part, random) for part in inner)
        return romanise(word)


def romanise(word: str) -> str:
    """Spell a name as newspapers do: "杨东奇" as "yang dongqi", a place in one word."""
    from pypinyin import lazy_pinyin

    spelled = lazy_pinyin(word)
    return spelled[0] + " " + "".join(spelled[1:]) if len(spelled) == 3 else "".join(spelled)


def _cooccurrence(folder: Path) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    import rjieba

    chinese: Counter[str] = Counter()
    english: Counter[str] = Counter()
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for name in ("parallel/gov_work_report_zh_en.jsonl", "parallel/tatoeba_zh_en.jsonl"):
        for record in data.records(folder, name):
            terms = _terms(record["b"])
            english.update(terms)
            for word in dict.fromkeys(w for w in rjieba.cut(record["a"], hmm=False) if _HAN.search(w)):
                chinese[word] += 1
                together[word].update(terms)
    return chinese, english, together


def _terms(sentence: str) -> list[str]:
    # lists, for the order of a set of words changes from one process to the next
    words = english_words(sentence)
    pairs = [f"{a} {b}" for a, b in pairwise(words) if a not in STOP and b not in STOP]
    return list(dict.fromkeys(pairs + [word for word in words if word not in STOP]))


def _weight(gloss: str, seen: Counter[str], count: int, rank: int) -> float:
    words = [word for word in english_words(gloss) if word not in STOP]
    share = sum(seen[word] for word in words) / (len(words) * count) if words and count else 0.0
    return share + 0.2 / (1 + rank)


def _learned(
    chinese: Counter[str], english: Counter[str], together: dict[str, Counter[str]]
) -> list[tuple[str, str, float]]:
    """Find translations that no dictionary gives, by Dice's coefficient over aligned sentences."""
    found = []
    for word, seen in together.items():
        if chinese[word] < 4 or word in EMPTY:
            continue
        for term, count in seen.most_common(40):
            dice = 2 * count / (chinese[word] + english[term])
            if count >= 3 and dice >= 0.35:
                found.append((word, term, dice))
    return found
