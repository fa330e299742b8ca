"""Make the table of pairs that clean text prints: ``python -m rag.train garble --data DIR --out DIR``. A minute."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.articles.garble import BITS, han_pairs, letter_triples, places
from rag.train.data import available, records

logger = logging.getLogger(__name__)

_TIMES = 3  # a pair seen less often may be a misprint of the clean text itself
_BATCH = 5_000_000  # characters counted at once
_SOURCES = {
    "text-crud_news.jsonl": ("text",),
    "text-laws.jsonl": ("preamble", "text"),
    "pairs-xwlb_title_body.jsonl": ("a", "b"),
    "pairs/bbc_title_body_en.jsonl": ("a", "b"),
    "reader/train_en.jsonl": ("context",),
    "reader/train_zh.jsonl": ("context",),
    "reader/train_ja.jsonl": ("context",),
    "parallel/gov_work_report_zh_en.jsonl": ("a", "b"),
    "parallel/tatoeba_zh_en.jsonl": ("a", "b"),
    "parallel/cedict_zh_en.jsonl": ("a", "b"),
}


def main(argv: list[str]) -> None:
    """Count pairs and triples over the texts and write ``pairs.bin``."""
    parser = argparse.ArgumentParser(prog="python -m rag.train garble", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of training data")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write pairs.bin to")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pairs = count(_texts(args.data))
    keys = np.concatenate((pairs, _traditional(pairs)))
    table = np.zeros(1 << BITS, bool)
    for bits in places(keys):
        table[bits] = True
    args.out.mkdir(parents=True, exist_ok=True)
    np.packbits(table, bitorder="little").tofile(args.out / "pairs.bin")
    logger.info("%d pairs and triples, %.1f %% of the bits set", len(keys), 100 * table.mean())


def _texts(data: Path) -> Iterator[str]:
    for name, fields in _SOURCES.items():
        if available(data, name):
            for record in records(data, name):
                yield "\n".join(str(record.get(field, "")) for field in fields)


def count(texts: Iterator[str]) -> Any:
    """Return the keys of all pairs and triples that occur often enough, sorted."""
    keys = np.zeros(0, np.uint64)
    counts = np.zeros(0, np.int64)
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size > _BATCH:
            keys, counts = _added(keys, counts, "\n".join(held))
            held, size = [], 0
    keys, counts = _added(keys, counts, "\n".join(held))
    return keys[counts >= _TIMES]


def _added(keys: Any, counts: Any, text: str) -> tuple[Any, Any]:
    codes = np.frombuffer(text.encode("utf-32-le", "ignore"), np.uint32).astype(np.uint64)
    if codes.size < 3:
        return keys, counts
    found = [every[chosen] for chosen, every in (han_pairs(codes), letter_triples(codes))]
    more, times = np.unique(np.concatenate(found), return_counts=True)
    merged, inverse = np.unique(np.concatenate((keys, more)), return_inverse=True)
    return merged, np.bincount(inverse, np.concatenate((counts, times))).astype(np.int64)


def _traditional(keys: Any) -> Any:
    """Return the pairs of Han characters once more in traditional characters; the texts are all simplified."""
    from opencc import OpenCC

    pairs = keys[keys < (1 << 42)]
    text = np.stack((pairs >> np.uint64(21), pairs & np.uint64((1 << 21) - 1)), 1).astype(np.uint32)
    lines = "\n".join(row.tobytes().decode("utf-32-le") for row in text)
    turned = OpenCC("s2t").convert(lines).split("\n")
    codes = np.frombuffer("".join(line for line in turned if len(line) == 2).encode("utf-32-le"), np.uint32)
    both = codes.reshape(-1, 2).astype(np.uint64)
    return (both[:, 0] << np.uint64(21)) | both[:, 1]
