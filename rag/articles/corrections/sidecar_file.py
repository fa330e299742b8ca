"""The file of corrections as bytes: which state it is in, and a new one put in its place in one step."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from rag.articles.corrections.sidecar import SidecarError, sidecar_of


def version(path: Path) -> str:
    """Return what tells one state of the corrections of ``path`` from another; "" when there are none."""
    return _told(held(sidecar_of(path)))


def _told(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()


def replace(sidecar: Path, data: bytes, before: str) -> None:
    """Put the new bytes in place in one step, unless the sidecar is no longer the one that was read."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{sidecar.name}.", dir=sidecar.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            now = held(sidecar)
            if _told(now) != before:
                raise lost(sidecar)
            os.chmod(name, sidecar.stat().st_mode & 0o777 if now is not None else 0o644)
            os.replace(name, sidecar)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)
    except OSError as error:
        raise SidecarError(
            f"the corrections cannot be written: {error.strerror or error}", sidecar, mend="Check its folder."
        ) from error


def held(sidecar: Path) -> bytes | None:
    """Return what stands in it, None where there is none."""
    try:
        return sidecar.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SidecarError(f"the corrections cannot be read: {error.strerror}", sidecar) from error


def lost(sidecar: Path) -> SidecarError:
    """Return the error of one who writes over what he has not seen."""
    return SidecarError("somebody else has changed the corrections meanwhile", sidecar, mend="Look again, then repeat.")
