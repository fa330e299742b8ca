"""What a web page's head says of it: meta tags of papers, of publishers, of Chinese government sites, and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup

from rag.articles.formats.authors import AUTHORS, split_authors

_SITE_SUFFIX = re.compile(r"\s*(?:[-_|–—]+)\s*[^-_|–—]{2,30}$")
_META = {  # most telling first
    "title": ("citation_title", "dc.title", "dcterms.title", "articletitle", "og:title", "headline"),
    "subtitle": ("subtitle",),
    "author": (
        "citation_author", "author", "dc.creator", "dcterms.creator", "article:author", "og:article:author", "creator",
    ),
    "date": (
        "citation_publication_date", "citation_date", "article:published_time", "og:article:published_time",
        "datepublished", "pubdate", "publishdate", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.issued",
        "dcterms.date", "date",
    ),
    "journal": ("citation_journal_title", "prism.publicationname"),
    "issue": ("citation_issue", "prism.number"),
    "column": ("article:section", "columnname", "prism.section"),
    "page": ("citation_firstpage", "prism.startingpage"),
    "place": ("dc.coverage.spatial", "geo.placename"),
    "affiliation": ("citation_author_institution",),
}  # fmt: skip
_SEVERAL = frozenset({"citation_author", "dc.creator", "dcterms.creator", "author", "article:author"})
_TIME = re.compile(r"(?<=\d)(?:T| (?=\d{1,2}:\d{2})).*", re.S)
_ARTICLES = re.compile(r"(?:Article|BlogPosting|Report|WebPage|CreativeWork)$")
_MAX_LD = 1_000_000  # characters


def read_meta(soup: BeautifulSoup) -> dict[str, str]:
    """Return what the page's head says; a title loses the site's name behind the last dash."""
    named: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        key = str(meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        content = " ".join(str(meta.get("content") or "").split())
        if key and content:
            named.setdefault(key, []).append(content)
    native = {field: value for field, keys in _META.items() if (value := _first(named, keys, field))}
    native = {**_linked_data(soup), **native}
    if "date" in native:
        native["date"] = _TIME.sub("", native["date"])
    if "title" not in native and soup.title and soup.title.string:
        title = " ".join(soup.title.string.split())
        native["title"] = _SITE_SUFFIX.sub("", title) or title
    return native


def _first(named: Mapping[str, list[str]], keys: tuple[str, ...], field: str) -> str:
    for key in keys:
        values = [one for one in named.get(key, ()) if not re.match(r"https?://", one)]
        if values and field == "author":
            several = values if key in _SEVERAL else values[:1]
            return AUTHORS.join(dict.fromkeys(name for one in several for name in split_authors(one)))
        if values:
            return values[0]
    return ""


def _linked_data(soup: BeautifulSoup) -> dict[str, str]:
    """Read headline, authors, day and section of an article that the page describes in JSON-LD."""
    for script in soup.find_all("script", type="application/ld+json"):
        text = script.string or ""
        try:
            described = list(_objects(json.loads(text))) if len(text) <= _MAX_LD else []
        except (ValueError, RecursionError):
            continue
        for one in described:
            kinds = one.get("@type")
            if any(_ARTICLES.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                said = {
                    "title": _words(one.get("headline")),
                    "author": _words(one.get("author")),
                    "date": _words(one.get("datePublished")),
                    "column": _words(one.get("articleSection")),
                }
                return {name: value for name, value in said.items() if value}
    return {}


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
    elif isinstance(value, list):
        for one in value:
            yield from _objects(one)


def _words(value: object) -> str:
    """Return a name or a date; of several names all."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return _words(value.get("name"))
    if isinstance(value, list):
        return AUTHORS.join(word for one in value if (word := _words(one)))
    return ""
