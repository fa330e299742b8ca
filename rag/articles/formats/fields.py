"""Which column of a table, or key of a JSON record, holds what: by its usual names, or as the user says.

A user says it in ``<file name>.fields.toml`` beside the file, or for a whole folder in ``wenju-fields.toml`` there or
above it:

    title = "headline"                 # our name = theirs
    text = ["lead", "body"]            # several are put together in this order
    date = "meta.published"            # a key within a key

    [fixed]                            # the same for every record
    journal = "云泽日报"

What it does not name is still known by its usual names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import ArticleError
from rag.text import fold

FOLDER_FILE = "wenju-fields.toml"
SUFFIX = ".fields.toml"
_MAX_BYTES = 1_000_000

# Our names, and what they are called, most telling first; spaces, _ and - do not count.
_TABLE = """
title title headline 标题 題名 题名 標題 题目 篇名 文章标题 新闻标题 articletitle
subtitle subtitle 副标题 副题
text text fulltext articlebody maintext body content contents 正文 全文 内容 文章内容 正文内容 新闻内容 文本
text 內容 article paragraphs 段落 story context passage contenttext bodytext contenthtml 原文
author author authors 作者 byline creator creators writer 撰稿人 撰稿 署名 作者姓名 记者
date date 日期 发布时间 发布日期 发表时间 发表日期 出版日期 出版时间 datepublished publishedat publishdate pubdate
date publicationdate publishtime pubtime published 公布日期 發布時間 时间 年月 time
journal journal 刊名 期刊 期刊名称 刊物 杂志 报纸 报名 报纸名称 magazine newspaper publication source 来源 媒体
issue issue 期号 期次 刊期 期数 期 period issueno
year year 年 年份
column column 栏目 栏目名称 section 版块 频道 channel 分类 category
page page pages 页码 页 版次 版面 起止页码 起始页 firstpage pagenumber
place place 地点 dateline 地区 来源地 所在地 location
affiliation affiliation 作者单位 工作单位 单位 机构 institution organization
short abstract summary 摘要 内容摘要 description 简介 导语 lead
weak 内容 內容 content contents article context 原文
"""
_ROWS = [line.split() for line in _TABLE.strip().splitlines()]
_NAMES = {row[0]: tuple(name for other in _ROWS if other[0] == row[0] for name in other[1:]) for row in _ROWS}
_SHORT_TEXT = _NAMES.pop("short")  # where there is no other
_WEAK_TEXT = frozenset(_NAMES.pop("weak"))  # tables have such columns too
_OURS = frozenset(_NAMES) - {"year"}
_MIN_WEAK = 30.0  # characters such a column holds on average, if it is the text
_MIN_GUESS = 60.0  # the same for a column of no known name
_NAME = re.compile(r"(?=.{4,60}$)(?=(?:.*[\u3400-\u9fff]){3}|(?:.*[A-Za-z]{2,}\s){2})(?!https?:)[^。\n]*")
_MAX_SAMPLE = 200  # records that a guess looks at


@dataclass(frozen=True, slots=True)
class Fields:
    """``columns`` gives for our names theirs, in order; ``fixed`` what holds for every record; ``guessed`` a note."""

    columns: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str] = field(default_factory=dict)
    guessed: str = ""


def known_fields(names: Sequence[str], records: Sequence[Mapping[str, str]], *, guess: bool = False) -> Fields:
    """Recognise the usual names; ``records`` are some of the file's, to look at what a column holds.

    Where no column of a usual name holds the text, one of long texts is taken beside a title; with ``guess`` without
    one too. Without "text" among the columns there is none such.
    """
    plain = {name: _plain(name) for name in names}
    columns: dict[str, tuple[str, ...]] = {}
    for ours, theirs in _NAMES.items():
        found = next((name for known in theirs for name in names if plain[name] == known), None)
        if found is not None and not (ours == "text" and _too_short(found, plain[found], columns, records)):
            columns[ours] = (found,)
    guesses: list[str] = []
    if "text" not in columns and ("title" in columns or guess):
        _guess("text", _likely_text(names, plain, columns, records), columns, guesses)
    if "text" in columns and "title" not in columns:
        _guess("title", next((n for n in _free(names, columns) if _names_each(n, records)), None), columns, guesses)
    return Fields(columns, guessed="; ".join(guesses))


def _guess(ours: str, name: str | None, columns: dict[str, tuple[str, ...]], guesses: list[str]) -> None:
    if name is not None:
        columns[ours] = (name,)
        guesses.append(f"the column {name!r} is taken for the {ours}")


def _free(names: Iterable[str], columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    taken = {name for group in columns.values() for name in group}
    return [name for name in names if name not in taken]


def _likely_text(
    names: Sequence[str],
    plain: Mapping[str, str],
    columns: Mapping[str, tuple[str, ...]],
    records: Sequence[Mapping[str, str]],
) -> str | None:
    """Return the column of abstracts, else the one of the longest texts."""
    short = next((name for known in _SHORT_TEXT for name in names if plain[name] == known), None)
    longest = max(_free(names, columns), key=lambda name: _mean(name, records), default=None)
    return short or (longest if longest is not None and _mean(longest, records) >= _MIN_GUESS else None)


def fields_near(path: Path, depth: int = 1) -> Fields | None:
    """Return the user's own mapping for ``path``, from beside it or from the nearest of ``depth`` folders upwards."""
    near = fields_file(path, depth)
    return read_fields(near) if near else None


