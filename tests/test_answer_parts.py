import pytest
from conftest import make_article

from rag.answer.cells import cell_of
from rag.answer.checks import checks, names_of
from rag.answer.cues import changed, cues
from rag.answer.measures import measure_features
from rag.answer.question import understand
from rag.answer.shapes import shaped, trimmed_words
from rag.answer.sources import answer_key, is_figure, same
from rag.read.tagged import tagged
from rag.types import Paragraph


@pytest.mark.parametrize(
    ("text", "group", "counts"),
    [
        ("云溪市有哪三个图书馆？", "list", {3}),
        ("“六大工程”都有哪些？", "list", {6}),
        ("“三点一站”指的是什么？", "clause", {3, 4}),
        ("Which two towns share the bridge?", "list", {2}),
        ("书车为什么停了？", "clause", set()),
        ("一共34件建议，谁来办？", "fact", set()),
    ],
)
def test_a_question_tells_what_it_wants_and_how_many(text, group, counts):
    asked = understand(text)
    assert (asked.group, set(asked.counts)) == (group, counts)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("投稿的电子邮箱是多少？", "address"),
        ("代表多久走访一次？", "date"),
        ("市里出台了哪部条例？", "title"),
        ("那项活动叫什么？", "name"),
        ("谁主持了会议？", "person"),
        ("有哪几个领域？", None),
    ],
)
def test_a_question_tells_the_sort_of_its_answer(text, sort):
    assert understand(text).sort == sort


def test_words_of_the_wanted_shape_are_found_with_their_units():
    text = "2024年3月5日，全市建站1,200余个，覆盖率91.5%，出台《河道条例》，来信请寄 abc@example.com。"
    told = tagged(text)

    def found(sort):
        return [text[s:e] for s, e in shaped(sort, text, told)]

    assert "2024年3月5日" in found("date")
    assert "1,200余个" in found("number")
    assert found("share") == ["91.5%"]
    assert found("title") == ["《河道条例》"]
    assert "abc@example.com" in found("address")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("即三个部门", "三个部门"),
        ("在河边等", "河边"),
        ("为了孩子", "为了孩子"),
        ("“红旗”", "“红旗”"),
        ("的", "的"),
        ("在线教育", "在线教育"),
    ],
)
def test_particles_at_the_ends_are_left_out_and_quotes_stay(text, kept):
    start, end = trimmed_words(text, 0, len(text), {start for _, start, _ in tagged(text).words})
    assert text[start:end] == kept


@pytest.mark.parametrize("other", ["1200个", "１，２００个", "一千二百个", "“1200 个”"])
def test_spellings_of_a_number_are_one_answer(other):
    assert answer_key(other) == answer_key("1,200个")


@pytest.mark.parametrize(
    ("one", "other", "figures", "alike"),
    [
        ("9月26日", "2024年9月26日", False, True),
        ("2023年9月26日", "2024年9月26日", False, False),
        ("省人大常委会", "云岭省人大常委会", False, True),
        ("近900件", "900余件", True, True),
        ("9300件", "7200件", True, False),
        ("2名", "12名", True, False),
    ],
)
def test_what_says_the_same_folds_and_what_differs_does_not(one, other, figures, alike):
    assert same(answer_key(one), answer_key(other), figures=figures) is alike


def test_a_number_with_its_unit_is_a_figure_and_a_name_with_a_number_is_none():
    assert is_figure("1,200余个")
    assert is_figure("91.5%")
    assert not is_figure("第三中学图书馆分馆")


BRIDGES = make_article("b.txt", "云溪市桥梁普查", ["2023年，云溪市普查桥梁327座。", "省人大常委会听取了报告。"])


def missing(query, sentence=BRIDGES.text):
    return checks(understand(query), BRIDGES.text + "\n" + BRIDGES.title, sentence, BRIDGES)


@pytest.mark.parametrize(
    ("query", "feature"),
    [
        ("青岛市2023年普查了多少座桥？", "missing_places"),
        ("云溪市2021年普查了多少座桥？", "missing_numbers"),
        ("《湿地保护条例》什么时候施行？", "missing_titles"),
        ("Who opened the bridge in Qingdao?", "missing_places"),
        ("十三届三次会议听取了什么报告？", "missing_numbers"),
    ],
)
def test_a_name_that_the_article_does_not_have_is_missed(query, feature):
    assert missing(query)[feature] >= 1


@pytest.mark.parametrize(
    "query",
    [
        "2023年普查了多少座桥？",
        "二〇二三年普查了多少座桥？",
        "報告是哪一年的？",
        "How many bridges did they count in 2023?",
    ],
)
def test_what_the_article_has_in_another_spelling_is_not_missed(query):
    found = missing(query)
    assert (found["missing_places"], found["missing_numbers"], found["other_year"]) == (0.0, 0.0, 0.0)


def test_another_year_than_the_one_asked_for_is_told():
    assert missing("云溪市2021年普查了多少座桥？")["other_year"] == 1.0


