"""The nouns of Wenju and the three seams where a rival or a fake can be put.

Offsets are half-open ``[start, end)`` ranges of characters (code points) into ``Article.text``
everywhere, unless a docstring says otherwise. Scores are floats, higher is better, comparable
only within one list. Standard library only; numpy appears for type checkers alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors: TypeAlias = npt.NDArray[np.float32]  # (n, dim), rows of length 1

Range: TypeAlias = tuple[int, int]
ParagraphKind = Literal["body", "heading", "table", "note", "byline"]
ArticleKind = Literal["article", "front"]
Status = Literal["answered", "related", "not_found"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit of citation: ``article.text[start:end]``.

    ``number`` counts from 1 within the article. ``origin`` lists the ranges of the decoded source
    file the paragraph was made of, in reading order; for PDF and other binary formats the decoded
    source is the text layer as extracted, page after page. ``page`` is the file's own page, counted
    from 1, where the format has pages. ``head`` is the number of the paragraph that a table's row stands
    under, its column heads; theirs is what stands above them: further heads, the unit, the caption.
    ``garble`` runs from 0, clean print, to 1, no language at all. ``misplaced`` says that the paragraph was
    put together from, or torn between, places that do not adjoin in the source.
    """

    number: int
    start: int
    end: int
    kind: ParagraphKind = "body"
    origin: tuple[Range, ...] = ()
    page: int | None = None
    head: int | None = None
    garble: float = 0.0
    misplaced: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One article, repaired once and never changed; metadata only where the source prints it.

    ``id`` is ``"<source>#<n>"`` with n counting from 1 within the file (``#0`` is front matter:
    masthead, imprint, contents). ``source`` is ``"<root folder>/<path>"`` with forward slashes; a member of
    an archive adds its path in it. ``page`` is the printed page on which it begins, ``date`` as printed or ISO
    from the file's own metadata, ``place`` what the article says it comes from. ``found`` tells of each field
    that is set where it was read: "contents", "heading", "byline", "masthead", "properties", "record", …
    """

    id: str
    source: str
    title: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    kind: ArticleKind = "article"
    lang: str = "zh"
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    affiliation: str | None = None
    column: str | None = None
    journal: str | None = None
    issue: str | None = None
    date: str | None = None
    page: str | None = None
    place: str | None = None
    found: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: whole sentences or paragraphs of one article.

    ``text == article.text[start:end]``. ``context`` is searched with the text but never read or
    quoted: title, byline, issue and section heading. ``id`` is ``"<article id>:<start>-<end>"``.
    """

    id: str
    article_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage ranked for one query. ``rank`` and the legs' ranks count from 1; a leg that missed it is absent.

    ``copies`` are further places that say the same and gave up a rank of their own to this one.
    """

    passage: Passage
    score: float
    rank: int
    ranks: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """An answer candidate: ``text == article.text[start:end]``.

    ``score`` is the reader's start plus end logit less the no-answer score of the same window;
    above 0 the reader itself would answer. ``passage`` is where it was read, ``edges`` what the reader makes
    of every other place there, if it tells.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float
    edges: Edges | None = field(default=None, compare=False, repr=False)

    def touches(self, other: Span) -> bool:
        """Tell whether the two have a character of an article in common."""
        same = self.passage.article_id == other.passage.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Citation:
    """A paragraph ready to show. ``marks`` are the quoted words, relative to ``text``; empty means none.

    ``head`` is what a table's row stands under: caption, unit, column heads, one a line. ``dated`` gives
    (start, end, ISO date) of words like 今年 in ``text``, read from the date of the article or its issue: a
    help for the eye, no fact.
    """

    article_id: str
    source: str
    title: str
    paragraph: int
    text: str
    marks: tuple[Range, ...] = ()
    authors: tuple[str, ...] = ()
    affiliation: str | None = None
    column: str | None = None
    journal: str | None = None
    issue: str | None = None
    date: str | None = None
    page: str | None = None
    file_page: int | None = None
    place: str | None = None
    head: str | None = None
    dated: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an answer stands in a table. ``row`` is the row's first cell, None where that is the answer itself;
    ``column`` is the cell above it among the column heads, None where none fits."""

    row: str | None
    column: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One of several figures that articles give for the same thing. ``date`` is the article's or its issue's, ISO."""

    text: str
    citation: Citation
    date: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to one query.

    ``text`` and ``spans`` are set only when ``status`` is "answered"; ``text`` is then the first
    span's text, or a whole list. ``citations`` are evidence for ``spans``, the first span's paragraph first; when
    "related", the nearest paragraphs, without marks. ``confidence`` is the estimated probability that the best
    span is right, given whatever the status. ``carried`` names what was taken over from earlier
    turns. ``milliseconds`` gives the time of each stage. ``asked`` is what was looked up where that is not
    ``query``, which stays as typed; ``corrected`` are (as typed, as looked up) of words that were misspelt.

    A list has its ``items``, in order of the text, which are then the ``spans`` too; ``text`` runs from the first to
    the last where they stand in one paragraph. ``figures``, at least two, oldest first, are set where articles differ:
    ``text`` is one of them. ``cell`` is set for an answer out of a table.
    """

    query: str
    status: Status
    confidence: float
    text: str | None = None
    spans: tuple[Span, ...] = ()
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    carried: tuple[str, ...] = ()
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    asked: str | None = None
    corrected: tuple[tuple[str, str], ...] = ()
    items: tuple[Span, ...] = ()
    figures: tuple[Figure, ...] = ()
    cell: Cell | None = None


class Encoder(Protocol):
    """Texts to vectors. ``name`` identifies the model and its weights; an index remembers it."""

    name: str
    dim: int

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        ...


class Retriever(Protocol):
    """Queries to ranked passages: what other applications embed."""

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """Return at most k hits, best first, ties by passage id; a blank query gives none."""
        ...

    def article(self, article_id: str) -> Article:
        """Return the whole article of a hit; raises KeyError for an id the index does not hold."""
        ...


class Edges(Protocol):
    """How well an answer begins and ends at a character of a passage: logits over "not here", -inf where it cannot."""

    def start(self, at: int) -> float: ...

    def end(self, at: int) -> float: ...


class Reader(Protocol):
    """A query and passages to answer spans."""

    name: str

    def read(self, query: str, passages: Sequence[Passage], k: int) -> list[Span]:
        """Return at most k spans over all passages, best first, never two that overlap; may be empty."""
        ...
