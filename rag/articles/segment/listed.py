"""Cut a file at the titles that its contents page lists.

An entry is believed because its title stands again further down, alone on one line or a few. Recognition
errors are forgiven where nothing matches exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.articles.lines import Line, finished, width
from rag.articles.segment.contents import MAX_SPAN, Entry, read_contents, title_key, variants
from rag.articles.segment.cuts import Cut
from rag.articles.segment.likeness import Likeness
from rag.articles.segment.rubrics import is_short, rubric_name
from rag.articles.signs.names import read_byline

_MIN_FOUND = 0.4  # share of entries that must lead somewhere for the page to be a contents page


@dataclass(frozen=True, slots=True)
class Lead:
    """An entry with the lines of its title; ``author`` is what the entry itself says behind the title."""

    entry: Entry
    title: str
    author: str
    span: range


def cut_at_contents(lines: Sequence[Line], beside: Mapping[int, str]) -> tuple[list[Cut], list[str]] | None:
    """Return the articles in file order and the titles listed but not found; None when no contents lead anywhere.

    ``beside`` are page numbers that stand on lines of their own, by the line above.
    """
    read = read_contents(lines, beside)
    if not read:
        return None
    entries, begin = read
    paged = sum(entry.page is not None for entry in entries) >= 0.5 * len(entries)
    leads = [lead for lead in _leads(entries, lines, begin) if lead.span or lead.entry.page]
    leads = [lead for lead in leads if lead.entry.page or not (paged and is_short(lead.title))]
    found = [lead for lead in leads if lead.span]
    if not found or len(found) < _MIN_FOUND * len(leads):
        return None
    entries = _without_rubrics(entries, {lead.entry.line for lead in leads})
    return list(_cuts(found, entries, lines)), [lead.title for lead in leads if not lead.span]


def _without_rubrics(entries: Sequence[Entry], titles: Collection[int]) -> list[Entry]:
    """Take the entries without a page that lead nowhere for lines below the entry before: authors, rubrics."""
    kept: list[Entry] = []
    for entry in entries:
        if entry.line in titles or not entry.text or entry.page or not kept:
            kept.append(entry)
        else:
            kept[-1] = replace(kept[-1], under=(*kept[-1].under, entry.line, *entry.under))
    return kept


def _leads(entries: Sequence[Entry], lines: Sequence[Line], begin: int) -> list[Lead]:
    """Find each entry's title below the contents, in the contents' order where a title stands more than once."""
    keys = [title_key(line.text) for line in lines]
    wanted = {title_key(title) for entry in entries for title, *_ in variants(entry, lines)}
    spans = _spans(keys, begin, wanted)
    likeness = Likeness(keys, begin, 2 * max(map(len, wanted), default=0))
    leads: list[Lead] = []
    used: set[int] = set()
    reached = begin
    for entry in entries:
        best: Lead | None = None
        for title, rest, across in variants(entry, lines):
            free = [span for span in spans.get(title_key(title), ()) if span.start not in used]
            free = [span for span in free if not across or all(lines[i].gap == 0 for i in span[1:])]
            if not free:
                continue
            span = next((span for span in free if span.start >= reached), free[0])
            if best is None or (span.start == best.span.start and _names(best.span, span, lines)):
                wording = " ".join(lines[i].text for i in span) if across else title
                best = Lead(entry, wording, rest if rest and read_byline(rest) else "", span)
        if best is None and entry.text:
            best = _likely(entry, likeness, lines, reached)
        if best:
            leads.append(best)
            used.update(best.span)
            reached = max(reached, best.span.stop)
    return leads


def _names(longer: range, shorter: range, lines: Sequence[Line]) -> bool:
    """Tell whether the lines that only the longer title takes are a byline."""
    extra = [lines[i].text for i in longer if i not in shorter]
    return bool(extra) and all(read_byline(text) for text in extra)


def _spans(keys: Sequence[str], begin: int, wanted: set[str]) -> Mapping[str, list[range]]:
    """Return where the wanted titles stand below the contents, each as a range of lines."""
    spans: defaultdict[str, list[range]] = defaultdict(list)
    longest = max(map(len, wanted), default=0)
    for i in range(begin, len(keys)):
        joined = ""
        for j in range(i, min(i + MAX_SPAN, len(keys))):
            joined += keys[j]
            if len(joined) > longest:
                break
            if joined in wanted:
                spans[joined].append(range(i, j + 1))
    return spans


def _likely(entry: Entry, likeness: Likeness, lines: Sequence[Line], begin: int) -> Lead:
    """Lead to open lines that all but equal the title; the text's own wording is then the title."""
    for title, rest, _ in variants(entry, lines):
        for span in likeness.spans(title_key(title)):
            signed = len(span) > 1 and read_byline(lines[span[-1]].text)
            if span.start >= begin and not signed and not finished(lines[span[-1]].text):
                author = rest if rest and read_byline(rest) else ""
                return Lead(entry, " ".join(lines[i].text for i in span), author, span)
    return Lead(entry, entry.text, "", range(0))


def _cuts(found: Sequence[Lead], entries: Sequence[Entry], lines: Sequence[Line]) -> Iterator[Cut]:
    rubrics, authors = _rubrics(found, entries, lines)
    names = {title_key(rubric) for rubric in rubrics.values() if rubric}
    ordered = sorted(found, key=lambda lead: lead.span.start)
    for k, lead in enumerate(ordered):
        following = ordered[k + 1 :]
        last = following[0].span.start if following else len(lines)
        while following and last > lead.span.stop + 1 and title_key(lines[last - 1].text) in names:
            last -= 1  # the rubric printed above the next title
        at = lead.entry.line
        yield Cut(
            lead.span.start,
            last,
            tuple(lead.span),
            title=lead.title,
            column=rubrics.get(at),
            page=lead.entry.page,
            author=lead.author or authors.get(at),
            listed=True,
        )


def _rubrics(
    found: Sequence[Lead], entries: Sequence[Entry], lines: Sequence[Line]
) -> tuple[dict[int, str | None], dict[int, str]]:
    """Sort the unnumbered lines below entries into authors and rubrics, by the entry's line.

    It is the author if the same line stands below the title in the text, else the rubric of what follows.
    """
    spans = {lead.entry.line: lead for lead in found}
    rubrics: dict[int, str | None] = {}
    authors: dict[int, str] = {}
    rubric: str | None = None
    for entry in entries:
        rubrics[entry.line] = rubric
        lead = spans.get(entry.line)
        below = [title_key(line.text) for line in lines[lead.span.stop : lead.span.stop + 3]] if lead else []
        for k, i in enumerate(entry.under):
            text = lines[i].text
            if title_key(text) in below or (k == 0 and entry.text and lines[i].gap == 0 and read_byline(text)):
                authors[entry.line] = text
            elif lead and title_key(text) and title_key(lead.title).endswith(title_key(text)):
                continue  # the title's second line
            elif width(text) <= 40:
                rubric = rubric_name(text) or text.strip("【】[]〖〗●■◆ ")
    return rubrics, authors
