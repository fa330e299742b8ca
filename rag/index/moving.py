"""An index as one file: taken while a writer works, checked before it is put in place, on whatever machine.

A zip of ``snapshot.json``, which gives the size and SHA-256 of every other member, the store, and the files of one
generation. Nothing in it is compressed: it is made and read as fast as the disk.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from zipfile import ZipFile

from rag.errors import ConfigError
from rag.index import files, generation, store
from rag.index.generation import MANIFEST, Manifest
from rag.index.reading import hold

CONTENTS = "snapshot.json"
SNAPSHOT_FORMAT = 1


def take_snapshot(folder: Path, out: Path, *, force: bool = False) -> Manifest:
    """Write the current generation of the index in ``folder`` to ``out``, which takes its name when it is whole.

    A writer may be at work meanwhile. Raises IndexStoreError for an index that is missing or damaged, and ConfigError
    when ``out`` is there already, unless ``force``.
    """
    if out.exists() and not force:
        raise ConfigError("there is a file of this name", where=out, mend="Name another, or add --force.")
    manifest, held = hold(folder)
    part = out.with_name(f"{out.name}.part")
    copy = out.with_name(f"{out.name}.store.part")
    try:
        generation.verify(folder, manifest)
        _copy_store(folder / manifest.store, copy)
        _pack(folder, manifest, copy, part)
        os.replace(part, out)
        files.sync(out.absolute().parent)
    finally:
        os.close(held)
        for path in (part, copy):
            path.unlink(missing_ok=True)
    return manifest


def _copy_store(path: Path, copy: Path) -> None:
    """Copy the store as of this moment into one file, whatever a writer does meanwhile."""
    copy.unlink(missing_ok=True)
    with (
        store.as_store_error(path),
        closing(store.connect(path)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def _pack(folder: Path, manifest: Manifest, copy: Path, part: Path) -> None:
    home = generation.name(manifest.generation)
    members = {manifest.store: copy} | {f"{home}/{file}": folder / home / file for file in manifest.files}
    members[f"{home}/{MANIFEST}"] = folder / home / MANIFEST
    marks = {name: (path.stat().st_size, files.digest(path)) for name, path in sorted(members.items())}
    told = {"format": SNAPSHOT_FORMAT, "manifest": asdict(manifest), "members": marks}
    with ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(CONTENTS, json.dumps(told, ensure_ascii=False, indent=1))
        for name in marks:
            archive.write(members[name], name)
    files.sync(part)
