import pytest

from rag.converse import Turn, leans_back, resolve


@pytest.mark.parametrize(
    "question",
    [
        "它们今年收到多少条意见？",
        "该市设了多少名河长？",
        "那里的图书馆藏书多少？",
        "其中女代表有几名？",
        "当年还关停了什么？",
        "多少人干这一行？",
        "线上的呢？",
        "还有呢？",
        "那个镇的书车哪天来？",
        "What post does that author hold?",
        "How many of those are there in the whole country?",
        "When was it opened?",
        "And in 2020?",
        "What about the herring boats?",
    ],
)
def test_a_question_that_points_back_or_is_a_fragment_leans_on_the_earlier_ones(question):
    assert leans_back(question) == "surely"


@pytest.mark.parametrize(
    "question",
    [
        "济南市设立了多少名河长？",
        "《青石河保护条例》是哪年通过的？",
        "“流动书车”每周几到村口？",
        "王小明写的文章登在哪一期？",
        "什么叫河长制？",
        "沿河一共关停了多少家违法排污的小型造纸作坊和印染作坊？",
        "How many boats leave the harbour of Fairhaven every morning?",
        "In which year did Fairhaven open its harbour?",
        "How many are there in Jinan?",
        "尤其重要的其实是哪些制度建设工作内容安排？",
    ],
)
def test_a_question_that_stands_on_its_own_does_not_lean(question):
    assert leans_back(question) == "no"


def test_a_short_question_without_any_name_may_lean():
    assert leans_back("建站有什么要求？") == "perhaps"


def test_a_pointer_behind_a_name_points_to_that_name():
    assert leans_back("济南市和它的各个区设了多少名河长？") == "no"
    assert leans_back("它和济南市的各个区设了多少名河长？") == "surely"


def test_nothing_is_carried_without_earlier_turns():
    assert resolve("它有多长？", []).carried == ()


def test_nothing_is_carried_into_a_question_that_stands_on_its_own():
    resolved = resolve("石嘴山市立了多少部法规？", ["济南市设了多少名河长？"])
    assert (resolved.query, resolved.carried) == ("石嘴山市立了多少部法规？", ())


def test_a_word_for_a_place_gives_way_to_the_place():
    resolved = resolve("那里的图书馆藏书多少？", ["济南市设了多少名河长？"])
    assert (resolved.query, resolved.carried) == ("济南市的图书馆藏书多少？", ("济南市",))


def test_a_pronoun_takes_over_names_and_content_words():
    resolved = resolve("它们今年收到多少条意见？", ["济南市的联系点有几家？"])
    assert "济南市" in resolved.carried
    assert "联系点" in resolved.carried
    assert resolved.query.startswith("它们今年收到多少条意见？ ")
    assert resolved.certain


def test_a_chain_of_follow_ups_keeps_the_topic():
    earlier = ["济南市设了多少个联络站？", "那里有多少名代表？"]
    assert "济南市" in resolve("线上的呢？", earlier).carried


def test_a_new_topic_ends_the_old_one():
    earlier = ["济南市设了多少名河长？", "石嘴山市立了多少部法规？"]
    assert resolve("那里的图书馆藏书多少？", earlier).carried == ("石嘴山市",)


def test_the_answer_before_can_be_what_is_meant():
    earlier = [Turn("第一部保护运河岸线的法规是哪部？", "《济宁市运河岸线条例》")]
    resolved = resolve("制定它的那个市建了多少处联络站？", earlier)
    assert resolved.query == "制定它的济宁市建了多少处联络站？"


def test_a_long_answer_is_not_searched_for_names():
    earlier = [Turn("谁是河长？", "一天清早，" + "老周走过青石桥，又走过济南市。" * 4)]
    assert "济南市" not in resolve("那里怎么样了？", earlier).carried


def test_strings_and_turns_may_be_mixed():
    assert resolve("那里有多少名代表？", ["济南市有几个区？", Turn("它有多大？", None)]).carried == ("济南市",)


def test_english_names_are_carried_without_the_question_word():
    resolved = resolve("When was it opened?", ["Where is the harbour of Fairhaven?"])
    assert resolved.carried[0] == "Fairhaven"
    assert "Where" not in resolved.carried


def test_what_the_question_says_itself_is_not_carried_again():
    carried = resolve("它的河长有几名？", ["济南市的河长有几名？"]).carried
    assert carried == ("济南市",)


def test_a_year_is_carried_only_when_asked_back_for():
    earlier = ["2023年济南市设了多少名河长？"]
    assert "2023年" in resolve("那一年关停了几家作坊？", earlier).carried
    assert "2023年" not in resolve("那里有多少名代表？", earlier).carried


def test_carrying_is_bounded():
    long_question = "济南市、青岛市、石嘴山市、潍坊市和德州市在立法、监督、代表、预算、信访、调研上有什么经验？"
    assert len(resolve("它们还做了什么？", [long_question]).carried) <= 8
