"""What marked-up files must keep to before a parser sees them: not broken, not too deep, no entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from rag.articles.formats.guard import SAVE_AGAIN, damaged, open_archive
from rag.articles.limits import LIMITS, Limits
from rag.errors import ArticleError

_XML_BEGINS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def check_document(data: bytes, where: object, limits: Limits = LIMITS) -> None:
    """Check a Word or similar file as a whole: the archive, and every member that is XML."""
    with open_archive(data, where, limits) as archive:
        for shown, reason in archive.refused:  # the parser would not pass over it
            raise damaged(where, f"{shown}: {reason}")
        for name in archive.names:
            member = archive.read(name)
            if name.lower().endswith((".xml", ".rels")) or member.lstrip()[:3].startswith(_XML_BEGINS):
                check_xml(member, f"{where}: {name}", limits)


def check_xml(data: bytes, where: object, limits: Limits = LIMITS, *, doctype: bool = False) -> None:
    """Raise ArticleError for XML that is broken, too deep, or declares a document type or entities.

    With ``doctype`` a document type may be named, as older books do; entities of one's own may not.
    """
    from xml.parsers import expat

    depth = 0

    def begin(name: str, attributes: Sequence[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.xml_depth:
            raise ArticleError(
                f"This file nests its elements more than {limits.xml_depth} deep", where=where, mend=SAVE_AGAIN
            )

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*declared: Any) -> NoReturn:
        raise ArticleError("This file declares XML entities of its own", where=where, mend=SAVE_AGAIN)

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.EntityDeclHandler = refuse
    if not doctype:
        parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged(where, str(error)) from error


def parse_xml(data: bytes, where: object, limits: Limits = LIMITS, *, doctype: bool = False) -> Any:
    """Return the root element (lxml) of XML that passed `check_xml`; nothing is fetched, no entity resolved."""
    from lxml import etree  # type: ignore[import-untyped]

    check_xml(data, where, limits, doctype=doctype)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(where, str(error)) from error
