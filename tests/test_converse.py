import pytest

from rag.converse import Turn, leans_back, resolve


def carried(question, earlier, **given):
    return tuple(term.text for term in resolve(question, earlier, **given).carried)


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
    assert resolve("还有呢？", []).move == "alone"


def test_nothing_is_carried_into_a_question_that_stands_on_its_own():
    resolved = resolve("石嘴山市立了多少部法规？", ["济南市设了多少名河长？"])
    assert (resolved.query, resolved.carried) == ("石嘴山市立了多少部法规？", ())


def test_a_word_for_a_place_gives_way_to_the_place():
    resolved = resolve("那里的图书馆藏书多少？", ["济南市设了多少名河长？"])
    assert (resolved.query, resolved.search) == ("济南市的图书馆藏书多少？", "济南市的图书馆藏书多少？")
    assert [(term.text, term.kind) for term in resolved.carried] == [("济南市", "place")]


def test_a_pronoun_takes_over_names_and_content_words():
    resolved = resolve("它们今年收到多少条意见？", ["济南市的联系点有几家？"])
    assert "济南市" in resolved.search
    assert "联系点" in resolved.search
    assert resolved.certain


def test_a_chain_of_follow_ups_keeps_the_topic():
    earlier = ["济南市设了多少个联络站？", "那里有多少名代表？"]
    assert "济南市" in carried("线上的呢？", earlier)


def test_a_new_topic_ends_the_old_one():
    earlier = ["济南市设了多少名河长？", "石嘴山市立了多少部法规？"]
    assert carried("那里的图书馆藏书多少？", earlier) == ("石嘴山市",)


def test_the_answer_before_can_be_what_is_meant():
    earlier = [Turn("第一部保护运河岸线的法规是哪部？", "《济宁市运河岸线条例》")]
    resolved = resolve("制定它的那个市建了多少处联络站？", earlier)
    assert resolved.query == "济宁市建了多少处联络站？"


def test_a_long_answer_is_not_searched_for_names():
    earlier = [Turn("谁是河长？", "一天清早，" + "老周走过青石桥，又走过济南市。" * 4)]
    assert "济南市" not in carried("那里怎么样了？", earlier)


def test_strings_and_turns_may_be_mixed():
    assert carried("那里有多少名代表？", ["济南市有几个区？", Turn("它有多大？", None)]) == ("济南市",)


def test_english_names_are_carried_without_the_question_word():
    taken = carried("When was it opened?", ["Where is the harbour of Fairhaven?"])
    assert taken[0] == "Fairhaven"
    assert "Where" not in taken


def test_what_the_question_says_itself_is_not_carried_again():
    assert carried("它的河长有几名？", ["济南市的河长有几名？"]) == ("济南市",)


def test_a_year_is_carried_only_when_asked_back_for():
    earlier = ["2023年济南市设了多少名河长？"]
    assert resolve("那一年关停了几家作坊？", earlier).query == "2023年关停了几家作坊？"
    assert "2023年" not in carried("那里有多少名代表？", earlier)


def test_carrying_is_bounded():
    long_question = "济南市、青岛市、石嘴山市、潍坊市和德州市在立法、监督、代表、预算、信访、调研上有什么经验？"
    assert len(resolve("它们还做了什么？", [long_question]).carried) <= 8
    assert len(resolve("德州呢？", [long_question]).carried) <= 8


A = Turn("济南市2022年建了多少个代表联络站？", "580个")
B = Turn("How many liaison stations did Jinan build in 2022?", "580")
LISTED = Turn("宁溪县的四本账是哪四本？", "民情账、交办账、督办账、回访账")


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("济宁呢？", A, "济宁2022年建了多少个代表联络站？"),
        ("济宁？", A, "济宁2022年建了多少个代表联络站？"),
        ("2023年呢？", A, "济南市2023年建了多少个代表联络站？"),
        ("济宁2023年呢？", A, "济宁2023年建了多少个代表联络站？"),
        ("线上的呢？", A, "济南市2022年建了多少个线上代表联络站？"),
        ("And in 2023?", B, "How many liaison stations did Jinan build in 2023?"),
        ("What about Jining?", B, "How many liaison stations did Jining build in 2022?"),
        ("And how many in Jining?", B, "How many liaison stations did Jining build in 2022?"),
        ("那常委会呢？", Turn("济南市人大办了几件事？"), "济南市常委会办了几件事？"),
        ("副组长呢？", Turn("检查组的组长是谁？", "方一鸣"), "检查组的副组长是谁？"),
        ("那永安大桥呢，有多长？", Turn("青渡大桥是哪年通车的？"), "永安大桥有多长？"),
    ],
)
def test_a_part_takes_the_place_of_its_like_and_all_else_is_kept(question, before, whole):
    resolved = resolve(question, [before])
    assert resolved.query == whole
    assert resolved.certain


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("不是，我问的是济宁", A, "济宁2022年建了多少个代表联络站？"),
        ("不对，是2023年", A, "济南市2023年建了多少个代表联络站？"),
        ("no, I meant Jining", B, "How many liaison stations did Jining build in 2022?"),
        ("I meant 2021, not 2022", B, "How many liaison stations did Jinan build in 2021?"),
    ],
)
def test_a_correction_asks_the_last_question_again_with_what_was_meant(question, before, whole):
    resolved = resolve(question, [before])
    assert (resolved.move, resolved.query) == ("corrected", whole)


@pytest.mark.parametrize("question", ["还有呢？", "还有别的吗？", "还有吗"])
def test_whoever_asks_for_more_does_not_want_the_same_again(question):
    resolved = resolve(question, [A])
    assert (resolved.move, resolved.query, resolved.besides) == ("more", A.question, ("580个",))
    again = resolve(question, [A, Turn("还有呢？", "12个")])
    assert (again.query, again.besides) == (A.question, ("580个", "12个"))


