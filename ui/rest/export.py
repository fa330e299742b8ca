"""A conversation with its citations as a file: Markdown, Word, or JSON."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from rag.references import reference
from rag.serialize import answer_to_dict
from rag.types import Citation, Range
from ui.chat.turns import items
from ui.kept.talk import Kept, Talk
from ui.parts.cards import place_of
from ui.parts.markup import joined
from ui.parts.narrow import label
from ui.words import say

Form = Literal["md", "docx", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
KINDS = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.M)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True, slots=True)
class Source:
    """A cited paragraph: its words with the marked ones told apart, and what to name it by."""

    runs: tuple[tuple[str, bool], ...]
    named: str
    place: str


@dataclass(frozen=True, slots=True)
class Said:
    """One turn in the language of the page; ``answers`` are the articles' own words."""

    question: str
    narrowed: str
    outcome: str
    answers: tuple[str, ...]
    sources: tuple[Source, ...]


def export(talk: Talk, turns: Sequence[Kept], form: Form, lang: str) -> bytes:
    """Return the file."""
    if form == "json":
        return _json(talk, turns)
    said = [_said(one, lang) for one in turns]
    return _docx(talk, said, lang) if form == "docx" else _markdown(talk, said, lang).encode()


def file_name(talk: Talk, form: Form) -> str:
    """Return a name to save the file under."""
    name = _NOT_NAME.sub(" ", talk.title).strip(" .")[:60].strip() or "wenju"
    return f"{name}.{form}"


def _said(turn: Kept, lang: str) -> Said:
    narrowed = say(lang, "between").join(label(*one, lang) for one in turn.chosen)
    answer = turn.answer
    if answer is None:
        return Said(turn.question, narrowed, turn.error or say(lang, "failed"), (), ())
    answers = tuple(items(answer)) if answer.status == "answered" else ()
    return Said(turn.question, narrowed, say(lang, answer.status), answers, tuple(_sources(answer.citations, lang)))


def _sources(citations: Sequence[Citation], lang: str) -> Iterator[Source]:
    for cited in citations:
        place = " · ".join((*place_of(cited, lang), cited.source))
        yield Source(tuple(_runs(cited.text, cited.marks)), reference(cited, "gbt7714").text, place)


def _runs(text: str, marks: Sequence[Range]) -> Iterator[tuple[str, bool]]:
    position = 0
    for start, end in joined(marks, len(text)):
        if start > position:
            yield text[position:start], False
        yield text[start:end], True
        position = end
    if position < len(text):
        yield text[position:], False


def _json(talk: Talk, turns: Sequence[Kept]) -> bytes:
    told = {
        "title": talk.title,
        "begun": _when(talk.begun),
        "changed": _when(talk.changed),
        "turns": [
            {
                "question": one.question,
                "when": _when(one.when),
                "filters": [list(pair) for pair in one.chosen],
                "error": one.error or None,
                "answer": answer_to_dict(one.answer) if one.answer else None,
            }
            for one in turns
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _markdown(talk: Talk, said: Sequence[Said], lang: str) -> str:
    lines = [f"# {_plain(talk.title)}", "", f"*{_plain(_when(talk.begun))}*", ""]
    for number, one in enumerate(said, 1):
        lines += [f"## {number}. {_plain(one.question)}", ""]
        if one.narrowed:
            lines += [_plain(say(lang, "filters_used") + one.narrowed), ""]
        lines += [f"**{_plain(one.outcome)}**", ""]
        lines += [line for answer in one.answers for line in (_quoted(_plain(answer)), "")]
        for at, source in enumerate(one.sources, 1):
            marked = "".join(f"<mark>{_plain(text)}</mark>" if mark else _plain(text) for text, mark in source.runs)
            lines += [f"{at}\\. {_plain(source.named)}  ", f"{_plain(source.place)}", "", _quoted(marked), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it stands."""
    clean = html.escape(text.encode("utf-8", "replace").decode(), quote=False)
    return _LIST.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", clean))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}  " for line in text.splitlines() or [""])


def _docx(talk: Talk, said: Sequence[Said], lang: str) -> bytes:
    from docx import Document
    from docx.enum.text import WD_COLOR_INDEX
    from docx.oxml.ns import qn

    document = Document()
    document.core_properties.title = _clean(talk.title)[:250]
    for style in ("Normal", "Title", "Heading 1", "Intense Quote", "Quote"):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "SimSun")
    document.add_heading(_clean(talk.title), 0)
    document.add_paragraph(_when(talk.begun))
    for number, one in enumerate(said, 1):
        document.add_heading(f"{number}. {_clean(one.question)}", 1)
        if one.narrowed:
            document.add_paragraph(_clean(say(lang, "filters_used") + one.narrowed))
        document.add_paragraph().add_run(_clean(one.outcome)).bold = True
        for answer in one.answers:
            document.add_paragraph(_clean(answer), "Intense Quote")
        for at, source in enumerate(one.sources, 1):
            document.add_paragraph(_clean(f"[{at}] {source.named}"))
            document.add_paragraph(_clean(source.place)).runs[0].italic = True
            paragraph = document.add_paragraph(style="Quote")
            for text, marked in source.runs:
                run = paragraph.add_run(_clean(text))
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW if marked else None
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _clean(text: str) -> str:
    """Return ``text`` without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes")
