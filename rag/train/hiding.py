"""Tokens of the passage hidden for the network to guess, beside the question that it answers.

A question teaches through two tokens, the first and the last of its answer; some forty guesses a window teach what
stands where in sentences. Short runs are hidden rather than single tokens, since one character of a Chinese word
gives the others away (Joshi et al., TACL 2020, arXiv:1907.10529). The answer itself is never hidden.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional
from transformers import RoFormerForQuestionAnswering

from rag.read import match

WINDOWS, TOKENS = 0.5, 0.2  # shares: of the windows, and of the tokens of their passages
WEIGHT = 0.3  # of the guesses beside the answer
_CONTINUED = 0.5  # that the next token is hidden too
_NAME = "guessing"


def add_guessing(model: RoFormerForQuestionAnswering) -> None:
    """Give the model the layer between its last states and its token vectors; ``without_guessing`` takes it away."""
    size = model.config.hidden_size
    layers = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.LayerNorm(size), nn.Linear(size, size))
    model.add_module(_NAME, layers)


def without_guessing(model: RoFormerForQuestionAnswering) -> RoFormerForQuestionAnswering:
    """Take the layer away, for a model that only answers."""
    if hasattr(model, _NAME):
        delattr(model, _NAME)
    return model


class Hidden(NamedTuple):
    """Where tokens were hidden, (windows, tokens) of bool, and which they were, (n,) in the order of the places."""

    places: torch.Tensor
    tokens: torch.Tensor


def hide(tensors: dict[str, torch.Tensor], mask: int) -> Hidden:
    """Replace some tokens of the passages in ``input_ids`` by ``mask``, in place; there may be none."""
    ids, gold = tensors["input_ids"], tensors["gold"]
    starts = torch.rand(ids.shape) < TOKENS * (1 - _CONTINUED)
    hidden, run = starts.clone(), starts
    for _ in range(3):
        run = run.roll(1, dims=1) & (torch.rand(ids.shape) < _CONTINUED)
        hidden |= run
    places = torch.arange(ids.shape[1])
    hidden &= (tensors["token_type_ids"] >= match.PASSAGE) & (torch.rand(len(ids), 1) < WINDOWS)
    hidden &= ~((places >= gold[:, :1]) & (places <= gold[:, 1:]))
    tokens = ids[hidden]
    ids[hidden] = mask
    return Hidden(hidden, tokens)


def guess_loss(model: RoFormerForQuestionAnswering, states: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy of guessing ``tokens`` (n,) from the last states (n, width) at their places."""
    table = model.roformer.embeddings.word_embeddings.weight
    guessed = getattr(model, _NAME)(states) @ table.T
    return functional.cross_entropy(guessed.float(), tokens)
