"""What the fault runs share: a small archive whose every state is known, children that may die, what an index says."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.articles import FileReport, read_articles
from rag.errors import ArticleError
from rag.text import words

Texts = dict[str, str]  # file name -> its one paragraph


class WordEncoder:
    """Adds one fixed random direction a word: an encoder without a model."""

    name, dim = "words-by-hash", 32

    def encode_queries(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        """Return unit rows."""
        rows = np.zeros((len(texts := list(texts)), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(self.dim).astype(np.float32)
            row /= np.linalg.norm(row) or 1.0
        return rows

    encode_passages = encode_queries


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: ``value`` is what it returned, None when it did not get so far; ``fault`` its traceback."""

    value: Any
    fault: str
    signal: int


class Child:
    """A fork of this process that does one thing. What it does may crash, hang or be killed."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._out, told = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._out)
            _do(work, told)
        os.close(told)

    def kill_after(self, seconds: float) -> Ended:
        """Kill it, unless it was done before, and return how it ended."""
        select.select([self._out], [], [], seconds)
        os.kill(self.pid, signal.SIGKILL)
        return self.ended()

    def ended(self) -> Ended:
        """Wait for its end."""
        with os.fdopen(self._out, "rb") as told:
            said = told.read()
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        outcome = json.loads(said) if said.endswith(b"}") else {"value": None, "fault": ""}
        return Ended(outcome["value"], outcome["fault"], max(0, -code))


def _do(work: Callable[[], object], told: int) -> None:
    try:
        outcome = {"value": work(), "fault": ""}
    except BaseException:
        outcome = {"value": None, "fault": traceback.format_exc()}
    with os.fdopen(told, "wb") as out:  # only now, when what was to be done is done
        out.write(json.dumps(outcome).encode())
    os._exit(0)


def must(ended: Ended) -> Any:
    """Return what a child returned; raises RuntimeError when it came to grief."""
    if ended.value is None:
        raise RuntimeError(f"a run without any fault failed (signal {ended.signal}):\n{ended.fault}")
    return ended.value


class World:
    """An archive of ``files`` texts on the disk and the index of it, both below ``home``."""

    def __init__(self, home: Path, files: int, seed: int) -> None:
        self.root, self.index = home / "journal", home / "index"
        self._files, self._chance, self._edition = files, Random(seed), 0
        self.root.mkdir(parents=True)

    def next_texts(self, held: Mapping[str, str], share: float | None = None) -> Texts:
        """Return another state of the archive: a share of its files changed, gone or new."""
        self._edition += 1
        names = [f"n{n:03}" for n in range(self._files)]
        share = share or self._chance.choice((0.1, 0.5, 1.0))
        texts = dict(held)
        for n, name in enumerate(names):
            draw = self._chance.random()
            if draw < share * 0.8 or name not in texts:
                texts[name] = f"{self._edition}年第{n}个村修路{self._edition + n}里，种树{n * 7 + 3}棵。"
            elif draw < share and n:  # one stays: an index of nothing is refused
                del texts[name]
        return texts

    def write(self, texts: Mapping[str, str]) -> None:
        """Make the archive on the disk hold ``texts`` and nothing else."""
        for path in self.root.iterdir():
            if path.stem not in texts:
                path.unlink()
        for name, text in texts.items():
            path = self.root / f"{name}.txt"
            whole = f"{name}村记\n\n{text}\n"
            if not path.exists() or path.read_text(encoding="utf-8") != whole:
                path.write_text(whole, encoding="utf-8")

    def update(self) -> bool:
        """Bring the index up to date."""
        from rag.index import update_index

        update_index([self.root], self.index, WordEncoder(), max_chars=80)
        return True


def prepare() -> None:
    """Load what every child needs, so that a fork has it: nothing here may start a thread."""
    import rag.index.intake
    from rag.index import open_index, terms

    assert callable(open_index)
    rag.index.intake.read_files = _read_here  # type: ignore[assignment]
    terms.text_terms("青石河治理"), terms.spelled_terms("青石河治理"), terms.gram_terms("青石河")
    WordEncoder().encode_passages(["青石河"])


def _read_here(files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, FileReport | ArticleError]]:
    for path, source in files:
        try:
            yield source, read_articles(path, source)
        except ArticleError as error:
            yield source, error


def observe(folder: Path) -> dict[str, Any]:
    """Return all that an index says; raises what it raises, and AssertionError where it contradicts itself.

    "seconds" is the time from opening it to its first answer.
    """
    from rag.index import open_index

    begun, encoder = time.perf_counter(), WordEncoder()
    with open_index(folder) as index:
        index.passages([row for row, _ in index.search_words("村修路", 5)])
        seconds = time.perf_counter() - begun
        texts, found = {}, []
        for article in index.articles():
            name = article.source.removeprefix("journal/").removesuffix(".txt")
            texts[name] = article.text
            by_word = index.search_words(article.text, 3)
            passage = index.passage(by_word[0][0]).passage
            assert passage.text == article.text, f"the words lead from {article.id} to {passage.id}"
            vector = encoder.encode_queries([f"{passage.context}\n{passage.text}"])[0]
            by_vector = index.search_vectors(vector, 3)
            assert by_vector[0][1] > 0.99, f"no vector is that of {article.id}"
            assert {one.passage.article_id for one in index.passages([row for row, _ in by_vector])}
            assert index.article(article.id) == article
            found.append([by_word, by_vector])
        listed = [[one.id, one.title, one.characters, one.garbled] for one in index.listed()]
        sources = [[row.source, row.sha256] for row in index.sources()]
        assert len(listed) == len(sources) == len(texts) == index.counts().articles
        return {
            "texts": texts,
            "seconds": seconds,
            "generation": index.manifest.generation,
            "answers": [found, listed, sources],
        }
