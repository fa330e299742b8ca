"""The terms of the keyword leg: the same rules cut passages when indexing and questions when searching."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from rag.index.numerals import number_terms, without_commas
from rag.index.wordlist import WordList
from rag.text import HAN, bigrams, fold, language, squeeze, words

MAX_TERM = 64  # characters; a longer run without a break is an address or damage, never a word one searches for
MAX_MEANINGS = 64  # words and phrases of a question that are looked up by meaning
_LATIN = re.compile(r"[a-z]+")
_HAN_WORD = re.compile(f"[{HAN}]{{2,12}}")
# names are set with spaces to fill the line: 杨 东 奇
_SPACED = re.compile(f"(?<![{HAN}])[{HAN}](?:[ \u3000][{HAN}])+(?![{HAN}])")
# jieba cuts 1.5, 1+6+2, GB/T-3 and addresses at every mark; whole they say much more
_COMPOUND = re.compile(r"[a-z0-9]+(?:[.+/@:-][a-z0-9]+)+%?|[0-9]+%")
# an apostrophe or a hyphen inside a name is a matter of taste: Tai'an, Xi-an, Taian
_JOINT = re.compile(r"(?<=[^\W\d_])['’‘`-](?=[^\W\d_])")
_POSSESSIVE = re.compile(r"['’]s\b")
_NAME_WORD = re.compile(r"[^\W\d_]+")
_PROPER = frozenset(("ns", "nt", "nz"))  # jieba's tags of places, bodies and other proper names
# what is left off when a place is named in English: Rushan for 乳山市
_PLACE_ENDINGS = tuple("省市县区镇乡村州盟旗")
STOP_WORDS = frozenset(
    """
    a about according after all an and any are as at be been before by did do does during for from had has have how
    if in into is it its many much of on or say says since than that the their them there these they this those to
    under was were what when where which who whom whose why will with would
    """.split()  # noqa: SIM905 - sixty pairs of quotes hide the words
)


def text_terms(text: str) -> list[str]:
    """Return jieba's search-mode words, numbers, formulas, and Latin words with their stems; no English stop words.

    Numbers and dates come in one spelling besides their own.
    """
    plain = without_commas(fold(_POSSESSIVE.sub("", close_up(text))))
    found = [word for word in words(plain) if word not in STOP_WORDS]
    stems = [stem for word in found if word.isascii() and (stem := stem_of(word)) != word]
    return [term for term in (*found, *stems, *_COMPOUND.findall(plain), *number_terms(plain)) if len(term) <= MAX_TERM]


def gram_terms(text: str) -> list[str]:
    """Return the character pairs of each run of Han: they find what a dictionary cuts wrongly."""
    return bigrams(close_up(text))


def own_terms(text: str, own: WordList) -> list[str]:
    """Return what the words of a list of one's own stand for in ``text``."""
    return own.terms(fold(close_up(text))) if len(own) else []


def close_up(text: str) -> str:
    """Take out the spaces of letter-spaced Chinese."""
    return _SPACED.sub(lambda run: squeeze(run.group()), text)


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """Take an English plural, past or -ing ending off; light on purpose, for a wrong merge costs more than a miss."""
    if len(word) < 4 or not _LATIN.fullmatch(word):
        return word
    for ending, left in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is")):
            root = word[: -len(ending)] + left
            if len(root) < 3 or not re.search("[aeiouy]", root):
                return word
            if ending in ("ing", "ed") and root[-1] == root[-2] and root[-1] not in "lsz":
                root = root[:-1]
            return root.removesuffix("e") if len(root) > 3 else root
    return word.removesuffix("e") if len(word) > 4 else word


def spelled_terms(text: str) -> list[str]:
    """Return the toneless pinyin of the Chinese nouns and names in ``text``, each run together: 枣庄市 -> zaozhuang.

    It is what a question in English calls them by.
    """
    tagged = _tagged(close_up(text))
    return [term for word, tag in tagged if tag[0] == "n" for term in _spellings(word, tag in _PROPER)]


