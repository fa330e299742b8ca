"""Everything a user can mend, as one tree.

    WenjuError
    ├── ConfigError      a setting or an argument is off
    ├── ArticleError     a file or a folder cannot be read as articles
    ├── IndexStoreError  an index is missing, damaged, locked, or made with other settings
    └── ModelError       a model is missing or cannot be loaded

A caller's slip (``k=0``) is a ``ValueError``; a broken invariant an ``assert``.
"""

from __future__ import annotations


class WenjuError(Exception):
    """Base class. ``str(error)`` is one sentence or two: what went wrong, where, and how to mend it."""

    def __init__(self, what: str, *, where: object = None, mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        place = f" ({where})" if where is not None else ""
        super().__init__(f"{what}{place}." + (f" {mend}" if mend else ""))


class ConfigError(WenjuError):
    """A setting or an argument is off."""


class ArticleError(WenjuError):
    """A file or a folder cannot be read as articles."""


class IndexStoreError(WenjuError):
    """An index is missing, damaged, locked, or made with other settings."""


class ModelError(WenjuError):
    """A model is missing or cannot be loaded."""
