"""The options that several commands share, and all of them as Settings."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from rag.config import Settings, load_settings


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the index."""
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index (WENJU_INDEX, or indexes/default)")


def add_encoder(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the model for search."""
    parser.add_argument("--encoder", metavar="MODEL", help="a folder or a hub name (WENJU_ENCODER, or the bundled one)")


def add_reader(parser: argparse.ArgumentParser) -> None:
    """Add the options of reading."""
    parser.add_argument("--reader", metavar="MODEL", help="a folder or a hub name (WENJU_READER, or the bundled one)")
    read = Settings().k_read
    parser.add_argument("--k-read", type=int, metavar="N", help=f"passages to read for one answer ({read})")
    parser.add_argument(
        "--accept-wrong", type=float, metavar="SHARE", help="of the answers given, how many may be wrong: 0.1 is strict"
    )


def add_finding(parser: argparse.ArgumentParser) -> None:
    """Add the options that limit and explain what is found."""
    parser.add_argument(
        "--where", metavar="FILTER", help='which articles: "year>=2023 and (column=调查研究 or author~王)"'
    )
    parser.add_argument("--explain", action="store_true", help="say why each passage was found")


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings that ``args`` and the environment ask for."""
    return load_settings({spec.name: getattr(args, spec.name, None) for spec in fields(Settings)})
