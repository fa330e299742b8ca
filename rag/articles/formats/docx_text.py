"""The words of one paragraph of a Word file, as a printout shows them, and what hangs on it: boxes, notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SKIPPED = frozenset({
    "del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "rt", "Fallback", "sdtPr", "sdtEndPr",
    "commentReference", "annotationRef", "footnoteRef", "endnoteRef", "pic", "chart", "object", "ctrlPr", "rubyPr",
})  # fmt: skip
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(slots=True)
class Text:
    """``parts`` joined are the words, "\\n" a line's end. ``notes`` names part and id of each note, ``boxes`` are the
    elements that hold text of their own. ``bold`` tells whether all of it is; ``end_deleted`` that the paragraph has
    lost its end, so that the next one goes on from it."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    tables: list[Any] = field(default_factory=list)
    bold: bool = True
    end_deleted: bool = False

    def lines(self) -> list[str]:
        return "".join(self.parts).split("\n")


def local(element: Any) -> str:
    """Return an element's name without its namespace: the strict and the usual format differ in that alone."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, name: str) -> Any:
    """Return the first child of that name, None where there is none, or no element."""
    return None if element is None else next((one for one in element if local(one) == name), None)


def value(element: Any, name: str) -> str:
    """Return an attribute, whatever its namespace; "" where it is not set."""
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def is_on(element: Any, name: str) -> bool:
    """Tell whether a switch such as w:b is set and not turned off."""
    switch = child(element, name)
    return switch is not None and value(switch, "val") not in _OFF


def read_paragraph(element: Any) -> Text:
    text = Text()
    mark = child(child(element, "pPr"), "rPr")
    text.end_deleted = child(mark, "del") is not None or child(mark, "moveFrom") is not None
    _read(element, text)
    return text


def _read(element: Any, text: Text) -> None:
    for one in element:
        name = local(one)
        if name in _SKIPPED or not name:
            continue
        if name == "t" or name in _CHARACTERS:
            text.parts.append(_CHARACTERS.get(name) or one.text or "")
        elif name in _NOTES:
            text.notes.append((_NOTES[name], value(one, "id")))
        elif name == "txbxContent":
            text.boxes.append(one)
        elif name == "r":
            settings = child(one, "rPr")
            if is_on(settings, "vanish") or is_on(settings, "webHidden"):
                continue
            before = len(text.parts)
            _read(one, text)
            if "".join(text.parts[before:]).strip() and not is_on(settings, "b"):
                text.bold = False
        else:
            _read(one, text)
