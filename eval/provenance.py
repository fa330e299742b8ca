"""Where figures come from: commit, questions, machine, date."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.data import DataError

CHECKOUT = Path(__file__).resolve().parent.parent
RESULTS = CHECKOUT / "eval" / "results"


def provenance(questions: Path | None = None) -> dict[str, Any]:
    """Return what must stand beside any figure, ready for JSON."""
    origin: dict[str, Any] = {
        "commit": commit(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    if questions is not None:
        origin["questions"] = questions.name
        origin["questions_sha256"] = sha256(questions)
    return origin


def sha256(path: Path) -> str:
    """Hash a file's bytes."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"cannot read the file: {error.strerror}", where=path, mend="Check the path.") from None


def keep(name: str, figures: Mapping[str, Any], folder: Path = RESULTS) -> Path:
    """Save figures as ``<name>-<commit>.json`` in eval/results and return the path.

    "+" in the name says that they are of no commit: files had changed or were new.
    """
    path = folder / f"{name}-{commit()}.json"
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def commit() -> str:
    """Return the commit's first 12 digits, with "+" where the checkout holds anything else, or "unknown"."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--", ".", ":!eval/results") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(CHECKOUT), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
