from eval.data import Entry, Evidence, Question
from eval.followups import gap, in_full, to_table

PROOF = (Evidence("river", "设立河长106名"),)
FIRST = Question("c#1", "zh", "name", "哪个市设了河长？", ("云溪市",), PROOF)
SECOND = Question("c#2", "zh", "follow-up", "有多少？", ("106名",), PROOF, "云溪市有多少名河长？")
CHAT = [Entry("c", (FIRST, SECOND), is_chat=True)]
RIGHT = {"status": "answered", "answer": "106名", "citations": [{"source": "river.txt", "text": "设立河长106名"}]}


def test_a_turn_with_a_full_form_is_asked_by_itself_too():
    (alone,) = in_full(CHAT)
    assert (alone.id, alone.is_chat, alone.turns[0].text) == ("c#2=full", False, "云溪市有多少名河长？")


def test_the_gap_is_full_form_less_follow_up():
    answers = {"c": {"turns": [RIGHT, {"status": "not_found"}]}, "c#2=full": RIGHT}
    block = gap(CHAT, answers)["follow_ups"]
    assert block["figures"]["F1"] == {"follow-up": 0.0, "in full": 1.0, "gap": 1.0, "n": 1}
    assert block["worse"] == ["c#2"]
    assert "| F1 | 0.000 | 1.000 | +1.000 | 1 |" in to_table(block)


def test_without_full_forms_answered_there_is_no_gap():
    assert gap(CHAT, {"c": {"turns": [RIGHT, RIGHT]}}) == {}
