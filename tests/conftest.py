"""A tiny archive, and stand-ins for the models that a reader can follow with a pencil."""

from __future__ import annotations

import signal
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.text import language, sentences, words
from rag.types import Article, Hit, Paragraph, Passage, Span

if TYPE_CHECKING:
    from rag.types import Vectors

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a shell's background job; children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def make_article(
    source: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    number: int = 1,
    kind: str = "article",
    **metadata: object,
) -> Article:
    """Join ``paragraphs`` by line breaks into an article whose offsets are right by construction."""
    marks, position = [], 0
    for n, text in enumerate(paragraphs, 1):
        marks.append(Paragraph(n, position, position + len(text), origin=((position, position + len(text)),)))
        position += len(text) + 1
    return Article(
        id=f"{source}#{number}",
        source=source,
        title=title,
        text="\n".join(paragraphs),
        paragraphs=tuple(marks),
        kind=kind,  # type: ignore[arg-type]
        lang=language(paragraphs[0]),
        **metadata,  # type: ignore[arg-type]
    )


def make_passages(article: Article) -> list[Passage]:
    """Make one passage of every paragraph."""
    return [
        Passage(
            id=f"{article.id}:{p.start}-{p.end}",
            article_id=article.id,
            source=article.source,
            title=article.title,
            start=p.start,
            end=p.end,
            text=article.text[p.start : p.end],
            context=article.title,
        )
        for p in article.paragraphs
    ]


TINY_ARTICLES = (
    make_article(
        "tiny/river.txt",
        "青石河治理三年记",
        [
            "云溪市用三年治理青石河，沿河关停小作坊四十二家。",
            "治理之后，白鹭又回到河口筑巢。全市为此设立河长一百零六名。",
        ],
        authors=("林知远",),
        journal="云溪人大",
        issue="2023年第2期",
        page="12",
    ),
    make_article(
        "tiny/river-again.txt",
        "河长的一天",
        ["清早六点，河长老周已经走到青石桥。", "云溪市设立河长一百零六名，老周是其中一位。"],
        authors=("周小满",),
    ),
    make_article(
        "tiny/library.md",
        "山里的图书馆",
        ["青峰镇把旧粮站改成图书馆，藏书两万册。", "因为山路远，镇里开通了流动书车，每周三到村口。"],
    ),
    make_article(
        "tiny/imprint.txt",
        "云溪人大 2023年第2期",
        ["主办：云溪市人大常委会办公室。云溪市设立河长一百零六名。"],
        number=0,
        kind="front",
    ),
    make_article(
        "tiny/harbour.html",
        "The harbour at Fairhaven",
        ["The harbour of Fairhaven opened in 1884.", "Forty boats still leave it every morning for herring."],
        authors=("Ada Finch",),
    ),
)


class WordEncoder:
    """Adds one fixed random direction a word, so texts that share words are near each other."""

    name = "words-by-hash"
    dim = 32

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; a text without words gives zeros."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(self.dim).astype(np.float32)
            row /= np.linalg.norm(row) or 1.0
        return rows

    encode_passages = encode_queries


class SentenceReader:
    """Answers with the sentence that shares most words with the question, less its closing stop.

    The score is the number of shared words less 1.5: one shared word is no answer, two are.
    """

    name = "most-shared-words"

    def read(self, query: str, passages: Sequence[Passage], k: int) -> list[Span]:
        """Return at most one span a passage, best first."""
        asked = set(words(query))
        spans = []
        for passage in passages:
            best = max(sentences(passage.text), key=lambda r: len(asked & set(words(passage.text[slice(*r)]))))
            text = passage.text[slice(*best)].strip().rstrip("。.")
            score = len(asked & set(words(text))) - 1.5
            start = passage.start + passage.text.index(text)
            if score > -1:
                spans.append(Span(passage, start, start + len(text), text, score))
        return sorted(spans, key=lambda s: (-s.score, s.passage.id))[:k]


class WordRetriever:
    """Ranks every paragraph by the number of words it shares with the query."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {a.id: a for a in articles}
        self._passages = [p for a in articles for p in make_passages(a)]

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """Return passages that share a word, ties by id."""
        asked = set(words(query))
        scored = [(len(asked & set(words(p.text + " " + p.context))), p) for p in self._passages]
        found = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].id))[:k]
        return [Hit(p, float(score), rank, {"words": rank}) for rank, (score, p) in enumerate(found, 1)]

    def article(self, article_id: str) -> Article:
        """Return the article; KeyError for an unknown id."""
        return self._articles[article_id]


def pytest_configure() -> None:
    """Draw the same examples in every run, so that what fails was changed; `--hypothesis-profile=anew` draws others.

    A busy machine is no fault of the code in either. Not at the import, which children that borrow from here wait for.
    """
    from hypothesis import HealthCheck, settings

    settings.register_profile("anew", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("steady", settings.get_profile("anew"), derandomize=True)
    settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what opens a browser last: its driver keeps an event loop in this thread, and then no other can start."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture
def articles() -> tuple[Article, ...]:
    return TINY_ARTICLES


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def reader() -> SentenceReader:
    return SentenceReader()


@pytest.fixture
def retriever(articles: tuple[Article, ...]) -> WordRetriever:
    return WordRetriever(articles)


def write_corpus(root: Path) -> Path:
    """Write four small files, as a user would have them, with a folder and a hidden file between."""
    (root / "notes").mkdir(parents=True)
    for article in TINY_ARTICLES[:3]:
        name = article.source.partition("/")[2].replace(".md", ".txt")
        body = "\n\n".join([article.title, *(article.text.split("\n"))])
        (root / name).write_text(body + "\n", encoding="utf-8")
    english = TINY_ARTICLES[4]
    (root / "notes" / "harbour.txt").write_text(f"{english.title}\n\n{english.text}\n", encoding="utf-8")
    (root / ".hidden.txt").write_text("不该被读到的文字。", encoding="utf-8")
    return root


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of articles that a test may change."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own WENJU_* variables away from the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("WENJU_"):
            monkeypatch.delenv(name)


def fake_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command open the stand-ins instead of trained models."""
    import rag.encode
    import rag.read
    import rag.wiring

    monkeypatch.setattr(rag.encode, "open_encoder", lambda name="bundled": WordEncoder())
    monkeypatch.setattr(rag.read, "open_reader", lambda name="bundled": SentenceReader())
    # the bundled reader's confidence was fitted to its own scores, which a fake's are not
    monkeypatch.setattr(rag.wiring, "CALIBRATION", "none.json")


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_the_models(monkeypatch)


def make_index(corpus: Path, folder: Path) -> Path:
    from rag.cli import main

    assert main(["index", str(corpus), "--index", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def _shared_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patched:
        fake_the_models(patched)
        return make_index(write_corpus(home / "corpus"), home / "index")


@pytest.fixture
def indexed(fake_models: None, _shared_index: Path) -> Path:
    """An index of the small corpus, with the stand-ins in place; made once, so only to be read."""
    return _shared_index


@pytest.fixture
def own_index(fake_models: None, corpus: Path, tmp_path: Path) -> Path:
    """An index of ``corpus`` that a test may change."""
    return make_index(corpus, tmp_path / "index")
