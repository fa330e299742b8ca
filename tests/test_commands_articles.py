"""wenju articles, wenju show: lists, filters, one article, and corrections from the command line."""

import json
import os
import sys
from pathlib import Path

import pytest
from conftest import fake_the_models, make_index, write_corpus
from test_cli import run

from rag.articles.corrections.sidecar import read_sidecar, sidecar_of
from rag.commands.listing import listing
from rag.commands.pick import candidates, the_one, year
from rag.commands.table import cells, columns, fit, pad
from rag.errors import ConfigError
from rag.index import Listed

ISSUE = """---
journal: 石桥通讯
issue: 2024年第3期
---

# 石桥镇的夜市

林知远

石桥镇的夜市去年秋天重新开张，摊位一共八十六个，每晚六点开门。

镇里把停车场让了出来，又修了两处厕所，附近的居民说方便多了。

# 渡口的最后一班船

周小满

渡口的最后一班船在晚上九点开，载的多半是下夜班的工人和学生。
"""


def entry(id_: str, title: str = "标题", **told: object) -> Listed:
    plain: dict[str, object] = dict.fromkeys(
        ("subtitle", "affiliation", "column", "journal", "issue", "date", "page", "place")
    )
    numbers = {"characters": 10, "paragraphs": 1, "garbled": 0, "misplaced": 0, "garble": 0.0, "undecodable": 0}
    values = {"kind": "article", "lang": "zh", "authors": (), "found": {}, **plain, **numbers, **told}
    return Listed(id=id_, source=id_.rpartition("#")[0], title=title, **values)  # type: ignore[arg-type]


@pytest.fixture
def issue(corpus: Path) -> Path:
    path = corpus / "issue.md"
    path.write_text(ISSUE, encoding="utf-8")
    return path


@pytest.fixture
def index(capsys, fake_models, issue, corpus, tmp_path) -> Path:
    """An index that a test may change."""
    assert run(capsys, "index", corpus, "--index", tmp_path / "index")[0] == 0
    return tmp_path / "index"


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """An index of the same files, made once, so only to be read; the files are in the folder beside it."""
    home = tmp_path_factory.mktemp("archive")
    (write_corpus(home / "corpus") / "issue.md").write_text(ISSUE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        fake_the_models(patched)
        return make_index(home / "corpus", home / "index")


def listed(capsys, index: Path, *options: object) -> list[str]:
    _, out, _ = run(capsys, "articles", "--index", index, "--json", *options)
    return [row["id"] for row in json.loads(out)]


def test_articles_are_listed_below_their_files(capsys, archive):
    code, out, err = run(capsys, "articles", "--index", archive)
    lines = out.splitlines()
    assert (code, err) == (0, ["wenju: 6 articles in 5 files"])
    assert "title" in lines[0]
    at = lines.index("corpus/issue.md · 石桥通讯 2024年第3期")
    assert lines[at + 1].split()[:3] == ["#1", "石桥镇的夜市", "林知远"]
    assert lines[at + 2].split()[:3] == ["#2", "渡口的最后一班船", "周小满"]


def test_columns_line_up_though_chinese_is_two_cells_wide():
    rows = columns([("title", "page"), ("夜市abc", "7"), ("ferry", "112")], right=frozenset({1}))
    assert {cells(row) for row in rows} == {len("夜市abc") + 2 + 2 + 4}
    assert rows[1].endswith("   7")


def test_lines_are_cut_to_the_width_and_never_in_the_middle_of_a_character():
    assert fit("渡口的最后一班船", 7) == "渡口的…"
    assert fit("渡口", 4) == "渡口"
    assert (pad("渡口", 6), pad("7", 3, right=True)) == ("渡口  ", "  7")
    assert cells("e\u0301\u200bｗ") == 3
    rows = [("title", "n"), ("渡口的最后一班船在晚上九点开", "12"), ("夜市", "3")]
    assert all(cells(line) <= 20 for line in columns(rows, right=frozenset({1}), width=20))


def test_a_title_that_is_only_the_name_of_the_file_stands_in_brackets():
    lines = listing([entry("r/a.txt#1", "a", found={"title": "file name"}), entry("r/b.txt#1", "b")], None)
    assert "(a)" in lines[2]
    assert "(b)" not in lines[4]


def test_what_could_command_a_terminal_is_not_printed():
    assert "\x1b" not in "".join(listing([entry("r/\x1b[2Ja.txt#1", "\x1b[31m坏")], None))


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--title", "渡口"), ["corpus/issue.md#2"]),
        (("--author", "林知远"), ["corpus/issue.md#1"]),
        (("--issue", "第3期"), ["corpus/issue.md#1", "corpus/issue.md#2"]),
        (("--issue", "石桥 通讯 2024"), ["corpus/issue.md#1", "corpus/issue.md#2"]),
        (("--year", "2024"), ["corpus/issue.md#1", "corpus/issue.md#2"]),
        (("--source", "notes"), ["corpus/notes/harbour.txt#1"]),
        (("--source", "*.md"), ["corpus/issue.md#1", "corpus/issue.md#2"]),
        (("--lang", "en"), ["corpus/notes/harbour.txt#1"]),
        (("--missing", "issue", "--lang", "zh", "--sort", "title"), 3),
        (("--garbled",), []),
        (("--kind", "front"), []),
        (("--limit", "1", "--source", "*.md"), ["corpus/issue.md#1"]),
    ],
)
def test_filters_choose(capsys, archive, options, found):
    ids = listed(capsys, archive, *options)
    assert (len(ids) if isinstance(found, int) else ids) == found


