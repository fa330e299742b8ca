"""What was found looked at again, word by word.

One vector for a passage blurs its words together: good enough to find a few hundred candidates among millions, too
coarse to put them in order. A static encoder has a vector for every word, so the words of the question can each be
looked for in the candidates' text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.encode import StaticEncoder
from rag.retrieve.explain import Leg
from rag.text import simplified

if TYPE_CHECKING:
    from rag.index.tokens import Held
    from rag.types import Encoder

WHOLE = 0.25  # what the likeness of the whole counts beside that of the words


def closer(
    encoder: Encoder, query: str, leg: Leg, rows: Sequence[int], tokens: Callable[[Sequence[int]], list[Held]]
) -> Leg:
    """Return the vector leg in the order of the likeness of words and of the whole, with the rest of ``rows``.

    ``rows`` are the passages of both legs: in a large archive the one vector of a passage misses many that the
    keywords find. Those count for the whole as the last of the leg does. ``tokens`` tells the words of passages. Left
    as it is for an encoder that has no vectors of words: those of a transformer take too long to make.
    """
    if not leg or not isinstance(encoder, StaticEncoder):
        return leg
    whole, least = dict(leg), leg[-1][1]
    near = encoder.closeness(simplified(query), tokens(rows))
    scores = [(row, float(words) + WHOLE * whole.get(row, least)) for row, words in zip(rows, near, strict=True)]
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))