def spelled_words(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield (start, end, spellings) of each Chinese noun and name in ``text``."""
    end = 0
    for word, tag in _tagged(text):
        start, end = end, end + len(word)
        if tag[0] == "n" and (spelled := _spellings(word, tag in _PROPER)):
            yield start, end, spelled


def _tagged(text: str) -> list[tuple[str, str]]:
    import rjieba

    found: list[tuple[str, str]] = rjieba.tag(fold(text))
    return found


@lru_cache(maxsize=1 << 18)
def _spellings(word: str, proper: bool) -> tuple[str, ...]:
    """Return how a noun sounds; nothing for one that is not Chinese or too long for a word."""
    if not _HAN_WORD.fullmatch(word):
        return ()
    from pypinyin import lazy_pinyin

    syllables = [syllable.replace("ü", "v") for syllable in lazy_pinyin(word)]
    spelled = ["".join(syllables)]
    if len(syllables) > 2 and word.endswith(_PLACE_ENDINGS):
        spelled.append("".join(syllables[:-1]))
    if proper and len(syllables) > 3:
        spelled.append("".join(syllables[:2]))  # 昌吉回族自治州 is asked for as Changji
    return tuple(spelled)


def places_asked(question: str) -> list[str]:
    """Return the places that a question names, a Chinese one less its ending: 济南 for 济南市.

    Of a question in English, the capitalised words; whether they are names, the archive must tell.
    """
    plain = close_up(question)
    if language(plain) == "en":
        latin = _NAME_WORD.findall(_JOINT.sub("", _POSSESSIVE.sub("", plain)))
        places = [fold(word) for word in latin if word[0].isupper() and fold(word) not in STOP_WORDS]
    else:
        tagged = (word for word, tag in _tagged(plain) if tag == "ns")
        places = [word[:-1] if len(word) > 2 and word.endswith(_PLACE_ENDINGS) else word for word in tagged]
    return [place for place in dict.fromkeys(places) if len(place) > (3 if place.isascii() else 1)]


def asked_spellings(question: str) -> list[str]:
    """Return what the Latin words of ``question`` may spell: each word, and capitalised neighbours run together.

    "Zhao Leji" gives zhaoleji, and lejizhao for the custom of putting the given name first.
    """
    plain = _JOINT.sub("", _POSSESSIVE.sub("", question))
    named = [match.group() for match in _NAME_WORD.finditer(plain) if _LATIN.fullmatch(fold(match.group()))]
    terms = [fold(word) for word in named if len(word) > 1 and fold(word) not in STOP_WORDS]
    for one, other in pairwise(_NAME_WORD.finditer(plain)):
        both = one.group(), other.group()
        if plain[one.end() : other.start()].isspace() and both[0][0].isupper() and both[1][0].isupper():
            terms += [fold(both[0] + both[1]), fold(both[1] + both[0])]
    return list(dict.fromkeys(terms))


def asked_meanings(question: str, is_name: Callable[[str], bool]) -> list[str]:
    """Return the words of ``question`` to look up in the other script, and neighbours as phrases.

    A capitalised word that ``is_name`` knows as the spelling of a Chinese name is left out: names mean nothing.
    """
    if language(question) != "en":
        return list(dict.fromkeys(term for term in words(question) if _HAN_WORD.fullmatch(term)))[:MAX_MEANINGS]
    plain = _JOINT.sub("", _POSSESSIVE.sub("", question))
    latin = [word for word in _NAME_WORD.findall(plain) if _LATIN.fullmatch(fold(word))]
    kept = [None if fold(word) in STOP_WORDS or (word[0].isupper() and is_name(fold(word))) else word for word in latin]
    phrases = [f"{one} {other}" for one, other in pairwise(kept) if one and other]
    return list(dict.fromkeys([*(word for word in kept if word), *phrases]))[:MAX_MEANINGS]
