"""Names and passwords: a file of "name:scrypt$..." lines, and the cookie that remembers who signed in.

Who may ask and read, and not change the archive, has ":reads" behind it.

scrypt with n = 2^14, r = 8, p = 1: 16 MiB and some 50 ms a try (RFC 7914).
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from hashlib import scrypt, sha256
from pathlib import Path
from threading import Lock

from rag.errors import ConfigError

COST, BLOCK, LANES, SALT = 1 << 14, 8, 1, 16
DAYS = 30  # that a sign-in lasts
LEAST = 8  # characters of a new password
READS = ":reads"
_NAME = re.compile(r"[^\s:/\\\x00-\x1f]{1,64}")
_REMEMBERED = 300.0  # seconds for which a password that was right is not worked out again


class Users:
    """The users in the file ``path``, read again when it changes. ``secret`` signs cookies. Threads may share it."""

    def __init__(self, path: Path, secret: bytes) -> None:
        self._path, self._secret, self._lock = path, secret, Lock()
        self._stamp: tuple[int, int] | None = None
        self._known: dict[str, str] = {}
        self._right: dict[bytes, float] = {}
        if not self._now():
            raise ConfigError(
                "nobody may sign in", where=path, mend=f"`wenju serve --add-user NAME --auth {path}` adds a user."
            )

    def check(self, name: str, password: str) -> bool:
        """Tell whether the password is that of the name; takes as long for a name that is not there."""
        known = self._now().get(name)
        key = hmac.digest(self._secret, f"{name}\n{password}\n{known}".encode("utf-8", "replace"), "sha256")
        with self._lock:
            if self._right.get(key, 0.0) > time.monotonic():
                return True
        right = matches(password, (known or _NOBODY).removesuffix(READS)) and known is not None
        if right:
            with self._lock:
                if len(self._right) > 1000:
                    self._right.clear()
                self._right[key] = time.monotonic() + _REMEMBERED
        return right

    def may_manage(self, name: str) -> bool:
        """Tell whether a user may change the archive."""
        return not self._now().get(name, READS).endswith(READS)

    def cookie(self, name: str, now: float | None = None) -> str:
        """Return what a browser shall bring to be known as ``name``."""
        until = int((time.time() if now is None else now) + DAYS * 86400)
        return f"{_text(name.encode())}.{until}.{self._sign(name, until)}"

    def of_cookie(self, cookie: str) -> str | None:
        """Return the name that a cookie stands for; None for one that is forged, too old, or of another password."""
        with suppress(ValueError):
            packed, until, signed = cookie.split(".")
            name = urlsafe_b64decode(packed.encode()).decode()
            if int(until) > time.time() and name in self._now():
                return name if hmac.compare_digest(signed, self._sign(name, int(until))) else None
        return None

    def _sign(self, name: str, until: int) -> str:
        told = f"{name}\n{until}\n{self._now().get(name)}".encode()
        return _text(hmac.digest(self._secret, told, "sha256"))

    def _now(self) -> dict[str, str]:
        try:
            facts = self._path.stat()
            if self._stamp != (stamp := (facts.st_mtime_ns, facts.st_size)):
                known = read_users(self._path)
                self._known, self._stamp = known, stamp
        except OSError as error:
            raise ConfigError(
                f"the file of users cannot be read: {error.strerror}", where=self._path,
                mend=f"`wenju serve --add-user NAME --auth {self._path}` makes one.",
            ) from None  # fmt: skip
        return self._known


def read_users(path: Path) -> dict[str, str]:
    """Return the hash of each name, and READS behind it; raises ConfigError that names the line that is none."""
    users = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not _NAME.fullmatch(name) or not _parts(hashed.removesuffix(READS)):
            raise ConfigError(
                f"this is not NAME:scrypt$... or NAME:scrypt$...{READS}",
                where=f"{path}, line {number}",
                mend="Add users with --add-user.",
            )
        users[name] = hashed
    return users


def add_user(path: Path, name: str, password: str, *, manages: bool = True) -> None:
    """Write a user, or a new password, into the file ``path``, which only its owner may read; other lines stay.

    One who does not manage may ask and read, and not change the archive.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be a user's name", mend="Use letters and figures, no spaces, no colon.")
    if len(password) < LEAST:
        raise ConfigError(f"the password is too short, {LEAST} characters are the least")
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
    kept = [line for line in lines if line.partition(":")[0] != name]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join([*kept, f"{name}:{hashed(password)}{'' if manages else READS}", ""]))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    salt = secrets.token_bytes(SALT)
    return f"scrypt${COST}${BLOCK}${LANES}${_text(salt)}${_text(_work(password, COST, BLOCK, LANES, salt))}"


def matches(password: str, kept: str) -> bool:
    """Tell whether ``kept`` was made of ``password``."""
    parts = _parts(kept)
    return parts is not None and hmac.compare_digest(_work(password, *parts[:4]), parts[4])


def secret_in(folder: Path) -> bytes:
    """Return the secret that signs cookies, made once and kept in ``folder``."""
    path = folder / "secret"
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    kept = path.read_bytes()
    if len(kept) < 32:
        raise ConfigError("the secret of the server is damaged", where=path, mend="Remove the file; all sign in anew.")
    return sha256(kept).digest()


def _work(password: str, cost: int, block: int, lanes: int, salt: bytes) -> bytes:
    told = password.encode("utf-8", "replace")
    return scrypt(told, salt=salt, n=cost, r=block, p=lanes, maxmem=1 << 27, dklen=32)


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes] | None:
    with suppress(ValueError):
        kind, cost, block, lanes, salt, made = kept.split("$")
        numbers = int(cost), int(block), int(lanes)
        sound = kind == "scrypt" and numbers[0] in (1 << k for k in range(10, 18)) and numbers[1:] <= (16, 4)
        return (*numbers, urlsafe_b64decode(salt), urlsafe_b64decode(made)) if sound and min(numbers) > 0 else None
    return None


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode()


_NOBODY = f"scrypt${COST}${BLOCK}${LANES}${_text(b'0' * SALT)}${_text(b'0' * 32)}"
