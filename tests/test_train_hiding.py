"""What a reader learns from beside its questions: tokens hidden in the passage, and names that are not in it."""

import pytest

torch = pytest.importorskip("torch")

from rag.read import match  # noqa: E402
from rag.train import hiding  # noqa: E402
from rag.train.reader_examples import Question  # noqa: E402
from rag.train.swapping import Swapper  # noqa: E402

MASK = 4
CONTEXT = "2023年，乳山市设立河长106名，第三届河长大会由林岚主持。《乳山市河长条例》同时施行。"


def tensors(windows=40, tokens=64):
    """Return windows of a special token, ten of the question and a passage whose fifth to eighth tokens answer."""
    ids = torch.arange(100, 100 + windows * tokens).reshape(windows, tokens)
    types = torch.full_like(ids, match.PASSAGE + 1)
    types[:, 0], types[:, 1:11] = 0, match.QUESTION
    return {"input_ids": ids, "token_type_ids": types, "gold": torch.tensor([[15, 18]] * windows)}


def test_hidden_are_tokens_of_the_passage_that_are_not_of_the_answer():
    torch.manual_seed(0)
    given = tensors()
    before = given["input_ids"].clone()
    hidden = hiding.hide(given, MASK)
    assert torch.equal(hidden.tokens, before[hidden.places])
    assert torch.equal(given["input_ids"] == MASK, hidden.places)
    assert torch.equal(given["input_ids"][~hidden.places], before[~hidden.places])
    assert not hidden.places[:, :11].any()
    assert not hidden.places[:, 15:19].any()


def test_about_as_many_are_hidden_as_the_shares_say():
    torch.manual_seed(0)
    given = tensors(windows=400)
    places = hiding.hide(given, MASK).places[:, 19:]
    hit = places.any(dim=1)
    assert hit.float().mean().item() == pytest.approx(hiding.WINDOWS, abs=0.08)
    assert places[hit].float().mean().item() == pytest.approx(hiding.TOKENS, abs=0.04)


def asked(text):
    start = CONTEXT.index("106名")
    return Question("own", "zh", text, CONTEXT, ((start, start + 4),))


@pytest.fixture
def swapper():
    others = ("文登市有多少名河长？", "第五届大会谁主持？", "周明在《文登市防洪条例》里写了什么？", "济南市谁当河长？")
    return Swapper([asked(text) for text in others], seed=3)


@pytest.mark.parametrize("text", ["2023年设了多少名河长？", "乳山市设了多少名河长？", "第三届河长大会设了多少名河长？"])
def test_another_name_than_the_passage_has_is_asked_for(swapper, text):
    swapped = swapper.swapped(asked(text))
    assert swapped is not None
    assert swapped.text != text
    assert swapped.answers == ()
    assert swapped.context == CONTEXT


def test_a_question_without_a_name_that_the_passage_has_stays(swapper):
    assert swapper.swapped(asked("一共设了多少名河长？")) is None
    assert swapper.swapped(asked("威海市设了多少名河长？")) is None
