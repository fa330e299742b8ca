"""What office programs write into a document's properties, without what they write there unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NO_TITLE = re.compile(
    r"(?:microsoft word\b.*|word document|untitled.*|document\s*\d*|无标题.*|文档\s*\d*|新建.*|"
    r"附件\s*[\d一二三四五六七八九十]*[:：]?|powerpoint.*|幻灯片\s*\d*|.*\.(?:docx?|wps|pdf|odt|rtf|txt|indd|qxd|cdr|xlsx?))",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"(?:administrator|admin|user|users|owner|unknown|author|作者|未知|微软用户|微软中国|雨林木风|深度技术|番茄花园|"
    r"windows\b.*|microsoft\b.*|office\b.*|python-docx|apache poi|openpyxl|libreoffice.*|wps\b.*|kingsoft.*|"
    r"lenovo|thinkpad|hp|dell|asus|acer|pc|computer|china|walkinnet|mc system|"
    r"个人用户|用户|\W*|[\d.]+|.*-pc|desktop-.*|laptop-.*)",
    re.I,
)
_DAY = re.compile(r"((?:19|20)\d{2})-(\d{2})-(\d{2})(?=T|$)")


def cleaned(title: str | None, author: str | None = None, date: str | None = None) -> Mapping[str, str]:
    """Return "title", "author" and "date" (a day) as far as a person set them.

    A program's own name as author means that the date is the program's too.
    """
    said: dict[str, str] = {}
    title, author = (" ".join((value or "").split()) for value in (title, author))
    if title and not _NO_TITLE.fullmatch(title):
        said["title"] = title
    machine = bool(_NO_AUTHOR.fullmatch(author))
    if author and not machine:
        said["author"] = author
    day = _DAY.match((date or "").strip())
    if day and not machine:
        said["date"] = day.group()
    return said
