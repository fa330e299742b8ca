"""rag.articles.formats.parse_csv: rows as records where a column holds text, else as a table with its heads."""

import pytest

from rag.articles import read_articles
from rag.articles.formats.fields import Fields
from rag.articles.formats.parse_csv import parse_csv
from rag.errors import ArticleError

LONG = "今年建成了三个代表联络站，覆盖全镇十二个村，每月开放两次，来了三百多人。"


def parse(text, encoding="utf-8", **more):
    return parse_csv(text.encode(encoding), "a.csv", **more)


def records(parsed):
    for line in parsed.lines:
        assert line.text == "".join(parsed.decoded[a:b] for a, b in line.ranges)
    return [(entry.native, [line.text for line in parsed.lines[entry.first : entry.last]]) for entry in parsed.entries]


def test_usual_names_are_recognised_and_newlines_within_quotes_part_lines():
    parsed = parse('标题,作者,发布时间,正文\n三个站,"林晓、陈大山",2024-05-03 10:20:00,"一段。\n二段。"\n')
    assert parsed.told == "record"
    assert records(parsed) == [
        ({"title": "三个站", "author": "林晓；陈大山", "date": "2024-05-03"}, ["一段。", "二段。"])
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter):
    rows = [["title", "text"], ["A, b", LONG], ["C; d", LONG]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert [native["title"] for native, _ in records(parse(text))] == ["A, b", "C; d"]


def test_a_sheet_program_may_say_the_delimiter_itself():
    assert records(parse("sep=;\r\ntitle;text\r\n一;甲，乙。\r\n")) == [({"title": "一"}, ["甲，乙。"])]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_spreadsheet_programs_are_read(encoding):
    assert records(parse(f"标题,正文\n三个站,{LONG}\n", encoding)) == [({"title": "三个站"}, [LONG])]


def test_year_and_number_make_an_issue():
    parsed = parse(f"题名,刊名,年,期,Author-作者,全文\n三个站,云泽人大,2024,3,林晓,{LONG}\n")
    assert records(parsed)[0][0] == {
        "title": "三个站", "journal": "云泽人大", "issue": "2024年第3期", "date": "2024", "author": "林晓"
    }  # fmt: skip


def test_without_a_text_column_it_is_a_table_whose_rows_stand_under_their_heads():
    parsed = parse("各村站点,,\n村,站（个）,备注\n上河村,2,\n下河村,1,新建\n")
    [(native, rows)] = records(parsed)
    assert native == {"title": "各村站点"}
    assert rows == ["村 | 站（个） | 备注", "上河村 | 2 |", "下河村 | 1 | 新建"]
    assert [line.head for line in parsed.lines] == [True, False, False]
    assert {line.kind for line in parsed.lines} == {"table"}


def test_a_table_without_heads_marks_none():
    assert not any(line.head for line in parse("上河村,2\n下河村,1\n").lines)


def test_a_short_column_called_content_is_one_of_a_table():
    parsed = parse("序号,内容,备注\n一,修桥,完成\n二,补路,\n")
    assert parsed.lines[0].text == "序号 | 内容 | 备注"
    assert records(parse(f"编号,内容\nA,{LONG}\nB,{LONG}\n"))[0][1] == [LONG]


def test_rows_are_cited_with_their_heads(tmp_path):
    path = tmp_path / "各村.csv"
    path.write_text("村,站\n上河村,2\n下河村,1\n", encoding="utf-8")
    [article] = read_articles(path, "root/各村.csv").articles
    assert article.title == "各村"
    assert [(p.kind, p.head) for p in article.paragraphs] == [("table", None), ("table", 1), ("table", 1)]


def test_the_users_own_names_count_and_a_name_that_is_not_there_is_told():
    fields = Fields({"title": ("headline",), "text": ("lead", "story")}, {"journal": "云泽日报"})
    text = f"headline,lead,story,text,日期\n三个站,导语。,{LONG},别的,2024\n"
    said = {"journal": "云泽日报", "title": "三个站", "date": "2024"}
    assert records(parse(text, fields=fields)) == [(said, ["导语。", LONG])]
    other = parse("title,text\n甲,乙。\n", fields=fields)
    assert records(other) == [({"journal": "云泽日报", "title": "甲"}, ["乙。"])]
    assert other.notes == ("the field mapping names 'headline', which is not there",)


def test_a_record_with_a_title_alone_keeps_it_and_empty_ones_are_counted():
    parsed = parse('title,text\n三个站,\n"",""\n,"  "\n两座桥,桥修好了。\n', fields=None)
    assert [lines for _, lines in records(parsed)] == [["三个站"], ["桥修好了。"]]


def test_text_that_was_not_quoted_keeps_its_commas():
    parsed = parse("title,text\n" + "".join(f"篇{n},一，二。\n" for n in range(9)) + "末,one, two, three.\n")
    assert records(parsed)[-1][1] == ["one,two,three."]
    assert any("more cells" in note for note in parsed.notes)


def test_a_file_without_rows_is_refused():
    with pytest.raises(ArticleError, match="holds no text"):
        parse(" \n,,,\n")
