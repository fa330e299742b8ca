"""rag.articles.formats.parse_json: records of JSON and JSON Lines."""

import json

import pytest

from rag.articles import read_articles
from rag.articles.formats.fields import FOLDER_FILE, Fields
from rag.articles.formats.parse_json import parse_json
from rag.errors import ArticleError

ONE = {"title": "三个站", "authors": ["林晓", "陈大山"], "date": "2024-05-03T10:20:00Z", "text": "一段。\n二段。"}
TWO = {"title": "两座桥", "content": "桥修好了。"}
SAID = {"title": "三个站", "author": "林晓；陈大山", "date": "2024-05-03"}


def parse(value, **more):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return parse_json(text.encode(), "a.json", **more)


def records(parsed):
    for line in parsed.lines:
        assert line.text == "".join(parsed.decoded[a:b] for a, b in line.ranges)
    return [(entry.native, [line.text for line in parsed.lines[entry.first : entry.last]]) for entry in parsed.entries]


@pytest.mark.parametrize(
    "value",
    [
        [ONE, ONE],
        {"status": 200, "data": {"total": 2, "items": [ONE, ONE]}},
        {"hits": {"hits": [{"_id": 1, "_source": ONE}, {"_id": 2, "_source": ONE}]}},
        {"a1": ONE, "a2": ONE},
        "\n".join([json.dumps(ONE)] * 2),
        "\ufeff" + "\r\n\r\n".join([json.dumps(ONE)] * 2),
        json.dumps(ONE, indent=2) * 2,
    ],
    ids=["list", "wrapped", "search hits", "by key", "lines", "lines with BOM", "one after another"],
)
def test_records_are_found_however_they_are_wrapped(value):
    parsed = parse(value)
    assert parsed.told == "record"
    assert records(parsed) == [(SAID, ["一段。", "二段。"])] * 2


def test_one_record_alone_may_hold_its_text_as_paragraphs_and_its_data_deeper_down():
    value = {
        "meta": {"headline": "三个站", "author": {"name": "林晓"}},
        "body": [{"type": "p", "text": "一段"}, {"type": "p", "text": "二段。"}],
    }
    parsed = parse(value)
    assert records(parsed) == [({"title": "三个站", "author": "林晓"}, ["一段", "二段。"])]
    assert all(line.whole for line in parsed.lines)


def test_markup_in_a_text_is_read_as_a_page():
    parsed = parse([{"标题": "三个站", "正文": "<p>一<b>段</b>。</p><script>x()</script><p>二段。</p>"}])
    assert records(parsed) == [({"title": "三个站"}, ["一段。", "二段。"])]


def test_other_line_ends_may_stand_within_a_line_of_json():
    parsed = parse('{"text": "甲。\u2028乙。"}\n{"text": "丙。\x85丁。"}\n')
    assert [lines for _, lines in records(parsed)] == [["甲。", "乙。"], ["丙。", "丁。"]]


def test_broken_lines_are_left_out_and_counted_if_most_are_whole():
    line = json.dumps(TWO)
    parsed = parse("\n".join([line, line[:9], line, line]))
    assert len(parsed.entries) == 3
    assert any("line 2" in note for note in parsed.notes)
    with pytest.raises(ArticleError, match="line 2"):
        parse("\n".join([line, line[:9], line[:9]]))


def test_half_a_surrogate_pair_is_shown_as_lost():
    parsed = parse('[{"title": "a", "text": "\\ud83d好。"}]')
    assert records(parsed)[0][1] == ["\ufffd好。"]
    assert (parsed.undecodable, parsed.lost) == (1, (0,))


def test_moments_become_days_and_addresses_are_no_journal():
    parsed = parse([{"title": "a", "text": "好。", "time": 1714694400000, "source": "https://a.b/c"}])
    assert records(parsed)[0][0] == {"title": "a", "date": "2024-05-03"}


def test_a_long_field_of_no_known_name_is_taken_for_the_text_and_told():
    parsed = parse([{"id": "7", "zw": "今年建成了三个代表联络站，覆盖全镇十二个村。" * 5}])
    assert parsed.notes == ("the column 'zw' is taken for the text",)


