"""What the reader makes of just this place, which it may not have marked itself."""

from __future__ import annotations

from rag.answer.proposals import Proposal

_LOWEST, _HIGHEST = -12.0, 30.0  # of logits: what is further off is out of the question, however far


def edge_features(proposal: Proposal, best: float) -> dict[str, float]:
    """Return how well it begins and ends an answer; ``best`` is the best margin of all. {} where no reader tells."""
    if proposal.edges is None:
        return {}
    start, end = proposal.within()
    begins, ends = proposal.edges.start(start), proposal.edges.end(end)
    exact = begins + ends
    items = [proposal.within(*item) for item in proposal.ranges]
    found = {
        "exact": min(max(exact, _LOWEST), _HIGHEST),
        "exact_behind": max(exact - best, _LOWEST),
        "exact_off": max(exact - proposal.margin, _LOWEST),
        "begins": min(max(begins, _LOWEST / 2), _HIGHEST / 2),
        "ends": min(max(ends, _LOWEST / 2), _HIGHEST / 2),
    }
    if len(items) > 1:
        found["items_begin"] = sum(max(proposal.edges.start(s), _LOWEST / 2) for s, _ in items) / len(items)
    return found
