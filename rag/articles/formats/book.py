"""The frame of an EPUB: its metadata, the documents of its spine, and its contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from bs4.element import Tag

from rag.articles.formats.authors import AUTHORS
from rag.articles.formats.guard import Archive
from rag.articles.formats.guard_xml import parse_xml
from rag.articles.formats.parse_html import parse_page
from rag.articles.limits import Limits
from rag.errors import ArticleError

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_DOCUMENTS = frozenset({"application/xhtml+xml", "text/html", "application/xml", "text/xml"})
_FONTS = re.compile(r"\.(?:otf|ttf|woff2?|ttc)$", re.I)
_FRONT_GUIDE = frozenset({"cover", "title-page", "titlepage", "toc", "copyright-page", "colophon"})
_DAY = re.compile(r"((?:19|20)\d{2}(?:-\d{2}(?:-\d{2})?)?)(?:T.*)?$")
_MEND = "Convert it again with the program that made it."


@dataclass(frozen=True, slots=True)
class Chapter:
    """An entry of the contents: the document it leads to, the place in it ("" for its beginning), and its depth from 0.

    ``part`` is the title of the entry that it stands under, "" at the top.
    """

    path: str
    anchor: str
    title: str
    depth: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """``spine`` lists the documents in reading order, ``front`` those that are cover, title page or contents."""

    title: str
    author: str
    date: str
    spine: tuple[str, ...]
    front: frozenset[str]
    chapters: tuple[Chapter, ...]


def open_book(archive: Archive, where: object, limits: Limits) -> Book:
    """Read the frame of a book; raises ArticleError for a damaged or locked one. Missing contents are just empty."""

    def xml(name: str) -> Any:
        if name not in archive:
            raise ArticleError(f"This book lacks its part {name}", where=where, mend=_MEND)
        return parse_xml(archive.read(name), f"{where}: {name}", limits, doctype=True)

    name = next((str(one.get("full-path")) for one in _all(xml(_CONTAINER), "rootfile") if one.get("full-path")), "")
    package = xml(name)
    items = {str(item.get("id")): item for item in _all(package, "item")}
    paths = {id_: _path(name, str(item.get("href", ""))) for id_, item in items.items()}
    spine, aside = [], set()
    for ref in _all(package, "itemref"):
        path = paths.get(str(ref.get("idref")), "")
        if path in archive and items[str(ref.get("idref"))].get("media-type") in _DOCUMENTS and path not in spine:
            spine.append(path)
            aside |= {path} if ref.get("linear") == "no" else set()
    _refuse_locked(archive, spine, xml, where)
    nav = next((id_ for id_, item in items.items() if "nav" in str(item.get("properties", "")).split()), "")
    guide = {
        _path(name, str(one.get("href", ""))) for one in _all(package, "reference") if one.get("type") in _FRONT_GUIDE
    }
    front = frozenset(aside | guide | {paths.get(nav, "")})
    return replace(
        _metadata(package),
        spine=tuple(spine),
        front=front,
        chapters=_chapters(archive, package, paths, items, nav, xml),
    )


def _chapters(
    archive: Archive, package: Any, paths: Mapping[str, str], items: Mapping[str, Any], nav: str, xml: Any
) -> tuple[Chapter, ...]:
    """Read the contents of the newer kind, else of the older."""
    if paths.get(nav, "") in archive:
        page = parse_page(archive.read(paths[nav]).decode("utf-8", "replace"))
        navs = [tag for tag in page.find_all("nav") if "toc" in str(tag.get("epub:type") or tag.get("role") or "toc")]
        found = tuple(_listed(navs[0], paths[nav])) if navs else ()
        if found:
            return found
    spine = next(_all(package, "spine"), None)
    ncx = str(spine.get("toc", "")) if spine is not None else ""
    ncx = ncx if ncx in items else next((i for i, it in items.items() if "dtbncx" in str(it.get("media-type"))), "")
    if paths.get(ncx, "") not in archive:
        return ()
    return tuple(_points(next(_all(xml(paths[ncx]), "navMap"), ()), paths[ncx]))


def _listed(root: Tag, base: str, depth: int = 0, part: str = "") -> Iterator[Chapter]:
    """Read one level of nested lists of links."""
    top = root.find("ol")
    for entry in top.find_all("li", recursive=False) if isinstance(top, Tag) else ():
        label = entry.find(["a", "span"], recursive=False) or entry.find(["a", "span"])
        title = " ".join(label.get_text().split()) if isinstance(label, Tag) else ""
        href = str(label.get("href") or "") if isinstance(label, Tag) else ""
        if href:
            yield _chapter(base, href, title, depth, part)
        yield from _listed(entry, base, depth + 1, title)


def _points(points: Any, base: str, depth: int = 0, part: str = "") -> Iterator[Chapter]:
    for point in points:
        if _local(point) != "navPoint":
            continue
        label = next((one for one in point if _local(one) == "navLabel"), None)
        title = " ".join("".join(label.itertext()).split()) if label is not None else ""
        href = next((str(one.get("src", "")) for one in point if _local(one) == "content"), "")
        if href:
            yield _chapter(base, href, title, depth, part)
        yield from _points(point, base, depth + 1, title)


def _chapter(base: str, href: str, title: str, depth: int, part: str) -> Chapter:
    path, _, anchor = href.partition("#")
    return Chapter(_path(base, path) if path else base, unquote(anchor), title, depth, part)


def _metadata(package: Any) -> Book:
    said: dict[str, list[str]] = {}
    told = (one for one in _all(package, "meta") if one.get("property") == "role")
    roles = {str(one.get("refines", "")).lstrip("#"): one.text for one in told}
    for one in next(_all(package, "metadata"), ()):
        name, text = _local(one), " ".join((one.text or "").split())
        role = next((v for k, v in one.attrib.items() if k.endswith("role")), None) or roles.get(str(one.get("id")))
        if text and not (name == "creator" and role not in (None, "", "aut")):
            said.setdefault(name, []).append(text)
    day = _DAY.match(next(iter(said.get("date", ())), ""))
    return Book(
        title=next(iter(said.get("title", ())), ""),
        author=AUTHORS.join(said.get("creator", ())),
        date=day[1] if day else "",
        spine=(),
        front=frozenset(),
        chapters=(),
    )


def _refuse_locked(archive: Archive, spine: list[str], xml: Any, where: object) -> None:
    """Refuse a book whose text is encrypted; fonts may be."""
    if _LOCKS not in archive:
        return
    locked = {unquote(str(one.get("URI", ""))) for one in _all(xml(_LOCKS), "CipherReference")}
    if locked.intersection(spine) or any(not _FONTS.search(path) for path in locked if path.endswith("html")):
        raise ArticleError("This book is locked by its seller (DRM)", where=where, mend="Get a copy without a lock.")


def _path(base: str, href: str) -> str:
    return normpath(join(dirname(base), unquote(href.partition("#")[0]))) if href else ""


def _all(root: Any, name: str) -> Iterator[Any]:
    return (one for one in root.iter() if _local(one) == name)


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