def test_nothing_found_is_exit_code_one(capsys, archive):
    code, out, err = run(capsys, "articles", "--index", archive, "--title", "月亮")
    assert (code, out, err) == (1, "", ["wenju: 0 articles in 0 files"])


def test_sorted_lists_name_the_id_on_each_line(capsys, archive):
    _, out, _ = run(capsys, "articles", "--index", archive, "--sort", "length", "--limit", "2")
    lengths = [int(line.split()[-2]) for line in out.splitlines()[1:]]
    assert lengths == sorted(lengths, reverse=True)
    assert all("#" in line.split()[-1] for line in out.splitlines()[1:])


def test_the_year_is_read_in_either_script():
    assert year(entry("a#1", date="二〇二四年五月")) == "2024"
    assert year(entry("a#1", issue="总第12024期")) is None
    assert year(entry("a#1", issue="2023年第2期", date="2024-01-05")) == "2024"


def test_an_article_is_named_by_id_title_or_a_part_that_no_other_has():
    articles = [
        entry("r/a.txt#1", "夜市"),
        entry("r/a.txt#12", "夜市续记"),
        entry("r/a.txt#0", "夜市通讯", kind="front"),
        entry("r/b.txt#1", "渡口"),
    ]
    for wanted, id_ in (("r/a.txt#1", "#1"), ("a.txt#12", "#12"), ("夜市", "#1"), ("续", "#12"), ("b.txt", "#1")):
        assert the_one(articles, wanted).id.endswith(id_)
    assert [a.id for a in candidates(articles, "a.txt")] == ["r/a.txt#1", "r/a.txt#12", "r/a.txt#0"]
    with pytest.raises(ConfigError, match=r"3 articles answer to 'a\.txt'.*r/a\.txt#12 夜市续记"):
        the_one(articles, "a.txt")
    with pytest.raises(ConfigError, match=r"no article 'r/b\.txt#2'.*Nearest: r/b\.txt#1"):
        the_one(articles, "r/b.txt#2")


def test_show_prints_paragraph_numbers_and_how_each_field_was_found(capsys, archive):
    code, out, _ = run(capsys, "show", "渡口", "--index", archive)
    head, text = out.split("\n\n")
    assert code == 0
    assert head.splitlines()[0] == "corpus/issue.md#2"
    fields = {line.split()[0]: line.split()[1:] for line in head.splitlines()[1:]}
    assert fields["authors"][0] == "周小满"
    assert fields["authors"][-1].endswith(")")
    assert text.splitlines()[-1].lstrip().split("  ")[1].startswith("渡口的最后一班船在晚上九点开")


def test_show_can_print_one_paragraph_with_its_place_in_the_file(capsys, archive):
    _, out, _ = run(capsys, "show", "corpus/issue.md#2", "--paragraph", "2", "--origin", "--index", archive)
    text, origin = out.splitlines()
    start, end = map(int, origin.split()[1].split("–"))
    source = (archive.parent / "corpus" / "issue.md").read_text(encoding="utf-8")
    assert source[start:end] == text.partition("  ")[2]
    code, _, err = run(capsys, "show", "corpus/issue.md#2", "--paragraph", "9", "--index", archive)
    assert (code, "has no paragraph 9. It has 2." in err[0]) == (2, True)


