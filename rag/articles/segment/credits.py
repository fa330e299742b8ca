"""What an article's own text says of it: its dateline, the signature at its end, the note on its author."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.segment.metadata import Header
from rag.articles.signs.names import author_note, read_byline, split_names
from rag.articles.signs.places import read_dateline
from rag.types import ParagraphKind

_SIGNED = re.compile(r"(?:^|[。！？!?”’.])\s*[（(](?P<names>[^（）()]{2,40})[)）]\s*$")
_END = 16  # paragraphs at the end of a text in which it may be signed
_SENT = 400  # characters at the beginning of a text in which a dateline stands


def read_credits(header: Header, texts: Sequence[tuple[ParagraphKind, str]]) -> None:
    """Add to ``header`` what the paragraphs below it say; an author's note knows the affiliation best."""
    body = [text for kind, text in texts if kind == "body"]
    for kind, text in texts:
        if kind == "note" and (unit := author_note(text)):
            header.work_at(unit, "note")
        elif kind == "byline" and (byline := read_byline(text)):
            header.sign(byline.authors, "byline")
            header.work_at(byline.affiliation, "byline")
    if body and (line := read_dateline(body[0][:_SENT])):
        header.sign(line.authors, "text")
        header.tell("place", line.place, "text")
        header.tell("date", line.date, "text")
    for _, text in reversed(texts[-_END:]):  # references may stand below it
        signed = _SIGNED.search(text)
        people, _ = split_names(signed["names"]) if signed else (None, ())
        header.sign(people or (), "text")
