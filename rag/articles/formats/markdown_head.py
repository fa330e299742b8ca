"""The metadata at the top of a Markdown file: YAML between lines of "---", or TOML between lines of "+++"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from rag.articles.formats.fields import known_fields
from rag.articles.formats.records import metadata

_YAML = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<body>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.S)
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\r?\n(?P<body>.*?)\r?\n\+\+\+[ \t]*(?:\r?\n|$)", re.S)
_LINE = re.compile(r"\s*([^\s:：][^:：]*?)\s*[:：]\s*(.*)")
_MAX = 20_000  # characters
_MAX_BRACKETS = 100  # YAML that opens more is slow to read, and no one's metadata


def read_front_matter(text: str) -> tuple[dict[str, str], int]:
    """Return what the front matter says by our names, and where the text begins; nothing and 0 where there is none."""
    yaml, toml = _YAML.match(text), _TOML.match(text)
    found = yaml or toml
    if found is None or len(found["body"]) > _MAX:
        return {}, 0
    said = _yaml(found["body"]) if yaml else _toml(found["body"])
    if said is None:
        said = _lines(found["body"])
    fields = known_fields([name for name in said if name not in ("description", "summary")], ())
    native = metadata(said, fields)
    return ({}, 0) if yaml and not said else (native, found.end())


def _yaml(body: str) -> Mapping[str, object] | None:
    """Read YAML with every value as the text that stands there: dates and numbers as printed, no objects."""
    import yaml

    if sum(map(body.count, "[{")) > _MAX_BRACKETS:
        return None
    try:
        value = yaml.BaseLoader(body).get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else None


def _toml(body: str) -> Mapping[str, object] | None:
    try:
        table = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {key: one if isinstance(one, str | list | dict) else str(one) for key, one in table.items()}


def _lines(body: str) -> Mapping[str, object]:
    """Read "name: value" a line where it is no YAML, for a title with a colon in it makes it none."""
    found = (_LINE.fullmatch(line) for line in body.splitlines())
    return {one[1]: one[2].strip().strip("[]\"'") for one in found if one and one[2].strip()}
