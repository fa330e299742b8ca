"""The reader's recipe on a handful of texts: windows, made questions, and one run from data to a model that loads."""

import itertools
import json
import random

import pytest

torch = pytest.importorskip("torch")
tokenizers = pytest.importorskip("tokenizers")

from rag.train.cloze import cloze_questions  # noqa: E402
from rag.train.overlap import span_f1  # noqa: E402
from rag.train.reader import batches, mixed  # noqa: E402
from rag.train.reader_examples import Question, WindowMaker, encode, questions_of  # noqa: E402
from rag.train.reader_export import collapse  # noqa: E402
from rag.train.reader_glossed import glossed  # noqa: E402
from rag.train.reader_loop import Training  # noqa: E402
from rag.train.reader_model import STEP, begin_with, blend, collate, losses, new_model  # noqa: E402
from rag.train.reader_text import build_tokenizer, neighbour_vectors  # noqa: E402

TOWNS = ("柳河镇", "石桥镇", "东山乡", "南浦镇", "白塔乡", "枫林镇")


def text_of(number):
    town = TOWNS[number % len(TOWNS)]
    return (
        f"2023年{1 + number % 12}月，{town}召开代表大会。会议由主席林岚主持。"
        f"全镇建成代表联络站{number + 3}个，投入资金{number * 7 + 20}万元。《{town}议事规则》同时通过。"
    )


@pytest.fixture(scope="module")
def tokenizer():
    return build_tokenizer([text_of(n) for n in range(40)] * 3 + ["the town council met in Harbour Street"] * 6)


def question(number=0):
    text = text_of(number)
    wanted = f"{number + 3}个"
    start = text.index(wanted)
    return Question("own", "zh", "建成多少个代表联络站？", text, ((start, start + len(wanted)),))


def test_han_characters_and_digits_are_single_tokens(tokenizer):
    tokens = tokenizer.encode("柳河镇2023年", add_special_tokens=False).tokens
    assert tokens == ["柳", "河", "镇", "2", "0", "2", "3", "年"]


def test_the_gold_tokens_of_a_window_spell_the_answer(tokenizer):
    for number in range(6):
        asked = question(number)
        window = encode(tokenizer, asked.text, asked.context, asked.answers[0])
        start, end = asked.answers[0]
        assert (
            tokenizer.decode(window.ids[window.first : window.last + 1].tolist()).replace(" ", "")
            == asked.context[start:end]
        )
        assert len(window.types) == len(window.ids)


def test_an_answer_that_is_cut_off_becomes_no_answer(tokenizer):
    text = "无关的话。" * 200 + "建成站点九个。"
    window = encode(tokenizer, "建成几个？", text, (len(text) - 3, len(text) - 1))
    assert (window.first, window.last) == (0, 0)


def test_random_windows_hold_the_answer_or_say_so(tokenizer):
    maker = WindowMaker(tokenizer, [question(n) for n in range(6)], seed=1)
    seen = {"answer": 0, "none": 0}
    for number in range(200):
        asked = question(number % 6)
        window = maker.windows(asked)[0]
        if window.first == 0:
            seen["none"] += 1
            continue
        seen["answer"] += 1
        start, end = asked.answers[0]
        spelled = tokenizer.decode(window.ids[window.first : window.last + 1].tolist()).replace(" ", "")
        assert spelled == asked.context[start:end]
    assert min(seen.values()) > 10


def test_records_of_both_shapes_become_questions():
    supervised = {"src": "s", "lang": "zh", "context": "共5人。", "qas": [
        {"q": "几人", "a": [["5人", 1]], "type": "span"}, {"q": "是吗", "a": [], "type": "yes"},
        {"q": "谁", "a": [], "type": "unanswerable"}]}  # fmt: skip
    written = {
        "text": "有甲、乙、丙三点。",
        "qas": [{"lang": "zh", "type": "list", "q": "哪三点", "a": ["甲", "乙", "丙"]}],
    }
    assert [q.answers for q in questions_of(supervised)] == [((1, 3),), ()]
    assert [q.answers for q in questions_of(written)] == [((1, 6),)]


def test_a_record_whose_answer_is_elsewhere_is_left_out():
    record = {"src": "s", "lang": "zh", "context": "共5人。", "qas": [{"q": "几人", "a": [["6人", 1]], "type": "span"}]}
    assert list(questions_of(record)) == []


def test_made_questions_ask_for_words_of_their_own_text():
    made = list(cloze_questions([text_of(n) for n in range(30)], seed=0))
    assert len(made) > 10
    for asked in made:
        (start, end) = asked.answers[0]
        assert asked.context[start:end]
        assert asked.context[start:end] not in asked.text


