"""What the status page and ``GET /api/status`` tell: index, models, versions, what waits, how long answers took."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from rag import __version__
from rag.errors import WenjuError
from rag.requirements import outdated
from ui.archive.live import Live
from ui.kept.meter import Meter
from ui.rest.workers import Workers

if TYPE_CHECKING:
    from ui.archive.manage import Manager

PACKAGES = ("gradio", "onnxruntime", "faiss-cpu", "tantivy")


def state(live: Live, meter: Meter, workers: Workers, manager: Manager | None = None) -> dict[str, Any]:
    """Return the state as JSON; ``faults`` are sentences, none when all is well. Times are milliseconds."""
    faults, index = list(outdated()), None
    try:
        index = _index(live)
    except WenjuError as error:
        faults.append(error.what)
    speed = meter.speed()
    jobs = manager.jobs() if manager else []
    return {
        "version": __version__,
        "index": index,
        "packages": {name: _version(name) for name in PACKAGES},
        "asked": speed.asked,
        "failed": speed.failed,
        "p50": _rounded(speed.p50),
        "p95": _rounded(speed.p95),
        "up_seconds": round(speed.up),
        "queue": {"inside": workers.inside, "threads": workers.threads},
        "indexing": sum(job.state in ("waiting", "running") for job in jobs),
        "faults": faults,
    }


def _index(live: Live) -> dict[str, Any]:
    with live.held() as now:
        made, counts = now.index.manifest, now.index.counts()
        known = now.archive.known()
    return {
        "name": live.folder.name,
        "generation": made.generation,
        "created": made.created,
        "encoder": made.encoder,
        "files": counts.files,
        "articles": counts.articles,
        "issues": known.issues,
        "dates": list(known.dates) if known.dates else None,
        "paragraphs": counts.paragraphs,
        "passages": counts.passages,
        "characters": counts.characters,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
