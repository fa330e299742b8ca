"""Make one issue and its gold: composed, printed, scanned; the gold is read off the printed lines themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from eval.bench.issue_contents import contents, english_imprint, imprint, masthead
from eval.bench.issue_kinds import compose
from eval.bench.issue_layouts import draw
from eval.bench.issue_paper import Slip, geometry, paginate, title_in_mid, tops_first
from eval.bench.issue_scan import Sheet, scan
from eval.bench.issue_score import squeeze
from eval.bench.issue_sources import Pool
from eval.bench.issue_types import Block, Draft, GoldArticle, Issue, Layout, Manuscript

ENGLISH_NUMBERS = ("{}", "- {} -", "Page {}", "{} |")
NUMBERS = ("{}", "— {} —", "·{}·", "-{}-", "第{}页", "{} ", "- {} -")


def make_issues(pool: Pool, seed: int, count: int, family: str | None = None) -> Iterable[Issue]:
    """Yield ``count`` issues; the n-th of a seed is the same whatever the count."""
    for n in range(count):
        rng = Random(f"{seed}/{n}/{family}")
        yield make_issue(rng, draw(rng, family), pool, f"{seed:04}-{n:03}")


def make_issue(rng: Random, layout: Layout, pool: Pool, name: str) -> Issue:
    """Compose, print and scan one file."""
    paper = compose(rng, layout, pool)
    size = geometry(rng, layout)
    laid = paginate(paper.drafts, size, paper.first_page, runs_on=layout["start"] == "runs on")
    pages = [_page(slips) for slips in laid]
    if layout["title place"] == "mid":
        laid = [title_in_mid(slips) for slips in laid]
    if layout["order"] == "tops first":
        laid = [tops_first(slips) for slips in laid]
    sheet = Sheet(
        rng, layout, rng.choice(ENGLISH_NUMBERS if paper.lang == "en" else NUMBERS), _running_head(rng, paper)
    )
    _front(rng, sheet, paper, pages)
    scan(sheet, laid, [draft.title for draft in paper.drafts])
    if layout["masthead"] == "end imprint":
        sheet.gap()
        for line in english_imprint(rng) if paper.lang == "en" else imprint(rng):
            sheet.put(line)
    gold = [_gold(layout, draft, page, sheet) for draft, page in zip(paper.drafts, pages, strict=True)]
    loose = [block.text for draft in paper.drafts for block in draft.blocks if block.kind == "loose"]
    text = "\n".join(line for line, _, _ in sheet.lines) + "\n"
    return Issue(name, layout, text, tuple(gold), tuple(loose), tuple(paper.loose_titles))


def as_dict(issue: Issue) -> dict[str, Any]:
    """Return the gold for a JSON file, without the text."""
    kept: dict[str, Any] = dataclasses.asdict(dataclasses.replace(issue, text=""))
    return kept


def _page(slips: Sequence[Slip]) -> int:
    return next(slip.page for slip in slips if slip.block.kind == "title")


def _running_head(rng: Random, paper: Manuscript) -> str:
    name = paper.journal or "工作交流"
    return rng.choice((name, f"{name} {paper.issue}".strip(), f"{paper.issue} {name}".strip()))


def _front(rng: Random, sheet: Sheet, paper: Manuscript, pages: Sequence[int]) -> None:
    blank = sheet.layout["gap"] == "blank" and rng.random() < 0.5
    for part in (masthead(rng, sheet.layout, paper), contents(rng, sheet.layout, paper.drafts, pages)):
        for line in part:
            sheet.put(_english(line) if paper.lang == "en" else line)
            if blank:
                sheet.gap()
        if part:
            sheet.gap()


def _english(line: str) -> str:
    """Return the heading of the contents, or the name of an office, in the language of the newsletter."""
    return (
        "IN THIS ISSUE" if line.startswith(("目", "CONTENTS", "本期")) else line.replace("（", " (").replace("）", ")")
    )


def _gold(layout: Layout, draft: Draft, page: int, sheet: Sheet) -> GoldArticle:
    printed = _lines(sheet, draft.blocks)
    paragraphs = [squeeze("".join(printed[id(b)])) for b in draft.blocks if b.kind == "body"]
    heads = [" ".join(printed[id(b)]).lstrip("# ") for b in draft.blocks if b.kind == "title"]
    variants = {*heads, draft.listed_as or draft.title, f"{draft.title} {draft.subtitle or ''}".strip()} - {draft.title}
    counted = layout["contents"] not in ("none", "no pages") and draft.listed
    numbered = counted or layout["marks"] in ("number", "both")
    shown = layout["rubric at"] != "contents" or (layout["contents"] != "none")
    return GoldArticle(
        draft.title, tuple(sorted(variants)), draft.subtitle, draft.authors, draft.affiliation,
        draft.column if shown else None, str(page) if numbered else None, tuple(paragraphs),
    )  # fmt: skip


def _lines(sheet: Sheet, blocks: Sequence[Block]) -> Mapping[int, list[str]]:
    """Return the lines of each block by its identity, in reading order."""
    lines: dict[int, list[str]] = {id(block): [] for block in blocks}
    for text, block, _ in sorted(sheet.lines, key=lambda line: line[2]):
        if block is not None and id(block) in lines:
            lines[id(block)].append(text)
    return lines
