"""Corrections by hand: where they apply, what they survive, and that a broken sidecar loses nothing."""

import json
import os
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.articles import FileReport, find_files, read_articles
from rag.articles.corrections.sidecar import Correction, SidecarError, read_sidecar, sidecar_of
from rag.articles.corrections.write_sidecar import (
    outline,
    remove_corrections,
    save_sidecar,
    sidecar_text,
    version,
    write_correction,
    write_file_fields,
)

ISSUE = """# 石桥镇的夜市

林知远

石桥镇的夜市去年秋天重新开张，摊位一共八十六个，每晚六点开门。

镇里把停车场让了出来，又修了两处厕所，附近的居民说方便多了。

# 渡口的最后一班船

周小满

渡口的最后一班船在晚上九点开，载的多半是下夜班的工人和学生。

编者按

船工老吴说，桥通了以后坐船的人少了一半，可总还有人要过河。
"""


def write(folder: Path, text: str = ISSUE, sidecar: str = "", name: str = "issue.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    if sidecar:
        sidecar_of(path).write_text(sidecar, encoding="utf-8")
    return path


def read(path: Path) -> FileReport:
    return read_articles(path, f"root/{path.name}")


def titles(report: FileReport) -> list[str]:
    return [article.title for article in report.articles]


def words(report: FileReport) -> str:
    """Return all that the articles print, without white space: what must never be lost."""
    text = "".join(f"{a.title}{a.text}" for a in report.articles)
    return "".join(sorted("".join(text.split())))


def test_without_a_sidecar_nothing_is_different(tmp_path):
    report = read(write(tmp_path))
    assert titles(report) == ["石桥镇的夜市", "渡口的最后一班船"]
    assert (report.unapplied, read_sidecar(tmp_path / "issue.md")) == ((), None)


def test_fields_are_set_and_taken_away_and_say_that_a_person_did_it(tmp_path):
    sidecar = (
        '[[article]]\nbegins = "渡口的最后一班船"\nauthors = ["赵一", "钱 二"]\npage = 7\ndate = 2024-05-01\n'
        '[[article]]\nbegins = "石桥镇的夜市"\nauthors = ""\n'
    )
    first, second = read(write(tmp_path, sidecar=sidecar)).articles
    assert (second.authors, second.page, second.date) == (("赵一", "钱 二"), "7", "2024-05-01")
    assert {second.found[name] for name in ("authors", "page", "date")} == {"correction"}
    assert (first.authors, "authors" in first.found, first.page) == ((), False, None)


def test_fields_of_the_file_hold_for_every_article_and_yield_to_those_of_one(tmp_path):
    sidecar = (
        '[file]\njournal = "石桥通讯"\nissue = "2024年第3期"\n[[article]]\nbegins = "渡口的最后"\nissue = "增刊"\n'
    )
    report = read(write(tmp_path, sidecar=sidecar))
    assert [(a.journal, a.issue) for a in report.articles] == [("石桥通讯", "2024年第3期"), ("石桥通讯", "增刊")]


def test_words_at_which_no_article_begins_begin_one(tmp_path):
    before = words(read(write(tmp_path)))
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "镇里把停车场"\n'))
    assert [a.text.split("\n")[0][:4] for a in report.articles][1] == "镇里把停"
    assert len(report.articles) == 3
    assert [a.id for a in report.articles] == [f"root/issue.md#{n}" for n in (1, 2, 3)]
    assert set(words(report)) >= set(before)


def test_a_title_given_to_a_new_article_does_not_swallow_its_first_line(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "镇里把停车场"\ntitle = "腾出来的地方"\n'))
    assert report.articles[1].title == "腾出来的地方"
    assert report.articles[1].text.startswith("镇里把停车场让了出来")


def test_a_printed_title_is_taken_out_of_the_text_and_a_corrected_one_keeps_it_out(tmp_path):
    printed = read(write(tmp_path, sidecar='[[article]]\nbegins = "编者按"\ntitle = "编者按"\n')).articles[-1]
    assert (printed.title, printed.text[:2]) == ("编者按", "船工")
    mended = read(write(tmp_path, sidecar='[[article]]\nbegins = "渡口的最后一班船"\ntitle = "渡口最後一班船"\n'))
    assert "渡口的最后一班船\n" not in mended.articles[1].text


def test_a_title_that_is_nothing_like_the_printed_one_leaves_that_in_the_text(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "渡口的最后一班船"\ntitle = "Night ferry"\n'))
    assert report.articles[1].title == "Night ferry"
    assert "渡口的最后一班船" in report.articles[1].text.split("\n")


def test_two_articles_are_joined_and_every_word_stays(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "渡口的最后一班船"\njoins = "previous"\n'))
    (article,) = report.articles
    assert article.title == "石桥镇的夜市"
    assert all(piece in article.text for piece in ("八十六个", "渡口的最后一班船", "总还有人要过河"))


def test_the_first_article_has_nothing_to_be_joined_with_and_that_is_said(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "石桥镇的夜市"\njoins = "previous"\n'))
    assert len(report.articles) == 2
    assert "line 1: there is no article before" in report.unapplied[0]


def test_what_is_no_article_becomes_front_matter(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "石桥镇的夜市"\nkind = "front"\n'))
    assert [(a.kind, a.id) for a in report.articles] == [("front", "root/issue.md#0"), ("article", "root/issue.md#1")]
    assert "八十六个" in report.articles[0].text


def test_front_matter_may_become_an_article_again(tmp_path):
    text = "石桥通讯\n2024年第3期\n目 录\n渡口的最后一班船 2\n石桥镇的夜市 5\n\n告读者\n本刊下期起改为双月刊。\n\n"
    path = write(tmp_path, text + ISSUE)
    front = read(path).articles[0]
    assert (front.kind, "告读者" in front.text) == ("front", True)
    sidecar_of(path).write_text('[[article]]\nbegins = "告读者"\n', encoding="utf-8")
    report = read(path)
    assert titles(report)[1] == "告读者"
    assert "双月刊" in report.articles[1].text
    assert "双月刊" not in report.articles[0].text


def test_words_decide_when_the_text_has_moved(tmp_path):
    path = write(tmp_path)
    _, _, at = read(path).begins[1]
    write_correction(path, Correction("渡口的最后一班船", at, {"page": "9"}))
    path.write_text(
        "# 新添的一篇\n\n钱多\n\n这一篇是后来加进来的，比别的都靠前，所以后面的都往后移了。\n\n" + ISSUE,
        encoding="utf-8",
    )
    report = read(path)
    assert [(a.title, a.page) for a in report.articles][1:] == [("石桥镇的夜市", None), ("渡口的最后一班船", "9")]
    assert report.unapplied == ()


def test_words_that_are_gone_are_told_and_the_others_still_apply(tmp_path):
    sidecar = '[[article]]\nbegins = "早已删去的一篇"\npage = "3"\n\n[[article]]\nbegins = "渡口的最后"\npage = "9"\n'
    report = read(write(tmp_path, sidecar=sidecar))
    assert [a.page for a in report.articles] == [None, "9"]
    assert len(report.unapplied) == 1
    assert "issue.md.wenju.toml, line 1" in report.unapplied[0]
    assert "早已删去的一篇" in report.unapplied[0]


def test_words_in_the_middle_of_a_sentence_begin_nothing(tmp_path):
    report = read(write(tmp_path, sidecar='[[article]]\nbegins = "停车场让了出来"\n'))
    assert len(report.articles) == 2
    assert "only within a sentence" in report.unapplied[0]


def test_words_in_the_middle_of_a_sentence_begin_an_article_where_their_place_says_so(tmp_path):
    at = ISSUE.index("停车场让了出来")
    report = read(write(tmp_path, sidecar=f'[[article]]\nbegins = "停车场让了出来"\nat = {at}\n'))
    assert report.articles[1].text.startswith("停车场让了出来")
    assert report.articles[0].text.endswith("镇里把")


def test_an_article_may_begin_within_a_line_after_a_full_stop(tmp_path):
    text = "# 短讯\n\n八十六个摊位昨晚开张。渡口夜班 船的末班改到九点，学生坐得上了。\n"
    report = read(write(tmp_path, text, '[[article]]\nbegins = "渡口夜班船"\ntitle = "末班船"\n'))
    assert [a.text for a in report.articles] == ["八十六个摊位昨晚开张。", "渡口夜班 船的末班改到九点，学生坐得上了。"]
    for article in report.articles:
        for p in article.paragraphs:
            assert "".join(report.decoded[a:b] for a, b in p.origin) == article.text[p.start : p.end]


def test_the_same_words_twice_are_told_apart_by_their_place(tmp_path):
    text = ISSUE.replace("镇里把停车场", "编者按\n\n镇里把停车场")
    path = write(tmp_path, text)
    decoded = read(path).decoded
    for at, holds in ((decoded.index("编者按"), "停车场"), (decoded.rindex("编者按"), "老吴")):
        sidecar_of(path).write_text(f'[[article]]\nbegins = "编者按"\nat = {at}\ntitle = "编者按"\n', encoding="utf-8")
        noted = [a for a in read(path).articles if a.title == "编者按"]
        assert [holds in a.text for a in noted] == [True]


def test_width_case_and_line_breaks_of_the_words_do_not_matter(tmp_path):
    text = "# The NIGHT\n# ferry\n\nThe last ferry leaves at nine. It carries workers.\n"
    report = read(write(tmp_path, text, '[[article]]\nbegins = "ｔｈｅ night  ferry"\npage = "2"\n'))
    assert (report.unapplied, report.articles[0].page) == ((), "2")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[[article]]\nbegins = 渡口\n", 2, "not TOML"),
        ('[[article]]\nbegins = "渡口"\ntitel = "x"\n', 3, "'titel' is not known"),
        ('[[article]]\nbegins = "渡口"\n\n[[article]]\nbegins = "石桥"\npage = [1]\n', 6, "`page` must be text"),
        ('[file]\ntitle = "x"\n', 2, "'title' is not known"),
        ('[[article]]\npage = "1"\n', 1, "wants its first words"),
        ('[[article]]\nbegins = "渡口"\njoins = "next"\n', 3, "can only be 'previous'"),
        ('[[article]]\nbegins = "渡口"\nat = true\n', 3, "number of characters"),
        ('[[article]]\nbegins = "渡口"\ntitle = ""\n', 3, "not taken away"),
        ('[[article]]\nbegins = "渡口"\nkind = "front"\njoins = "previous"\n', 4, "either joined or front"),
        ('[articles]\nbegins = "渡口"\n', 1, "'articles' is not known"),
        ('[article]\nbegins = "渡口"\n', 1, "two pairs of brackets"),
        ("a = " + "[" * 3000, 1, "TOML"),
    ],
)
def test_a_broken_sidecar_is_an_error_that_names_the_line_and_the_file_is_read_without(tmp_path, text, line, says):
    plain = read(write(tmp_path))
    path = write(tmp_path, sidecar=text)
    with pytest.raises(SidecarError, match=says) as raised:
        read_sidecar(path)
    assert raised.value.line == line
    report = read(path)
    assert report.articles == plain.articles
    assert report.unapplied[0].startswith("no correction is applied: ")
    assert f"line {line}" in report.unapplied[0]


def test_a_sidecar_that_is_no_utf8_or_far_too_long_is_refused(tmp_path):
    path = write(tmp_path)
    sidecar_of(path).write_bytes("[file]\njournal = '石桥'".encode("gb18030"))
    assert "not UTF-8" in read(path).unapplied[0]
    sidecar_of(path).write_bytes(b"#" * 1_000_001)
    assert "too long" in read(path).unapplied[0]


def test_a_sidecar_is_no_article(tmp_path):
    write(tmp_path, sidecar='[[article]]\nbegins = "渡口"\n')
    assert [path.name for path in find_files(tmp_path)] == ["issue.md"]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.jsonl", "a.docx"])
def test_corrections_reach_every_format(tmp_path, name):
    body = [
        "石桥镇的夜市去年秋天重新开张，摊位一共八十六个，每晚六点开门。",
        "渡口的最后一班船在晚上九点开，载的多半是工人。",
    ]
    path = tmp_path / name
    if name.endswith(".docx"):
        import docx

        document = docx.Document()
        for text in ("石桥镇的夜市", *body):
            document.add_paragraph(text)
        document.save(path)
    else:
        rows = [{"title": "石桥镇的夜市", "text": "\n".join(body)}]
        path.write_text(
            {
                ".txt": "\n\n".join(["石桥镇的夜市", *body]),
                ".html": f"<h1>石桥镇的夜市</h1><p>{body[0]}</p><p>{body[1]}</p>",
                ".csv": f'title,text\n石桥镇的夜市,"{body[0]}\n{body[1]}"\n',
                ".jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
            }[path.suffix],
            encoding="utf-8",
        )
    assert titles(read(path)) == ["石桥镇的夜市"]
    write_correction(path, Correction("渡口的最后一班船", None, {"title": "末班船", "authors": ("周小满",)}))
    report = read(path)
    assert (titles(report), report.unapplied) == (["石桥镇的夜市", "末班船"], ())
    assert (report.articles[1].authors, report.articles[1].text) == (("周小满",), body[1])
    write_correction(path, Correction("渡口的最后一班船", None, joins=True))
    assert titles(read(path)) == ["石桥镇的夜市"]
    write_correction(path, Correction("渡口的最后一班船", None, front=True))
    assert [a.kind for a in read(path).articles] == ["front", "article"]


def test_records_are_joined_and_split_with_what_their_format_says_of_them(tmp_path):
    path = tmp_path / "news.jsonl"
    rows = [
        {"title": "夜市", "text": "石桥镇的夜市去年秋天重新开张。\n摊位一共八十六个。", "date": "2024-05-01"},
        {"title": "末班船", "text": "渡口的最后一班船在晚上九点开。", "date": "2024-05-02"},
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    write_correction(path, Correction("摊位一共", None))
    split = read(path).articles
    assert [(a.title, a.date) for a in split] == [
        ("夜市", "2024-05-01"), ("摊位一共八十六个。", "2024-05-01"), ("末班船", "2024-05-02")
    ]  # fmt: skip
    write_correction(path, Correction("渡口的最后", None, joins=True))
    assert [a.title for a in read(path).articles] == ["夜市", "摊位一共八十六个。"]


def test_corrections_do_not_reach_into_an_archive_and_that_is_said(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("issue.md", ISSUE)
    sidecar_of(path).write_text('[[article]]\nbegins = "渡口的最后"\npage = "9"\n', encoding="utf-8")
    report = read(path)
    assert len(report.articles) == 2
    assert "unpack it" in report.unapplied[0]


def test_written_corrections_are_read_back_and_add_to_what_stands_there(tmp_path):
    path = write(tmp_path, sidecar='# ours\n[file]\njournal = "石桥通讯"  # as on the cover\n')
    write_correction(path, Correction("渡口的最后", 80, {"authors": ("赵一", "钱二"), "page": "9"}))
    write_correction(path, Correction("渡口的 最后", 80, {"page": "10"}))
    write_file_fields(path, {"issue": "2024年第3期"})
    text = sidecar_of(path).read_text(encoding="utf-8")
    assert ("# ours" in text, "# as on the cover" in text, text.count("[[article]]")) == (True, True, 1)
    sidecar = read_sidecar(path)
    assert sidecar.file == {"journal": "石桥通讯", "issue": "2024年第3期"}
    assert sidecar.articles[0].fields == {"authors": ("赵一", "钱二"), "page": "10"}
    assert sidecar.articles[0].at == 80


def test_quotes_breaks_and_backslashes_survive_being_written(tmp_path):
    path = write(tmp_path)
    wild = 'a "b" \\ c\t甲“乙”] # =\n'
    write_correction(path, Correction(wild, 0, {"title": wild}))
    sidecar = read_sidecar(path)
    assert (sidecar.articles[0].begins, sidecar.articles[0].fields["title"]) == (wild, " ".join(wild.split()))


def test_corrections_are_taken_back_and_an_empty_sidecar_goes(tmp_path):
    path = write(tmp_path)
    for one in (Correction("渡口的最后", 80, {"page": "9"}), Correction("石桥镇", 2, {"page": "1"})):
        write_correction(path, one)
    first, second = read_sidecar(path).articles
    remove_corrections(path, [first])
    assert read_sidecar(path).articles[0].begins == second.begins
    remove_corrections(path, [second])
    assert not sidecar_of(path).exists()


def test_a_change_by_somebody_else_meanwhile_is_not_written_over(tmp_path):
    path = write(tmp_path)
    seen = version(path)
    write_correction(path, Correction("渡口的最后", 80, {"page": "9"}), seen=seen)
    before = sidecar_of(path).read_bytes()
    with pytest.raises(SidecarError, match="changed the corrections meanwhile"):
        write_correction(path, Correction("石桥镇", 2, {"page": "1"}), seen=seen)
    with pytest.raises(SidecarError, match="changed the corrections meanwhile"):
        save_sidecar(path, "[file]\n", seen=seen)
    assert sidecar_of(path).read_bytes() == before


def test_a_change_between_reading_and_writing_is_noticed_too(tmp_path, monkeypatch):
    path = write(tmp_path, sidecar='[file]\njournal = "石桥通讯"\n')
    fsync = os.fsync

    def meanwhile(handle: int) -> None:
        fsync(handle)
        sidecar_of(path).write_text('[file]\njournal = "别人改的"\n', encoding="utf-8")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(SidecarError, match="meanwhile"):
        write_correction(path, Correction("渡口", None, {"page": "9"}))
    assert read_sidecar(path).file == {"journal": "别人改的"}
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_nothing_is_written_over_a_broken_sidecar(tmp_path):
    path = write(tmp_path, sidecar="[[article]\n")
    with pytest.raises(SidecarError, match="line 1"):
        write_correction(path, Correction("渡口", None, {"page": "9"}))
    assert sidecar_of(path).read_text(encoding="utf-8") == "[[article]\n"


def test_a_folder_that_cannot_be_written_is_an_error_with_a_reason(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(SidecarError, match="cannot be written: Permission denied"):
        write_correction(write(tmp_path), Correction("渡口", None, {"page": "9"}))


def test_every_article_of_the_outline_can_be_made_a_correction(tmp_path):
    path = write(tmp_path)
    report = read(path)
    blocks = [line.removeprefix("# ") for line in outline(report.articles, report.begins)]
    kept = [line for line in blocks if line.startswith(("[[article]]", "begins =", "at ="))]
    pages = [f'{line}\npage = "{n}"' if line.startswith("at =") else line for n, line in enumerate(kept)]
    save_sidecar(path, sidecar_text(path) + "\n".join(pages) + "\n", seen="")
    again = read(path)
    assert again.unapplied == ()
    assert [a.page for a in again.articles] == ["2", "5"]
    assert [(a.title, a.text) for a in again.articles] == [(a.title, a.text) for a in report.articles]


def test_the_anchors_of_a_report_stand_where_they_say(tmp_path):
    report = read(write(tmp_path))
    for id_, anchor, at in report.begins:
        assert id_ in {article.id for article in report.articles}
        assert report.decoded[at:].startswith(anchor[:4])


LINES = [
    "石桥镇的夜市", "林知远", "去年秋天重新开张，摊位八十六个。", "每晚六点开门，直到十点才散。", "渡口末班船",
    "周小满", "船在九点离岸，载的多半是工人。", "编者的话", "桥通以后坐船的人少了一半。", "可总还有人要过河。",
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 5), st.sampled_from(["", "join", "front"])), max_size=6),
    st.booleans(),
)
def test_no_set_of_corrections_loses_a_word(tmp_path_factory, chosen, marked):
    folder = tmp_path_factory.mktemp("any")
    text = "\n\n".join(f"# {line}" if marked and len(line) == 6 else line for line in LINES)
    path = write(folder, text, name="a.md" if marked else "a.txt")
    for line, cut, what in chosen:
        begins = line[cut:] or line
        write_correction(path, Correction(begins, text.index(begins), joins=what == "join", front=what == "front"))
    report = read(path)
    printed = Counter("".join(f"{a.title}{a.text}" for a in report.articles))
    assert Counter("".join(LINES)) - printed == Counter()
    assert [a.id.rpartition("#")[2] for a in report.articles if a.kind == "article"] == [
        str(n) for n in range(1, sum(a.kind == "article" for a in report.articles) + 1)
    ]


def test_the_same_article_joined_twice_or_joined_and_dropped_is_no_fault(tmp_path):
    block = '[[article]]\nbegins = "渡口的最后"\n'
    assert len(read(write(tmp_path, sidecar=f'{block}joins = "previous"\n' * 2)).articles) == 1
    report = read(write(tmp_path, sidecar=f'{block}joins = "previous"\n{block}kind = "front"\n'))
    assert [a.kind for a in report.articles] == ["front", "article"]
