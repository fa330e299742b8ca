"""Fitting the encoder to an archive: the questions made of its text, the figures, what is written and what is not."""

from __future__ import annotations

from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import make_article
from test_cli import run

from rag.encode import BUNDLED_FOLDER, StaticEncoder
from rag.errors import ConfigError, ModelError
from rag.train import tune_questions
from rag.train.tune import Recipe, tune
from rag.train.tune_measure import Judge
from rag.train.tune_questions import Made, Material
from rag.types import Article

PLACES = ["青石", "云溪", "芦渡", "白河", "松岭", "丰泽", "柳湾", "石门", "南浦", "东沟"]
# what this archive calls things in its titles, and what in its texts
HOUSE = {
    "蓄水一号": "水库",
    "飞虹计划": "大桥",
    "春苗行动": "学校",
    "杏林工程": "医院",
    "通途方案": "公路",
    "书香项目": "图书馆",
    "归帆行动": "码头",
    "百货计划": "市场",
    "丰年工程": "粮仓",
    "新芽方案": "茶园",
}


def archive(count: int) -> list[Article]:
    """Articles whose titles name a work by a nickname that the encoder cannot know."""
    random = Random(4)
    articles = []
    for number in range(count):
        place, (name, work) = random.choice(PLACES), random.choice(list(HOUSE.items()))
        sentences = [
            f"{place}县的{work}由{random.choice('王李张刘陈')}工程师设计，{random.randrange(2001, 2023)}年完工。",
            f"为了这座{work}，{place}县投入了{random.randrange(20, 900)}万元，请了{random.randrange(30, 700)}名工人。",
            f"周围的居民说，有了{work}以后，{random.choice(('生活方便多了', '收入增加了', '外出的人少了'))}。",
            f"{random.choice(('县长', '村民代表', '记者', '老师'))}在{work}前介绍了下一步的打算。",
        ]
        random.shuffle(sentences)
        articles.append(make_article(f"a/{number}.txt", f"{name}在{place}落地", ["".join(sentences)]))
    return articles


def index_of(articles: list[Article]) -> SimpleNamespace:
    return SimpleNamespace(articles=lambda: iter(articles))


def test_questions_are_made_of_text_and_never_of_articles_of_another_part():
    articles = archive(120)
    made = tune_questions.make(articles, 320, 1000, seed=1)
    parts = [made.training, made.choosing, made.report]
    owners = [{one.article for one in part} for part in parts]
    assert all(owners)
    assert not owners[0] & owners[1] | owners[0] & owners[2] | owners[1] & owners[2]
    for one in (one for part in parts for one in part):
        text = articles[one.article].text
        assert made.owners[one.passage] == one.article
        assert made.passages[one.passage] in text
        assert one.kind != "sentence" or one.text in text
        assert one.kind != "title" or one.text not in one.target
    sentences = [one for one in made.training if one.kind == "sentence"]
    assert 0 < sum(one.text in one.target for one in sentences) < len(sentences) / 2
    assert any("？" in one.text or "?" in one.text for one in made.training if one.kind == "clause")


def test_no_more_passages_are_taken_than_asked_for_and_the_same_seed_makes_the_same():
    first, second = (tune_questions.make(archive(60), 320, 25, seed=3) for _ in range(2))
    assert first == second
    assert len(first.passages) == 25


def test_ranks_count_the_passages_ahead_and_a_title_is_not_beaten_by_its_own_article():
    encoder = StaticEncoder(BUNDLED_FOLDER)
    passages = ["图书馆每天晚上开放", "学校的图书馆", "大桥今年完工", "医院增加了病床"]
    made = Material(passages, [0, 0, 1, 2], [], [], [])
    judge = Judge(encoder.tokenizer, made)
    table = encoder.table()
    sure = judge.scores(table, [Made("clause", "大桥完工了吗", passages[2], 2, 1)])
    assert (sure.mrr, sure.recall, sure.kinds) == (1.0, 1.0, {"clause": 1.0})
    beaten = judge.scores(table, [Made("sentence", "学校的图书馆", passages[0], 0, 0)])
    assert beaten.mrr == 0.5
    title = judge.scores(table, [Made("title", "学校的图书馆", passages[0], 0, 0)])
    assert title.mrr == 1.0
    assert sure.terms > 0.5
    assert judge.scores(np.zeros_like(table), [Made("clause", "大桥", "大桥", 2, 1)]).terms < 0.01


def test_what_cannot_be_fitted_is_refused_in_one_sentence_and_nothing_is_written(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"archive is too small.*passages"):
        tune(index_of(archive(30)), BUNDLED_FOLDER, tmp_path / "out", max_chars=320)
    with pytest.raises(ModelError, match="static"):
        tune(index_of(archive(30)), tmp_path, tmp_path / "out", max_chars=320)
    assert not list(tmp_path.iterdir())
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigError, match="something already"):
        tune(index_of(archive(30)), BUNDLED_FOLDER, tmp_path / "out", max_chars=320)


def test_the_command_says_that_an_archive_is_too_small(capsys, own_index, tmp_path):
    code, _, err = run(capsys, "tune", "--index", own_index, "--encoder", BUNDLED_FOLDER, "--out", tmp_path / "mine")
    assert (code, len(err)) == (2, 1)
    assert "too small" in err[0]
    assert not (tmp_path / "mine").exists()


@pytest.mark.slow
def test_an_archive_with_words_of_its_own_gets_an_encoder_that_knows_them(tmp_path: Path):
    articles = archive(600)
    steps = []
    out = tmp_path / "deep" / "mine"
    done = tune(index_of(articles), BUNDLED_FOLDER, out, max_chars=320, progress=lambda *at: steps.append(at))
    assert done.kept
    assert done.after.kinds["title"] > done.before.kinds["title"] + 0.1
    assert done.after.mrr > done.before.mrr
    assert done.after.terms >= done.before.terms - 0.01
    assert steps[-1][1] == steps[-1][2]
    assert [path.name for path in out.parent.iterdir()] == ["mine"]
    fitted, bundled = StaticEncoder(out), StaticEncoder(BUNDLED_FOLDER)
    assert fitted.name.startswith("mine@")

    def near(encoder: StaticEncoder) -> float:
        return float(encoder.encode_queries(["飞虹计划"])[0] @ encoder.encode_passages(["大桥"])[0])

    assert near(fitted) > near(bundled)
    assert f"{done.after.mrr:.3f}" in (out / "README.md").read_text(encoding="utf-8")
    assert f"| {done.compared_on}" not in (BUNDLED_FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_encoder_that_got_no_better_is_not_written(tmp_path: Path):
    done = tune(
        index_of(archive(600)), BUNDLED_FOLDER, tmp_path / "out", max_chars=320, recipe=Recipe(rate=0.0, passes=1)
    )
    assert not done.kept
    assert done.after.mrr == done.before.mrr
    assert not list(tmp_path.iterdir())
