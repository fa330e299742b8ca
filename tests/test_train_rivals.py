"""Passages that only look right: which are found, how they are cut, and what a reader learns from them."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

from rag.train.reader_examples import RIVALS, Question, WindowMaker, nearest  # noqa: E402
from rag.train.reader_model import among_all  # noqa: E402
from rag.train.reader_text import build_tokenizer  # noqa: E402
from rag.train.rivals import KEPT, rivals_of  # noqa: E402

TOWNS = ("柳河镇", "石桥镇", "东山乡", "南浦镇", "白塔乡", "枫林镇", "河口镇", "青山镇")
TEXTS = [
    f"{town}今年建成代表联络站{n + 3}个。联络站每月接待群众一次，由{town}人大主席团管理。"
    for n, town in enumerate(TOWNS)
]
OTHERS = [f"第{n}号水库的大坝长{n * 10}米，坝顶种了柳树。" for n in range(1, 30)]


def asked(number=0):
    start = TEXTS[number].index("联络站") + 3
    return Question("own", "zh", f"{TOWNS[number]}建成了几个代表联络站？", TEXTS[number], ((start, start + 2),))


QUESTIONS = [asked(number) for number in range(len(TOWNS))]


def test_rivals_speak_of_the_same_and_hold_no_answer():
    found = rivals_of(QUESTIONS, OTHERS)
    for question in QUESTIONS:
        rivals = found[question.place]
        assert len(rivals) <= KEPT
        assert "联络站" in rivals[0]
        start, end = question.answers[0]
        assert not any(question.context[start:end] in one for one in rivals)


def test_a_question_without_answer_has_no_rivals():
    nothing = Question("own", "zh", "石桥镇谁管联络站？", TEXTS[0], ())
    assert nothing.place not in rivals_of([*QUESTIONS, nothing], OTHERS)


def test_the_nearest_stretch_has_the_width_and_holds_what_is_asked():
    text = "。".join(OTHERS) + TEXTS[0] + "".join(OTHERS)
    cut = nearest("柳河镇建成了几个代表联络站？", text, 60)
    assert "柳河镇今年建成代表联络站" in cut
    assert len(cut) == 60
    assert nearest("谁？", "短文。", 60) == "短文。"


def test_rivals_stand_beside_windows_with_an_answer_in_one_group():
    maker = WindowMaker(build_tokenizer(TEXTS * 4), QUESTIONS, 0, rivals=rivals_of(QUESTIONS, OTHERS))
    groups = [maker.windows(question) for question in QUESTIONS * 20]
    assert {len(group) for group in groups} == {1, 1 + RIVALS}
    assert len({window.group for group in groups for window in group}) == len(groups)
    for group in groups:
        assert len({window.group for window in group}) == 1
        assert all(window.last == 0 for window in group[1:])
        assert len(group) == 1 or group[0].last > 0


def test_an_answer_is_looked_for_among_the_windows_of_its_question_only():
    logits = torch.zeros(3, 5)
    places, groups = torch.tensor([2, 0, 0]), torch.tensor([1, 1, 2])
    even = among_all(logits, places, groups)
    assert even.item() == pytest.approx(torch.tensor(8.0).log().item())  # four tokens of either window
    logits[2, 3] = 9.0  # of another question
    assert among_all(logits, places, groups).item() == pytest.approx(even.item())
    logits[1, 3] = 9.0  # a rival that is surer
    assert among_all(logits, places, groups) > even + 5
    logits[1, 0] = 9.0  # and says that it has no answer
    assert among_all(logits, places, groups) < even


def test_without_an_answer_there_is_nothing_to_look_for():
    logits = torch.ones(2, 4, requires_grad=True)
    loss = among_all(logits, torch.tensor([0, 0]), torch.tensor([1, 1]))
    assert loss.item() == 0
    loss.backward()
