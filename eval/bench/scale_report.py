"""What `eval.bench.scale` measured, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.table import table

OURS, LEGS = "Wenju", "Wenju, "  # the legs are searched in the same index
PHASES = ("build", "search", "add")
NOTE = """\
Times are of {cores}: wall clock, median of {rounds} rounds a question; "work" is the processor's time alone, which
other processes do not lengthen. Build: for Wenju from files to a saved index, for the others from ready words or
vectors. Add: one more article, searchable and saved. R@10: share of the questions with an answer whose proof stands
in one of ten passages (of the text, in whatever file). Memory: most that the process held, models and Python included.
"""


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render a table for each size, and how near the vector leg comes to the speed of memory."""
    cores = "one core" if result["cores"] == 1 else f"{result['cores']} cores"
    parts = [", ".join(f"{name} {value}" for name, value in result["origin"].items())]
    for passages, systems in result["worlds"].items():
        parts.append(f"## About {int(passages):,} passages")
        head = [
            "",
            "search p50 ms",
            "p95",
            "work p50 ms",
            "p95",
            "R@10",
            "build s (work)",
            "add s (work)",
            "MB",
            "memory MB",
        ]
        parts.append(table(head, (_row(name, told) for name, told in systems.items())))
        parts.append(_scan(systems, result["bandwidth"]))
    return "\n\n".join([*filter(None, parts), NOTE.format(cores=cores, rounds=result["rounds"])])


def _row(name: str, told: Mapping[str, Any]) -> list[str]:
    search, failed = told.get("search", {}), [phase for phase in PHASES if "failed" in told.get(phase, {})]
    cells = [f"{search[key]:.1f}" if key in search else "" for key in
             ("search_p50", "search_p95", "work_p50", "work_p95")]  # fmt: skip
    recall = " ".join(f"{lang} {value:.3f}" for lang, value in search.get("R@10", {}).items())
    seconds = [_seconds(told[phase]) if "seconds" in told.get(phase, {}) else "" for phase in ("build", "add")]
    if failed:
        cells[0] = f"{failed[0]}: {told[failed[0]]['failed']}"
    memory = max((one.get("peak_bytes", 0) for one in told.values()), default=0)
    sizes = [f"{size / 1e6:,.1f}" if size else "" for size in (told.get("build", {}).get("bytes", 0), memory)]
    return [name, *cells, recall, *seconds, *sizes]


def _seconds(told: Mapping[str, float]) -> str:
    work = f" ({told['work_seconds']:,.1f})" if "work_seconds" in told else ""
    return f"{told['seconds']:,.1f}{work}"


def _scan(systems: Mapping[str, Any], speed: Mapping[str, float]) -> str:
    flat, scan = (
        systems.get(OURS, {}).get("build", {}).get("flat_bytes"),
        systems.get(f"{LEGS}vector leg", {}).get("search", {}),
    )
    if not flat or "scan_ms" not in scan:
        return ""
    reached = flat / (scan["scan_ms"] / 1000)
    return (
        f"The vector leg has {flat / 1e6:,.0f} MB of vectors; a search reads them all, in {scan['scan_ms']:.1f} ms: "
        f"{reached / 1e9:.1f} GB/s, {100 * reached / speed['read']:.0f} % of what this core reads "
        f"({speed['read'] / 1e9:.1f} GB/s; copying moves {speed['copy'] / 1e9:.1f})."
    )
