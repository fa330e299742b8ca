"""Compose one article: a head in the layout's manner, a body of clean paragraphs, and what is printed after it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from eval.bench import issue_names as names
from eval.bench.issue_sources import Pool
from eval.bench.issue_titles import heading, lead, phrase, title
from eval.bench.issue_types import Block, Draft, Layout

SUBTITLES = (
    "——{0}推进代表建议办理工作纪实", "——记{0}人大代表{1}", "——{0}开展专题询问侧记", "——对{0}基层立法联系点的调查",
    "——基于{0}的实践与思考", "——在{0}人大工作座谈会上的发言",
)  # fmt: skip
SIGNS = ("□", "■", "◎", "●", "○", "◇", "▲")


@dataclass(frozen=True, slots=True)
class Signature:
    """How an article is signed: lines of the head, a line at the end, an opening of the first paragraph."""

    head: str | None = None
    end: str | None = None
    opening: str = ""
    authors: tuple[str, ...] = ()
    affiliation: str | None = None


def article(rng: Random, layout: Layout, pool: Pool, *, sign: str, parts: int | None = None) -> Draft:
    """Compose an article of ``parts`` stories (drawn if None). ``sign`` is the mark of marked bylines."""
    parts = parts or rng.choices((1, 2, 3, 4), (2, 3, 3, 2))[0]
    story = pool.take("long" if layout["sections"] == "none" or parts == 1 else "story")
    signed = signature(rng, layout, sign)
    named = story.title if story.title and rng.random() < 0.5 else title(rng)
    draft = Draft(named, [], signed.authors, signed.affiliation)
    draft.blocks += head(rng, layout, draft, signed)
    if layout["academic"] == "yes":
        draft.blocks += abstract(rng)
    paragraphs = list(story.paragraphs)
    paragraphs[0] = signed.opening + paragraphs[0]
    draft.blocks += [Block("body", text) for text in paragraphs]
    draft.blocks += sections(rng, layout, pool, parts - 1)
    draft.blocks += ending(rng, layout, signed)
    if layout["title place"] == "after":
        draft.blocks.sort(key=lambda block: block.kind == "title")
    return draft


def head(rng: Random, layout: Layout, draft: Draft, signed: Signature) -> list[Block]:
    """Return title, subtitle and byline in their order."""
    above = [Block("title", set_title(layout, draft.title))]
    if layout["title"] == "subtitle" and rng.random() < 0.5:
        draft.subtitle = rng.choice(SUBTITLES).format(names.place(rng), names.person(rng))
        above.append(Block("subtitle", draft.subtitle))
    byline = [Block("byline", signed.head)] if signed.head else []
    return [*byline, *above] if layout["byline place"] == "above" else [*above, *byline]


def set_title(layout: Layout, text: str) -> str:
    """Return the title as set: half-titles of a long one on lines of their own where the layout asks for it."""
    if layout["title"] == "half lines" and " " in text and len(text) > 12:
        return "\n".join(text.rsplit(" ", 1))
    return text


def signature(rng: Random, layout: Layout, sign: str) -> Signature:
    """Draw names and set them in the layout's form; one article in ten goes unsigned."""
    form = layout["byline"]
    authors = names.people(rng, 3)
    listed = layout["contents"] in ("slash author", "bracket author", "author below", "spaced author")
    if form == "none":
        return Signature(authors=authors if listed else ())
    if rng.random() < 0.1 and layout["title place"] not in ("after", "mid") and layout["special"] != "umbrella":
        return Signature()
    return _SIGNED[form](rng, authors, sign) if form in _SIGNED else _with_note(rng, layout, authors, sign)


def _with_note(rng: Random, layout: Layout, authors: tuple[str, ...], sign: str) -> Signature:
    form = layout["byline"]
    spaced = " ".join(names.letter_spaced(name, rng) for name in authors)
    text = {
        "slash": f"文/{' '.join(authors)}", "square": f"{sign}{' ' if sign in '□◎○' else ''}{' '.join(authors)}",
        "colon": f"作者：{' '.join(authors)}", "plain": " ".join(authors), "spaced": spaced,
    }[form]  # fmt: skip
    if layout["author note"] == "none" or rng.random() < 0.3:
        return Signature(head=text, authors=authors)
    where = names.body_of(rng) + (rng.choice(names.POSTS) if rng.random() < 0.5 else "")
    label = rng.choice(("作者系", "作者单位：", "作者为")) if layout["author note"] == "end" else "作者单位："
    return Signature(head=text, end=f"（{label}{where}）", authors=authors, affiliation=where)


