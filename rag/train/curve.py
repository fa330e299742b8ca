"""The curve of a training run: its log as a drawing (SVG)."""

from __future__ import annotations

from pathlib import Path

WIDTH, HEIGHT, MARGIN = 720, 300, 48  # pixels
_POINTS = 400  # drawn at most

_PAGE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">
<rect width="{width}" height="{height}" fill="#fff"/>
<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#888"/>
{marks}
<text x="{right}" y="{below}" text-anchor="end">minutes</text>
<text x="{left}" y="{above}" text-anchor="middle">{what}</text>
<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>
</svg>
"""


def note(log: Path, minutes: float, value: float) -> None:
    """Add one point to a log, which a run that goes on writes further."""
    with log.open("a", encoding="utf-8") as lines:
        lines.write(f"{minutes:.2f}\t{value:.4f}\n")


def draw(log: Path, file: Path, what: str = "loss") -> bool:
    """Draw the points of ``log`` into ``file``; False, and no file, where there are fewer than two."""
    if not log.is_file():
        return False
    rows = [line.split("\t") for line in log.read_text(encoding="utf-8").splitlines()]
    told = sorted((float(minutes), float(value)) for minutes, value in rows)
    if len(told) < 2:
        return False
    points = [*told[:: max(1, len(told) // _POINTS)], told[-1]]
    file.write_text(_page(points, what), encoding="utf-8")
    return True


def _page(points: list[tuple[float, float]], what: str) -> str:
    right, bottom = WIDTH - MARGIN, HEIGHT - MARGIN
    last = points[-1][0] or 1.0
    low, high = min(value for _, value in points), max(value for _, value in points)

    def across(minutes: float) -> float:
        return MARGIN + (right - MARGIN) * minutes / last

    def up(value: float) -> float:
        return bottom - (bottom - MARGIN) * (value - low) / ((high - low) or 1.0)

    quarters = [(across(part * last / 4), f"{part * last / 4:.0f}") for part in range(4)]
    marks = [f'<text x="{x:.0f}" y="{bottom + 16}" text-anchor="middle">{said}</text>' for x, said in quarters]
    marks += [
        f'<text x="{MARGIN - 6}" y="{up(value) + 4:.0f}" text-anchor="end">{value:.2f}</text>' for value in (low, high)
    ]
    return _PAGE.format(
        width=WIDTH, height=HEIGHT, left=MARGIN, right=right, top=MARGIN, bottom=bottom, below=bottom + 16,
        above=MARGIN - 12, what=what, marks="\n".join(marks),
        points=" ".join(f"{across(minutes):.1f},{up(value):.1f}" for minutes, value in points),
    )  # fmt: skip
