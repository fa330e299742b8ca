"""How fast files are read, in processes with limits and in this one: `python -m eval.bench.reading FOLDER`."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.bench.process import peak_bytes
from eval.provenance import provenance
from rag.articles import FileReport, find_files, read_articles
from rag.articles.process.readers import Readers
from rag.articles.process.worker import attempt
from rag.errors import ArticleError

Outcome = tuple[str, FileReport | ArticleError]
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
_SLOWEST = 5


def bench(folder: Path, *, workers: Sequence[int], limit: int | None) -> dict[str, Any]:
    """Read the files below ``folder`` (``limit`` of them, evenly spread) by so many processes; 0 stands for this one.

    The peak of a child is the largest of any so far, so the largest count of processes comes first and this process's
    own reading last: the system counts what a process holds into the peak of those it starts.
    """
    files = [(path, path.relative_to(folder).as_posix()) for path in find_files(folder)]
    if limit and limit < len(files):
        files = [files[i * len(files) // limit] for i in range(limit)]
    figures: dict[str, Any] = {"origin": provenance(), "files": len(files)}
    for count in sorted(workers, reverse=True):
        name, before = (f"{count} processes" if count else "this process"), _computed()
        if count:
            with Readers(workers=count) as readers:
                figures[name] = read_all(readers.read(files))
            figures[name]["child_peak_bytes"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _UNIT
        else:
            figures[name] = read_all((source, attempt(read_articles, path, source)) for path, source in files)
        figures[name]["cpu_seconds"] = round(_computed() - before, 2)
    return figures


def _computed() -> float:
    """Return the seconds that this process and those that it has ended have computed."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def read_all(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Count what comes, and how long each file lets one wait for it; reasons are counted by their first words."""
    articles = characters = paragraphs = 0
    reasons: Counter[str] = Counter()
    waits: list[tuple[float, str]] = []
    start = last = time.perf_counter()
    for source, outcome in outcomes:
        now = time.perf_counter()
        waits.append((now - last, source))
        last = now
        if isinstance(outcome, ArticleError):
            reasons[outcome.what.partition(":")[0]] += 1
            continue
        articles += len(outcome.articles)
        paragraphs += sum(len(article.paragraphs) for article in outcome.articles)
        characters += sum(len(article.text) for article in outcome.articles)
    seconds = time.perf_counter() - start
    return {
        "seconds": round(seconds, 2),
        "characters": characters,
        "characters_a_second": round(characters / seconds),
        "articles": articles,
        "paragraphs": paragraphs,
        "refused": dict(reasons.most_common()),
        "longest_waits": [[round(wait, 2), source] for wait, source in sorted(waits, reverse=True)[:_SLOWEST]],
        "parent_peak_bytes": peak_bytes(),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.reading", description=__doc__)
    parser.add_argument("folder", type=Path, help="what to read")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[2, 1, 0], help="processes; 0 reads in this one (2 1 0)"
    )
    parser.add_argument("--limit", type=int, help="files, evenly spread (all)")
    args = parser.parse_args(arguments)
    json.dump(bench(args.folder, workers=args.workers, limit=args.limit), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