def test_another_meeting_post_or_place_than_the_one_asked_for_is_told():
    assert missing("第二十五次会议在哪里开？", "第二十四次会议在杭州召开。")["other_session"] == 1.0
    assert missing("谁当选为市长？", "补选梁玉为常委会副主任。")["other_post"] == 1.0
    assert missing("谁当选为市长？", "选举梁玉为市长，高山为副市长。")["other_post"] == 0.0
    assert missing("青岛市普查了多少座桥？", "济南市普查桥梁100座。")["other_place"] == 1.0
    assert missing("云溪市普查了多少座桥？", "济南市普查桥梁100座。")["other_place"] == 0.0


@pytest.mark.parametrize(
    ("question", "answer", "feature", "value"),
    [
        ("修桥拨了多少专项资金？", "19人", "mismeasured", 1.0),
        ("修桥拨了多少专项资金？", "300万元", "measured", 1.0),
        ("有多少代表到会？", "58名", "measured", 1.0),
        ("一共设了多少个代表联络站？", "58个", "mismeasured", 0.0),
        ("How many years did the building take?", "56名", "mismeasured", 1.0),
        ("How many votes decided it?", "31 march 2026", "mismeasured", 1.0),
        ("年出口额是多少？", "1800多家", "mismeasured", 1.0),
        ("一共派了几架军机？", "1079人", "misclassed", 1.0),
        ("建了多少家书屋？", "12处", "misclassed", 0.0),
        ("How many hospitals were built?", "9名", "peopled", 1.0),
        ("How many members came?", "9名", "peopled", 0.0),
        ("摧毁了几个据点？", "多个", "vague", 1.0),
        ("哪一年回访？", "14日下午", "coarse", 1.0),
        ("On what date was it opened?", "31 march 2026", "coarse", 0.0),
    ],
)
def test_a_figure_of_another_measure_is_told_from_the_one_asked_for(question, answer, feature, value):
    assert measure_features(question, answer)[feature] == value


def test_a_question_for_no_figure_has_no_measure():
    assert measure_features("谁主持了会议？", "58名") == {}


@pytest.mark.parametrize(
    ("kind", "text", "words", "cue", "led"),
    [
        ("why", "因为水浅，渡船停了。", "因为水浅", 1.0, 0.0),
        ("why", "渡船停了，是因为水浅。", "水浅", 0.0, 1.0),
        ("how", "村里通过积分制管理。", "积分制", 0.0, 1.0),
        ("definition", "两岸通：渡船与公交同票。", "渡船与公交同票", 0.0, 1.0),
        ("why", "渡船停了三天。", "三天", 0.0, 0.0),
    ],
)
def test_words_that_lead_up_to_a_reason_a_means_or_a_meaning_are_seen(kind, text, words, cue, led):
    start = text.index(words)
    assert cues(kind, text, start, start + len(words)) == {f"cue@{kind}": cue, f"led@{kind}": led}


def test_english_dates_are_dates_and_no_figures():
    text = "The ferry comes on 31 March 2026, after 12 votes."
    told = tagged(text)
    assert [text[slice(*r)] for r in shaped("date", text, told)] == ["31 March 2026"]
    assert [text[slice(*r)] for r in shaped("number", text, told)] == ["12"]


def test_names_of_people_and_terms_in_quotes_are_names():
    sorts = {name.sort for name in names_of(understand("王建国说的“三进三促”是2024年的吗？"))}
    assert {"term", "year"} <= sorts


def table_article():
    lines = ["桥梁（单位：座）", "县区 | 桥梁总数 | 其中危桥", "石梁县 | 402 | 23", "表后的话。"]
    article = make_article("t.txt", "桥梁", lines)
    kinds = ("body", "table", "table", "body")
    heads = (None, None, 2, None)
    paragraphs = tuple(
        Paragraph(p.number, p.start, p.end, kind, head=head)
        for p, kind, head in zip(article.paragraphs, kinds, heads, strict=True)
    )
    return type(article)(**{name: getattr(article, name) for name in article.__slots__} | {"paragraphs": paragraphs})


def test_a_cell_is_named_by_its_row_and_its_column():
    article = table_article()
    start = article.text.index("23")
    found = cell_of(article, article.paragraphs[2], start, start + 2)
    assert (found.row, found.column, found.text) == ("石梁县", "其中危桥", "23")


def test_the_first_cell_of_a_row_names_itself_and_text_outside_tables_no_cell():
    article = table_article()
    start = article.text.index("石梁县")
    assert cell_of(article, article.paragraphs[2], start, start + 3).row is None
    assert cell_of(article, article.paragraphs[3], article.paragraphs[3].start, article.paragraphs[3].end) is None


def test_a_difference_is_told_from_a_total():
    text = "记录到鸟类151种，比上一次多8种"
    assert changed("鸟多了几种？", text, text.index("8")) == {"changed": 1.0}
    assert changed("鸟多了几种？", text, text.index("151")) == {"changed": 0.0}
    assert changed("鸟有多少种？", text, text.index("8")) == {}