def _square_place(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    where = names.place(rng)
    return Signature(head=f"{sign} {' '.join(authors)}（{where}）", authors=authors, affiliation=where)


def _reporter(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    role = rng.choice(("本刊记者", "本刊记者", "本刊通讯员", "本报记者"))
    return Signature(head=f"{sign if rng.random() < 0.5 else ''}{role} {' '.join(authors)}", authors=authors)


def _unit(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    unit = names.body_of(rng)
    return Signature(head=unit, authors=(unit,))


def _unit_name(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    where = names.body_of(rng)
    return Signature(head=f"{where} {authors[0]}", authors=authors[:1], affiliation=where)


def _bracket_unit(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    where = names.body_of(rng)
    return Signature(head=f"（{where}）", affiliation=where)


def _end(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    return Signature(end=f"（{' '.join(authors)}）", authors=authors)


def _dateline(rng: Random, authors: tuple[str, ...], sign: str) -> Signature:
    where, day = names.place(rng)[:2], f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    return Signature(opening=rng.choice((f"本报{where}{day}电", f"本刊讯（记者 {authors[0]}）", "本刊讯 ")))


_SIGNED = {
    "square place": _square_place, "reporter": _reporter, "unit": _unit, "unit name": _unit_name,
    "bracket unit": _bracket_unit, "end": _end, "dateline": _dateline,
}  # fmt: skip


def sections(rng: Random, layout: Layout, pool: Pool, count: int) -> list[Block]:
    """Return ``count`` more stories, each under a section heading; none where the layout has no sections."""
    form, blocks = layout["sections"], list[Block]()
    for n in range(count if form != "none" else 0):
        blocks.append(Block("heading", heading(rng, form, n)))
        texts = pool.take("story").paragraphs
        leads = layout["leads"] if len(texts) > 1 and rng.random() < 0.4 else "none"
        half = (len(texts) + 1) // 2 if form == "nested" and len(texts) >= 4 else len(texts)
        for m, text in enumerate(texts):
            if half < len(texts) and m % half == 0:
                blocks.append(Block("heading", heading(rng, "below", m // half)))
            blocks.append(Block("body", (lead(rng, leads, m) if m < 9 else "") + text))
    return blocks


def ending(rng: Random, layout: Layout, signed: Signature) -> list[Block]:
    """Return what stands after the body: author's note, editor."""
    notes = [Block("note", signed.end)] if signed.end else []
    if layout["academic"] == "yes":
        notes += references(rng)
    if layout["editor"] == "责任编辑" and rng.random() < 0.8:
        notes.append(Block("note", f"责任编辑：{names.person(rng)}"))
    if layout["editor"] == "责编" and rng.random() < 0.8:
        notes.append(Block("note", f"（责编 {names.person(rng)}）"))
    return notes


def abstract(rng: Random) -> list[Block]:
    """Return abstract and keywords as university journals print them."""
    opening, closing = rng.choice((("摘要：", "关键词："), ("[摘 要] ", "[关键词] "), ("【摘要】", "【关键词】")))
    words = rng.choice(("；", " ")).join(phrase(rng)[2:] for _ in range(4))
    said = f"本文以{names.place(rng)}为例，分析{phrase(rng)}的现状，提出{phrase(rng)}、{phrase(rng)}的建议。"
    return [Block("loose", opening + said), Block("loose", closing + words)]


def references(rng: Random) -> list[Block]:
    """Return a list of works cited."""
    rows = [rng.choice(("参考文献", "参考文献：", "[参考文献]"))]
    for n in range(1, rng.randint(4, 8)):
        journal, year, page = names.journal(rng, True), rng.randint(1995, 2023), rng.randint(3, 90)
        rows.append(f"[{n}] {names.person(rng)}. {title(rng)}[J]. {journal}, {year}({n}): {page}-{page + 4}.")
    return [Block("loose", row) for row in rows]
