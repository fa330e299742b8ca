"""Articles that fill an archive up: out of JSON lines of public texts, written as the files that a user would have.

A line holds ``text``, with ``title`` and ``date`` where it has them; or a statute, ``law`` and ``text``; or a pair,
``a`` and ``b``, of title and body.
"""

from __future__ import annotations

import itertools
import json
import lzma
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

from eval.bench.indexing import in_turn
from eval.data import DataError
from rag.text import sentences

Record = dict[str, str]  # title, text and, where known, date

PER_FILE, PER_FOLDER = 50, 100  # articles, files
CHARACTERS = 290  # of a passage, on average, when 320 is the most
SECTIONS = 12  # articles of a statute that make one article of the archive
_TITLE = re.compile(r"[^。，,\n]{2,24}")
_SECTION = re.compile(r"\n(?=第\S{1,6}条)")
_LAST_IN_PLACE = 0.5  # share of mixed articles whose three sources stand one after another in the data


def records(files: Sequence[Path]) -> Iterator[Record]:
    """Yield the articles of all files, one of each in turn; raises DataError for a line of none of the shapes."""
    return in_turn([chain.from_iterable(_articles(file)) for file in files])


def endless(files: Sequence[Path], seed: int = 0) -> Iterator[Record]:
    """Yield the articles of all files, then mixtures of them without end."""
    told = []
    for article in records(files):
        told.append(article)
        yield article
    yield from mixed(told, seed)


def mixed(articles: Sequence[Record], seed: int) -> Iterator[Record]:
    """Yield new articles without end: sentences of three of ``articles`` taken in turns, out of their order.

    They make an archive larger than its sources. Words keep their company, since half of the articles mix neighbours.
    """
    chance = Random(seed)
    while True:
        first = chance.randrange(max(1, len(articles) - 2))
        near = chance.random() < _LAST_IN_PLACE
        chosen = [articles[min(first + n, len(articles) - 1)] if near else chance.choice(articles) for n in range(3)]
        pools = [_sentences(article["text"]) for article in chosen]
        taken = []
        for pool in (chance.choice(pools) for _ in range(chance.randrange(8, 24))):
            if pool:
                taken.append(pool.pop(chance.randrange(len(pool))))
        groups = ("".join(taken[start : start + 4]) for start in range(0, len(taken), 4))
        yield chosen[0] | {"text": "\n".join(groups)}


def until(articles: Iterable[Record], passages: int) -> Iterator[Record]:
    """Yield as many articles as make about ``passages``; raises DataError at the end when there are not enough."""
    made = 0
    for article in articles:
        if made >= passages:
            return
        made += -(-len(article["text"]) // CHARACTERS)
        yield article
    if made < passages:
        raise DataError(
            f"the texts make about {made:,} passages, not {passages:,}", mend="Name more files, or ask for fewer."
        )


def write(articles: Iterable[Record], folder: Path, name: str = "more") -> int:
    """Write the articles into files of ``folder``, the whole at once or not at all, and return how many there are."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    wanted, count = iter(articles), 0
    for number in itertools.count():
        batch = list(islice(wanted, PER_FILE))
        if not batch:
            break
        home = unfinished / f"{number // PER_FOLDER:03}"
        home.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in batch)
        (home / f"{name}-{number:06}.jsonl").write_text("".join(lines), encoding="utf-8")
        count += len(batch)
    unfinished.rename(folder)
    return count


def _articles(file: Path) -> Iterator[list[Record]]:
    opener = lzma.open if file.suffix == ".xz" else open
    try:
        with opener(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _of(json.loads(line), f"{file}, line {number}")
    except OSError as error:
        raise DataError(f"cannot read the texts: {error.strerror}", where=file, mend="Check the path.") from None


def _of(row: dict[str, Any], where: str) -> list[Record]:
    title, text = (row.get("law") or row.get("title") or row.get("a"), row.get("text") or row.get("b"))
    if not {"text", "b"} & row.keys():
        raise DataError(
            f"neither `text` nor `b` in the line; it holds {', '.join(row)}", where=where, mend="Name another file."
        )
    if not text:
        return []
    parts = _SECTION.split(text) if "law" in row else [text]
    found = _TITLE.match(text)
    about = {"title": title or (found[0] if found else "")} | ({"date": row["date"]} if row.get("date") else {})
    return [about | {"text": "\n".join(parts[start : start + SECTIONS])} for start in range(0, len(parts), SECTIONS)]


def _sentences(text: str) -> list[str]:
    return [one for start, end in sentences(text) if len(one := text[start:end].strip()) > 8]
