import pytest

from rag.read import match


def facts(ids):
    """Undo the packing of passage types: (level, kind, place, sentence) a character."""
    out = []
    for value in ids:
        rest, sentence = divmod((int(value) - match.PASSAGE) // (match.WANTED * match.NEAR), match.SENTENCES)
        rest, place = divmod(rest, match.PLACES)
        out.append((*divmod(rest, match.KIND_COUNT), place, sentence))
    return out


def test_every_character_gets_one_type_in_range():
    question, passage = "云泽市 有几个Ａ站？", "云泽市建站12个。😀 Ok.\n"
    asked, told = match.types(question, passage)
    assert (len(asked), len(told)) == (len(question), len(passage))
    assert all(match.QUESTION <= t < match.PASSAGE for t in asked)
    assert all(match.PASSAGE <= t < match.TYPE_COUNT for t in told)


def test_levels_tell_one_two_and_more_shared_characters():
    _, told = match.types("水利工程款项", "水，工程，水利工程")
    levels = [level for level, *_ in facts(told)]
    assert levels == [1, 0, 2, 2, 0, 3, 3, 3, 3]


def test_question_words_are_no_match():
    _, told = match.types("有多少个？", "许多家。")
    assert facts(told)[1][0] == 0


def test_latin_words_match_whole_or_not_at_all():
    _, told = match.types("Who runs the Port office?", "report and port")
    levels = [level for level, *_ in facts(told)]
    assert levels[:6] == [0] * 6
    assert levels[-4:] == [3] * 4


def test_width_and_case_do_not_hide_a_match():
    _, told = match.types("ＡＢＣ计划", "abc计划")
    assert [level for level, *_ in facts(told)][:3] == [3, 3, 3]


def test_a_chinese_name_is_found_by_its_sound_in_an_english_question():
    _, told = match.types("What did Qingdao build?", "青岛建成码头。")
    assert [level for level, *_ in facts(told)][:2] == [3, 3]


def test_a_name_of_two_english_words_is_found_by_its_sound():
    _, told = match.types("What did Lin Lan say?", "会上林岚发言。")
    assert [level for level, *_ in facts(told)][2:4] == [3, 3]


def test_an_english_word_matches_the_chinese_word_that_means_the_same():
    _, told = match.types("Which bridge was built in the city?", "城市里建成一座桥梁，天气很好。")
    levels = [level for level, *_ in facts(told)]
    assert min(levels[:2]) >= 1
    assert min(levels[7:9]) >= 1
    assert levels[10:14] == [0] * 4


def test_the_sentence_that_shares_most_is_marked_best():
    _, told = match.types("南山小学有多少教师", "会议开了三天。南山小学有教师九十人。")
    sentences = [sentence for *_, sentence in facts(told)]
    assert sentences[0] == 0
    assert set(sentences[7:]) == {4}


def test_words_that_every_sentence_has_do_not_make_one_the_best():
    passage = "南山小学有学生。南山小学有操场。南山小学有食堂，厨师九人。"
    _, told = match.types("南山小学食堂有几个厨师", passage)
    sentences = [sentence for *_, sentence in facts(told)]
    assert set(sentences[16:]) == {4}
    assert max(sentences[:16]) <= 1


def test_a_best_sentence_that_holds_little_of_the_question_is_told_apart():
    _, told = match.types("南山小学食堂厨师工资标准", "会议开了三天。南山下了雨。")
    assert {sentence for *_, sentence in facts(told)[7:]} == {3}


def wanted_and_near(ids):
    return [divmod((int(value) - match.PASSAGE) % (match.WANTED * match.NEAR), match.NEAR) for value in ids]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("建了多少个站？", "35"),
        ("哪年建站？", "2023年"),
        ("谁负责建站？", "林岚"),
        ("通过了哪部条例？", "《河道条例》"),
    ],
)
def test_what_could_answer_the_question_word_is_marked(question, answer):
    passage = "2023年，林岚说建站35个，通过《河道条例》。"
    _, told = match.types(question, passage)
    wanted = [w for w, _ in wanted_and_near(told)]
    assert "".join(c for c, w in zip(passage, wanted, strict=True) if w == 2) == answer


def test_numbers_of_the_unit_asked_for_come_first():
    passage = "修路35公里，栽树200棵。"
    _, told = match.types("栽了多少棵树？", passage)
    wanted = [w for w, _ in wanted_and_near(told)]
    assert "".join(c for c, w in zip(passage, wanted, strict=True) if w == 2) == "200"


def test_what_ends_as_the_questions_noun_does_is_marked():
    passage = "派出医生的是东山人民医院，不是学校。"
    _, told = match.types("哪家医院派出医生？", passage)
    wanted = [w for w, _ in wanted_and_near(told)]
    assert set(wanted[passage.index("医院") : passage.index("医院") + 2]) == {2}
    assert wanted[passage.index("学校")] == 1


def test_a_question_that_names_no_sort_wants_nothing():
    _, told = match.types("会议精神如何？", "2023年开会。")
    assert {w for w, _ in wanted_and_near(told)} == {0}


def test_nearness_is_measured_to_the_next_shared_pair():
    _, told = match.types("南山", "南山" + "的" * 30)
    near = [n for _, n in wanted_and_near(told)]
    assert near == [0] * (2 + 6) + [1] * 14 + [2] * 10


@pytest.mark.parametrize(("question", "passage"), [("", ""), ("问", ""), ("", "文")])
def test_empty_texts_give_empty_types(question, passage):
    asked, told = match.types(question, passage)
    assert (len(asked), len(told)) == (len(question), len(passage))