def fields_file(path: Path, depth: int = 1) -> Path | None:
    """Return the file that holds the mapping for ``path``, None where there is none; it changes what ``path`` gives."""
    own = path.with_name(path.name + SUFFIX)
    for candidate in (own, *(folder / FOLDER_FILE for folder in list(path.parents)[: max(1, depth)])):
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # a name too long
            continue
    return None


def is_fields_file(path: Path) -> bool:
    return path.name == FOLDER_FILE or path.name.endswith(SUFFIX)


def read_fields(path: Path) -> Fields:
    """Read a mapping; raises ArticleError for what is no TOML, names of ours that do not exist, and other values."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ArticleError("This field mapping is too long", where=path, mend="Name only the columns.")
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ArticleError(f"The field mapping cannot be read: {error.strerror}", where=path) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ArticleError(f"This field mapping is no TOML: {error}", where=path, mend='Write title = "…".') from error
    fixed = table.pop("fixed", {})
    unknown = sorted((table.keys() | (fixed.keys() if isinstance(fixed, dict) else {"fixed"})) - _OURS)
    if unknown:
        known = ", ".join(sorted(_OURS))
        raise ArticleError(f"{unknown[0]!r} is no field", where=path, mend=f"Fields are {known}.")
    columns = {name: value if isinstance(value, list) else [value] for name, value in table.items()}
    if not all(isinstance(one, str) for value in [*columns.values(), fixed.values()] for one in value):
        raise ArticleError("A field is not the name of a column", where=path, mend='Write title = "…".')
    return Fields({name: tuple(value) for name, value in columns.items()}, fixed)


def combined(told: Fields | None, names: Sequence[str], known: Fields) -> Fields:
    """Put what the user told above what is known, as far as ``names`` has the columns; a note says where not."""
    if told is None:
        return known
    columns = {ours: tuple(name for name in theirs if name in names) for ours, theirs in told.columns.items()}
    missing = [name for theirs in told.columns.values() for name in theirs if name not in names]
    columns = {**known.columns, **{ours: theirs for ours, theirs in columns.items() if theirs}}
    guessed = known.guessed if columns.get("text") == known.columns.get("text") else ""
    note = f"the field mapping names {missing[0]!r}, which is not there" if missing else ""
    return Fields(columns, told.fixed, "; ".join(filter(None, (note, guessed))))


def _plain(name: str) -> str:
    """Fold a column's name; of a double one ("Title-题名") the Chinese half counts, of a path the last part."""
    name = fold(name).strip()
    name = name.rsplit(".", 1)[-1]
    halves = re.fullmatch(r"[\x20-\x7e]+-([^\x00-\x7e]+)", name)
    return re.sub(r"[\s_\-:：*]+", "", halves[1] if halves else name)


def _too_short(name: str, plain: str, columns: Mapping[str, object], records: Iterable[Mapping[str, str]]) -> bool:
    """Tell whether a column called "内容" is one of a table rather than the text of articles."""
    return plain in _WEAK_TEXT and "title" not in columns and _mean(name, records) < _MIN_WEAK


def _names_each(name: str, records: Iterable[Mapping[str, str]]) -> bool:
    """Tell whether a column holds a short name for each record, another one for nearly every one of them."""
    values = [record.get(name) or "" for record, _ in zip(records, range(_MAX_SAMPLE), strict=False)]
    named = [value for value in values if _NAME.fullmatch(value.strip())]
    return len(values) > 1 and len(named) >= 0.9 * len(values) and len(set(named)) >= 0.8 * len(values)


def _mean(name: str, records: Iterable[Mapping[str, str]]) -> float:
    sizes = [len(record.get(name) or "") for record, _ in zip(records, range(_MAX_SAMPLE), strict=False)]
    return sum(sizes) / len(sizes) if sizes else 0.0
