"""The options of print, and how one layout an issue is drawn from their product.

Weights are guesses at how common a habit is in congress journals, gazettes and newsletters, flattened so that
rare habits are seen too. ``settle`` takes back what would leave a careful reader without any cue.
"""

from __future__ import annotations

from random import Random

from eval.bench.issue_types import Layout

FAMILIES = {
    "issue": 66, "single": 6, "speeches": 6, "gazette": 6, "minutes": 5, "interview": 6, "newsletter": 8,
}  # fmt: skip

OPTIONS: dict[str, dict[str, float]] = {
    "masthead": {"none": 4, "name": 3, "front imprint": 3, "end imprint": 2},
    "contents": {
        "none": 6, "leaders": 3, "number first": 2, "slash author": 2, "bracket author": 1, "author below": 2,
        "spaced author": 2, "no pages": 1, "number apart": 1,
    },
    "contents heading": {"目录": 3, "目 录": 3, "CONTENTS": 1, "目录 CONTENTS": 2, "本期目录": 1, "none": 1},
    "leaders": {"……": 3, "…………………": 2, "........": 2, "·········": 2, " ": 2, "—": 1},
    "bullets": {"no": 2, "yes": 1},
    "contents noise": {"clean": 5, "spaces": 2, "typos": 1},
    "contents wrap": {"no": 3, "yes": 1},
    "page digits": {"1": 3, "01": 2, "(1)": 1, "P1": 1},
    "rubric": {"none": 4, "【】": 2, "“”": 1, "■": 1, "plain": 3, "spaced": 1, "·": 1},
    "rubric at": {"contents": 2, "body": 2, "both": 2},
    "title": {"one line": 4, "half lines": 3, "subtitle": 2},
    "byline": {
        "none": 2, "slash": 2, "square": 4, "square place": 3, "colon": 1, "plain": 3, "spaced": 2, "reporter": 2,
        "unit": 2, "unit name": 2, "bracket unit": 1, "end": 2, "dateline": 1,
    },
    "byline place": {"below": 7, "above": 1},
    "author note": {"none": 5, "end": 2, "foot": 1},
    "editor": {"none": 4, "责任编辑": 1, "责编": 1},
    "title place": {"above": 22, "after": 1, "mid": 1},
    "markup": {"none": 3, "hashes": 1, "flat": 1},
    "sections": {"none": 3, "chinese": 4, "nested": 2, "arabic": 1, "bare": 2},
    "leads": {"none": 3, "ordinal": 2, "bracket": 1},
    "academic": {"no": 7, "yes": 1},
    "special": {"none": 6, "umbrella": 2, "briefs": 2, "table": 1},
    "marks": {"none": 4, "number": 2, "head": 1, "both": 2, "article head": 1},
    "breaks": {"none": 2, "line": 3, "blank": 4},
    "start": {"new page": 3, "runs on": 2},
    "order": {"read": 19, "tops first": 1},
    "wrap": {"none": 7, "14-18": 2, "19-26": 3, "30-40": 2},
    "indent": {"two": 4, "none": 5, "four half": 1},
    "gap": {"blank": 5, "none": 4},
    "air": {"yes": 4, "no": 2},
    "letters": {"close": 4, "spaced": 1, "digits apart": 1},
    "stray blanks": {"no": 5, "yes": 1},
    "doubled": {"none": 5, "some": 1},
    "misread": {"none": 3, "few": 1},
    "width": {"full": 5, "half": 1, "mixed": 2},
}  # fmt: skip

_OF_CONTENTS = ("contents heading", "leaders", "contents noise", "contents wrap", "page digits")
MARKED = ("square", "square place", "slash", "reporter")


def draw(rng: Random, family: str | None = None) -> dict[str, str]:
    """Return one settled layout, ``family`` included."""
    layout = {name: rng.choices(list(values), list(values.values()))[0] for name, values in OPTIONS.items()}
    layout["family"] = family or rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]
    return settle(layout)


def settle(layout: Layout) -> dict[str, str]:
    """Return the layout without options that exclude each other; options without effect become "-"."""
    fixed = dict(layout)
    if fixed["family"] != "issue":
        fixed |= dict.fromkeys(("rubric", "special", "title place", "order"), "-")
        fixed |= {"contents": "none"} if fixed["family"] in ("single", "minutes", "interview") else {}
        fixed |= {"masthead": "none"} if fixed["family"] in ("single", "minutes", "speeches") else {}
    if fixed["title place"] in ("after", "mid"):
        plain = dict.fromkeys(("contents", "markup", "rubric", "editor", "special"), "none") | {"academic": "no"}
        fixed |= plain | {"byline": "square place", "byline place": "below", "title": "one line", "start": "runs on"}
        fixed |= {"masthead": "none", "sections": "chinese", "author note": "none", "order": "read"}
    if fixed["title place"] == "mid":  # else no sign tells the title from the text that it interrupts
        fixed |= {"markup": "hashes", "breaks": "line" if fixed["breaks"] == "none" else fixed["breaks"]}
    if fixed["order"] == "tops first":
        fixed |= {"marks": "none", "wrap": "none", "doubled": "none", "start": "new page", "special": "none"}
        fixed |= {"sections": "chinese"} if fixed["sections"] == "none" else {}
        fixed |= {"breaks": "line"} if fixed["breaks"] == "none" else {}
    if fixed["marks"] != "none" and fixed["breaks"] == "none":
        fixed["breaks"] = "line"
    _cues(fixed)
    _idle(fixed)
    return fixed


def _cues(fixed: dict[str, str]) -> None:
    """A title needs contents, a marked byline or markup where section headings look like titles."""
    cued = fixed["contents"] != "none" or fixed["byline"] in MARKED or fixed["markup"] == "hashes"
    if not cued and fixed["sections"] == "bare":
        fixed["sections"] = "chinese"
    if fixed["markup"] == "flat" and fixed["sections"] == "bare":
        fixed["sections"] = "none"
    if fixed["wrap"] != "none" and fixed["gap"] == fixed["indent"] == "none":
        # the short first line alone shows a paragraph, if lines are set to a grid and still have their widths
        ragged = fixed["family"] == "newsletter" or fixed["width"] != "full"
        fixed["indent"] = "two" if ragged else "none"
    if fixed["byline"] in ("end", "dateline", "none", "bracket unit", "unit", "reporter"):
        fixed["byline place"] = "below"
        fixed["author note"] = "none"
    if fixed["byline"] in ("square place", "unit name"):
        fixed["author note"] = "none"
    if fixed["byline place"] == "above" and fixed["byline"] in ("plain", "spaced") and fixed["contents"] == "none":
        fixed["byline place"] = "below"


def _idle(fixed: dict[str, str]) -> None:
    if fixed["contents"] == "none":
        fixed |= dict.fromkeys(_OF_CONTENTS, "-")
        fixed |= {"rubric at": "body"}
    if fixed["contents"] in ("number first", "no pages", "number apart"):
        fixed["leaders"] = "-"
    if fixed["contents"] == "no pages":
        fixed["page digits"] = "-"
        fixed["rubric"] = "【】" if fixed["rubric"] in ("plain", "spaced") else fixed["rubric"]
    if fixed["contents"] != "number first":
        fixed["bullets"] = "-"
    if fixed["sections"] == "none":
        fixed["leads"] = "-"
    if fixed["wrap"] == "none":
        fixed["stray blanks"] = "-"
    if fixed["rubric"] in ("none", "-"):
        fixed["rubric at"] = "-"
    if fixed["breaks"] == "none":
        fixed["doubled"] = "-"
