"""Why a file could not be read, on a Chinese page: every reason that the library gives is said in Chinese."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag.articles
import rag.index.correct
import ui.archive.holdings
import ui.archive.jobs
import ui.archive.manage
import ui.archive.uploads
import ui.rest.managing
import ui.server.limits
from rag.articles.formats import kinds
from rag.errors import ArticleError, ConfigError
from rag.text import HAN
from ui.archive.holdings import File
from ui.archive.job import FileProgress, Job
from ui.parts.reasons import in_words, reason_html
from ui.parts.troubles import sentence
from ui.rest.errors import LANG, told
from ui.rooms.jobs_html import jobs_html
from ui.rooms.manage_html import collection_html
from ui.rooms.manage_view import View

ARTICLES = Path(rag.articles.__file__).parent
RAISED = {
    "ArticleError": 0,
    "BrokenOff": 0,
    "NoReader": 0,
    "_damaged": 1,
    "_too_much": 1,
}  # and which argument says why
# what refuses in the archive room, and which argument says why
ROOM = (
    rag.index.correct, ui.archive.holdings, ui.archive.jobs, ui.server.limits, ui.archive.manage, ui.rest.managing,
    ui.archive.uploads,
)  # fmt: skip
REFUSES = {
    "ArticleError": 0,
    "ConfigError": 0,
    "NotThere": 0,
    "Missing": 0,
    "Refused": 0,
    "WenjuError": 0,
    "refusal": 1,
}
VARIES = ("This file holds 7", "Nothing in this archive can be read7")  # said in full elsewhere in the code
ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")  # two words in a row


def filled(node: ast.expr | None, module: object) -> str:
    """Return what an expression says, with 7 in the place of what only a run can tell; "" for a name that is local."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return getattr(module, node.id, "") if isinstance(node, ast.Name) else ""


def raised() -> Iterator[tuple[str, str]]:
    """Yield where a file is refused, and the error in full, of each place in the code that reads files."""
    for path in sorted(ARTICLES.rglob("*.py")):
        name = ".".join(["rag.articles", *path.relative_to(ARTICLES).with_suffix("").parts])
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            does = call.func.id if isinstance(call.func, ast.Name) else ""
            if does not in RAISED or len(call.args) <= RAISED[does]:
                continue
            module = importlib.import_module(name)
            told = {word.arg: filled(word.value, module) for word in call.keywords}
            what = filled(call.args[RAISED[does]], module)
            what = {"_damaged": f"This file is damaged ({what})", "_too_much": f"This file holds {what}"}.get(
                does, what
            )
            if what and what not in VARIES:
                yield (
                    f"{name}:{call.lineno}",
                    str(ArticleError(what, where="/srv/a b/file.x", mend=told.get("mend", ""))),
                )


def test_every_refusal_in_the_code_that_reads_files_is_said_in_chinese() -> None:
    found = list(raised())
    assert len(found) > 50
    left = {where: said for where, reason in found if ENGLISH.search(said := in_words(reason, "zh")) or "/srv" in said}
    assert left == {}


def refused() -> Iterator[tuple[str, str, str]]:
    """Yield where something is refused in the archive room, what is said, and how to mend it."""
    for module in ROOM:
        path = Path(str(module.__file__))
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            does = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            if not isinstance(call, ast.Call) or does not in REFUSES or len(call.args) <= REFUSES[does]:
                continue
            what = filled(call.args[REFUSES[does]], module)
            mend = next((filled(word.value, module) for word in call.keywords if word.arg == "mend"), "")
            if does == "refusal" and len(call.args) > 2:
                mend = filled(call.args[2], module)
            if what:
                yield f"{path.name}:{call.lineno}", what, mend


def test_every_refusal_of_the_archive_room_is_said_in_chinese_and_names_no_folder() -> None:
    found = list(refused())
    assert len(found) > 25
    left = {}
    for where, what, mend in found:
        error = ConfigError(what, where="/srv/a b", mend=mend)
        for said in (sentence(error, "zh"), *(one for one in told(error, "zh").values() if one)):
            if ENGLISH.search(said) or "/srv" in said:
                left[where] = said
    assert left == {}


