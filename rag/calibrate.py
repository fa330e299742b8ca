"""From what speaks for an answer to the probability that it is right, and the thresholds between the outcomes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rag.errors import ModelError

# Set by hand for a reader that would just answer at margin 0; a fitted file beside the reader takes their place.
_BY_HAND = MappingProxyType(
    {
        "margin": 0.5,  # the reader's logits over its own "not here"
        "lead": 0.1,  # the same over the next distinct answer
        "rank": 0.6,  # 1 / rank of the passage
        "closeness": 0.5,
        "agreement": 0.4,  # share of the search's legs that have the passage among their first three
        "coverage": 2.0,  # share of the question's content words in the passage or its heading
        "foreign": 0.8,  # question and passage in two languages: coverage then says nothing
        "sources": 0.4,  # further articles that say the same
        "front": -0.8,  # contents page or imprint
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A logistic model; a feature without a weight, or a weight without a feature, counts nothing."""

    weights: Mapping[str, float] = field(default_factory=lambda: _BY_HAND)
    bias: float = -2.2
    answer_threshold: float = 0.5
    related_threshold: float = 0.12

    def confidence(self, features: Mapping[str, float]) -> float:
        """Return the probability that an answer with these features is right."""
        return 1 / (1 + math.exp(-max(-60.0, min(self.logit(features), 60.0))))  # beyond, exp overflows

    def logit(self, features: Mapping[str, float]) -> float:
        """Return the weighted sum that ``confidence`` makes a probability of."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in sorted(features.items()))


def load_calibration(file: Path) -> Calibration:
    """Read the JSON beside a reader, or return the defaults where there is none; raises ModelError for a broken one."""
    if not file.is_file():
        return Calibration()
    try:
        return _checked(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            f"the calibration of the reader cannot be used: {error}",
            where=file,
            mend="It wants weights, bias, answer_threshold and related_threshold; without the file defaults hold.",
        ) from None


def _checked(raw: dict[str, Any]) -> Calibration:
    found = Calibration(
        weights={str(name): float(weight) for name, weight in raw["weights"].items()},
        bias=float(raw["bias"]),
        answer_threshold=float(raw["answer_threshold"]),
        related_threshold=float(raw["related_threshold"]),
    )
    if not 0 <= found.related_threshold <= found.answer_threshold <= 1:
        raise ValueError("thresholds must be 0 <= related <= answer <= 1")
    if not all(map(math.isfinite, [found.bias, *found.weights.values()])):
        raise ValueError("weights must be finite")
    return found
