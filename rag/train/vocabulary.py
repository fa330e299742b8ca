"""The encoder's words: one tokenizer for Chinese and English, and what each of its words is made of.

Chinese pieces carry jieba's log frequencies, so that the best path of the Unigram model is jieba's own
cut (without its guesses at new words) as far as the words are in the vocabulary. Latin words and numbers
stand whole where they are frequent, else in as few pieces as possible.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rag.text import HAN
from rag.train import data
from rag.train.glossary import spelled_names

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "<unk>"
NAME_COUNT = 20  # as if each place name had been seen so often
RARE = 3  # a character seen less often cannot be learned
# runs of one script; all else (punctuation, white space) is dropped
_RUNS = r"[\p{Han}〇]+|\p{Latin}+|\d+|[^\p{Han}〇\p{Latin}\d\W_]+"
_LATIN = re.compile(r"[a-zà-ɏ]+")
_HAN_ONLY = re.compile(f"[{HAN}〇]+")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ness", "ers", "ed", "er", "es", "ly", "s", "e")

CHINESE_TEXTS = (
    ("pairs-xwlb_title_body.jsonl", ("a", "b"), 2),
    ("text-crud_news.jsonl", ("text",), 3),
    ("pairs-laws_heading_article.jsonl", ("a", "b"), 4),
    ("pairs/q_answer_zh.jsonl", ("a", "b"), 1),
    ("reader/train_zh.jsonl", ("title", "context"), 1),
    ("written/train.jsonl", ("title", "text"), 1),
    ("parallel/gov_work_report_zh_en.jsonl", ("a",), 1),
    ("parallel/tatoeba_zh_en.jsonl", ("a",), 1),
    ("parallel/cedict_zh_en.jsonl", ("a",), 1),
)
ENGLISH_TEXTS = (
    ("parallel/gov_work_report_zh_en.jsonl", ("b",), 1),
    ("parallel/tatoeba_zh_en.jsonl", ("b",), 1),
    ("parallel/cedict_zh_en.jsonl", ("b",), 1),
    ("reader/train_en.jsonl", ("context",), 1),
    ("pairs/bbc_title_body_en.jsonl", ("a", "b"), 1),
    ("pairs/sts_en.jsonl", ("a", "b"), 1),
)


def texts(folder: Path, sources: Iterable[tuple[str, tuple[str, ...], int]]) -> Iterator[str]:
    """Yield the named fields of every n-th record of each source that is there."""
    for name, fields, stride in sources:
        if not data.available(folder, name):
            continue
        for number, record in enumerate(data.records(folder, name)):
            if number % stride == 0:
                yield from (record.get(field, "") for field in fields)


def count_words(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Count Chinese words (jieba's cut) and Latin words over the training texts."""
    import rjieba

    chinese: Counter[str] = Counter()
    latin: Counter[str] = Counter()
    for text in texts(folder, CHINESE_TEXTS):
        chinese.update(word for word in rjieba.cut(text, hmm=False) if _HAN_ONLY.fullmatch(word))
    for text in texts(folder, ENGLISH_TEXTS):
        latin.update(_LATIN.findall(text.lower()))
    for _, qa, _ in data.questions(folder, "written/train.jsonl"):
        latin.update(_LATIN.findall(qa["q"].lower()))
    # place names, which questions ask for and few texts hold
    latin.update({name.lower(): NAME_COUNT for _, name in spelled_names(folder) if name.isalpha()})
    return chinese, latin


def jieba_frequencies() -> dict[str, int]:
    """Return the frequencies of jieba's dictionary file."""
    import jieba

    frequencies = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        frequencies[word] = int(count)
    return frequencies


@cache
def syllables() -> list[str]:
    """Return the toneless pinyin syllables, ü as v and as u."""
    from pypinyin import lazy_pinyin

    found = {lazy_pinyin(chr(code))[0] for code in range(0x4E00, 0x9FA6)}
    found = {syllable.replace("ü", "v") for syllable in found if syllable.isalpha()}
    return sorted(found | {syllable.replace("v", "u") for syllable in found})


def build_tokenizer(chinese: Counter[str], latin: Counter[str], *, n_chinese: int, n_latin: int) -> Tokenizer:
    """Choose the most frequent words within the two sizes, add the fall-back pieces, and build the tokenizer."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    pieces = [(UNKNOWN, -100.0), *_chinese_pieces(chinese, n_chinese), *_latin_pieces(latin, n_latin), *_numbers()]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_RUNS), behavior="removed", invert=True)
    return tokenizer


def _chinese_pieces(counts: Counter[str], n: int) -> list[tuple[str, float]]:
    frequencies = jieba_frequencies()
    log_total = math.log(sum(frequencies.values()))
    characters = Counter[str]()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    words = [word for word, _ in counts.most_common() if len(word) > 1 and word in frequencies][:n]
    known = sorted(character for character, count in characters.items() if count >= RARE)
    # jieba gives a character that its dictionary lacks the frequency 1
    return [(word, math.log(frequencies.get(word) or 1) - log_total) for word in [*known, *words]]


def _latin_pieces(counts: Counter[str], n: int) -> list[tuple[str, float]]:
    """Score so that fewer pieces always win: any word beats any two, and words beat syllables beat letter pairs."""
    most = max(counts.values(), default=1)
    scores = dict.fromkeys(ascii_lowercase, -32.0)
    scores |= {a + b: -24.0 for a in list(scores) for b in list(scores)}
    letters = Counter[str]()
    for word, count in counts.items():
        letters.update(dict.fromkeys(word, count))
    scores |= {letter: -32.0 for letter, count in letters.items() if count >= RARE}
    scores |= dict.fromkeys(syllables(), -16.0)
    words = [(word, count) for word, count in counts.most_common(n) if len(word) > 1 and count > 1]
    scores |= {word: -10.0 - math.log10(most / count) / 3 for word, count in words}
    return sorted(scores.items())


def _numbers() -> list[tuple[str, float]]:
    whole = [str(n) for n in range(1000)] + [str(year) for year in range(1900, 2051)]
    return [(number, -10.0) for number in [*whole, *(f"{n:02d}" for n in range(10))]]


def parts(token: str, known_syllables: frozenset[str]) -> list[str]:
    """Name what a word shares with others: its characters; its stem, beginning and pinyin syllables."""
    if _HAN_ONLY.fullmatch(token):
        return [f"han:{character}" for character in token]
    if not _LATIN.fullmatch(token):
        return []
    spelled = [f"pinyin:{syllable}" for syllable in spell(token, known_syllables)]
    return [f"stem:{stem(token)}", f"stem:{stem(token)}", f"start:{token[:5]}", *spelled]


def stem(word: str) -> str:
    """Cut one English ending off a word of which at least four letters remain."""
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def spell(word: str, known_syllables: frozenset[str]) -> list[str]:
    """Cut a Latin word into pinyin syllables, longest first with steps back; empty when it is not pinyin."""
    if not word:
        return []
    for length in range(min(6, len(word)), 0, -1):
        head, rest = word[:length], word[length:]
        if head in known_syllables and (not rest or spell(rest, known_syllables)):
            return [head, *spell(rest, known_syllables)]
    return []
