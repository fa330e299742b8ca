"""Exact search, compared with numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.index.dense import VectorIndex, build, pack


def unit(rows: int, dim: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_nearest_are_those_that_numpy_finds(tmp_path: Path) -> None:
    vectors, query = unit(300), unit(1, seed=9)[0]
    build(tmp_path, 16, zip(range(1000, 1300), pack(vectors), strict=True))
    found = VectorIndex(tmp_path).search(query, 20)
    stored = vectors.astype(np.float16).astype(np.float32) @ query
    assert [row - 1000 for row, _ in found] == list(np.argsort(-stored, kind="stable")[:20])
    np.testing.assert_allclose([score for _, score in found], np.sort(stored)[::-1][:20], atol=1e-3)


def test_equal_vectors_are_ordered_by_row(tmp_path: Path) -> None:
    vectors = np.repeat(unit(1), 4, axis=0)
    build(tmp_path, 16, zip((7, 8, 9, 30), pack(vectors), strict=True))
    assert [row for row, _ in VectorIndex(tmp_path).search(vectors[0], 10)] == [7, 8, 9, 30]


def test_a_vector_of_zeros_finds_nothing_and_is_not_found(tmp_path: Path) -> None:
    vectors = unit(3)
    vectors[1] = 0
    build(tmp_path, 16, zip((1, 2, 3), pack(vectors), strict=True))
    index = VectorIndex(tmp_path)
    assert index.search(np.zeros(16, dtype=np.float32), 5) == []
    assert 2 not in [row for query in vectors for row, _ in index.search(query, 5)]


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    build(tmp_path, 16, [])
    assert VectorIndex(tmp_path).search(unit(1)[0], 5) == []
