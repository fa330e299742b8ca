"""Search by vectors, compared with numpy: at once, after additions and removals, and through short codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index import codes, dense
from rag.index.dense import VectorIndex
from rag.index.vector_files import build, extend, first_count, pack


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


@pytest.fixture(params=["exact", "codes"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Search all vectors, or those that their codes make likely."""
    if request.param == "codes":
        monkeypatch.setattr(dense, "EXACT", 100)
        monkeypatch.setattr(codes, "LEAST", 200)
    return str(request.param)


def nearest(vectors: np.ndarray, rows: np.ndarray, query: np.ndarray, depth: int) -> list[int]:
    order = np.argsort(-(vectors.astype(np.float16).astype(np.float32) @ query), kind="stable")
    return [int(rows[place]) for place in order[:depth]]


def made(home: Path, vectors: np.ndarray, first: int = 0) -> Path:
    home.mkdir()
    build(home, vectors.shape[1], zip(range(first, first + len(vectors)), pack(vectors), strict=True))
    return home


@pytest.mark.usefixtures("way")
def test_what_was_added_is_found_and_what_went_is_not(tmp_path: Path) -> None:
    vectors, fresh, home = unit(1000), unit(30, seed=1), made(tmp_path / "0", unit(1000))
    rows, dead = np.arange(1000), []
    for step in range(3):
        home, older = tmp_path / str(step + 1), home
        home.mkdir()
        went = [step, 500 + step, *([1001] if step == 2 else [])]  # the last of these came with the step before
        came = range(1000 + 10 * step, 1010 + 10 * step)
        assert extend(home, older, went, zip(came, pack(fresh[10 * step : 10 * step + 10]), strict=True))
        dead += went
    rows = np.arange(1030)
    alive = ~np.isin(rows, dead)
    index, everything = VectorIndex(home), np.concatenate([vectors, fresh])
    assert len(index) == 1030 - 7
    for query in (fresh[15], fresh[1], vectors[500], vectors[3]):
        found = [row for row, _ in index.search(query, 5)]
        assert found == nearest(everything[alive], rows[alive], query, 5)


def test_the_files_of_an_older_generation_are_shared_until_too_much_has_changed(tmp_path: Path) -> None:
    old, new = made(tmp_path / "old", unit(300)), tmp_path / "new"
    new.mkdir()
    assert not extend(new, old, range(20), zip(range(300, 320), pack(unit(20)), strict=True))
    assert list(new.iterdir()) == []
    assert extend(new, old, range(10), zip(range(300, 320), pack(unit(20)), strict=True))
    assert (old / dense.VECTORS).samefile(new / dense.VECTORS)
    assert (len(VectorIndex(new)), first_count(new)) == (310, 300)


@pytest.mark.usefixtures("way")
def test_a_limit_misses_none_of_the_passages_it_lets_through(tmp_path: Path) -> None:
    vectors, home = unit(1000), tmp_path / "new"
    home.mkdir()
    extend(home, made(tmp_path / "old", vectors), [7], zip([2000], pack(unit(1, seed=3)), strict=True))
    index, query = VectorIndex(home), unit(1, seed=9)[0]
    chosen = np.array([1, 2, 300, 301, 999, 2000])
    found = {row for row, _ in index.search(query, 10, index.bits(chosen))}
    everything = np.concatenate([vectors, unit(1, seed=3)])[np.array([1, 2, 300, 301, 999, 1000])]
    assert found == set(chosen[everything @ query > 0].tolist())


def test_codes_miss_less_than_one_in_a_hundred_and_scores_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, queries = unit(20_000, dim=32), unit(50, dim=32, seed=4)
    exact = VectorIndex(made(tmp_path / "exact", vectors))
    monkeypatch.setattr(dense, "EXACT", 10_000)
    coded = VectorIndex(made(tmp_path / "coded", vectors))
    assert (tmp_path / "coded" / codes.FILE).stat().st_size < (tmp_path / "coded" / dense.VECTORS).stat().st_size / 3
    met = 0
    for query in queries:
        one, other = dict(exact.search(query, 10)), dict(coded.search(query, 10))
        met += len(one.keys() & other.keys())
        for row in one.keys() & other.keys():
            assert one[row] == pytest.approx(other[row], abs=1e-5)
    assert met >= 0.99 * 10 * len(queries)


def test_when_the_likely_ones_are_all_gone_the_rest_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "EXACT", 100)
    monkeypatch.setattr(codes, "LEAST", 50)
    monkeypatch.setattr(codes, "PICKED", 1)
    vectors = unit(1000)
    vectors[:90] = vectors[0]  # ninety copies, all of which go
    home = tmp_path / "new"
    home.mkdir()
    assert extend(home, made(tmp_path / "old", vectors), range(90), [])
    found = [row for row, _ in VectorIndex(home).search(vectors[0], 5)]
    assert found == nearest(vectors[90:], np.arange(90, 1000), vectors[0], 5)
