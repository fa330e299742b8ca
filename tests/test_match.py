import pytest

from rag import match


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


def test_the_sentence_that_shares_most_is_marked_best():
    _, told = match.types("南山小学有多少教师", "会议开了三天。南山小学有教师九十人。")
    sentences = [sentence for *_, sentence in facts(told)]
    assert sentences[0] == 0
    assert set(sentences[7:]) == {4}


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


def test_a_question_that_names_no_sort_wants_nothing():
    _, told = match.types("会议精神是什么？", "2023年开会。")
    assert {w for w, _ in wanted_and_near(told)} == {0}


def test_nearness_is_measured_to_the_next_shared_pair():
    _, told = match.types("南山", "南山" + "的" * 30)
    near = [n for _, n in wanted_and_near(told)]
    assert near == [0] * (2 + 6) + [1] * 14 + [2] * 10


@pytest.mark.parametrize(("question", "passage"), [("", ""), ("问", ""), ("", "文")])
def test_empty_texts_give_empty_types(question, passage):
    asked, told = match.types(question, passage)
    assert (len(asked), len(told)) == (len(question), len(passage))
