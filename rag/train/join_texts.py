"""The clean texts that are broken on purpose: which records, and what in them is a paragraph."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.articles.lines import finished
from rag.train.breaking import Piece
from rag.train.data import records

HELD_OUT = 10  # every tenth article of a file is never trained on
SETS = ("text-laws.jsonl", "pairs-xwlb_title_body.jsonl", "text-crud_news.jsonl")
MAX_SIZE = 4000  # characters of an article
MIN_SIZE = 600


def clean(record: Mapping[str, Any]) -> list[Piece]:
    """Return the paragraphs and headings of a record, nothing if it is too short or not wholly finished text.

    Texts without any line end are cut into paragraphs of one to four sentences, always the same way.
    """
    text = re.sub(r"\n[（(]视频编辑.*", "", str(record.get("b") or record.get("text") or ""))
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    rows = _by_sentences(rows[0]) if len(rows) == 1 else rows
    pieces: list[Piece] = []
    size = 0
    for row in rows:
        size += len(row)
        if size > MAX_SIZE:
            break
        pieces.append(Piece(re.sub(r"\s+", " ", row.lstrip("# ")), heading=row.startswith("#")))
    while pieces and pieces[-1].heading:
        pieces.pop()
    prose = [piece.text for piece in pieces if not piece.heading]
    whole = all(finished(row, pauses=True) and len(row) > 9 for row in prose) and "|" not in text
    return pieces if whole and len(prose) > 2 and sum(map(len, prose)) >= MIN_SIZE else []


def _by_sentences(text: str) -> list[str]:
    rng = random.Random(text[:50])
    found = re.findall(r".+?(?:[。！？][”’）》」]*(?![。！？])|$)", text)
    rows: list[str] = []
    while found:
        n = rng.randint(1, 4)
        rows.append("".join(found[:n]))
        found = found[n:]
    return rows


def kept(data: Path, name: str, *, held_out: bool = False) -> Iterator[Mapping[str, Any]]:
    """Yield the records that may be trained on, or those that may not."""
    return (record for n, record in enumerate(records(data, name), 1) if (n % HELD_OUT == 0) == held_out)
