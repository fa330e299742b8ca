"""An index under faults of every kind, in small numbers; `python -m eval.bench.faults` runs the large ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.bench.fault_io import compiled
from eval.bench.fault_rivals import FaissFolder, Fts5
from eval.bench.fault_world import WordEncoder

ROOT = Path(__file__).parents[1]


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, int]:
    """Run the bench in a process of its own, where nothing has started a thread yet, and return its figures."""
    command = [sys.executable, "-m", "eval.bench.faults", *argv]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with capsys.disabled():
        print(f"\n{done.stdout.strip()}")
    figures: dict[str, int] = json.loads(done.stdout.strip().partition(" ")[2])
    return figures


@pytest.mark.slow
def test_no_kill_loses_an_acknowledged_document_or_leaves_a_mixture(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "kill", "--kills", "100", "--files", "6")
    assert (told["lost"], told["mixed"], told["refused"]) == (0, 0, 0)
    assert min(told["old"], told["new"]) > 0
    assert told["old"] + told["new"] == 100
    assert told["slowest_recovery_seconds"] < 10  # 2 on a machine that does nothing else


@pytest.mark.slow
def test_whichever_call_fails_the_old_index_stands_or_the_new_and_a_retry_succeeds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if compiled(tmp_path) is None:
        pytest.skip("needs Linux and a C compiler")
    told = run(capsys, "io", "--every", "29", "--files", "3")
    assert told["calls"] > 150
    assert (told["no retry"], told["leftovers"]) == (0, 0)
    assert not [name for name in told if name.startswith(("mixed", "untyped"))]
    assert all(told[f"old, {kind}"] for kind in ("disk full", "input/output error", "short write", "kill -9"))


@pytest.mark.slow
def test_every_flipped_bit_is_found_or_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "flips", "--flips", "150", "--cuts", "20", "--files", "6")
    assert told.get("harmless, other files", 0) == 0  # each of their bytes is hashed
    assert told["found, store"]
    assert not [name for name in told if name.startswith(("wrong", "crashed", "untyped"))]


@pytest.mark.slow
def test_eight_readers_never_see_a_mixture_while_a_writer_is_at_work(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "crowd", "--seconds", "5", "--files", "6")
    assert told["errors"] == 0
    assert told["updates"]
    assert told["reads"] > 8


def test_a_mixed_state_of_a_rival_is_seen_as_one(tmp_path: Path) -> None:
    store = FaissFolder(tmp_path / "faiss")
    store.update({"a": "白鹭筑巢", "b": "村里修路"})
    assert store.texts() == {"a": "白鹭筑巢", "b": "村里修路"}
    kept = (tmp_path / "faiss" / "index.faiss").read_bytes()
    store.update({"a": "白鹭飞走", "b": "村里修路"})
    (tmp_path / "faiss" / "index.faiss").write_bytes(kept)
    with pytest.raises(AssertionError, match="other texts"):
        store.texts()


def test_the_transactions_of_a_rival_are_its_own(tmp_path: Path) -> None:
    store = Fts5(tmp_path / "fts")
    store.update({"a": "白鹭筑巢"})
    store.update({"b": "村里修路"})
    assert store.texts() == {"b": "村里修路"}


def test_equal_texts_have_equal_vectors() -> None:
    one, other, third = WordEncoder().encode_passages(["村里修路", "村里修路", "白鹭"])
    assert (one == other).all()
    assert not (one == third).all()