def test_why_and_when_alone_ask_the_same_with_another_question_word():
    shrunk = Turn("云湖的湖滩面积缩小了多少平方公里？", "11.6平方公里")
    assert resolve("为什么？", [shrunk]).query == "为什么云湖的湖滩面积缩小了？"
    off = Turn("In which year was the siren switched off?", "2021")
    assert resolve("Why?", [off]).query == "Why was the siren switched off?"


def test_an_item_of_a_list_can_be_pointed_to_by_its_number():
    assert resolve("第二个是什么意思？", [LISTED]).query == "交办账是什么意思？"
    assert resolve("第三本账记什么？", [LISTED]).query == "督办账记什么？"
    assert resolve("第九个是什么意思？", [LISTED]).move != "item"
    rules = Turn("What are the rules?", "three", ("be brief", "be kind", "be early"))
    assert "be early" in resolve("What does the third one mean?", [rules]).query


def test_what_is_not_wanted_is_not_taken_over():
    assert resolve("济宁呢？", [A], without=("2022年",)).query == "济宁建了多少个代表联络站？"
    assert carried("那里有多少名代表？", [A], without=("济南市",)) == ()


def test_the_question_as_it_was_asked_is_gone_by_where_it_is_known():
    known = Turn("济宁呢？", "178处", asked="济宁市2024年建了多少个联络站？")
    assert resolve("2023年呢？", [A, known]).query == "济宁市2023年建了多少个联络站？"


FELL = Turn("3月5日青石桥坍塌死了多少人？", "9人")
TICKETS = Turn("How many tickets were given out in Fairhaven in March?", "300")


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("其中线上的呢？", A, "济南市2022年建了多少个线上代表联络站？"),
        ("3月份呢？", Turn("济南市2月份建了多少个联络站？"), "济南市3月份建了多少个联络站？"),
        ("去年呢？", A, "济南市去年建了多少个代表联络站？"),
        ("受伤的呢？", FELL, "3月5日青石桥坍塌受伤了多少人？"),
        ("累计呢？", Turn("济南市第一医院3月5日有多少人出院？"), "济南市第一医院累计有多少人出院？"),
        ("青岛市中心医院呢？", Turn("济南市第一医院有多少人出院？"), "青岛市中心医院有多少人出院？"),
        ("落马呢？", Turn("郝宏军是哪一年当选的？"), "郝宏军是哪一年落马的？"),
        ("城区呢？", Turn("济南市全市平均降雨量是多少？"), "济南市城区平均降雨量是多少？"),
        ("跟青岛比呢？", A, "青岛2022年建了多少个代表联络站？"),
        ("And in April?", TICKETS, "How many tickets were given out in Fairhaven in April?"),
        ("And third?", Turn("Who was second in the race?"), "Who was third in the race?"),
        ("And the online ones?", B, "How many online liaison stations did Jinan build in 2022?"),
        ("What about consumer credit?", Turn("How much did home lending rise?"), "How much did consumer credit rise?"),
        ("Compared with Jining?", B, "How many liaison stations did Jining build in 2022?"),
    ],
)
def test_months_verbs_sums_scopes_and_ordinals_have_their_likes_too(question, before, whole):
    assert resolve(question, [before]).query == whole


def test_a_part_put_in_after_another_of_its_sort_takes_its_place():
    earlier = [Turn("济南市要建成多少个政务服务中心？"), Turn("村居延伸服务网点呢？")]
    assert resolve("不是，我问的是派出所窗口", earlier).query == "济南市要建成多少派出所窗口？"


def test_a_topic_with_a_question_of_its_own_is_asked_that():
    earlier = [Turn("济南市的联系点收到多少条意见？", "526条")]
    assert resolve("该市的立法联系点呢，有多少个？", earlier).query == "济南市的立法联系点有多少个？"
    asked = resolve("And the harbour, when was it built?", ["How many boats has Fairhaven?"]).query
    assert asked == "when was the harbour built?"


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("How old is she?", Turn("In which race did Sarah Lane win?"), "How old is Sarah Lane?"),
        ("How long did they last?", TICKETS, "How long did the tickets last?"),
        (
            "Who was to sing in it?",
            Turn("Which musical is Ann Lee to lead?", "Grey Days"),
            "Who was to sing in Grey Days?",
        ),
        (
            "In how many towns?",
            Turn("How many boats did the harbour build?"),
            "In how many towns did the harbour build boats?",
        ),
        ("Who is the mayor?", Turn("How many boats are there in Fairhaven?"), "Who is the mayor in Fairhaven?"),
    ],
)
def test_an_english_pronoun_gives_way_to_what_it_means(question, before, whole):
    assert resolve(question, [before]).query == whole


def test_who_is_known_only_from_an_answer_is_searched_for_only_where_pointed_to():
    earlier = [Turn("济南市的检查组组长是谁？", "方一鸣"), Turn("他是哪年出生的？", "1969年")]
    assert resolve("他当过什么职务？", earlier).query == "方一鸣当过什么职务？"
    assert "方一鸣" not in resolve("那里有多少名代表？", earlier[:1]).search


@pytest.mark.parametrize("question", ["2023年全国粮食产量是多少？", "是谁建的芦渡大桥？", "石嘴山市有几个区？"])
def test_a_full_question_is_not_dragged_back(question):
    assert resolve(question, [A]).query == question


def test_a_question_without_names_leaves_the_place_where_it_was():
    earlier = [Turn("白芦县有多少辆农村校车？"), Turn("驾驶校车的司机每月工资和奖金合计一般拿多少元？")]
    assert "白芦县" in resolve("那里的线路有几条？", earlier).query
