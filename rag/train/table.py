"""The table of word vectors while it is trained: parts, weights, sparse sums and the contrastive loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch.nn import functional

from rag.train import vocabulary
from rag.train.batches import Ids, join_ranges


class Sum(torch.autograd.Function):
    """Sum rows by a sparse matrix; many times quicker to go back through than torch's embedding_bag."""

    @staticmethod
    def forward(ctx: Any, matrix: sparse.csr_matrix, rows: torch.Tensor) -> torch.Tensor:
        ctx.matrix = matrix
        return torch.from_numpy(matrix @ rows.detach().numpy())

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[None, torch.Tensor]:
        return None, torch.from_numpy(ctx.matrix.T @ grads[0].numpy())


def sums(matrix: sparse.csr_matrix, rows: torch.Tensor) -> torch.Tensor:
    """Return ``matrix @ rows``; gradients go to the rows."""
    result: torch.Tensor = Sum.apply(matrix, rows)
    return result


def _bags(ids: Any, offsets: Any, width: int, *, mean: bool = False) -> sparse.csr_matrix:
    """Return the matrix that sums (or averages) the rows of each bag."""
    ends = np.append(offsets, len(ids))
    values = np.ones(len(ids), np.float32)
    if mean:
        lengths = np.diff(ends)
        values = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
    return sparse.csr_matrix((values, ids, ends), shape=(len(offsets), width))


class Rows:
    """A matrix of which few rows take part in a step: row-wise Adagrad, so that rare words learn in few visits."""

    def __init__(self, values: torch.Tensor, rate: float) -> None:
        self.values = values
        self._rate = rate
        self._squares = torch.zeros(len(values), 1)
        self._used: list[tuple[torch.Tensor, torch.Tensor]] = []

    def take(self, index: torch.Tensor) -> torch.Tensor:
        """Return the rows of ``index`` (none twice) as a leaf that gathers its gradient."""
        leaf = self.values[index].requires_grad_()
        self._used.append((index, leaf))
        return leaf

    def update(self, share: float) -> None:
        """Move every row taken since the last update against its gradient, at ``share`` of the rate."""
        for index, leaf in self._used:
            assert leaf.grad is not None
            squares = self._squares[index] + torch.linalg.vector_norm(leaf.grad, dim=1, keepdim=True).square_()
            self._squares[index] = squares
            rate = self._rate * share * math.sqrt(leaf.shape[1])  # the squares are a sum, not a mean
            self.values.index_add_(0, index, leaf.grad.mul_(squares.sqrt_().add_(1e-10).reciprocal_()), alpha=-rate)
        self._used.clear()


class Table:
    """Word vectors as the sum of their own and their shared parts, times a weight."""

    def __init__(
        self, tokens: Sequence[str], weights: npt.NDArray[np.float32], dim: int, rate: float, weight_rate: float
    ) -> None:
        self._part_ids, self._part_starts, n_parts = _parts_of(tokens)
        spread = 1 / math.sqrt(dim)
        self.own = Rows(torch.randn(len(tokens), dim) * spread, rate)
        self.shared = Rows(torch.randn(n_parts, dim) * spread * 1.5, rate)
        self.weight = Rows(torch.from_numpy(np.log(weights))[:, None], weight_rate)

    def vectors(self, tokens: npt.NDArray[np.integer[Any]]) -> torch.Tensor:
        """Return the vectors of the given tokens, none twice."""
        starts, ends = self._part_starts[tokens], self._part_starts[tokens + 1]
        parts, offsets = join_ranges(self._part_ids, starts, ends)
        unique, inverse = np.unique(parts, return_inverse=True)
        rows = self.shared.take(torch.from_numpy(unique))
        shared = sums(_bags(inverse, offsets, len(unique), mean=True), rows)
        index = torch.from_numpy(tokens.astype(np.int64))
        vectors: torch.Tensor = (self.own.take(index) + shared) * self.weight.take(index).exp()
        return vectors

    def update(self, share: float) -> None:
        """Move all that took part since the last update."""
        for rows in (self.own, self.shared, self.weight):
            rows.update(share)


def _parts_of(tokens: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    known = frozenset(vocabulary.syllables())
    numbers: dict[str, int] = {}
    flat: list[int] = []
    starts = [0]
    for token in tokens:
        flat += [numbers.setdefault(part, len(numbers)) for part in vocabulary.parts(token, known)]
        starts.append(len(flat))
    return np.array(flat, np.int64), np.array(starts, np.int64), max(1, len(numbers))


def contrast(a: torch.Tensor, b: torch.Tensor, groups: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the mean loss of telling each row's partner among all of the other side, both ways."""
    scores = functional.normalize(a) @ functional.normalize(b).T / temperature
    same = (groups[:, None] == groups[None, :]) & ~torch.eye(len(groups), dtype=torch.bool)
    scores = scores.masked_fill(same, -1e4)  # other pairs of one target are no negatives
    right = torch.arange(len(groups))
    return (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2


class Vectors(Protocol):
    """Whatever has the vectors of tokens while they are trained."""

    def vectors(self, tokens: npt.NDArray[np.integer[Any]]) -> torch.Tensor:
        """Return the vectors of the given tokens, none twice."""
        ...


def pool(table: Vectors, a: tuple[Ids, Any], b: tuple[Ids, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the summed vectors of the texts of both sides; each token's vector is put together once."""
    unique, inverse = np.unique(np.concatenate([a[0], b[0]]), return_inverse=True)
    vectors = table.vectors(unique)
    first, second = inverse[: len(a[0])], inverse[len(a[0]) :]
    return (
        sums(_bags(first, a[1], len(unique)), vectors),
        sums(_bags(second, b[1], len(unique)), vectors),
    )
