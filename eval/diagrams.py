"""Two pictures of confidence as SVG: is it honest (reliability), and what does refusing buy (risk and coverage)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SIDE, MARGIN = 320, 46  # pixels of the square and of what stands round it
_STYLE = (
    "<style>text{font:11px sans-serif;fill:#333}.axis{stroke:#333;fill:none}.grid{stroke:#ddd}"
    ".even{stroke:#999;stroke-dasharray:4 3}.bar{fill:#9bb8d3}.line{stroke:#b03a2e;fill:none;stroke-width:2}"
    ".dot{fill:#b03a2e}</style>"
)


def reliability_svg(bins: Sequence[Mapping[str, float]], error: float | None) -> str:
    """Draw for each bin of confidence the share that is right; an honest confidence follows the dashed line.

    Bars carry the number of their answers; a dot marks the mean confidence of a bin.
    """
    drawn = []
    for one in bins:
        left, right = _x(one["low"]), _x(one["high"])
        top = _y(one["right"])
        drawn.append(f'<rect class="bar" x="{left + 1:.1f}" y="{top:.1f}" width="{right - left - 2:.1f}" '
                     f'height="{_y(0) - top:.1f}"/>')  # fmt: skip
        drawn.append(f'<text x="{(left + right) / 2:.1f}" y="{top - 4:.1f}" text-anchor="middle">{one["n"]}</text>')
        drawn.append(f'<circle class="dot" cx="{_x(one["confidence"]):.1f}" cy="{top:.1f}" r="3"/>')
    drawn.append(f'<line class="even" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>')
    told = "no answers" if error is None else f"calibration error {error:.3f}"
    return _frame("Reliability: " + told, "confidence", "share right", drawn)


def risk_coverage_svg(points: Sequence[Mapping[str, float]]) -> str:
    """Draw the share of wrong answers against the share of questions that get one, as the threshold falls."""
    path = " ".join(f"{_x(one['coverage']):.1f},{_y(one['risk']):.1f}" for one in points)
    drawn = [f'<polyline class="line" points="{path}"/>'] if points else []
    for one in points:
        drawn.append(f'<circle class="dot" cx="{_x(one["coverage"]):.1f}" cy="{_y(one["risk"]):.1f}" r="3">'
                     f'<title>from confidence {one["confidence"]:.2f}</title></circle>')  # fmt: skip
    return _frame("Risk and coverage", "share of questions answered", "share of answers that are wrong", drawn)


def diagrams(confidence: Mapping[str, Any]) -> dict[str, str]:
    """Return file names and contents for a summary's block on confidence."""
    return {
        "reliability.svg": reliability_svg(confidence["bins"], confidence["ECE"]),
        "risk-coverage.svg": risk_coverage_svg(confidence["risk_coverage"]),
    }


def _x(share: float) -> float:
    return MARGIN + share * SIDE


def _y(share: float) -> float:
    return MARGIN + (1 - share) * SIDE


def _frame(title: str, across: str, up: str, drawn: Sequence[str]) -> str:
    size = SIDE + 2 * MARGIN
    grid = []
    for tenth in range(0, 11, 2):
        share = tenth / 10
        grid.append(f'<line class="grid" x1="{_x(0)}" y1="{_y(share):.1f}" x2="{_x(1)}" y2="{_y(share):.1f}"/>')
        grid.append(f'<text x="{MARGIN - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.1f}</text>')
        grid.append(f'<text x="{_x(share):.1f}" y="{_y(0) + 16}" text-anchor="middle">{share:.1f}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">',
            f'<title>{title}</title>{_STYLE}<rect width="{size}" height="{size}" fill="#fff"/>',
            *grid,
            *drawn,
            f'<rect class="axis" x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}"/>',
            f'<text x="{size / 2}" y="22" text-anchor="middle">{title}</text>',
            f'<text x="{size / 2}" y="{size - 10}" text-anchor="middle">{across}</text>',
            f'<text x="14" y="{size / 2}" text-anchor="middle" transform="rotate(-90 14 {size / 2})">{up}</text>',
            "</svg>\n",
        ]
    )
