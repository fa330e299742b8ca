"""Lines to articles: where each begins and ends, and what of the file belongs to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.articles.lines import Line, finished, width
from rag.articles.repair.pages import heads_above, numbers_below, page_starts, precedes, printed_pages
from rag.articles.segment.bylined import cut_above_titles, cut_at_starts
from rag.articles.segment.cuts import Cut
from rag.articles.segment.listed import cut_at_contents
from rag.articles.segment.rubrics import is_short, rubric_name
from rag.articles.segment.single import cut_single
from rag.articles.segment.starts import find_starts
from rag.articles.segment.umbrellas import split_umbrellas
from rag.articles.signs.marks import find_issue, is_imprint, numbering, title_like
from rag.articles.signs.names import is_editor_note, read_byline
from rag.text import squeeze

_MAX_RUBRIC = 14.0  # full-width characters
_FILLED = 0.7  # share of headings with text below them
_MIN_RUBRICS = 2  # rubrics that tell how they are printed


def segment(lines: Sequence[Line], furniture: Sequence[Line] = ()) -> tuple[list[Cut], list[Line], tuple[str, ...]]:
    """Return the articles, the lines of the front matter, and what a reader of the report should know.

    ``furniture`` are the running heads and page numbers that stood between the lines.
    """
    listed = cut_at_contents(lines, numbers_below(lines, furniture))
    notes: tuple[str, ...] = ()
    if listed:
        cuts, missing = listed
        notes = (f"{len(cuts)} of {len(cuts) + len(missing)} contents entries found",)
        notes += tuple(f"listed but not found: {title}" for title in missing)
        begin = min(cut.first for cut in cuts)
        furniture = [line for line in furniture if not precedes(line, lines[begin])]
        starts = find_starts(lines, page_starts(lines, furniture), [cut.title_lines[0] for cut in cuts])
        cuts = split_umbrellas(lines, cuts, [start for start in starts if start.first >= begin])
    else:
        cuts = _cut(lines, page_starts(lines, furniture))
    cuts = _carried(_with_heads(_with_rubrics(cuts, lines), heads_above(lines, furniture)))
    if len(cuts) > 1 and _is_masthead(lines, cuts[0]):
        cuts = cuts[1:]
    cuts, back = _without_imprint(lines, cuts)
    pages = printed_pages(lines, furniture)
    cuts = [cut if cut.page else replace(cut, page=pages[cut.first]) for cut in cuts]
    return cuts, [*lines[: cuts[0].first], *back], notes


def _cut(lines: Sequence[Line], pages: Sequence[int]) -> list[Cut]:
    cuts = cut_above_titles(lines)
    if not cuts:
        starts = [start for start in find_starts(lines, pages) if start.weight > 0]
        cuts = cut_at_starts(lines, starts) or _headed(lines)
    if not cuts:
        return [cut_single(lines, 0, len(lines))]
    before = lines[: cuts[0].first]
    prose = sum(finished(line.text) and width(line.text) > 3 for line in before)
    if prose < 2:
        return cuts
    return [cut_single(before, 0, len(before)), *cuts] if len(cuts) > 1 else [cut_single(lines, 0, len(lines))]


def _headed(lines: Sequence[Line]) -> list[Cut]:
    """Cut a Markdown file at its headings of the first rank, of which a document has but one."""
    heads = [i for i, line in enumerate(lines) if line.level == 1]
    ends = [*heads[1:], len(lines)]
    filled = sum(end > head + 1 for head, end in zip(heads, ends, strict=False))
    other = any(numbering(lines[i].text) or lines[i].whole or lines[i].page is not None for i in heads)
    if len(heads) < 2 or other or filled < _FILLED * len(heads):
        return []
    return [Cut(head, end, (head,)) for head, end in zip(heads, ends, strict=True)]


def _is_masthead(lines: Sequence[Line], cut: Cut) -> bool:
    """Tell whether the first "article" is the journal's name and issue with an imprint, without any text."""
    title = " ".join(lines[i].text for i in cut.title_lines)
    body = lines[cut.first + len(cut.title_lines) : cut.last]
    return find_issue(title) is not None and not any(finished(line.text) and width(line.text) > 12 for line in body)