def test_show_as_json_is_what_export_writes(capsys, archive):
    shown = json.loads(run(capsys, "show", "渡口", "--index", archive, "--json")[1])
    exported = [json.loads(line) for line in run(capsys, "export", "--index", archive)[1].splitlines()]
    assert shown in exported
    paragraph = run(capsys, "show", "渡口", "--paragraph", "2", "--index", archive, "--json")[1]
    assert json.loads(paragraph) == shown["paragraphs"][1]


def edit(capsys, index: Path, *options: object) -> tuple[int, str, list[str]]:
    return run(capsys, "articles", "--index", index, "--edit", *options)


def test_fields_are_corrected_and_stay_so_when_indexed_again(capsys, index, issue, corpus):
    code, out, err = edit(capsys, index, "渡口", "--set", "authors=赵一；钱二", "--set", "page=9", "--set", "issue=")
    assert (code, err) == (0, [f"wenju: corrections are kept in {sidecar_of(issue)}"])
    assert "赵一、钱二" in out
    (row,) = json.loads(run(capsys, "articles", "--index", index, "--title", "渡口", "--json")[1])
    assert (row["authors"], row["page"], row["issue"]) == (["赵一", "钱二"], "9", None)
    assert row["found"]["authors"] == "correction"
    assert "corrected by hand" in run(capsys, "show", "渡口", "--index", index)[1]
    run(capsys, "index", corpus, "--index", index, "--rebuild")
    (row,) = json.loads(run(capsys, "articles", "--index", index, "--title", "渡口", "--json")[1])
    assert (row["authors"], row["page"], row["issue"]) == (["赵一", "钱二"], "9", None)


def test_an_article_is_split_and_that_is_undone(capsys, index, issue):
    def ids() -> list[tuple[str, str]]:
        rows = json.loads(run(capsys, "articles", "--index", index, "--source", "issue", "--json")[1])
        return [(row["id"].rpartition("#")[2], row["title"]) for row in rows]

    before = ids()
    assert edit(capsys, index, "夜市", "--split", "镇里把停车场", "--set", "title=让出来的停车场")[0] == 0
    assert ids() == [("1", "石桥镇的夜市"), ("2", "让出来的停车场"), ("3", "渡口的最后一班船")]
    assert edit(capsys, index, "issue.md#2", "--undo")[0] == 0
    assert (ids(), sidecar_of(issue).exists()) == (before, False)


def test_an_article_is_joined_or_made_front_matter(capsys, index, issue):
    assert edit(capsys, index, "渡口", "--join")[0] == 0
    assert listed(capsys, index, "--source", "issue") == ["corpus/issue.md#1"]
    sidecar_of(issue).unlink()
    run(capsys, "index", issue, "--index", index)
    assert edit(capsys, index, "夜市", "--front")[0] == 0
    assert listed(capsys, index, "--kind", "front") == ["corpus/issue.md#0"]
    assert edit(capsys, index, "issue.md#0", "--undo")[0] == 0
    assert listed(capsys, index, "--source", "issue") == ["corpus/issue.md#1", "corpus/issue.md#2"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--set", "titel=x"), "is no correction"),
        (("--set", "title="), "not taken away"),
        (("--join", "--front"), "exclude each other"),
        (("--undo",), "there is no correction of"),
        (("--split", "没有这句话"), "no longer stand"),
        ((), "nothing to correct"),
    ],
)
def test_a_correction_that_cannot_be_made_is_one_line_and_changes_nothing(capsys, index, issue, options, says):
    code, out, err = edit(capsys, index, "渡口", *options)
    assert (code, out, len(err)) == (2, "", 1)
    assert says in err[0]
    assert not sidecar_of(issue).exists()


def test_a_failed_correction_leaves_the_earlier_ones(capsys, index, issue):
    edit(capsys, index, "渡口", "--set", "page=9")
    before = sidecar_of(issue).read_bytes()
    assert edit(capsys, index, "渡口", "--split", "没有这句话")[0] == 2
    assert sidecar_of(issue).read_bytes() == before


def test_a_file_that_changed_since_it_was_indexed_is_not_corrected(capsys, index, issue):
    issue.write_text(ISSUE.replace("晚上九点", "晚上十点"), encoding="utf-8")
    code, _, err = edit(capsys, index, "渡口", "--set", "page=9")
    assert (code, "Run `wenju index`" in err[0]) == (2, True)