def test_json_without_text_is_refused_with_its_keys():
    with pytest.raises(ArticleError, match=r"it has name, version.*wenju-fields\.toml"):
        parse({"name": "x", "version": "1.0"})


@pytest.mark.parametrize("text", ["[]", "{}", "12", '"a"', "null", "[1, 2]"])
def test_json_without_records_is_refused(text):
    with pytest.raises(ArticleError, match="no records"):
        parse(text)


@pytest.mark.parametrize(
    "text", ['{"title": "a"', "not json", "[" * 100_000, '{"a":' * 100_000, "1" * 10_000, "[NaN,]"]
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ArticleError):
        parse(text)


def test_names_of_the_users_own_reach_into_records_within():
    fields = Fields({"title": ("meta.hl",), "text": ("lead", "story.p")})
    value = [{"meta": {"hl": "三个站"}, "lead": "导语。", "story": {"p": ["一段。"]}, "text": "别的"}]
    assert records(parse(value, fields=fields)) == [({"title": "三个站"}, ["导语。", "一段。"])]


@pytest.mark.parametrize("place", ["a.json.fields.toml", FOLDER_FILE, f"../{FOLDER_FILE}"])
def test_a_mapping_beside_the_file_or_above_it_is_used(tmp_path, place):
    folder = tmp_path / "root" / "sub"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(json.dumps([{"hl": "三个站", "story": "好。", "text": "别的"}]), encoding="utf-8")
    mapping = 'title = "hl"\ntext = ["story"]\n[fixed]\njournal = "云泽日报"\n'
    (folder / place).write_text(mapping, encoding="utf-8")
    [article] = read_articles(folder / "a.json", "root/sub/a.json").articles
    assert (article.title, article.text, article.journal) == ("三个站", "好。", "云泽日报")
    assert (article.found["title"], article.found["journal"]) == ("record", "record")


@pytest.mark.parametrize(
    ("mapping", "why"),
    [("title = ", "no TOML"), ('titel = "a"', "'titel' is no field"), ("title = 3", "name of a column")],
)
def test_a_mapping_that_cannot_be_read_is_an_error_that_says_why(tmp_path, mapping, why):
    (tmp_path / "a.json").write_text('[{"text": "好。"}]', encoding="utf-8")
    (tmp_path / FOLDER_FILE).write_text(mapping, encoding="utf-8")
    with pytest.raises(ArticleError, match=why):
        read_articles(tmp_path / "a.json", "a.json")


def test_what_a_record_says_stands_above_what_its_text_seems_to_say(tmp_path):
    record = {
        "title": "三个站",
        "author": "林晓",
        "date": "2024-05-03",
        "text": "陈大山\n2019年1月1日\n\n正文在此，说得很长。",
    }
    (tmp_path / "a.json").write_text(json.dumps([record]), encoding="utf-8")
    [article] = read_articles(tmp_path / "a.json", "a.json").articles
    assert (article.title, article.authors, article.date) == ("三个站", ("林晓",), "2024-05-03")


def test_a_column_that_names_each_record_is_taken_for_the_title_and_told():
    laws = [
        {"law": f"云泽县{what}管理条例", "kind": "条例", "text": "第一条 为了管理。"}
        for what in ("河道", "养犬", "供水")
    ]
    parsed = parse(laws)
    assert [native["title"] for native, _ in records(parsed)] == [law["law"] for law in laws]
    assert parsed.notes == ("the column 'law' is taken for the title",)


def test_a_record_without_any_title_has_its_first_words(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"text": "今年春天，青山镇建成了三个站。"}, {"text": "两座桥。"}]))
    articles = read_articles(tmp_path / "a.json", "a.json").articles
    assert [(article.title, article.found["title"]) for article in articles] == [
        ("今年春天", "first words"),
        ("两座桥。", "first words"),
    ]


def test_headings_of_markdown_in_a_text_are_headings():
    parsed = parse([{"title": "a", "text": "## 第一章 总则\n第一条 为了管理。\n#话题# 一说"}])
    assert [(line.text, line.level) for line in parsed.lines] == [
        ("第一章 总则", 2),
        ("第一条 为了管理。", 0),
        ("#话题# 一说", 0),
    ]
