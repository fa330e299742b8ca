"""Compose files that are no issues: one article, speeches, a gazette, minutes, interviews, a newsletter."""

from __future__ import annotations

from random import Random

from eval.bench import issue_names as names
from eval.bench.issue_compose import SIGNS, article, set_title
from eval.bench.issue_sources import Pool
from eval.bench.issue_titles import NUMERALS, heading, phrase
from eval.bench.issue_types import Block, Draft, Layout, Manuscript

OCCASIONS = ("人民代表大会第{0}次会议", "人大常委会第{0}次会议", "人大工作座谈会", "代表履职培训班", "立法工作会议")
QUESTIONS = (
    "我们注意到，工作报告提出要{0}，请您介绍一下有关情况", "在{0}方面，常委会有哪些考虑", "请问如何{0}",
    "据了解，各地都在{0}，您怎么看",
)  # fmt: skip
PRESENT = 8


def single(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """One article and nothing else."""
    return Manuscript("", "", [article(rng, layout, pool, sign=rng.choice(SIGNS))])


def speeches(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """Three to eight speeches: title, date in brackets, speaker, salutation."""
    where, drafts = names.place(rng), list[Draft]()
    for _ in range(rng.randint(3, 8)):
        speaker, story = names.person(rng), pool.take("story")
        if rng.random() < 0.5:
            title = f"在{where}{rng.choice(OCCASIONS).format(rng.choice(NUMERALS))}上的{rng.choice(('讲话', '发言'))}"
        else:
            title = story.title
        if any(title == draft.title for draft in drafts):
            title = story.title
        day = f"（{rng.randint(2005, 2025)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日）"
        lines = [Block("note", day), Block("byline", names.letter_spaced(speaker, rng))]
        rng.shuffle(lines)
        texts = [rng.choice(("同志们：", "各位代表：", "主任、各位副主任、各位委员：")), *story.paragraphs]
        blocks = [Block("title", set_title(layout, title)), *lines, *(Block("body", text) for text in texts)]
        for n in range(rng.randint(1, 3)):
            more = pool.take("story")
            blocks.append(Block("heading", heading(rng, "chinese", n)))
            blocks += [Block("body", text) for text in more.paragraphs]
        drafts.append(Draft(title, blocks, authors=(speaker,)))
    return Manuscript(
        f"{where}讲话选编", "", drafts, contents=layout["contents"] != "none", first_page=rng.randint(1, 3)
    )


def gazette(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """Two to six laws with chapters and articles, some after the notice that enacts them."""
    where, number = names.place(rng, "市"), rng.randint(1, 12)
    paper = Manuscript(f"{where}人民代表大会常务委员会公报", f"{rng.randint(1995, 2025)}年第{number}号", [])
    paper.contents, paper.first_page = layout["contents"] != "none", rng.randint(1, 4)
    for _ in range(rng.randint(2, 6)):
        law = pool.take("law")
        if any(law.title == draft.title for draft in paper.drafts):
            continue
        day = f"20{rng.randint(10, 25)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
        meeting = f"{where}第{rng.choice(NUMERALS)}届人民代表大会常务委员会第{rng.choice(NUMERALS)}次会议"
        blocks = _notice(rng, where, meeting, law.title, day, paper) if rng.random() < 0.5 else []
        blocks += [Block("title", law.title), Block("loose", f"（{day}{meeting}通过）")]
        for text in law.paragraphs:
            blocks.append(Block("heading", text.lstrip("# ")) if text.startswith("#") else Block("body", text))
        paper.drafts.append(Draft(law.title, blocks))
    return paper


def _notice(rng: Random, where: str, meeting: str, title: str, day: str, paper: Manuscript) -> list[Block]:
    name = f"{where}人民代表大会常务委员会公告"
    number = rng.randint(1, 40)
    paper.loose_titles += [name, f"{name}第{number}号"]
    said = f"《{title}》已由{meeting}于{day}通过，现予公布，自公布之日起施行。"
    return [Block("loose", name), Block("loose", f"（第{number}号）"), Block("loose", said),
            Block("loose", f"{where}人民代表大会常务委员会\n{day}")]  # fmt: skip


def minutes(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """Minutes of a meeting: those present, then what was dealt with, point by point."""
    title = f"{names.place(rng)}人大常委会第{rng.randint(2, 60)}次{rng.choice(('会议', '主任会议'))}纪要"
    present = " ".join(names.person(rng) for _ in range(PRESENT))
    facts = (
        f"时间：{rng.randint(2001, 2025)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日", "地点：常委会会议室",
        f"主持：{names.person(rng)}", f"出席：{present}", f"记录：{names.person(rng)}",
    )  # fmt: skip
    draft = Draft(title, [Block("title", title), Block("loose", "\n".join(facts))])
    for n in range(rng.randint(3, 7)):
        story = pool.take("story")
        if layout["sections"] != "none":
            draft.blocks.append(Block("heading", heading(rng, "chinese", n)))
        draft.blocks += [Block("body", text) for text in story.paragraphs]
    return Manuscript("", "", [draft])


def interview(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """One to three interviews: an introduction, then questions and answers."""
    drafts: list[Draft] = []
    ask, reply = rng.choice((("问：", "答："), ("记者：", names.person(rng) + "："), ("本刊记者：", "受访者：")))
    for _ in range(rng.randint(1, 3)):
        story, reporter = pool.take("story"), names.person(rng)
        blocks = [Block("title", set_title(layout, story.title)), Block("byline", f"本刊记者 {reporter}")]
        blocks += [Block("body", text) for text in story.paragraphs[:2]]
        for _ in range(rng.randint(2, 6)):
            topic = pool.take("story")
            blocks.append(Block("body", f"{ask}{rng.choice(QUESTIONS).format(phrase(rng))}？"))
            blocks.append(Block("body", reply + topic.paragraphs[0]))
            blocks += [Block("body", text) for text in topic.paragraphs[1:3]]
        drafts.append(Draft(story.title, blocks, authors=(reporter,)))
    return Manuscript(names.journal(rng, True), f"{rng.randint(2001, 2025)}年第{rng.randint(1, 12)}期", drafts)


def newsletter(rng: Random, layout: Layout, pool: Pool) -> Manuscript:
    """An English newsletter of four to ten articles."""
    name = f"The {rng.choice(names.LAST)} {rng.choice(('Bulletin', 'Newsletter', 'Review', 'Gazette'))}"
    month = rng.choice(("January", "March", "June", "September", "December"))
    paper = Manuscript(
        name, f"Vol. {rng.randint(1, 40)}, No. {rng.randint(1, 12)}, {month} {rng.randint(1998, 2025)}", []
    )
    paper.contents, paper.lang = layout["contents"] != "none", "en"
    while len(paper.drafts) < 4 + rng.randint(0, 6):
        story = pool.take("english")
        if any(story.title == draft.title for draft in paper.drafts):
            continue
        author = names.english_person(rng)
        by = {"none": None, "colon": f"Author: {author}", "plain": author, "spaced": author.upper()}.get(
            layout["byline"], f"By {author}"
        )
        blocks = [Block("title", story.title), *([Block("byline", by)] if by else [])]
        blocks += [Block("body", text) for text in story.paragraphs]
        authors = (author,) if by or layout["contents"] in ("slash author", "spaced author") else ()
        paper.drafts.append(Draft(story.title, blocks, authors=authors))
    return paper


OTHERS = {
    "single": single, "speeches": speeches, "gazette": gazette, "minutes": minutes, "interview": interview,
    "newsletter": newsletter,
}  # fmt: skip