def test_what_stands_in_an_archive_is_not_corrected(capsys, fake_models, corpus, tmp_path):
    import zipfile

    with zipfile.ZipFile(corpus / "a.zip", "w") as archive:
        archive.writestr("issue.md", ISSUE)
    run(capsys, "index", corpus, "--index", tmp_path / "x")
    code, _, err = edit(capsys, tmp_path / "x", "渡口", "--set", "page=9")
    assert (code, "Unpack it" in err[0]) == (2, True)


def test_changes_without_edit_are_refused(capsys, index):
    code, _, err = run(capsys, "articles", "--index", index, "--set", "page=9")
    assert (code, "--edit" in err[0]) == (2, True)


def at_a_terminal(monkeypatch, tmp_path: Path, change: str) -> None:
    """Let $EDITOR be a program that does ``change`` to the text of its file."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys; from pathlib import Path; p = Path(sys.argv[1]); t = p.read_text(encoding='utf-8')\n"
        f"{change}\np.write_text(t, encoding='utf-8')\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)


def test_an_editor_shows_every_article_and_what_is_uncommented_applies(capsys, index, issue, monkeypatch, tmp_path):
    from rag.commands import edit as editing

    target = editing.find_target("渡口", editing.settings_of(_args(index)))
    change = (
        "lines = t.splitlines(); k = lines.index('# 2: 渡口的最后一班船 · 周小满')\n"
        "lines[k + 1 : k + 4] = [line[2:] for line in lines[k + 1 : k + 4]] + ['page = \"9\"']\n"
        "t = '\\n'.join(lines)"
    )
    at_a_terminal(monkeypatch, tmp_path, change)
    assert editing._by_hand(target, "") is True
    assert read_sidecar(issue).articles[0].fields == {"page": "9"}
    text = sidecar_of(issue).read_text(encoding="utf-8")
    assert "石桥镇的夜市" not in text  # the outline is not kept


def test_an_editor_that_changes_nothing_writes_nothing(capsys, index, issue, monkeypatch, tmp_path):
    from rag.commands import edit as editing

    at_a_terminal(monkeypatch, tmp_path, "pass")
    target = editing.find_target("渡口", editing.settings_of(_args(index)))
    assert editing._by_hand(target, "") is False
    assert not sidecar_of(issue).exists()


def test_what_was_written_in_an_editor_is_kept_when_it_cannot_be_read(capsys, index, issue, monkeypatch, tmp_path):
    from rag.commands import edit as editing

    at_a_terminal(monkeypatch, tmp_path, "t += '[[article]\\n'")
    target = editing.find_target("渡口", editing.settings_of(_args(index)))
    with pytest.raises(ConfigError, match="What you wrote is kept in") as raised:
        editing._by_hand(target, "")
    kept = Path(str(raised.value).rpartition(" in ")[2].rstrip("."))
    assert "[[article]\n" in kept.read_text(encoding="utf-8")
    assert not sidecar_of(issue).exists()


def _args(index: Path):
    import argparse

    return argparse.Namespace(index=index)


def test_the_report_tells_of_corrections_that_were_not_made(capsys, index, issue, corpus):
    sidecar_of(issue).write_text("[[article]]\nbegins = 渡口\n", encoding="utf-8")
    os.utime(issue, (5, 5))
    code, out, _ = run(capsys, "index", corpus, "--index", index)
    assert code == 0
    assert "NOT CORRECTED: corpus/issue.md: no correction is applied: this is not TOML" in out
    assert "of 6 articles: title 6, authors 2," in out


def test_near_copies_are_listed_as_pairs(capsys, corpus, index, tmp_path):
    assert run(capsys, "articles", "--alike", "--index", index)[0] == 1
    text = "".join(f"第{n}班船在晚上{n % 12}点开，载着{n * 7}位下夜班的工人和学生过河。" for n in range(30))
    for name, title in (("x.txt", "末班船"), ("y.txt", "最后的船")):
        (corpus / name).write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    assert run(capsys, "index", corpus, "--index", index)[0] == 0
    code, out, err = run(capsys, "articles", "--alike", "--title", "末班船", "--index", index)
    assert code == 0
    assert out.split() == ["100%", f"{corpus.name}/x.txt#1", "=", f"{corpus.name}/y.txt#1", "末班船"]
    assert err == ["wenju: 1 pair of near copies"]