def test_made_questions_are_the_same_for_the_same_seed():
    texts = [text_of(n) for n in range(10)]
    assert list(cloze_questions(texts, 3)) == list(cloze_questions(texts, 3))


def test_f1_counts_the_longest_common_run():
    assert span_f1("35个站", ["35个"]) == 2 * 2 / (3 + 2)  # tokens: 35, 个, 站
    assert span_f1("", ["35个"]) == 0.0
    assert span_f1("ＡＢ", ["甲", "ab"]) == 1.0


class Dictionary:
    """Says every word in capitals, in English order of nothing."""

    def translate(self, text, random):
        return " ".join(word.upper() for word in text.split())


def test_a_chinese_question_in_english_words_keeps_its_context_and_answer():
    asked = glossed(question(), Dictionary(), random.Random(0))
    assert asked.text.startswith(("How many", "How much"))
    assert "多少" not in asked.text
    assert (asked.lang, asked.context, asked.answers) == ("en", question().context, question().answers)


def test_without_a_glossary_questions_stay_as_they_are():
    assert list(mixed(iter([question(1)] * 20), None, seed=0)) == [question(1)] * 20


def test_batches_have_few_shapes_and_lose_no_window(tokenizer):
    maker = WindowMaker(tokenizer, [question(n) for n in range(6)], seed=1)
    stream = batches(maker, (question(n % 6) for n in itertools.count()), seed=0)
    shapes = {tuple(collate(next(stream))["input_ids"].shape) for _ in range(12)}
    assert all(length % STEP == 0 for _, length in shapes)
    assert len(shapes) <= 3


def test_tokens_used_alike_lie_alike(tokenizer):
    rng = random.Random(0)
    texts = [text_of(rng.randrange(60)) for _ in range(300)]
    vectors = neighbour_vectors(tokenizer, texts, 8)
    assert vectors.shape == (tokenizer.get_vocab_size(), 8)

    def likeness(a, b):
        left, right = (vectors[tokenizer.token_to_id(t)] for t in (a, b))
        return float(left @ right) / float((left @ left) ** 0.5 * (right @ right) ** 0.5)

    assert likeness("3", "5") > likeness("3", "岚")


def windows_of(tokenizer):
    maker = WindowMaker(tokenizer, [question(n) for n in range(6)], seed=1)
    return batches(maker, (question(n % 6) for n in itertools.count()), seed=0)


