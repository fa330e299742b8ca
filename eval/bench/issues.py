"""How well files are cut into articles and paragraphs: made-up issues with gold, scored option by option.

    python -m eval.bench.issues TEXTS... [--issues 60] [--seed N] [--family F] [--out DIR] [--json]

TEXTS are JSON lines of clean articles: {"a": title, "b": body}, {"text"} or {"law", "text"}. Seeds 0 to 99 are for
making rules, 1000 and above for reporting; the two draw on different halves of the texts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

from eval.bench.issue_gold import as_dict, make_issues
from eval.bench.issue_layouts import FAMILIES
from eval.bench.issue_score import MEASURES, Exported, Row, score
from eval.bench.issue_sources import Pool, load
from eval.bench.issue_types import Issue, Layout
from eval.data import DataError
from eval.table import table

Read = Callable[[Path], Sequence[Exported]]
BY_OPTION = ("title F1", "authors", "page", "body", "paragraphs")
DRAWS = 2000


def read(path: Path) -> list[Exported]:
    """Return the articles of a file as `wenju export` writes them, front matter aside."""
    from rag.articles import read_articles
    from rag.serialize import article_to_dict

    return [article_to_dict(a) for a in read_articles(path, f"issues/{path.name}").articles if a.kind == "article"]


def bench(issues: Iterable[Issue], system: Read = read) -> list[tuple[Issue, Row]]:
    """Write each issue as a file of text, have it read and score it."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="wenju-issues-") as folder:
        for issue in issues:
            path = Path(folder) / f"{issue.name}.txt"
            path.write_text(issue.text, encoding="utf-8")
            rows.append((issue, score(issue, system(path))))
    return rows


def summary(rows: Sequence[tuple[Layout, Row]]) -> dict[str, dict[str, float]]:
    """Return mean, n and the 95 % interval of each measure, resampling files."""
    rng, figures = Random(0), {}
    for measure in MEASURES:
        values = [value for _, row in rows if (value := row[measure]) is not None]
        if values:
            means = sorted(mean(rng.choices(values, k=len(values))) for _ in range(DRAWS))
            low, high = means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS)]
            figures[measure] = {"mean": mean(values), "low": low, "high": high, "n": len(values)}
    return figures


def by_option(rows: Sequence[tuple[Layout, Row]]) -> dict[str, dict[str, Row]]:
    """Return for each option and value the mean measures of its files, with their number as "files".

    Other families than "issue" count under "family" alone, since half the options do not touch them.
    """
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for layout, row in rows:
        for option, value in layout.items():
            if value != "-" and (option == "family" or layout["family"] == "issue"):
                cells[option, value].append(row)
    table_of: dict[str, dict[str, Row]] = defaultdict(dict)
    for (option, value), found in sorted(cells.items()):
        table_of[option][value] = {"files": float(len(found)), **{m: _mean(row[m] for row in found) for m in BY_OPTION}}
    return dict(table_of)


def to_markdown(figures: Mapping[str, Any]) -> str:
    """Render overall figures, then one table of all options and values."""
    overall = [
        [name, f"{cell['mean']:.3f}", f"{cell['low']:.3f}-{cell['high']:.3f}", str(cell["n"])]
        for name, cell in figures["overall"].items()
    ]
    rows = [
        [option, value, f"{row['files']:.0f}", *(_figure(row[m]) for m in BY_OPTION)]
        for option, values in figures["options"].items()
        for value, row in values.items()
    ]
    parts = [
        table(["measure", "mean", "95 %", "files"], overall),
        table(["option", "value", "files", *BY_OPTION], rows),
    ]
    return "\n\n".join([*parts, "worst: " + ", ".join(f"{n} {v:.2f}" for n, v in figures["worst"])])


def write(issue: Issue, folder: Path) -> None:
    """Write the text and the gold of an issue."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{issue.name}.txt").write_text(issue.text, encoding="utf-8")
    gold = json.dumps(as_dict(issue), ensure_ascii=False, indent=1)
    (folder / f"{issue.name}.gold.json").write_text(gold + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench; returns the exit code."""
    parser = argparse.ArgumentParser(prog="eval.bench.issues", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("texts", nargs="+", type=Path, help="JSON lines of clean articles")
    parser.add_argument("--issues", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="0-99 to make rules, 1000 and above to report")
    parser.add_argument("--family", choices=FAMILIES, help="one kind of file only")
    parser.add_argument("--out", type=Path, help="folder for the issues, their gold and the scores")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    try:
        issues = list(make_issues(Pool(load(args.texts), args.seed), args.seed, args.issues, args.family))
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    scored = bench(issues)
    if args.out:
        _keep(args.out, scored)
    rows = [(issue.layout, row) for issue, row in scored]
    worst = sorted((row["body"] or 0.0, issue.name) for issue, row in scored)[:8]
    figures = {"overall": summary(rows), "options": by_option(rows), "worst": [(name, value) for value, name in worst]}
    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else to_markdown(figures))
    return 0


def _keep(folder: Path, scored: Sequence[tuple[Issue, Row]]) -> None:
    for issue, _ in scored:
        write(issue, folder)
    lines = [json.dumps({"name": i.name, "scores": row, "layout": i.layout}, ensure_ascii=False) for i, row in scored]
    (folder / "scores.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _mean(values: Iterable[float | None]) -> float | None:
    kept = [value for value in values if value is not None]
    return mean(kept) if kept else None


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
