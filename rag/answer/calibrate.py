"""From what speaks for an answer to the probability that it is right, and the thresholds between the outcomes.

Two linear models, fitted by ``python -m eval fit`` and kept beside the reader: ``rank`` orders the proposals of one
question, ``weights`` and ``bias`` say how likely the first of them is right.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rag.errors import ModelError

# Set by hand for a reader that would just answer at margin 0; a fitted file beside the reader takes their place.
_RANK_BY_HAND = MappingProxyType(
    {
        "margin": 1.0,  # the reader's logits over its own "not here"
        "agreed": 3.0,  # how well the place fits the reader's span
        "near": 2.0,  # share of the question told around the place
        "passage": 4.0,  # and in its passage
        "rank": 0.5,  # 1 / rank of the passage
        "echo": -2.0,  # share of the answer that repeats the question
        "counted": 4.0,  # a list of as many items as were asked for
        "list@list": 2.0,
        "clause@fact": -2.0,
        "shape@fact": -2.0,
    }
)
_BY_HAND = MappingProxyType(
    {
        "margin": 0.4,
        "lead": 0.1,  # over the next distinct answer, in what the ranking weighs
        "rank": 0.6,
        "passage": 2.0,
        "near": 1.0,
        "echo_all": -1.0,
        "sources": 0.4,  # further articles that say the same
        "missing_here": -0.5,  # names of the question that the passage does not have
        "front": -0.8,  # contents page or imprint
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A feature without a weight, or a weight without a feature, counts nothing.

    ``risks`` are pairs of a share of wrong answers and the confidence from which answers given are wrong in at most
    that share, ascending by share: see ``accepting``.
    """

    rank: Mapping[str, float] = field(default_factory=lambda: _RANK_BY_HAND)
    weights: Mapping[str, float] = field(default_factory=lambda: _BY_HAND)
    bias: float = -2.2
    answer_threshold: float = 0.5
    related_threshold: float = 0.12
    risks: tuple[tuple[float, float], ...] = ()

    def standing(self, features: Mapping[str, float]) -> float:
        """Return what orders a proposal among those of its question; higher is better."""
        return _sum(self.rank, features)

    def confidence(self, features: Mapping[str, float]) -> float:
        """Return the probability that an answer with these features is right."""
        return 1 / (1 + math.exp(-max(-60.0, min(self.logit(features), 60.0))))  # beyond, exp overflows

    def logit(self, features: Mapping[str, float]) -> float:
        """Return the weighted sum that ``confidence`` makes a probability of."""
        return self.bias + _sum(self.weights, features)

    def accepting(self, wrong: float | None) -> Calibration:
        """Return the same with the threshold at which at most the share ``wrong`` of the answers given is wrong.

        None keeps the threshold. Without fitted ``risks`` an answer must be right with probability 1 - ``wrong``.
        """
        if wrong is None:
            return self
        fitting = [threshold for share, threshold in self.risks if share <= wrong + 1e-9]
        strictest = max((threshold for _, threshold in self.risks), default=0.0)
        threshold = min(fitting) if fitting else max(1 - wrong, strictest)
        return replace(self, answer_threshold=threshold, related_threshold=min(self.related_threshold, threshold))


def _sum(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in weights.items() if name in features)


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
    fitted_for_ranking = {"rank": _numbers(raw["rank"])} if "rank" in raw else {}
    found = Calibration(
        weights=_numbers(raw["weights"]),
        bias=float(raw["bias"]),
        answer_threshold=float(raw["answer_threshold"]),
        related_threshold=float(raw["related_threshold"]),
        risks=tuple(sorted((float(share), float(threshold)) for share, threshold in raw.get("risks", ()))),
        **fitted_for_ranking,
    )
    if not 0 <= found.related_threshold <= found.answer_threshold <= 1:
        raise ValueError("thresholds must be 0 <= related <= answer <= 1")
    if not all(map(math.isfinite, [found.bias, *found.weights.values(), *found.rank.values()])):
        raise ValueError("weights must be finite")
    if not all(0 <= share <= 1 and 0 <= threshold <= 1 for share, threshold in found.risks):
        raise ValueError("risks must be pairs of numbers from 0 to 1")
    return found


def _numbers(raw: dict[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in raw.items()}
