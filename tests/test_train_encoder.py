"""The encoder's making: data folder, vocabulary, glosses, pairs, and one tiny training run."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
import tarfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from rag.errors import ModelError
from rag.train import data, vocabulary
from rag.train.glossary import Glossary, glosses, romanise, spelled_names
from rag.train.held_out import windows
from rag.train.pairs import PairMaker, chinese_number

BRIDGE = "青石县修建了三座新桥。桥梁由省交通厅验收，全部工程在秋天完成，县长感谢了两百名工人。"
SCHOOL = "学校的图书馆每天晚上开放。学生可以借五本书，老师可以借十本，逾期要付一元罚款。"
NEWS = "记者走访了河边的市场。" + BRIDGE + SCHOOL + "市场里卖鱼的摊位比去年多了一倍，游客也明显增加。" * 2

RECORDS = {
    "parallel/cedict_zh_en.jsonl": [
        {"a": "桥", "b": "bridge; CL:座[zuo4]"},
        {"a": "学校", "b": "school (place); to study"},
        {"a": "县长", "b": "county head"},
        {"a": "枣庄市", "b": "Zaozhuang, prefecture-level city in Shandong"},
        {"a": "王", "b": "surname Wang; king"},
        {"a": "图书馆", "b": "library"},
    ],
    "parallel/gov_work_report_zh_en.jsonl": [{"a": "县长修建桥梁。", "b": "The county head builds bridges."}] * 4,
    "parallel/tatoeba_zh_en.jsonl": [{"a": "我在学校。", "b": "I am at school."}],
    "pairs-xwlb_title_body.jsonl": [{"a": "三座新桥建成", "b": BRIDGE}, {"a": "图书馆夜间开放", "b": SCHOOL}],
    "pairs-laws_heading_article.jsonl": [{"a": "桥梁条例 第一条", "b": "为了保护桥梁，制定本条例。"}],
    "pairs/csl_title_abstract.jsonl": [{"a": "桥梁研究", "b": BRIDGE}],
    "pairs/legal_q_statute.jsonl": [{"a": "谁负责验收？", "b": "由省交通厅验收。"}],
    "pairs/q_answer_zh.jsonl": [{"a": "能借几本书？", "b": "学生五本。"}],
    "pairs/paraphrase_labelled_zh.jsonl": [
        {"a": "怎么借书", "b": "如何借书", "label": "1"},
        {"a": "怎么借书", "b": "怎么修桥", "label": "0"},
    ],
    "pairs/bbc_title_body_en.jsonl": [{"a": "New bridge opens", "b": "The bridge opened after a year of work."}],
    "pairs/sts_en.jsonl": [{"a": "A man walks.", "b": "A man is walking.", "label": "4.8"}],
    "text-crud_news.jsonl": [{"date": "2024-01-01", "text": NEWS}],
    "reader/train_zh.jsonl": [
        {
            "title": "桥",
            "context": BRIDGE,
            "qas": [
                {"id": "1", "q": "修建了几座桥？", "a": [["三座", 6]], "type": "span"},
                {"id": "2", "q": "桥有名字吗？", "a": [["没有", 0]], "type": "no"},
            ],
        }
    ],
    "reader/train_en.jsonl": [
        {
            "title": "Bridge",
            "context": "Three bridges were built.",
            "qas": [{"id": "1", "q": "How many?", "a": [["Three", 0]], "type": "span"}],
        }
    ],
    "written/train.jsonl": [
        {
            "p": 1,
            "title": "新桥",
            "text": BRIDGE,
            "qas": [
                {"lang": "en", "type": "number", "q": "How many bridges were built?", "a": ["三座"]},
                {"lang": "zh", "type": "who", "q": "谁感谢了工人？", "a": ["县长"]},
                {"lang": "zh", "type": "unanswerable", "q": "桥多长？", "a": []},
            ],
        }
    ],
    "written/dev.jsonl": [
        {
            "p": 2,
            "title": "",
            "text": SCHOOL,
            "qas": [{"lang": "en", "type": "number", "q": "How many books?", "a": ["五本"]}],
        }
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("data")
    for name, records in RECORDS.items():
        file = root / name
        file.parent.mkdir(exist_ok=True)
        lines = (json.dumps(record, ensure_ascii=False) for record in records)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_packed_data_reads_like_unpacked(folder, tmp_path):
    news = "text-crud_news.jsonl"
    with lzma.open(tmp_path / f"{news}.xz", "wb") as packed:
        packed.write((folder / news).read_bytes())
    for archive, part in (("pairs-small", "pairs"), ("written", "written")):
        with tarfile.open(tmp_path / f"{archive}.tar.xz", "w:xz") as packed:
            packed.add(folder / part, arcname=part)
    for name in (news, "pairs/sts_en.jsonl", "written/train.jsonl"):
        assert data.available(tmp_path, name)
        assert list(data.records(tmp_path, name)) == RECORDS[name]


def test_missing_data_is_named_with_the_archive_that_holds_it(tmp_path):
    assert not data.available(tmp_path, "pairs/sts_en.jsonl")
    with pytest.raises(ModelError, match=r"pairs-small\.tar\.xz"):
        list(data.records(tmp_path, "pairs/sts_en.jsonl"))


def test_answers_come_with_their_place_and_only_for_spans(folder):
    asked = [(qa["q"], answers) for _, qa, answers in data.questions(folder, "written/train.jsonl")]
    assert asked[:2] == [
        ("How many bridges were built?", [("三座", 6)]),
        ("谁感谢了工人？", [("县长", BRIDGE.find("县长"))]),
    ]
    assert [answers for _, answers in asked[2:]] == [[]]
    assert [answers for _, _, answers in data.questions(folder, "reader/train_zh.jsonl")] == [[("三座", 6)], []]


def test_the_tokenizer_cuts_chinese_as_jieba_does_and_latin_in_fewest_pieces():
    import rjieba

    text = "人民代表大会常务委员会审议了青岛市的条例草案和预算报告"
    cut = rjieba.cut(text, hmm=False)
    latin = Counter({"how": 9, "many": 8, "the": 50, "rapist": 3, "therapist": 2})
    tokenizer = vocabulary.build_tokenizer(Counter(cut * 3), latin, n_chinese=100, n_latin=100)
    assert tokenizer.encode(text).tokens == cut
    assert tokenizer.encode("How  MANY，ｔｈｅrapist?").tokens == ["how", "many", "therapist"]
    assert tokenizer.encode("Zaozhuang's 2024年 3.5%").tokens[:3] == ["zao", "zhuang", "s"]
    assert tokenizer.encode("2024").tokens == ["2024"]
    assert tokenizer.encode("龘").ids == [0]
    assert tokenizer.encode("，。 !").ids == []


def test_words_share_what_they_are_made_of():
    known = frozenset(vocabulary.syllables())
    assert vocabulary.parts("常委会", known) == ["han:常", "han:委", "han:会"]
    assert set(vocabulary.parts("deputies", known)) & set(vocabulary.parts("deputy", known)) >= {"stem:deputy"}
    assert vocabulary.spell("zaozhuang", known) == ["zao", "zhuang"]
    assert vocabulary.spell("xian", known) == ["xian"]
    assert vocabulary.spell("council", known) == []
    assert vocabulary.parts("2024", known) == []


def test_a_dictionary_entry_becomes_short_glosses():
    assert glosses("bridge; CL:座[zuo4]") == ["bridge"]
    assert glosses("to supervise; old variant of 監|监") == ["supervise"]
    assert glosses("Siping, prefecture-level city in Jilin 吉林省[Ji2 lin2]") == ["Siping"]
    assert glosses("surname Wang; (coll.) the king") == ["Wang", "king"]


def test_names_are_spelled_as_newspapers_do(folder):
    assert romanise("王小明") == "wang xiaoming"
    assert romanise("青岛") == "qingdao"
    assert list(spelled_names(folder)) == [("枣庄市", "Zaozhuang"), ("枣庄", "Zaozhuang")]


def test_a_sentence_is_glossed_word_for_word(folder):
    glossary = Glossary(folder)
    english = glossary.translate("图书馆的县长在枣庄市2024", Random(1)).lower()
    assert "library" in english
    assert "zaozhuang" in english
    assert "2024" in english
    assert not any("一" <= character <= "鿿" for character in english)
    assert glossary.translate("图书馆", Random(1), share=0.0) == "图书馆"


def test_chinese_numerals():
    assert [chinese_number(n) for n in (3, 10, 14, 20, 36, 105, 110)] == [
        "三",
        "十",
        "十四",
        "二十",
        "三十六",
        "一百零五",
        "一百一十",
    ]


def test_pairs_are_the_same_for_the_same_seed_and_never_from_kept_questions(folder, monkeypatch):
    monkeypatch.setattr("rag.train.pairs.MADE_NAMES", 50)
    made = [{name: list(make()) for name, make in PairMaker(folder, 5).families().items()} for _ in range(2)]
    assert made[0] == made[1]
    assert all(made[0].values())
    assert not any("How many books" in pair[0] for pairs in made[0].values() for pair in pairs)
    written = [pair for pair in made[0]["written"] if pair[0] == "How many bridges were built?"]
    assert written
    assert all("三座" in pair[1] for pair in written)
    assert ("怎么借书", "怎么修桥") not in {pair[:2] for pair in made[0]["questions"]}


def test_windows_cover_the_text_and_end_with_sentences():
    cut = windows(NEWS, 60)
    assert "".join(cut) == NEWS
    assert all(window[-1] in "。" for window in cut)
    assert all(len(a) + len(b) > 60 for a, b in pairwise(cut))
    assert windows("") == []


@pytest.mark.slow
def test_the_loss_falls_with_the_partner_near_and_ignores_pairs_of_one_group():
    import torch

    from rag.train.table import contrast

    a = torch.eye(4)
    groups = torch.arange(4)
    near, far = contrast(a, a, groups, 0.1), contrast(a, a.roll(1, 0), groups, 0.1)
    assert near < 0.01 < far
    twins = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert contrast(twins, twins, torch.tensor([7, 7, 8]), 0.1) < 0.01 < contrast(twins, twins, torch.arange(3), 0.1)


@pytest.mark.slow
def test_training_brings_partners_together_and_leaves_the_unknown_at_zero():
    import torch

    from rag.train.batches import Family
    from rag.train.encoder import Recipe, collapse, starting_weights, train
    from rag.train.table import Table

    pairs = [("学校", "school"), ("桥", "bridge"), ("图书馆", "library"), ("县长", "county head"), ("河", "river")]
    chinese = Counter({chinese: 5 for chinese, _ in pairs})
    latin = Counter({word: 5 for _, english in pairs for word in english.split()})
    tokenizer = vocabulary.build_tokenizer(chinese, latin, n_chinese=50, n_latin=50)
    size = tokenizer.get_vocab_size()
    recipe = Recipe(steps=60, batch=5, dim=32, rate=0.1)
    torch.manual_seed(recipe.seed)
    families = {"dictionary": Family(tokenizer, [(*pair, pair[0]) for pair in pairs], np.random.default_rng(1))}
    tokens = [tokenizer.id_to_token(number) for number in range(size)]
    table = Table(tokens, starting_weights(families, size), recipe.dim, recipe.rate, recipe.weight_rate)
    train(table, families, recipe)
    matrix = collapse(table, size)
    assert matrix.dtype == np.float32
    assert not matrix[0].any()

    def row(text: str) -> np.ndarray:
        total = matrix[tokenizer.encode(text).ids].astype(np.float32).sum(axis=0)
        return total / np.linalg.norm(total)

    scores = np.array([[row(a) @ row(b) for _, b in pairs] for a, _ in pairs])
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.slow
def test_turned_vectors_keep_every_cosine_and_say_most_in_the_first_places():
    from rag.train.batches import Texts
    from rag.train.encoder import turned

    words = Counter(["桥", "河", "学校", "图书馆", "县长", "工人"] * 5)
    tokenizer = vocabulary.build_tokenizer(words, Counter(), n_chinese=9, n_latin=0)
    random = np.random.default_rng(5)
    matrix = random.normal(size=(tokenizer.get_vocab_size(), 12)).astype(np.float32)
    matrix[0] = 0
    texts = Texts(tokenizer, ["学校的图书馆", "县长修桥", "河上的桥", "工人", "图书馆的工人和县长"] * 3)
    made = turned(matrix, texts)
    assert made @ made.T == pytest.approx(matrix @ matrix.T, abs=1e-4)
    assert not made[0].any()
    sums = np.array([made[tokenizer.encode(text).ids].sum(axis=0) for text in ("学校的图书馆", "县长修桥", "河上的桥")])
    assert (sums[:, :6] ** 2).sum() > 0.9 * (sums**2).sum()


@pytest.mark.slow
def test_a_tiny_run_makes_a_model_with_its_card_and_is_repeatable(folder, tmp_path):
    from rag.encode import StaticEncoder, open_encoder

    sizes = {"steps": 20, "batch": 16, "dim": 8, "n-chinese": 200, "n-latin": 200, "threads": 1}
    flags = [f"--{name}={value}" for name, value in sizes.items()]
    for hash_seed, name in enumerate(("first", "second")):  # the order of sets must not matter
        line = [
            sys.executable,
            "-m",
            "rag.train",
            "encoder",
            "--data",
            str(folder),
            "--out",
            str(tmp_path / name),
            *flags,
        ]
        subprocess.run(line, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": str(hash_seed)})
    encoder = open_encoder(str(tmp_path / "first"))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.dim == 8
    assert encoder.name.split("@")[1] == open_encoder(str(tmp_path / "second")).name.split("@")[1]
    assert encoder.encode_queries(["school", "龘"]).any(axis=1).tolist() == [True, False]
    card = (tmp_path / "first" / "README.md").read_text(encoding="utf-8")
    assert "| en, one vector | 1 |" in card
    assert "CC-CEDICT CC BY-SA 4.0" in card


def test_an_unknown_model_is_refused_with_the_usage(capsys):
    from rag.train.__main__ import main

    assert main(["tokenizer"]) == 2
    assert "encoder,reader" in capsys.readouterr().err
