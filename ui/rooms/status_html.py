"""The state of the archive and the server, as a page of short tables."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from ui.kept.meter import Speed
from ui.parts.markup import button, element, escape
from ui.words import say

if TYPE_CHECKING:
    from rag.index import Manifest

PACKAGES = ("wenju", "gradio", "onnxruntime", "faiss-cpu", "tantivy")
Row = tuple[str, object]


def status_html(
    manifest: Manifest | None, about: Mapping[str, object], speed: Speed, faults: Sequence[str], lang: str
) -> str:
    """Return the tables; ``faults`` are sentences on what needs a look, none when all is well."""
    tables = [("status_index", _index(manifest, about, lang)), ("status_models", _models(manifest, about, lang))]
    tables += [("status_speed", _speed(speed, lang)), ("status_program", _program(speed, lang))]
    drawn = "".join(_table(say(lang, key), rows) for key, rows in tables if rows)
    state, sign = ("status_bad", "!") if faults else ("status_good", "✓")
    said = "".join(element("li", fault) for fault in faults)
    health = (
        f'<p class="health {"bad" if faults else "good"}"><span class="sign" aria-hidden="true">{sign}</span>'
        f"<b>{escape(say(lang, state))}</b>{button('refresh', say(lang, 'refresh'))}</p>"
    )
    listed = f'<ul class="faults">{said}</ul>' if faults else ""
    return f'<div class="status" lang="{say(lang, "tag")}">{health}{listed}<div class="tables">{drawn}</div></div>'


def _index(manifest: Manifest | None, about: Mapping[str, object], lang: str) -> list[Row]:
    if manifest is None:
        return []
    counts = manifest.counts
    named = [(say(lang, "file_name"), about["name"])] if about.get("name") else []
    numbers = (
        ("status_files", counts.files),
        ("status_articles", counts.articles),
        ("status_passages", counts.passages),
        ("status_characters", counts.characters),
        ("status_generation", manifest.generation),
    )
    made = manifest.created[:16].replace("T", " ")
    return [*named, (say(lang, "status_made"), made), *((say(lang, key), f"{n:,}") for key, n in numbers)]


def _models(manifest: Manifest | None, about: Mapping[str, object], lang: str) -> list[Row]:
    rows: list[Row] = []
    if manifest is not None:
        rows.append(
            (say(lang, "status_encoder"), say(lang, "status_dimensions", name=manifest.encoder, n=manifest.dim))
        )
    if about.get("reader"):
        rows.append((say(lang, "status_reader"), about["reader"]))
    return [*rows, (say(lang, "status_offline"), say(lang, "status_offline_how"))]


def _speed(speed: Speed, lang: str) -> list[Row]:
    if not speed.asked:
        return [(say(lang, "status_answers"), say(lang, "status_none"))]
    rows: list[Row] = [(say(lang, "status_answers"), f"{speed.asked:,}"), (say(lang, "status_failed"), speed.failed)]
    times = (("status_p50", speed.p50), ("status_p95", speed.p95))
    return rows + [
        (say(lang, key), say(lang, "status_ms", n=f"{took:,.0f}")) for key, took in times if took is not None
    ]


def _program(speed: Speed, lang: str) -> list[Row]:
    up: Row = (say(lang, "status_up"), say(lang, "status_minutes", n=int(speed.up // 60)))
    return [up, ("Python", platform.python_version()), *((name, made) for name in PACKAGES if (made := _version(name)))]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _table(head: str, rows: Sequence[Row]) -> str:
    drawn = "".join(f"<div>{element('dt', name)}<dd>{element('bdi', value)}</dd></div>" for name, value in rows)
    return f"<section>{element('h3', head)}<dl>{drawn}</dl></section>"
