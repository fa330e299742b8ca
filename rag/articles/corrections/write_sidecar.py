"""Corrections written down: one article at a time, next to what a person wrote there, never over it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

from rag.articles.corrections.sidecar import (
    FIELDS,
    FILE_FIELDS,
    Correction,
    Value,
    parse_sidecar,
    sidecar_of,
)
from rag.articles.corrections.sidecar_file import held, lost, replace, version
from rag.text import squeeze
from rag.types import Article

_HEAD = (
    "Corrections for {}, read by `wenju index`. An [[article]] begins with the words of `begins`; what stands below it "
    'is different from what was read. joins = "previous": part of the article before. kind = "front": no article.'
)
_BLOCK = re.compile(r"(?<=[^\n])\n(?=\[\[article\]\]|\[file\])")


def write_correction(path: Path, correction: Correction, *, seen: str | None = None) -> Path:
    """Write a correction of the file ``path`` into its sidecar, and return the sidecar.

    One for the same words is added to: fields replace those of the same name, others stay, and so do the comments of
    whoever wrote there. ``seen`` is the ``version`` that the caller showed to its user. Raises SidecarError when the
    sidecar is broken, has changed since, or cannot be written; it is then as it was.
    """

    def change(table: Any) -> None:
        block = _block(table, correction)
        for name, yes, value in (("joins", correction.joins, "previous"), ("kind", correction.front, "front")):
            if yes:
                block[name] = value
            elif correction.joins or correction.front or correction.fields:
                block.pop(name, None)
        _set(block, correction.fields, FIELDS)

    return _rewrite(path, change, seen)


def write_file_fields(path: Path, fields: Mapping[str, Value], *, seen: str | None = None) -> Path:
    """Write fields that hold for every article of ``path``; the rest as `write_correction`."""

    def change(table: Any) -> None:
        import tomlkit

        if "file" not in table:
            table["file"] = tomlkit.table()
        _set(table["file"], fields, FILE_FIELDS)

    return _rewrite(path, change, seen)


def remove_corrections(path: Path, unwanted: Sequence[Correction], *, seen: str | None = None) -> Path:
    """Take these corrections back, by words and place, and an empty sidecar away."""
    gone = {(squeeze(one.begins), one.at) for one in unwanted}

    def change(table: Any) -> None:
        blocks = table.get("article", [])
        for k in reversed(range(len(blocks))):
            if (squeeze(str(blocks[k]["begins"])), blocks[k].get("at")) in gone:
                del blocks[k]
        if "article" in table and not blocks:
            del table["article"]

    return _rewrite(path, change, seen)


def save_sidecar(path: Path, text: str, *, seen: str) -> Path:
    """Replace the whole sidecar of ``path``, as an editor left it; raises SidecarError as `write_correction`."""
    sidecar = sidecar_of(path)
    parse_sidecar(text, sidecar)
    replace(sidecar, text.encode(), seen)
    return sidecar


def sidecar_text(path: Path) -> str:
    """Return the corrections of ``path`` as they stand, or the beginning of new ones."""
    data = held(sidecar_of(path))
    if data is not None:
        return data.decode("utf-8-sig", "replace")
    return "".join(f"# {line}\n" for line in wrap(_HEAD.format(path.name), 100))


def outline(articles: Sequence[Article], begins: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return the lines of comments that show every article of a file as a block to make a correction of."""
    by_id = {article.id: article for article in articles}
    told = [f"# As read now. Take the # off a block, and add what is to be different: {', '.join(FIELDS)}."]
    for id_, words, at in begins:
        article = by_id[id_]
        about = ["front matter" if article.kind == "front" else article.title, *article.authors]
        told += ["#", f"# {id_.rpartition('#')[2]}: {' · '.join(_plain(part) for part in about)}"]
        told += ["# [[article]]", f"# begins = {_quoted(words)}", f"# at = {at}"]
    return told


def _rewrite(path: Path, change: Any, seen: str | None) -> Path:
    import tomlkit  # it keeps the comments of whoever wrote there; tomllib only reads, and tomli-w would drop them

    sidecar = sidecar_of(path)
    before = version(path)
    if seen is not None and seen != before:
        raise lost(sidecar)
    text = sidecar_text(path)
    parse_sidecar(text, sidecar)
    table = tomlkit.parse(text)
    change(table)
    text = _BLOCK.sub("\n\n", tomlkit.dumps(table))
    parse_sidecar(text, sidecar)  # what we write can be read
    if "article" in table or "file" in table:
        replace(sidecar, text.encode(), before)
    elif before:
        sidecar.unlink()
    return sidecar


def _block(table: Any, correction: Correction) -> Any:
    """Return the block of the same words, or a new one at the end."""
    import tomlkit

    if "article" not in table:
        table["article"] = tomlkit.aot()
    blocks = table["article"]
    k = _find(blocks, correction.begins, correction.at)
    if k is not None:
        return blocks[k]
    block = tomlkit.table()
    block["begins"] = correction.begins
    if correction.at is not None:
        block["at"] = correction.at
    blocks.append(block)
    return blocks[len(blocks) - 1]


def _find(blocks: Any, begins: str, at: int | None) -> int | None:
    """Return the block of these words; of several, the one at the same place."""
    same = [k for k, block in enumerate(blocks) if squeeze(str(block["begins"])) == squeeze(begins)]
    exact = [k for k in same if blocks[k].get("at") == at]
    return exact[0] if exact else same[0] if len(same) == 1 and None in (at, blocks[same[0]].get("at")) else None


def _set(block: Any, fields: Mapping[str, Value], allowed: Sequence[str]) -> None:
    for name, value in fields.items():
        if name not in allowed:
            raise ValueError(f"{name!r} cannot be corrected here")
        block[name] = list(value) if isinstance(value, tuple) else value


def _plain(text: str) -> str:
    return " ".join(text.split())


def _quoted(words: str) -> str:
    import tomlkit

    return str(tomlkit.string(words).as_string())
