"""All matches as lines of a terminal, in Chinese or English as the query is."""

from __future__ import annotations

from rag.commands.terminal import PLAIN, Style, excerpt, safe
from rag.retrieve.matches import Group, Matches
from rag.text import language, quoted_title

_WORDS = {
    "zh": {
        "all": "{} 段，见于 {} 篇文章",
        "none": "没有一段同时含有：{}",
        "wanted": "须含：{}",
        "years": "按年：{}",
        "undated": "无日期",
        "page": "第 {}/{} 页",
        "next": "；--page {} 看下一页",
        "of": "{} 段",
    },
    "en": {
        "all": "{} passages in {} articles",
        "none": "No passage holds all of: {}",
        "wanted": "holding: {}",
        "years": "by year: {}",
        "undated": "undated",
        "page": "page {} of {}",
        "next": "; --page {} for the next",
        "of": "{} passages",
    },
}


def matches_text(matches: Matches, style: Style = PLAIN) -> str:
    """Return what ``wenju search --all`` prints: counts first, then the page, article by article."""
    words = _WORDS["en" if language(matches.query) == "en" else "zh"]
    wanted = " + ".join("/".join(one) for one in matches.wanted)
    if not matches.passages:
        return safe(words["none"].format(wanted))
    years = ", ".join(f"{year or words['undated']} {count:,}" for year, count in matches.years)
    page = words["page"].format(matches.page, matches.pages)
    more = words["next"].format(matches.page + 1) if matches.page < matches.pages else ""
    head = [
        words["all"].format(f"{matches.passages:,}", f"{matches.articles:,}"),
        words["wanted"].format(wanted),
        words["years"].format(years),
        page + more,
    ]
    return "\n\n".join([safe("\n".join(head)), *(_group(group, words, style) for group in matches.groups)])


def _group(group: Group, words: dict[str, str], style: Style) -> str:
    about = " · ".join(
        filter(None, (group.date, "、".join(group.authors), words["of"].format(group.total), group.source))
    )
    lines = [f"{safe(quoted_title(group.title))}  {style.aside[0]}{safe(about)}{style.aside[1]}"]
    return "\n".join([*lines, *(f"    {excerpt(passage.text, (), style)}" for passage in group.passages)])
