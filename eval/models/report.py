"""The figures of the models as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.table import table

MEANING = """\
The reader is given the right paragraph. EM, F1: best over the gold answers; F1 by the longest common run of tokens
(CMRC 2018); word F1 as SQuAD has it, words in any order, which takes a Chinese answer for one word. AUROC: chance that
an answerable question's best span scores higher than an unanswerable one's. R@k: a right text is among the first k;
MRR@10: 1 / its rank, 0 after 10. Spearman: cosines against grades. In brackets: 95 % bootstrap intervals. Processor
milliseconds: what all cores spent on it."""


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render everything that was measured."""
    parts = ["# Models", ", ".join(f"{name} {value}" for name, value in result["origin"].items()), MEANING]
    if result["reading"]:
        parts += ["## Reader", _figures(result["reading"], ("EM", "F1", "word F1", "AUROC"))]
    if "same span" in result:
        same = result["same span"]
        parts.append(f"Best span the same in both runtimes: {_cell(same)}, n={same['n']}.")
    parts += _encoder(result)
    parts += _finding(result.get("finding"))
    parts += ["## Cost", *_cost(result)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _encoder(result: Mapping[str, Any]) -> list[str]:
    parts = ["## Encoder"] if result["encoding"] or "same vector" in result else []
    rows = [
        [name, figure, _cell(value) if isinstance(value, Mapping) else _number(value)]
        for name, found in result["encoding"].items()
        for figure, value in found.items()
    ]
    parts += [table(["pairs", "figure", ""], rows)] if rows else []
    if "same vector" in result:
        both = result["same vector"]
        said = f"least {both['least']:.6f}, mean {both['mean']:.6f}, n={both['n']}"
        parts.append(f"Cosine of the vectors of both runtimes: {said}.")
    return parts


def _finding(found: Mapping[str, Any] | None) -> list[str]:
    if not found:
        return []
    parts = [f"## Finding, among {found['passages']:,} passages"]
    for lang, rows in found["figures"].items():
        n = next(iter(rows.values()))["R@1"]["n"]
        parts.append(f"Questions in {lang}, {n}:\n\n{_figures(rows, ('R@1', 'R@5', 'R@10', 'MRR@10'))}")
    gains = found["gain of both over BM25, R@5"]
    parts.append("Gain of both over BM25 in R@5: " + ", ".join(f"{lang} {_cell(one)}" for lang, one in gains.items()))
    return parts


def _cost(result: Mapping[str, Any]) -> Iterable[str]:
    rows = [
        [name, f"{one['bytes'] / 1e6:.1f}", f"{one['parameters'] / 1e6:.1f}"] for name, one in result["models"].items()
    ]
    if rows:
        yield table(["model", "MB on disk", "million parameters"], rows)
    if result["cold start"]:
        one = result["cold start"]
        yield f"Cold start of `wenju ask`: {one['seconds']:.2f} s, {one['peak bytes'] / 2**20:.0f} MiB at most."
    if "speed" in result:
        yield from _speed(result["speed"])


def _speed(found: Mapping[str, Any]) -> Iterable[str]:
    columns = ("milliseconds", "best milliseconds", "processor milliseconds")
    readers = found["reading"]
    if readers:
        rows = [[name, *(f"{one[column]:.1f}" for column in columns), str(one["n"])] for name, one in readers.items()]
        yield table(["a passage of 512 characters", *columns, "n"], rows)
    if len(readers) == 2:
        quick, plain = readers.values()
        yield "PyTorch takes so many times as long: " + ", ".join(f"{c} {plain[c] / quick[c]:.1f}" for c in columns)
    if found["encoding"]:
        one = found["encoding"]
        yield (
            f"Encoder: {one['a second']:,.0f} passages a second ({one['a second of one core']:,.0f} a second of one "
            f"core's time), {one['characters']:.0f} characters each."
        )


def _figures(rows: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> str:
    told = []
    for name, figures in rows.items():
        n = next((figures[column]["n"] for column in columns if column in figures), 0)
        told.append([name, str(n), *(_cell(figures[column]) if column in figures else "" for column in columns)])
    return table(["", "n", *columns], told)


def _cell(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