def _with_rubrics(cuts: Sequence[Cut], lines: Sequence[Line]) -> list[Cut]:
    """Give bylines and rubrics printed above a title ("【特稿】", "■特稿", a lone short line) to the article below."""
    moved = list(cuts)
    signed = [_signed_above(lines, cut) for cut in cuts]
    if sum(signed) >= max(2, 0.3 * len(cuts)):
        for k in range(len(cuts)):
            _move(moved, k, moved[k].first - signed[k])
    counts = Counter(squeeze(line.text) for line in lines if width(line.text) <= _MAX_RUBRIC)
    above = [_rubric_above(lines, cut.first, counts) for cut in moved]
    likely = sum(how == "likely" for how, _ in above)
    for k, (how, name) in enumerate(above):
        if how == "sure" or (how and likely > 1):
            _move(moved, k, moved[k].first - 1, name)
    return moved


def _with_heads(cuts: Sequence[Cut], heads: Mapping[int, str]) -> list[Cut]:
    """Take rubrics above titles that begin a page for what they are, though they were put away as running heads."""
    firsts = {cut.first for cut in cuts}
    elsewhere = {text for i, text in heads.items() if i not in firsts}
    columns = {i: rubric_name(text) or (text if is_short(text) else None) for i, text in heads.items()}
    found = [columns.get(cut.first) if heads.get(cut.first) not in elsewhere else None for cut in cuts]
    return [replace(cut, column=cut.column or column) for cut, column in zip(cuts, found, strict=True)]


def _carried(cuts: Sequence[Cut]) -> list[Cut]:
    """Let a rubric hold for the articles below it too, where it is printed only above the first of its articles."""
    named = [cut.column for cut in cuts if cut.column]
    every = any(a == b for a, b in pairwise(named))
    if len(named) < _MIN_RUBRICS or every or any(cut.listed and cut.column for cut in cuts):
        return list(cuts)
    carried: list[Cut] = []
    for cut in cuts:
        carried.append(cut if cut.column or not carried else replace(cut, column=carried[-1].column))
    return carried


def _move(cuts: list[Cut], k: int, first: int, column: str | None = None) -> None:
    """Let article ``k`` begin at line ``first``, unless a title stands there."""
    if k and (first in cuts[k - 1].title_lines or first <= cuts[k - 1].first):
        return
    if k:
        cuts[k - 1] = replace(cuts[k - 1], last=min(cuts[k - 1].last, first))
    cuts[k] = replace(cuts[k], first=first, column=cuts[k].column or column)


def _signed_above(lines: Sequence[Line], cut: Cut) -> bool:
    """Tell whether a byline stands above the title and none below."""
    if not cut.title_lines or cut.first != cut.title_lines[0] or cut.first == 0:
        return False
    text = lines[cut.first - 1].text
    above = None if text[0] in "（(" else read_byline(text)  # in brackets it signs the text above
    below = cut.title_lines[-1] + 1
    under = read_byline(lines[below].text) if below < cut.last else None
    return above is not None and above.personal and not (under and under.personal)


def _rubric_above(lines: Sequence[Line], first: int, counts: Counter[str]) -> tuple[str, str]:
    """Say how surely the line above an article names its column, and the name: marks do, a lone short line may."""
    before = lines[first - 1] if first > 0 else None
    if before is None or before.kind != "text" or before.text[0] in "（(":
        return "", ""
    if name := rubric_name(before.text):
        return "sure", name
    done = first == 1 or finished(lines[first - 2].text) or is_editor_note(lines[first - 2].text)
    if is_short(before.text) and done:
        return "likely", before.text
    short = width(before.text) <= _MAX_RUBRIC and title_like(before.text)
    lone = before.gap > 0 and lines[first].gap > 0 and done
    return ("likely", before.text) if short and (lone or counts[squeeze(before.text)] > 1) else ("", "")


def _without_imprint(lines: Sequence[Line], cuts: list[Cut]) -> tuple[list[Cut], list[Line]]:
    """Split off an imprint at the end of the file: at least three of its last lines name editors, printer, price."""
    first, last = cuts[-1].first, cuts[-1].last
    i = last
    while i > first + 2 and width(lines[i - 1].text) <= 40 and not finished(lines[i - 1].text):
        i -= 1
    while i < last and not is_imprint(lines[i].text):
        i += 1
    if sum(is_imprint(line.text) for line in lines[i:last]) < 3:
        return cuts, []
    return [*cuts[:-1], replace(cuts[-1], last=i)], list(lines[i:last])
