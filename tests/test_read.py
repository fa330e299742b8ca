import json
from itertools import cycle

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from rag.articles import read_articles
from rag.errors import ModelError
from rag.read import BUNDLED_READER, ExtractiveReader, open_reader
from rag.sample import corpus_folder, questions_file
from rag.types import Passage


def passage(text, start=0, article="a"):
    return Passage(f"{article}:{start}-{start + len(text)}", article, "s.txt", "", start, start + len(text), text)


@pytest.fixture
def tokenizer():
    """Characters as tokens; ids are code points below 55,000."""
    vocabulary = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2} | {chr(i): i for i in range(32, 55000)}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return made


class DigitBackend:
    """Gives each digit its own value as start and end logit, other tokens -9, the no-answer token 1 and 1."""

    def logits(self, ids, types, mask):
        digit = (ids >= ord("0")) & (ids <= ord("9"))
        values = np.where(digit, ids - ord("0"), -9).astype(np.float32)
        values[:, 0] = 1
        return values, values


def reader(tokenizer, max_tokens=64):
    return ExtractiveReader("digits", tokenizer, DigitBackend(), matched=False, max_tokens=max_tokens)


def test_a_span_is_the_articles_own_text(tokenizer):
    text = "甲站 7 处，乙站 3 处"
    best, second = reader(tokenizer).read("几处", [passage(text, start=100)], 2)
    assert (best.text, best.start, best.end) == ("7", 103, 104)
    assert second.text == "3"
    assert best.score == (7 + 7) - (1 + 1)


def test_spans_of_all_passages_compete_on_raw_scores(tokenizer):
    found = reader(tokenizer).read("几处", [passage("有2处", article="a"), passage("有9处", article="b")], 5)
    assert [(s.passage.article_id, s.text) for s in found[:2]] == [("b", "9"), ("a", "2")]


def test_no_two_spans_overlap(tokenizer):
    found = reader(tokenizer).read("几处", [passage("共98处，又76处")], 10)
    taken = [range(s.start, s.end) for s in found]
    assert all(set(a).isdisjoint(b) for i, a in enumerate(taken) for b in taken[i + 1 :])


def test_overlapping_passages_do_not_give_the_same_words_twice(tokenizer):
    text = "前文，共98处，后文"
    found = reader(tokenizer).read("几处", [passage(text), passage(text[3:], start=3)], 10)
    assert len({(s.start, s.end) for s in found}) == len(found)
    assert [s.text for s in found].count("9") == 1


@pytest.mark.parametrize("at", [0, 57, 130, 399])
def test_an_answer_in_any_window_of_a_long_passage_is_found(tokenizer, at):
    text = "文" * at + "8" + "文" * (400 - at)
    best = reader(tokenizer, max_tokens=48).read("几处", [passage(text)], 1)[0]
    assert (best.start, best.text) == (at, "8")


def test_blank_questions_and_passages_give_nothing(tokenizer):
    assert reader(tokenizer).read(" ", [passage("有2处")], 3) == []
    assert reader(tokenizer).read("几处", [passage(" ")], 3) == []
    assert reader(tokenizer).read("几处", [], 3) == []


def test_a_question_longer_than_the_window_is_no_crash(tokenizer):
    best = reader(tokenizer, max_tokens=48).read("几" * 300, [passage("有2处")], 3)[0]
    assert best.text == "2"


@pytest.mark.parametrize("name", ["no/such/folder", "https://example.org/model"])
def test_a_reader_that_is_not_there_is_one_clear_sentence(name, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_reader(name)


def test_a_missing_folder_and_a_file_are_refused_without_asking_a_hub(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path, what in ((tmp_path / "file", "not a folder"), (tmp_path / "none", "no such"), ("./none", "no such")):
        with pytest.raises(ModelError, match=what):
            open_reader(str(path))


def test_a_folder_without_a_model_is_refused_for_what_it_lacks(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="cannot be loaded") as refused:
        open_reader(str(tmp_path))
    assert "fetched" not in str(refused.value)


def test_a_broken_bundle_is_a_model_error(tmp_path):
    for name in ("model.onnx", "tokenizer.json", "config.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_reader(str(tmp_path))


@pytest.mark.slow
def test_any_transformers_checkpoint_in_a_folder_reads(tmp_path, tokenizer):
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertForQuestionAnswering(BertConfig(vocab_size=55000, **shape)).save_pretrained(tmp_path)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[UNK]").save_pretrained(tmp_path)
    text = "云泽市建成站点七处。"
    found = open_reader(str(tmp_path)).read("几处", [passage(text)], 3)
    assert found
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.slow
def test_the_bundled_reader_gives_the_same_spans_on_both_runtimes():
    from rag.read.opening import open_checkpoint

    quick, plain = open_reader(), open_checkpoint(str(BUNDLED_READER), "plain")
    records = map(json.loads, questions_file().read_text("utf-8").splitlines())
    asked = [record["question"] for record in records if "question" in record]
    files = [read_articles(file, file.name) for file in sorted(corpus_folder().rglob("*.txt"))]
    texts = cycle(article.text[:400] for found in files for article in found.articles)
    same = []
    for query, text in zip(asked * 2, texts, strict=False):
        ours, theirs = (r.read(query, [passage(text)], 1)[0] for r in (quick, plain))
        assert ours.score == pytest.approx(theirs.score, abs=0.1)
        same.append((ours.start, ours.end) == (theirs.start, theirs.end))
    assert sum(same) >= 0.99 * len(same) > 150


@pytest.mark.slow
def test_the_bundled_readers_config_names_its_features(tmp_path):
    config = json.loads((BUNDLED_READER / "config.json").read_text(encoding="utf-8"))
    assert config["match_features"] == "match-3"


@pytest.mark.parametrize("max_tokens", [64, 24])
def test_every_place_of_a_passage_has_the_score_that_its_span_would_have(tokenizer, max_tokens):
    text = "共“98”处，另有七处在山外面，河边又是6处，此外还有3处"
    spans = reader(tokenizer, max_tokens).read("几处", [passage(text, start=100)], 20)
    edges = spans[0].edges
    for span in spans:
        start, end = span.start - 100, span.end - 100
        assert edges.start(start) + edges.end(end) == span.score
    assert edges.start(text.index("七")) == -9 - 1
    assert edges.start(1) == edges.start(2) == 9 - 1  # behind the opening mark
    assert edges.end(5) == edges.end(4) == 8 - 1


def test_inside_a_token_nothing_begins_and_nothing_ends():
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "bridge": 3, "one": 49}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    found = reader(words).read("bridge", [passage("one bridge")], 1)
    edges = found[0].edges
    assert np.isfinite([edges.start(0), edges.start(4), edges.end(3), edges.end(10)]).all()
    assert edges.start(1) == edges.end(2) == edges.start(3) == -np.inf
