"""Write every article with its paragraphs and what is known of it: ``wenju export``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rag.commands.options import add_index, settings_of
from rag.errors import ConfigError
from rag.types import Article

HELP = "write every article as JSON lines or Markdown"

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_MAX_NAME = 60  # characters of a title in a file name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out", type=Path, metavar="PATH", help="default: the terminal; for md a file named *.md, or a folder"
    )
    parser.add_argument("--format", choices=("jsonl", "md"), help="default: md where --out is named *.md, else jsonl")
    parser.add_argument(
        "--front", action="store_true", help="also mastheads, imprints and contents pages, which are no articles"
    )
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Write the articles; 1 where the index holds none."""
    from rag.index import open_index
    from rag.serialize import article_to_markdown

    markdown = args.format == "md" or (args.format is None and args.out is not None and args.out.suffix == ".md")
    with open_index(settings_of(args).index) as index:
        articles = (article for article in index.articles() if args.front or article.kind != "front")
        if markdown and args.out is not None and args.out.suffix != ".md":
            count = _write_folder(articles, args.out)
        else:
            count = 0
            with _output(args.out) as out:
                for article in articles:
                    out.write((article_to_markdown(article) if markdown else line(article)) + "\n")
                    count += 1
    if args.out:
        print(f"wenju: wrote {count:,} articles to {args.out}", file=sys.stderr)
    return 0 if count else 1


def line(article: Article) -> str:
    """Return an article as one line of JSON."""
    from rag.serialize import article_to_dict

    return json.dumps(article_to_dict(article), ensure_ascii=False)


def _write_folder(articles: Iterable[Article], folder: Path) -> int:
    """Write one file an article, in a folder named after its source; what lies there is never written over."""
    from rag.serialize import article_to_markdown

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError("--out is not empty", where=folder, mend="Name a new folder, or a file *.md.")
    count = 0
    for article in articles:
        path = folder / file_name(article)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article_to_markdown(article), encoding="utf-8")
        count += 1
    return count


def file_name(article: Article) -> Path:
    """Return where an article goes below the folder of an export: its source, number and title."""
    parts = [_safe_name(part) for part in article.source.split("/")]
    number = int(article.id.rpartition("#")[2])
    return Path(*parts, f"{number:02} {_safe_name(article.title)}.md")


def _safe_name(name: str) -> str:
    """Return a name that every system takes and that leads nowhere else."""
    return _UNSAFE.sub("_", " ".join(name.split()))[:_MAX_NAME].strip(" .").lstrip("~") or "_"


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Yield stdout, or a file that takes its name only when it is whole."""
    if path is None:
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as out:
            yield out
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