def test_a_stopped_run_goes_on_where_it_was(tokenizer, tmp_path):
    torch.manual_seed(0)
    first = Training(new_model(tokenizer, layers=1, width=64), 1e-3, bf16=False)
    first.run(windows_of(tokenizer), 0.01, tmp_path / "checkpoint.safetensors")
    second = Training(new_model(tokenizer, layers=1, width=64), 1e-3, bf16=False)
    second.load(tmp_path / "checkpoint.safetensors")
    assert second.progress == first.progress
    assert first.progress.steps > 0
    batch = next(windows_of(tokenizer))
    for training in (first, second):
        torch.manual_seed(5)
        training._step(batch, 0.5)
    for mine, other in zip(first.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_a_finished_reader_can_be_begun_with(tokenizer, tmp_path):
    torch.manual_seed(0)
    finished = collapse(new_model(tokenizer, layers=1, width=64))
    finished.save_pretrained(tmp_path)
    model = new_model(tokenizer, layers=1, width=64)
    begin_with(model, tmp_path)
    batch = {k: v for k, v in collate(next(windows_of(tokenizer))).items() if k != "gold"}
    with torch.no_grad():
        ours, theirs = model.eval()(**batch).start_logits, finished(**batch).start_logits
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_deeper_network_begins_nearly_as_the_finished_one(tokenizer, tmp_path):
    torch.manual_seed(0)
    finished = collapse(new_model(tokenizer, layers=2, width=64))
    with torch.no_grad():
        for layer in finished.roformer.encoder.layer:
            for values in layer.output.LayerNorm.parameters():  # as training leaves them, not as they begin
                values.add_(0.1 * torch.randn_like(values))
    finished.save_pretrained(tmp_path)
    deeper = new_model(tokenizer, layers=3, width=64)
    fresh = collapse(deeper)
    begin_with(deeper, tmp_path)
    batch = {k: v for k, v in collate(next(windows_of(tokenizer))).items() if k != "gold"}
    with torch.no_grad():
        ours, theirs, others = (one.eval()(**batch).start_logits for one in (deeper, finished, fresh))
    assert (ours - theirs).abs().max() < 0.05 * theirs.std()
    assert (others - theirs).abs().max() > 0.5 * theirs.std()


def test_a_small_network_learns_what_a_larger_one_makes_of_the_same_windows(tokenizer):
    torch.manual_seed(0)
    teacher = collapse(new_model(tokenizer, layers=2, width=64)).eval()
    with torch.no_grad():
        teacher.qa_outputs.weight.mul_(20)  # else it is sure of nothing
    student = new_model(tokenizer, layers=1, width=64)
    batch = next(windows_of(tokenizer))
    given = {k: v for k, v in collate(batch).items() if k in ("input_ids", "token_type_ids", "attention_mask")}

    def apart():
        with torch.no_grad():
            ours, theirs = (one.eval()(**given).start_logits.softmax(dim=1) for one in (student, teacher))
        return float((ours - theirs).abs().sum(dim=1).mean())

    before, optimizer = apart(), torch.optim.AdamW(student.parameters(), 3e-3)
    for _ in range(60):
        answered, _ = losses(student.train(), collate(batch), bf16=False, teacher=teacher)
        alone, _ = losses(student, collate(batch), bf16=False)
        optimizer.zero_grad()
        (answered - alone).backward()  # what the teacher adds, and nothing else
        optimizer.step()
    assert apart() < 0.5 * before


def test_a_model_is_blended_with_the_one_it_began_with(tokenizer, tmp_path):
    torch.manual_seed(0)
    first, last = (collapse(new_model(tokenizer, layers=1, width=64)) for _ in range(2))
    for name, one in (("first", first), ("last", last)):
        one.save_pretrained(tmp_path / name)
    model = new_model(tokenizer, layers=1, width=64)
    begin_with(model, tmp_path / "last")
    blend(model, tmp_path / "first", 0.25)
    blended, whole = collapse(model).state_dict(), last.state_dict()
    for name, weights in first.state_dict().items():
        assert torch.allclose(blended[name], 0.25 * weights + 0.75 * whole[name], atol=1e-6), name


@pytest.mark.slow
def test_the_recipe_runs_from_data_to_a_model_that_both_runtimes_load(tmp_path):
    pytest.importorskip("onnxscript", reason="the training extra is not installed")
    from rag.read import open_reader
    from rag.read.opening import open_checkpoint
    from rag.train.reader import main
    from rag.types import Passage

    (tmp_path / "reader").mkdir()
    (tmp_path / "written").mkdir()
    records = [
        {
            "src": "own",
            "lang": "zh",
            "context": q.context,
            "qas": [{"q": q.text, "a": [[q.context[s:e], s]], "type": "span"}],
        }
        for q in (question(n) for n in range(30))
        for s, e in q.answers
    ]
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in records)
    for name in ("reader/train_zh.jsonl", "reader/train_en.jsonl", "written/train.jsonl", "written/dev.jsonl"):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    out = tmp_path / "model"
    sizes = ["--minutes", "0.05", "--layers", "1", "--width", "64", "--threads", "1"]
    assert main(["--data", str(tmp_path), "--out", str(out), *sizes]) == 0
    text = text_of(3)
    passage = Passage("p", "a", "s", "", 0, len(text), text)
    for reader in (open_reader(str(out)), open_checkpoint(str(out), "plain")):
        found = reader.read("建成多少个代表联络站？", [passage], 2)
        assert all(text[s.start : s.end] == s.text for s in found)
        assert found
    assert "| written/dev.jsonl | 30 |" in (out / "README.md").read_text(encoding="utf-8")
    taught = tmp_path / "taught"
    assert main(["--data", str(tmp_path), "--out", str(taught), "--teacher", str(out), *sizes]) == 0
    assert (taught / "tokenizer.json").read_bytes() == (out / "tokenizer.json").read_bytes()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(["--device", "cuda"], "no GPU", marks=pytest.mark.skipif(torch.cuda.is_available(), reason="GPU")),
        (["--teacher", "{}"], "another tokenizer"),
    ],
)
def test_a_recipe_that_cannot_begin_says_why_in_a_sentence(tokenizer, tmp_path, monkeypatch, capsys, more, said):
    from rag.train import __main__, reader

    tokenizer.save(str(tmp_path / "tokenizer.json"))
    other = build_tokenizer(["别的文字"] * 9)
    monkeypatch.setattr(reader, "load_questions", lambda data: [])
    monkeypatch.setattr(reader, "text_parts", lambda *given: (other, None))
    told = [one.format(tmp_path) for one in more]
    assert __main__.main(["reader", "--data", str(tmp_path), "--out", str(tmp_path / "out"), *told]) == 2
    assert said in capsys.readouterr().err
