"""Compose whole files: issues of a journal, and what archives hold besides them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from eval.bench import issue_names as names
from eval.bench.issue_compose import SIGNS, Signature, article, head
from eval.bench.issue_contents import rubric_line
from eval.bench.issue_other import OTHERS
from eval.bench.issue_sources import Pool
from eval.bench.issue_types import Block, Draft, Layout, Manuscript

RUBRICS = (
    "特稿", "本刊特稿", "卷首语", "监督", "立法", "代表风采", "代表工作", "理论研究", "工作研究", "经验交流",
    "基层人大", "探索与思考", "人大论坛", "调查报告", "法治讲堂", "乡镇传真", "域外之窗", "学习贯彻",
    "实践与探索", "人大纵横",
)  # fmt: skip
BRIEFS = ("简讯", "工作动态", "要闻简报", "短讯", "人大动态", "信息之窗")
UMBRELLAS = (
    "{0}人大常委会加强代表工作专题",
    "基层立法联系点工作笔谈",
    "贯彻实施监督法专题研讨",
    "“两个联系”大家谈",
    "乡镇人大规范化建设经验选登",
)
EDITORS = "编者按：{0}本期特选登几篇文章，以飨读者。"


def compose(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """Compose a file of the layout's family."""
    family: Callable[[Random, Layout, Pool], Manuscript] = OTHERS.get(layout["family"], journal)
    return family(rng, layout, pool)


def journal(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """Compose an issue of 4 to 20 articles, mostly around ten."""
    congress = rng.random() < 0.75
    year, number = rng.randint(1998, 2025), rng.randint(1, 12)
    total = f"（总第{rng.randint(40, 480)}期）" if rng.random() < 0.7 else ""
    paper = Manuscript(names.journal(rng, congress), f"{year}年第{number}期{total}", [])
    paper.contents, paper.first_page = layout["contents"] != "none", rng.choice((1, 1, 2, 3, 4))
    sign = rng.choice(SIGNS)
    count = min(20, max(4, round(rng.gauss(9, 3.5))))
    used: set[str] = set()
    while len(paper.drafts) < count:
        draft = article(rng, layout, pool, sign=sign)
        if draft.title not in used:
            used.add(draft.title)
            paper.drafts.append(draft)
    _rubrics(rng, layout, paper.drafts)
    if layout["special"] == "umbrella":
        _umbrella(rng, layout, paper)
    if layout["special"] == "briefs":
        paper.drafts += _briefs(rng, layout, pool, paper)
    if layout["special"] == "table":
        blocks = rng.choice(paper.drafts).blocks
        places = [n for n, block in enumerate(blocks) if n and block.kind == blocks[n - 1].kind == "body"]
        blocks.insert(rng.choice(places) if places else len(blocks), table(rng))
    return paper


def _rubrics(rng: Random, layout: Layout, drafts: list[Draft]) -> None:
    """Deal rubrics out to runs of one to four articles; print them above the titles where the layout does."""
    if layout["rubric"] == "none":
        return
    rubrics, left, rubric = list(rng.sample(RUBRICS, len(RUBRICS))), 0, ""
    for draft in drafts:
        if not left:
            rubric, left = rubrics.pop(), rng.randint(1, 4)
        left -= 1
        draft.column = rubric
        if layout["rubric at"] in ("body", "both"):
            draft.blocks.insert(0, Block("rubric", rubric_line(layout, rubric)))


def _umbrella(rng: Random, layout: Layout, paper: Manuscript) -> None:
    """Put three to five articles under one title with a note of the editors'."""
    title, count = rng.choice(UMBRELLAS).format(names.place(rng)), rng.randint(3, 5)
    at = rng.randrange(max(1, len(paper.drafts) - count))
    note = EDITORS.format("近年来，各地人大积极探索、大胆实践，形成了一批可复制、可推广的经验做法。")
    group = paper.drafts[at : at + count]
    for draft in group:
        draft.umbrella, draft.column = title, None
        draft.blocks = [block for block in draft.blocks if block.kind != "rubric"]
    group[0].blocks[:0] = [Block("loose", title), Block("loose", note)]
    paper.loose_titles.append(title)


def _briefs(rng: Random, layout: Layout, pool: Pool, paper: Manuscript) -> list[Draft]:
    """Return three to seven items of one paragraph under a rubric; the contents list the rubric alone."""
    rubric, items = rng.choice(BRIEFS), list[Draft]()
    paper.loose_titles.append(rubric)
    for _ in range(rng.randint(3, 7)):
        story = pool.take("story")
        while any(story.title == draft.title for draft in (*paper.drafts, *items)):
            story = pool.take("story")
        draft = Draft(story.title, [], column=rubric, umbrella=rubric, listed=False)
        ends = [Block("note", f"（{names.person(rng)}）")] if rng.random() < 0.3 else []
        draft.blocks = [
            *head(rng, {**layout, "title": "one line"}, draft, Signature()),
            Block("body", story.paragraphs[0]),
            *ends,
        ]
        draft.authors = (ends[0].text.strip("（）"),) if ends else ()
        items.append(draft)
    plain = {**layout, "rubric": "【】"} if layout["rubric"] == "none" else layout
    items[0].blocks.insert(0, Block("rubric", rubric_line(plain, rubric)))
    return items


def table(rng: Random) -> Block:
    """Return a table: caption, head and rows, cells parted by tabs or spaces."""
    gap = rng.choice(("\t", "  ", " | "))
    rows = [("单位", "建议件数", "办结件数", "满意率")]
    rows += [
        (names.place(rng), str(rng.randint(5, 90)), str(rng.randint(2, 60)), f"{rng.randint(80, 99)}%")
        for _ in range(5)
    ]
    return Block("loose", "\n".join(["表1 代表建议办理情况", *(gap.join(row) for row in rows)]))
