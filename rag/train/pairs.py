"""Pairs of texts that belong together, by family: what the encoder learns to bring near each other.

Each pair is (a, b, group): pairs of one group share their target, so they are no negatives to each other.
The families are kept apart because a batch of one kind makes negatives that differ in content, not in form.
"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from rag.text import language, sentences
from rag.train import data
from rag.train.glossary import Glossary, glosses, romanise, spelled_names, terms

Pair = tuple[str, str, str]
Family = Iterator[Pair]

WINDOW = 320  # characters of a Chinese passage, as the index cuts them
ENGLISH_WINDOW = 900
MADE_NAMES = 30_000  # of people, from surnames and given characters drawn at random
TERM_COPIES = 5  # the dictionary's words are seen five times less than a term of the trade

_DIGITS = "零一二三四五六七八九"
_MONTHS = tuple(month_name)


class PairMaker:
    """The families of pairs from one data folder; the same seed gives the same pairs."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._data = folder
        self._random = Random(seed)
        self._glossary = Glossary(folder)

    def families(self) -> dict[str, Callable[[], Family]]:
        """Name the families; each is made when called."""
        return {
            "dictionary": self.dictionary,
            "spelling": self.spelling,
            "parallel": self.parallel,
            "written": self.written,
            "glossed": self.glossed,
            "questions": self.questions,
            "titles": self.titles,
            "laws": self.laws,
            "crops": self.crops,
            "english": self.english,
        }

    def dictionary(self) -> Family:
        """Word and each of its glosses."""
        for record in data.records(self._data, "parallel/cedict_zh_en.jsonl"):
            for gloss in glosses(record["b"]):
                yield record["a"], gloss, record["a"]
        for word, options in terms():
            yield from ((word, gloss, word) for gloss in options for _ in range(TERM_COPIES))

    def spelling(self) -> Family:
        """Chinese names and their pinyin; numbers, ordinals and dates in both languages."""
        surnames: set[str] = set()
        given: set[str] = set()
        for word, name in spelled_names(self._data):
            yield word, name, word
            given.update(word)
        for record in data.records(self._data, "parallel/cedict_zh_en.jsonl"):
            if record["b"].startswith("surname ") and len(record["a"]) == 1:
                surnames.add(record["a"])
        first, rest = sorted(surnames), sorted(given)
        for _ in range(MADE_NAMES):
            name = self._random.choice(first) + "".join(self._random.choices(rest, k=self._random.choice((1, 2, 2))))
            yield name, romanise(name), name
        for number in range(1, 200):
            yield f"第{chinese_number(number)}届", f"{number}th", f"第{number}"
            yield chinese_number(number), str(number), str(number)
        for month in range(1, 13):
            for day in range(1, 32):
                yield f"{month}月{day}日", f"{_MONTHS[month]} {day}", f"{month}-{day}"

    def parallel(self) -> Family:
        """Sentences and their translations."""
        for name in ("parallel/gov_work_report_zh_en.jsonl", "parallel/tatoeba_zh_en.jsonl"):
            for record in data.records(self._data, name):
                yield record["a"], record["b"], record["a"]

    def written(self) -> Family:
        """Questions in either language over Chinese passages, with the whole window and with the sentence."""
        for record, qa, answers in data.questions(self._data, "written/train.jsonl"):
            text, asked = record["text"], [qa["q"]]
            if language(qa["q"]) == "zh":
                asked += [self._glossary.translate(qa["q"], self._random) for _ in range(2)]
            for question in asked:
                for answer, start in answers[:2] or [("", self._random.randrange(len(text)))]:
                    window = self._window(text, start, start + len(answer))
                    yield question, self._titled(record["title"], window), f"w{record['p']}"
                    if answer:
                        yield question, _sentence(text, start), f"w{record['p']}"

    def glossed(self) -> Family:
        """Titles, questions and sentences in word-for-word English over their Chinese passages."""
        for number, record in enumerate(data.records(self._data, "pairs-xwlb_title_body.jsonl")):
            title = self._glossary.translate(record["a"], self._random)
            yield title, self._window(record["b"], 0, 0), f"x{number}"
        for name in ("reader/train_zh.jsonl",):
            for record, qa, answers in data.questions(self._data, name):
                for answer, start in answers[:1]:
                    window = self._window(record["context"], start, start + len(answer))
                    yield self._glossary.translate(qa["q"], self._random), window, record["context"][:40]
        for number, (text, sentence) in enumerate(self._cropped(3)):
            yield self._glossary.translate(sentence, self._random), text, f"c{number}"
            yield self._glossary.translate(sentence, self._random, 0.5), sentence, f"c{number}"

    def questions(self) -> Family:
        """Chinese questions and the passages or statutes that answer them; paraphrases."""
        for record, qa, answers in data.questions(self._data, "reader/train_zh.jsonl"):
            for answer, start in answers[:1]:
                window = self._window(record["context"], start, start + len(answer))
                yield qa["q"], window, record["context"][:40]
        for name in ("pairs/legal_q_statute.jsonl", "pairs/q_answer_zh.jsonl", "pairs/paraphrase_labelled_zh.jsonl"):
            for record in data.records(self._data, name):
                if record.get("label", "1") == "1":
                    yield record["a"], record["b"][:WINDOW], record["b"][:40]

    def titles(self) -> Family:
        """Chinese titles and windows of their bodies."""
        for name in ("pairs-xwlb_title_body.jsonl", "pairs/csl_title_abstract.jsonl"):
            for number, record in enumerate(data.records(self._data, name)):
                body = record["b"]
                yield record["a"], self._window(body, self._random.randrange(len(body) or 1), 0), f"{name}{number}"

    def laws(self) -> Family:
        """Law and chapter over an article's text: every third, for they are weak queries."""
        for number, record in enumerate(data.records(self._data, "pairs-laws_heading_article.jsonl")):
            if number % 3 == 0:
                yield record["a"], record["b"][:WINDOW], str(number)

    def crops(self) -> Family:
        """A sentence of a news text over the rest of its window (inverse cloze)."""
        for number, (text, sentence) in enumerate(self._cropped(1)):
            yield sentence, text if self._random.random() < 0.2 else text.replace(sentence, ""), str(number)

    def english(self) -> Family:
        """English questions, titles and paraphrases."""
        for record, qa, answers in data.questions(self._data, "reader/train_en.jsonl"):
            for answer, start in answers[:1]:
                window = self._window(record["context"], start, start + len(answer), ENGLISH_WINDOW)
                yield qa["q"], window, record["context"][:80]
        for record in data.records(self._data, "pairs/bbc_title_body_en.jsonl"):
            yield record["a"], record["b"][:ENGLISH_WINDOW], record["a"]
        for record in data.records(self._data, "pairs/sts_en.jsonl"):
            if float(record["label"]) >= 4:
                yield record["a"], record["b"], record["a"]

    def _cropped(self, stride: int) -> Iterator[tuple[str, str]]:
        for number, record in enumerate(data.records(self._data, "text-crud_news.jsonl")):
            text = record["text"]
            if number % stride or len(text) < 120:
                continue
            window = self._window(text, self._random.randrange(len(text) - 60), 0)
            cut = [window[a:b] for a, b in sentences(window) if 12 <= b - a <= 90]
            if cut:
                yield window, self._random.choice(cut)

    def _window(self, text: str, start: int, end: int, size: int = WINDOW) -> str:
        """Cut a window of at most ``size`` characters at random around ``text[start:end]``."""
        end = max(start, end)
        slack = max(0, size - (end - start))
        begin = max(0, min(start - self._random.randint(0, slack), len(text) - size))
        return text[begin : begin + max(size, end - start)]

    def _titled(self, title: str, window: str) -> str:
        return f"{title}\n{window}" if title and self._random.random() < 0.5 else window


def _sentence(text: str, start: int) -> str:
    return next((text[a:b] for a, b in sentences(text) if a <= start < b), text)


def chinese_number(number: int) -> str:
    """Write 1 to 999 in Chinese numerals."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += "十" if number < 20 else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")
