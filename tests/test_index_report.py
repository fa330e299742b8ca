"""What a run says: of how many articles a field is known, what is damaged, what was left out."""

import zipfile
from pathlib import Path

import pytest

from rag.articles import FileReport
from rag.index import IndexReport, update_index
from rag.index.remarks import from_notes, to_notes


@pytest.fixture
def update(tmp_path: Path, encoder):
    (tmp_path / "root").mkdir()

    def run() -> IndexReport:
        return update_index([tmp_path / "root"], tmp_path / "index", encoder, max_chars=320)

    return run


def test_remarks_come_out_of_the_store_as_they_went_in():
    report = FileReport("a", (), "", 0, ("a note: with a colon",), "", (("b: c.txt", "too: large"),), ("line 3: gone",))
    remarks = from_notes(to_notes(report))
    assert (remarks.notes, remarks.skipped, remarks.unapplied) == (report.notes, report.skipped, report.unapplied)


def test_fields_are_counted_over_the_articles_and_a_file_name_is_no_title(update, tmp_path):
    (tmp_path / "root" / "a.md").write_text(
        "---\ntitle: 夜市开张\nauthor: 林知远\nissue: 2024年第3期\n---\n\n石桥镇的夜市去年秋天重新开张。\n",
        encoding="utf-8",
    )
    (tmp_path / "root" / "b.txt").write_text(
        "这一段没有标题，只有一句话，而且写得很长，像一个段落。\n", encoding="utf-8"
    )
    report = update()
    assert report.articles == 2
    assert (report.having["title"], report.having["authors"], report.having["issue"]) == (1, 1, 1)
    assert report.having["page"] == 0


def test_undecodable_characters_are_counted_and_found(update, tmp_path):
    text = "渡口的最后一班船\n\n" + "渡口的最后一班船在晚上九点开，载的多半是工人和学生。\n\n" * 20
    raw = text.encode()
    cut = raw.index("载的".encode())
    (tmp_path / "root" / "a.txt").write_bytes(raw[:cut] + b"\xff" + raw[cut:])
    (lost,) = update().undecoded
    assert (lost.source, lost.count) == ("root/a.txt", 1)
    article, paragraph, around = lost.places[0]
    assert (article, paragraph) == ("root/a.txt#1", 1)
    assert "开，\ufffd载的" in around
    assert update().undecoded == ()  # nothing was read, nothing looked through


def test_a_reprint_is_told_once_when_it_is_read(update, tmp_path):
    text = "".join(f"第{n}班船在晚上{n % 12}点开，载着{n * 7}位下夜班的工人和学生过河。" for n in range(30))
    (tmp_path / "root" / "a.txt").write_text(f"渡口的最后一班船\n\n{text}\n", encoding="utf-8")
    assert update().alike == ()
    (tmp_path / "root" / "b.txt").write_text(f"渡口的末班船\n\n{text.replace('学生', '教师')}\n", encoding="utf-8")
    ((one, other, share),) = update().alike
    assert (one, other) == ("root/a.txt#1", "root/b.txt#1")
    assert 0.8 <= share < 1
    (tmp_path / "root" / "c.txt").write_text("另一件事\n\n镇里修了两处厕所，附近的居民说方便多了。\n", encoding="utf-8")
    assert update().alike == ()


def test_members_of_an_archive_that_were_left_out_are_skipped_files(update, tmp_path):
    with zipfile.ZipFile(tmp_path / "root" / "a.zip", "w") as archive:
        archive.writestr("one.txt", "渡口的最后一班船\n\n渡口的最后一班船在晚上九点开，载的多半是工人。\n")
        archive.writestr("scan.png", b"\x89PNG\r\n\x1a\n")
    for _ in range(2):
        report = update()
        assert (report.files, report.articles) == (1, 1)
        assert [source for source, _ in report.skipped] == ["root/a.zip/scan.png"]
        assert not any("\x1f" in note for _, note in report.notes)


def test_garbled_paragraphs_are_flagged_with_their_article(update, tmp_path):
    good = "渡口的最后一班船在晚上九点开，载的多半是下夜班的工人和学生。"
    bad = "锟斤拷" * 12
    (tmp_path / "root" / "a.txt").write_text(f"渡口的最后一班船\n\n{good}\n\n{bad}。\n\n{good}\n", encoding="utf-8")
    (flagged,) = update().flagged
    assert (flagged.article, flagged.paragraph, flagged.misplaced) == ("root/a.txt#1", 2, False)
    assert flagged.garble > 0.5


def test_near_copies_are_paired(update, tmp_path):
    text = "渡口的最后一班船\n\n" + "".join(
        f"第{n}天傍晚，船工老吴又把船撑过了河，载着{n}个工人回家。" for n in range(30)
    )
    (tmp_path / "root" / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "root" / "b.txt").write_text(text + "完。", encoding="utf-8")
    ((one, other, share),) = update().alike
    assert (one, other, share > 0.9) == ("root/a.txt#1", "root/b.txt#1", True)
