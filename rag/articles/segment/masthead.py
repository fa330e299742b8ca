"""What the masthead, the imprint and the running heads say of a whole file: journal, issue, date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from rag.articles.lines import Line, finished, width
from rag.articles.signs.marks import date_line, find_date, find_issue, labelled, page_number, title_like, without_issue

_CONTENTS_WORD = re.compile(r"(?:本期)?目\s*[录錄]|\b(?:table of )?contents\b", re.I)


def read_masthead(front: Sequence[Line], furniture: Sequence[Line], native: Mapping[str, str]) -> dict[str, str]:
    """Return journal, issue and date of a whole file, from front matter, running heads and what the format says."""
    found = {name: native[name] for name in ("journal", "issue") if native.get(name)}
    texts = [line.text for line in front]
    issue_lines = [text for text in texts if find_issue(text) and width(text) <= 40 and not finished(text)]
    heads = Counter(
        without_issue(re.sub(r"^\s*\d{1,4}\s+|\s+\d{1,4}\s*$", "", line.text)).strip(" ·|/—-") for line in furniture
    )
    for text in [*issue_lines, *(line.text for line in furniture)]:
        if issue := find_issue(text):
            found.setdefault("issue", issue)
    for text in texts:
        fields = labelled(text)
        found |= {name: fields[name] for name in ("journal", "issue") if fields.get(name) and name not in found}
        if "date" in fields or date_line(text) or re.search(r"出版", text):
            date = find_date(text)
            found |= {"date": date} if date and "date" not in found else {}
    evidence = len(texts) >= 3 and (issue_lines or any(_CONTENTS_WORD.search(text) for text in texts))
    name = next(filter(None, map(_journal_name, texts[:5])), None) if evidence else None
    common = next((head for head, n in heads.most_common(1) if n >= 3 and _journal_name(head)), None)
    if name or common:
        found.setdefault("journal", name or common or "")
    return found


def _journal_name(text: str) -> str | None:
    name = " ".join(without_issue(_CONTENTS_WORD.sub(" ", text)).split()).strip(" ·|/—-")
    if re.search(r"[\u4e00-\u9fff]", name):
        name = re.sub(r"\s+[A-Za-z][A-Za-z ]*$", "", name)  # the name once more in Latin letters
    usable = title_like(name) if name else False
    return (
        name
        if usable and width(name) <= 24 and not re.search(r"[:：]|年|月刊号", name) and page_number(name) is None
        else None
    )