def test_the_page_sends_its_language_and_is_refused_in_it_but_others_in_english() -> None:
    error = ConfigError("a.txt has more than 50 bytes", mend="Split it.")
    assert told(error, "zh") == {"error": "a.txt 超过 50 字节", "where": None, "mend": "请拆成几个文件。"}
    assert told(error)["error"] == error.what
    script = (Path(ui.__file__).parent / "look" / "manage.js").read_text("utf-8").casefold()
    assert f"setrequestheader('{LANG}', lang)" in script


@pytest.mark.parametrize("suffix", [*sorted(kinds._OTHERS), ".exe", ""])
def test_every_kind_of_file_that_is_not_read_is_named_in_chinese(suffix: str) -> None:
    reasons = [kinds.unread(f"某{suffix}"), kinds.unread(f"某{suffix}").capitalize()]
    if suffix in kinds._OTHERS:
        what, mend = kinds._OTHERS[suffix]
        reasons.append(str(ArticleError(f"This is {what}, which is not read", where="某", mend=mend)))
        reasons.append(
            f"Nothing in this archive can be read, for instance 某{suffix}: {reasons[0]} (/a/b.zip). Unpack it."
        )
    for reason in reasons:
        assert not ENGLISH.search(in_words(reason, "zh")), reason


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("This PDF has no text layer on its 12 page(s) (/srv/x/扫描.pdf). Run text recognition (OCR) on it first.",
         "PDF 的 12 页都没有文字层（扫描.pdf）。请先做文字识别（OCR）。"),
        ("too large (60,000,000 bytes, more than 50,000,000); split it; what the index holds of it stays",
         "文件太大（60,000,000 字节，上限 50,000,000），请拆开；索引里原有的内容保留"),
        ("unsupported file type .caj, a page format of its own: open it in its reader and print it to PDF",
         "不支持 .caj 文件（专用版式文件）：请用它的阅读器打开，打印成 PDF"),
        ("This file is damaged (File is not a zip file) (/a/b.docx). Save it again with the program that made it.",
         "文件已损坏（不是 ZIP 压缩包）（b.docx）。请用原来的程序重新保存。"),
        ("Reading failed: ValueError: so. it is (odd) (/a/b.docx). Save it in another format.",
         "读取失败：ValueError: so. it is (odd)（b.docx）。请另存为别的格式。"),
        ("cannot be read: Permission denied", "读不了：没有权限"),
        ("3 of 12 pages have no text layer", "12 页中有 3 页没有文字层"),
        ("41 characters on page 2, 3 are invisible; they are kept", "第 2, 3 页有 41 个字看不见，予以保留"),
        ("1,204 characters could not be decoded (lines 3, 9 and further on)",
         "1,204 个字符解不了码（第 3, 9 行及以后）"),
        ("来信.pdf: page 3 is damaged and could not be read", "来信.pdf：第 3 页已损坏，没有读出"),
        ("named .txt, but is a PDF", "后缀是 .txt，其实是PDF"),
    ],
)  # fmt: skip
def test_a_reason_keeps_its_figures_and_names(reason: str, told: str) -> None:
    assert in_words(reason, "zh") == told


@pytest.mark.parametrize("reason", ["Something new went wrong (/srv/a/b.txt). Do this.", "not: known", "x" * 5000])
def test_what_nobody_has_said_in_chinese_is_shown_as_it_is_and_marked_as_english(reason: str) -> None:
    assert in_words(reason, "zh") == reason.replace("/srv/a/", "")
    assert 'lang="en"' in reason_html("p", reason, "zh")


def test_the_page_says_reasons_in_its_language_and_names_no_folder() -> None:
    reason = str(ArticleError("This file holds no text", where="/srv/secret/a.txt", mend="Remove it, or fill it."))
    for lang, said in (
        ("zh", "文件里没有文字（a.txt）。请删去，或补上内容。"),
        ("en", "This file holds no text (a.txt)."),
    ):
        listed = collection_html(View("c"), True, [File("a.txt", 1, 0, "unreadable", reason)], [], 1, lang)
        job = jobs_html([Job("1", "index c", "done", files=(FileProgress("c/a.txt", "skipped", reason),))], lang)
        for page in (listed, job, sentence(ArticleError("This file holds no text", where="/srv/secret/a.txt"), lang)):
            assert said.partition("。")[0] in page
            assert "secret" not in page
        assert ('lang="en"' in listed.replace('<div class="manage inside" lang="en"', "")) == (lang == "en")
    assert re.search(f"[{HAN}]", in_words(reason, "en")) is None
