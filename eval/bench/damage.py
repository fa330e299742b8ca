"""How well repair undoes damage: paragraph F1 per kind of damage, before and after, over articles broken on purpose.

python -m eval.bench.damage TEXTS.jsonl [...] --articles 300 --seed 1 [--kind NAME] [--issue N] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from eval.table import table
from rag.articles import read_articles
from rag.train.breaking import Piece, broken
from rag.train.join_texts import HELD_OUT, clean
from rag.train.printing import ENGLISH, KINDS, Draw

Clean = tuple[str, list[Piece]]  # title, paragraphs and headings
Counts = tuple[int, int, int, int, int]  # gold paragraphs, given before, right before, given after, right after
_RESAMPLES = 500
_KINDS = frozenset({"body", "table"})


def articles(path: Path, every: int) -> Iterator[Clean]:
    """Yield each ``every``-th article of a file with its title, if it is clean enough to know its paragraphs."""
    with path.open(encoding="utf-8") as records:
        for n, line in enumerate(records, 1):
            record = json.loads(line) if n % every == 0 else {}
            if pieces := clean(record):
                yield str(record.get("a") or record.get("law") or ""), pieces


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def matched(gold: Sequence[str], found: Sequence[str]) -> int:
    """Count the gold paragraphs that were found, exactly or but for a character or two in a long one."""
    pool = Counter(found)
    rest = []
    for paragraph in gold:
        if pool[paragraph]:
            pool[paragraph] -= 1
        else:
            rest.append(paragraph)
    left = list(pool.elements())
    hits = len(gold) - len(rest)
    for paragraph in rest:
        for other in left:
            near = abs(len(other) - len(paragraph)) <= 4 and len(paragraph) > 40
            if near and SequenceMatcher(None, paragraph, other, False).ratio() > 0.985:
                left.remove(other)
                hits += 1
                break
    return hits


def unrepaired(text: str) -> list[str]:
    """Cut at blank lines, or at line ends where there are none."""
    return [squeeze(part) for part in re.split(r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n", text)]


def repaired(text: str, folder: Path) -> list[str]:
    path = folder / "a.txt"
    path.write_text(text, encoding="utf-8")
    found = read_articles(path, "a").articles
    return [squeeze(a.text[p.start : p.end]) for a in found for p in a.paragraphs if p.kind in _KINDS]


def trial(files: Sequence[Sequence[Clean]], draw: Draw, seed: int, keep: Path | None = None) -> dict[str, Any]:
    """Break each file and repair it; return paragraph F1 before and after, with the interval of the latter."""
    rows: list[Counts] = []
    with tempfile.TemporaryDirectory(prefix="wenju-damage-") as folder:
        for n, file in enumerate(files):
            rng = random.Random(f"{seed} {n}")
            pieces = [piece for title, body in file for piece in (*([Piece(title, True)] if title else []), *body)]
            text, _ = broken(pieces, draw(rng), rng)
            gold = [squeeze(piece.text) for piece in pieces if not piece.heading]
            first, then = unrepaired(text), repaired(text, Path(folder))
            rows.append((len(gold), len(first), matched(gold, first), len(then), matched(gold, then)))
            if keep and rows[-1][4] < len(gold):
                (keep / f"{n}.txt").write_text(text, encoding="utf-8")
                (keep / f"{n}.json").write_text(json.dumps({"gold": gold, "then": then}, ensure_ascii=False), "utf-8")
    return {"files": len(rows), "before": _f1(rows, 1, 2), "after": _f1(rows, 3, 4), "interval": _interval(rows)}


def _f1(rows: Sequence[Counts], given: int, hits: int) -> float:
    return 2 * sum(row[hits] for row in rows) / max(1, sum(row[0] + row[given] for row in rows))


def _interval(rows: Sequence[Counts]) -> tuple[float, float]:
    """Return the 95 % interval of F1 after repair, drawing files anew."""
    rng = random.Random(1)
    draws = sorted(_f1(rng.choices(rows, k=len(rows)), 3, 4) for _ in range(_RESAMPLES))
    return draws[int(0.025 * _RESAMPLES)], draws[int(0.975 * _RESAMPLES)]


def sample(paths: Sequence[Path], count: int, seed: int, issue: int, every: int) -> list[list[Clean]]:
    """Draw ``count`` files evenly from ``paths``, each of ``issue`` articles."""
    files: list[list[Clean]] = []
    for k, path in enumerate(paths):
        pool = list(articles(path, every))
        share = count // len(paths) + (k < count % len(paths))
        drawn = random.Random(seed).sample(pool, min(len(pool), share * issue))
        files += [drawn[i : i + issue] for i in range(0, len(drawn) - issue + 1, issue)]
    return files


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.damage", description=__doc__)
    parser.add_argument("texts", type=Path, nargs="+", help="JSON lines: title and body (a, b), law and text, or text")
    parser.add_argument("--articles", type=int, default=300, help="files to break for each kind of damage")
    parser.add_argument("--issue", type=int, default=1, help="articles in each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=HELD_OUT, help="take each n-th; each tenth is not trained on")
    parser.add_argument("--kind", action="append", choices=[*KINDS, *ENGLISH], help="only this kind; may be repeated")
    parser.add_argument("--english", action="store_true", help="the kinds for English texts")
    parser.add_argument("--untitled", action="store_true", help="leave the titles out")
    parser.add_argument("--keep", type=Path, help="write the files that were not mended wholly here")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    files = sample(args.texts, args.articles, args.seed, args.issue, args.every)
    if args.untitled:
        files = [[("", body) for _, body in file] for file in files]
    kinds = args.kind or list(ENGLISH if args.english else KINDS)
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
    found = {kind: trial(files, {**KINDS, **ENGLISH}[kind], args.seed, args.keep) for kind in kinds}
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if args.json else report(found))
    return 0


def report(found: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [kind, str(r["files"]), f"{r['before']:.3f}", f"{r['after']:.3f}", "{:.3f}-{:.3f}".format(*r["interval"])]
        for kind, r in found.items()
    ]
    return table(["damage", "files", "before", "after", "95 %"], rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
