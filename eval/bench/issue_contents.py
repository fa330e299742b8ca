"""The first and last pages: masthead, imprint, contents."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from eval.bench import issue_names as names
from eval.bench.issue_types import Draft, Layout, Manuscript

NOISE = {"的": "旳", "人": "入", "工": "工 ", "大": "太", "“": '"', "已": "己", "未": "末", "会": "会 "}


def masthead(rng: Random, layout: Layout, paper: Manuscript) -> list[str]:
    """Return the lines above the contents."""
    if layout["masthead"] == "none":
        return []
    spaced = paper.lang != "en" and rng.random() < 0.3
    name = " ".join(paper.journal) if spaced else paper.journal
    lines = [name, paper.issue]
    if paper.lang != "en" and rng.random() < 0.5:
        lines.append(f"{paper.issue[:4]}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日出版")
    if layout["masthead"] != "front imprint":
        return lines
    return lines + (english_imprint(rng) if paper.lang == "en" else imprint(rng))


def imprint(rng: Random) -> list[str]:
    """Return who publishes the journal, a line each, some left out."""
    city, people = names.place(rng, "市"), [names.person(rng) for _ in range(9)]
    lines = [
        f"主管：{city}人大常委会", f"主办：{city}人大常委会办公室", f"编辑出版：《{city}人大》编辑部",
        f"编委会主任：{people[0]}", f"编委会副主任：{people[1]} {people[2]}", f"主编：{people[3]}",
        f"编委：{' '.join(people[4:])}", f"地址：{city}中山路{rng.randint(2, 99)}号",
        f"邮编：{rng.randint(100000, 999999)}", f"电话：0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}",
        f"准印证号：（{city[0]}）字第{rng.randint(10, 99)}-1号",
        f"印刷：{city}彩印有限公司", "内部资料 免费交流",
    ]  # fmt: skip
    return [line for line in lines if rng.random() < 0.75]


def english_imprint(rng: Random) -> list[str]:
    """Return who publishes the newsletter."""
    return [
        f"Editor: {names.english_person(rng)}", f"Design: {names.english_person(rng)}",
        f"Published by the {rng.choice(names.LAST)} Trust, {rng.randint(2, 99)} Mill Lane",
        f"Telephone 0{rng.randint(300, 999)} {rng.randint(100000, 899999)}", "Letters to the editor are welcome.",
    ]  # fmt: skip


def contents(rng: Random, layout: Layout, drafts: Sequence[Draft], pages: Sequence[int]) -> list[str]:
    """Return the contents page; sets ``listed_as`` of the drafts to the title as it stands there."""
    if layout["contents"] == "none":
        return []
    lines = [] if layout["contents heading"] == "none" else [layout["contents heading"]]
    rubric, umbrella = None, None
    for draft, page in zip(drafts, pages, strict=True):
        if draft.umbrella and draft.umbrella != umbrella:
            lines += _entry(rng, layout, draft.umbrella, (), page)
        umbrella = draft.umbrella
        if not draft.listed:
            continue
        if layout["rubric at"] in ("contents", "both") and draft.column and draft.column != rubric:
            lines.append(rubric_line(layout, draft.column))
        rubric = draft.column
        draft.listed_as = misprint(rng, layout, draft.title)
        lines += _entry(rng, layout, draft.listed_as, draft.authors, page)
    return lines


def rubric_line(layout: Layout, rubric: str) -> str:
    """Return the rubric in the layout's form."""
    forms = {"【】": f"【{rubric}】", "“”": f"“{rubric}”", "■": f"■{rubric}", "·": f"·{rubric}·"}
    return " ".join(rubric) if layout["rubric"] == "spaced" else forms.get(layout["rubric"], rubric)


def misprint(rng: Random, layout: Layout, title: str) -> str:
    """Return the title with the contents page's own white space or one wrong character."""
    if layout["contents noise"] == "spaces" and rng.random() < 0.4:
        return title.replace(" ", "") if " " in title else f"{title[:5]} {title[5:]}"
    if layout["contents noise"] == "typos" and rng.random() < 0.3:
        wrong = [n for n, c in enumerate(title) if c in NOISE]
        if wrong:
            at = rng.choice(wrong)
            return title[:at] + NOISE[title[at]] + title[at + 1 :]
    return title


def _entry(rng: Random, layout: Layout, title: str, authors: Sequence[str], page: int) -> list[str]:
    number = {"01": f"{page:02}", "(1)": f"({page})", "P1": f"P{page}"}.get(layout["page digits"], str(page))
    by, form, fill = " ".join(authors), layout["contents"], layout["leaders"]
    if form == "number first":
        bullet = "- " if layout["bullets"] == "yes" else ""
        return _wrapped(layout, f"{bullet}{number}{rng.choice((' ', '  '))}", title, "")
    if form == "number apart":
        return [*_wrapped(layout, "", title, ""), number]
    if form == "no pages":
        return _wrapped(layout, "", title, "")
    if form == "author below" and by:
        return [*_wrapped(layout, "", title, fill + number), by]
    joined = {"slash author": f"/{by}", "bracket author": f"（{by}）", "spaced author": f"  {by}"}
    return _wrapped(layout, "", title, (joined.get(form, "") if by else "") + fill + number)


def _wrapped(layout: Layout, before: str, title: str, after: str) -> list[str]:
    """Break a long title in two, what follows it staying with the second half."""
    if layout["contents wrap"] == "no" or len(title) <= 18:
        return [f"{before}{title}{after}"]
    cut = title.rfind(" ", 8, 20) if " " in title[8:20] else min(18, len(title) - 4)
    return [before + title[:cut].rstrip(), title[cut:].lstrip() + after]
