from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import WordRetriever

from rag.answer.calibrate import Calibration
from rag.assistant import Assistant
from rag.converse import Turn
from rag.errors import ConfigError

BY_MARGIN = Calibration(weights={"margin": 1.0}, bias=0.0, answer_threshold=0.5, related_threshold=0.1)


@pytest.fixture
def assistant(retriever, reader):
    return Assistant(retriever, reader, calibration=BY_MARGIN)


def test_a_question_is_answered_by_the_articles_own_words(assistant):
    answer = assistant.ask("全市设立了多少名河长？")
    assert answer.status == "answered"
    assert "一百零六名" in answer.text
    cited = answer.citations[0]
    assert cited.text[slice(*cited.marks[0])] == answer.text
    assert assistant.article(cited.article_id).title == cited.title


def test_every_stage_is_timed_and_the_total_is_their_sum(assistant):
    spent = dict(assistant.ask("全市设立了多少名河长？").milliseconds)
    assert set(spent) == {"retrieve", "read", "answer", "total"}
    assert sum(spent[name] for name in ("retrieve", "read", "answer")) == pytest.approx(spent["total"])


def test_k_hits_bounds_the_hits_and_k_read_what_the_reader_sees(articles, reader):
    seen = []

    class Watched:
        name = "watched"

        def read(self, query, passages, k):
            seen.append(len(passages))
            return reader.read(query, passages, k)

    answer = Assistant(WordRetriever(articles), Watched(), k_hits=3, k_read=2).ask("云溪市的河长")
    assert (len(answer.hits), seen) == (3, [2])


@pytest.mark.parametrize("ask", ["ask", "chat", "search"])
@pytest.mark.parametrize("question", ["", "  \n", "长" * 1001])
def test_empty_and_endless_questions_are_refused_everywhere(assistant, ask, question):
    extra = {"ask": [], "chat": [["前一个问题"]], "search": [5]}[ask]
    with pytest.raises(ConfigError, match="question"):
        getattr(assistant, ask)(question, *extra)


def test_a_follow_up_keeps_what_was_typed_and_names_what_it_took_over(assistant):
    answer = assistant.chat("那里设了多少名河长？", ["云溪市治理了哪条河？"])
    assert answer.query == "那里设了多少名河长？"
    assert answer.carried
    assert "一百零六名" in answer.text


def test_a_question_that_may_stand_alone_is_tried_both_ways(articles, reader):
    asked = []

    class Recording(WordRetriever):
        def retrieve(self, query, k):
            asked.append(query)
            return super().retrieve(query, k)

    answer = Assistant(Recording(articles), reader, calibration=BY_MARGIN).chat(
        "藏书有两万册吗？", [Turn("济南市有图书馆吗？")]
    )
    assert len(asked) == 2
    assert asked[1] == "藏书有两万册吗？"
    assert asked[0] == "济南市藏书有两万册吗？ 图书馆"
    assert answer.query == "藏书有两万册吗？"


def test_a_chat_that_carries_nothing_is_a_plain_question(assistant):
    alone = assistant.ask("How many boats leave the harbour of Fairhaven?")
    chatted = assistant.chat("How many boats leave the harbour of Fairhaven?", ["云溪市治理了哪条河？"])
    assert (chatted.text, chatted.carried) == (alone.text, ())


def test_threads_get_the_answers_to_their_own_questions(assistant):
    questions = ["全市设立了多少名河长？", "图书馆藏书多少册？", "How many boats leave every morning?"] * 20
    alone = {q: assistant.ask(q).text for q in set(questions)}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(assistant.ask, questions))
    assert [a.text for a in together] == [alone[q] for q in questions]


def test_more_of_the_same_is_not_what_was_said_before(assistant):
    first = assistant.ask("全市设立了多少名河长？")
    more = assistant.chat("还有呢？", [Turn.of(first)])
    assert more.asked == first.query
    assert more.text != first.text


def test_several_questions_in_a_line_are_answered_one_by_one(assistant):
    answers = assistant.ask_each("云溪市治理了哪条河？那里设了多少名河长？")
    assert [answer.query for answer in answers] == ["云溪市治理了哪条河？", "那里设了多少名河长？"]
    assert answers[1].carried == ("云溪市",)
    assert len(assistant.ask_each("全市设立了多少名河长？")) == 1


def test_a_batch_answers_a_line_of_several_questions_as_asking_it_does(assistant):
    line = "全市设立了多少名河长？图书馆藏书多少册？"
    (batched,) = assistant.ask_batch([line])
    alone = assistant.ask(line)
    assert [span.text for span in batched.spans] == [span.text for span in alone.spans]
    assert len({span.passage.article_id for span in alone.spans}) == 2


def test_what_was_carried_over_can_be_left_out(assistant):
    assert assistant.chat("那里设了多少名河长？", ["云溪市治理了哪条河？"], without=["云溪市"]).carried == ()


def test_a_slip_is_put_right_told_and_can_be_kept(articles, reader):
    class Knowing(WordRetriever):
        def words(self):
            return self

        def pairs(self, two):
            return sum(two in article.text for article in articles)

        def following(self, char):
            return ()

        def says(self, text):
            return any(text in article.text for article in articles)

        def latin(self, word):
            return 1

    assistant = Assistant(Knowing(articles), reader, calibration=BY_MARGIN)
    typed = "全市设立了多少名河掌一百零六名？"
    answer = assistant.ask(typed)
    assert answer.query == typed
    assert answer.corrected
    assert answer.asked == typed.replace("河掌", "河长")
    assert assistant.ask(typed, as_typed=True).corrected == ()
