import pytest

from rag.text import bigrams, fold
from rag.understand import as_question, corrected, several, understood

TEXTS = (
    "青石县在老街口建了代表联络站三十六个，检察院和法院的负责人每月到联络站接待群众。",
    "护林员贺小满说，青渡大桥通车以后，养老护理员从镇上走过来只要十分钟。",
    "常委会副主任方一鸣在会上作了关于大运河岸线保护的报告，青石市的老师傅们听得很仔细。",
    "水库里累积的泥沙由县里清走，工地的罚款全数发还，一般发放三个月。",
    "The harbour master of Fairhaven keeps a playground and a lending library for the village; he bakes bread.",
)


class Texts:
    """The words of a few texts, looked up in them."""

    names = ("qingshixian", "fanghe")

    def pairs(self, two):
        return sum(two in bigrams(text) for text in TEXTS)

    def following(self, char):
        return sorted({pair[1] for text in TEXTS for pair in bigrams(text) if pair[0] == char})

    def says(self, text):
        return any(text in fold(said) for said in TEXTS)

    def latin(self, word):
        return sum(word in fold(text).replace(".", "").split() for text in TEXTS)

    def spelt(self, word):
        return int(word in self.names)

    def common(self, word):
        return word in {"where", "bridge", "villages", "planned", "bake"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("青渡大乔什么时候通车？", "青渡大桥什么时候通车？"),  # the same sound
        ("检查院的负责人多久来一次？", "检察院的负责人多久来一次？"),  # a word by itself, but not this one
        ("代表联络络站有多少个？", "代表联络站有多少个？"),  # doubled
        ("代表络联站有多少个？", "代表联络站有多少个？"),  # turned round
        ("养老护里员走多久？", "养老护理员走多久？"),
        ("常为会副主任是谁？", "常委会副主任是谁？"),  # across a word like 为
        ("Where is the playgruond?", "Where is the playground?"),
        ("the libary of Fairhavn", "the library of Fairhaven"),
    ],
)
def test_a_slip_is_put_right_by_what_the_archive_says(typed, meant):
    found = corrected(typed, Texts())
    assert found.text == meant
    for before, after in found.changes:
        assert before in typed
        assert after in meant


@pytest.mark.parametrize(
    "question",
    [
        "青渡大桥什么时候通车？",
        "检察院的负责人多久来一次？",
        "书记讲了什么？",
        "石嘴山市设了多少名河长？",  # nothing of it is in the archive
        "青石县的图书馆在哪里？",
        "青石区有多少个代表联络站？",  # another place, not a slip
        "三十五个代表联络站在哪里？",  # another number
        "Where is the bridge?",
        "How many villages are planned?",
        "水库里累计的泥沙有多少？",  # a word, though only the archive's stands there
        "累计多少泥沙？",
        "违章的一般罚多少？",  # a word of one character
        "去青渡大桥的老师有多少？",
        "代表在联络站接见过多少人？",  # another word for 接待
        "Who baked it?",  # a form of a word
        "Where does Haven live?",  # a short name
        "Where is VILLAGR?",
        "Who governs Qingshi?",  # good Pinyin: most likely another name
        "",
    ],
)
def test_what_may_be_meant_as_it_stands_is_left_alone(question):
    assert corrected(question, Texts()) == type(corrected("", Texts()))(question, ())


def test_several_slips_are_put_right_and_told_one_by_one():
    found = corrected("青渡大乔的养老护里员", Texts())
    assert found.text == "青渡大桥的养老护理员"
    assert len(found.changes) == 2


def test_traditional_characters_are_no_slip_and_stay():
    assert corrected("青渡大橋什麼時候通車？", Texts()).changes == ()


@pytest.mark.parametrize(
    ("keywords", "question"),
    [
        ("青石县 听证会 主持人", "青石县听证会的主持人是谁？"),
        ("青渡大桥 长度", "青渡大桥的长度是多少？"),
        ("保护条例 施行日期", "保护条例的施行日期是什么时候？"),
        ("Fairhaven library opening date", "When was the date of Fairhaven library opening?"),
    ],
)
def test_keywords_become_the_question_they_stand_for(keywords, question):
    assert as_question(keywords) == question


@pytest.mark.parametrize(
    "query", ["青渡大桥有多长？", "青渡大桥 长度 是多少", "青石县 联络站", "长度", "Who is the mayor"]
)
def test_what_is_a_question_already_or_tells_no_kind_is_left_alone(query):
    assert as_question(query) is None


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("作者是谁？在哪里工作？", ["作者是谁？", "在哪里工作？"]),
        ("大桥是哪年开工的，有多长？", ["大桥是哪年开工的？", "有多长？"]),
        ("会议是什么时候、在哪里召开的？", ["会议是什么时候召开的？", "会议是在哪里召开的？"]),
        ("有多少辆校车、多少条线路？", ["有多少辆校车？", "多少条线路？"]),
        ("When and where was it held?", ["When was it held?", "Where was it held?"]),
        ("How long is it and who built it?", ["How long is it?", "who built it?"]),
    ],
)
def test_several_questions_in_a_line_come_apart(line, parts):
    assert several(line) == parts


@pytest.mark.parametrize(
    "question",
    [
        "2023年底和2024年底各有多少个？",
        "谁和谁一起建的桥？",
        "一天几个价的问题，后来是怎么管住的？",
        "请看清楚。作者是谁？",
        "Which bridges are there?",
        "还有呢",
    ],
)
def test_one_question_stays_one(question):
    assert several(question) == [question]


def test_without_the_words_of_an_archive_only_keywords_are_read_as_a_question():
    meant = understood("青渡大乔 长度", None)
    assert (meant.search, meant.query, meant.changes) == ("青渡大乔 长度", "青渡大乔的长度是多少？", ())
    meant = understood("青渡大乔 长度", Texts())
    assert (meant.search, meant.query) == ("青渡大桥 长度", "青渡大桥的长度是多少？")
