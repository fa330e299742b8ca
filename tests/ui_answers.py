"""A made-up archive for the tests of the page: an assistant that knows six questions, and what it cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from rag.converse import Turn
from rag.errors import ConfigError, IndexStoreError
from rag.filters.conditions import Filter
from rag.index.generation import Counts, Manifest
from rag.quote import QuoteCheck
from rag.retrieve.explain import Explanation, Matched, Place, Reason
from rag.retrieve.matches import Matches
from rag.types import Answer, Article, Citation, Hit, Paragraph, Passage, Span
from ui.archive.known import Known, know

BRIDGE = (
    "青榆镇的老石桥建于一九三二年，由镇上的木匠与石匠合力修成，全长四十六米。桥面原先只容一辆马车通过，"
    "去年秋天加固之后，校车也能开过去了。镇里为此开了三次听证会，一百二十七位村民到场说了话。"
)
BRIDGE_EN = (
    "The old stone bridge at Qingyu was built in 1932 by the carpenters and masons of the town. "
    "It is forty-six metres long, and since last autumn the school bus can cross it."
)
WELL = "镇志里另有一处记载：石桥落成于一九三二年冬，落成那天放了一场露天电影。"
MARKET = "青榆镇的集市逢三逢八开市，从桥头一直摆到老粮站。今年添了四十个固定摊位，租金按季收取。"
STATIONS = "全镇设有代表联络站三处：桥头站在老粮站旁边，河湾站设在小学门房，北岭站借用了茶厂的会议室。"
ASTRAL = "族谱首页写着𠮷田与𡈽屋两户，旁注“😀印”是后人所贴。"


def cited(text: str, *words: str, **metadata: object) -> Citation:
    """Return a citation of ``text`` with each of ``words`` marked where it first stands."""
    marks = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    known: dict[str, object] = {
        "article_id": "qingyu/2024-03.txt#2",
        "source": "qingyu/2024-03.txt",
        "title": "一座桥，三次听证会",
        "paragraph": 4,
        "authors": ("沈砚秋", "Mara Lindqvist"),
        "affiliation": "青榆镇人大办公室",
        "column": "乡镇来信",
        "journal": "青榆人大",
        "issue": "2024年第3期",
        "date": "2024-03-15",
        "page": "17",
    }
    return Citation(text=text, marks=marks, **{**known, **metadata})  # type: ignore[arg-type]


def span(text: str, word: str) -> Span:
    """Return ``word`` as an answer span of a passage that is ``text``."""
    passage = Passage("p", "qingyu/2024-03.txt#2", "qingyu/2024-03.txt", "一座桥，三次听证会", 0, len(text), text)
    return Span(passage, text.index(word), text.index(word) + len(word), word, 4.2)


def hits(*texts: str) -> tuple[Hit, ...]:
    """Return ``texts`` as retrieved passages of one article, in this order."""
    source = "qingyu/2024-02.txt"
    passages = [
        Passage(f"{source}#1:{n}", f"{source}#1", source, "集市搬到桥头", 0, len(t), t) for n, t in enumerate(texts)
    ]
    return tuple(Hit(passage, 1 / rank, rank, {"words": rank}) for rank, passage in enumerate(passages, 1))


BRIDGE_ANSWER = Answer(
    "老石桥是哪一年建的？",
    "answered",
    0.93,
    "一九三二年",
    (span(BRIDGE, "一九三二年"), span(WELL, "一九三二年")),
    (
        cited(BRIDGE, "一九三二年"),
        cited(
            WELL, "一九三二年", title="桥头旧事", source="qingyu/gazetteer.pdf", file_page=12, paragraph=9, page=None
        ),
    ),
    (cited(BRIDGE, "去年秋天"),),
    hits(BRIDGE, WELL, MARKET),
    milliseconds={"retrieve": 21.0, "read": 160.0},
)
LIST_ANSWER = Answer(
    "代表联络站有哪些？",
    "answered",
    0.74,
    "桥头站",
    (span(STATIONS, "桥头站"), span(STATIONS, "河湾站"), span(STATIONS, "北岭站")),
    (cited(STATIONS, "桥头站", "河湾站", "北岭站", title="家门口的联络站", paragraph=2),),
    hits=hits(STATIONS),
)
RELATED = Answer(
    "集市的租金是多少？",
    "related",
    0.31,
    citations=(cited(MARKET, title="集市搬到桥头", paragraph=1), cited(STATIONS, title="家门口的联络站", paragraph=2)),
    hits=hits(MARKET, STATIONS),
    milliseconds={"total": 95.0},
)
NOT_FOUND = Answer("火星上有几座桥？", "not_found", 0.04, hits=hits(BRIDGE))
ENGLISH = Answer(
    "When was the old stone bridge built?",
    "answered",
    0.88,
    "1932",
    (span(BRIDGE_EN, "1932"),),
    (cited(BRIDGE_EN, "1932", title="A bridge and three hearings", journal="Qingyu Review", issue="Spring 2024"),),
    milliseconds={"total": 120.0},
)
FOLLOW_UP = Answer(
    "它有多长？",
    "answered",
    0.66,
    "四十六米",
    (span(BRIDGE, "四十六米"),),
    (cited(BRIDGE, "四十六米"),),
    carried=("老石桥",),
    milliseconds={"total": 140.0},
)
ABOUT = {"name": "青榆人大", "issues": 3, "articles": 36, "paragraphs": 1412, "dates": ("2023-09", "2024-05")}
EXAMPLES = (BRIDGE_ANSWER.query, LIST_ANSWER.query, ENGLISH.query)


MATCHED = Matched("words", ("石桥",), ("石桥",), 2.0)
ANSWERS = (BRIDGE_ANSWER, LIST_ANSWER, RELATED, NOT_FOUND, ENGLISH, FOLLOW_UP)


def articles_of(answers: Sequence[Answer]) -> dict[str, Article]:
    """Return the articles that ``answers`` cite: each a heading and the paragraphs that are cited of it."""
    cited_of: dict[str, dict[str, Citation]] = {}
    for answer in answers:
        for one in (*answer.citations, *answer.alternatives):
            cited_of.setdefault(one.article_id, {}).setdefault(one.text, one)
    return {article_id: _article(tuple(cited.values())) for article_id, cited in cited_of.items()}


def _article(citations: Sequence[Citation]) -> Article:
    first = citations[0]
    texts = [first.title, *(one.text for one in citations)]
    starts = [sum(len(text) + 1 for text in texts[:n]) for n in range(len(texts))]
    paragraphs = tuple(
        Paragraph(n, start, start + len(text), "body" if n > 1 else "heading")
        for n, (start, text) in enumerate(zip(starts, texts, strict=True), 1)
    )
    about = {name: getattr(first, name) for name in ("authors", "affiliation", "column", "journal", "issue", "date")}
    return Article(first.article_id, first.source, first.title, "\n".join(texts), paragraphs, page=first.page, **about)


NEIGHBOUR = Article(
    "qingyu/2024-03.txt#3",
    "qingyu/2024-03.txt",
    "河湾的冬天",
    "河湾冬天不结冰。",
    (Paragraph(1, 0, 8),),
    journal="青榆人大",
    issue="2024年第3期",
    page="21",
)


class KnownAssistant:
    """Answers the questions above and refuses two; anything else is not found. Remembers what it was asked."""

    def __init__(self, *more: Answer) -> None:
        self.answers = {answer.query: answer for answer in (*ANSWERS, *more)}
        self.articles = {**articles_of([*ANSWERS, *more]), NEIGHBOUR.id: NEIGHBOUR}
        self.calls: list[tuple[str, tuple[str, ...]]] = []  # question, earlier questions
        self.narrowed: list[Filter | None] = []  # the filter of each call
        self.left_out: list[tuple[str, ...]] = []  # what each call was not to carry over
        self.free = Event()  # cleared, every question waits
        self.free.set()

    def ask(self, query: str, where: Filter | None = None) -> Answer:
        return self.chat(query, (), where)

    def chat(
        self, query: str, earlier: Sequence[Turn], where: Filter | None = None, *, without: Sequence[str] = ()
    ) -> Answer:
        self.calls.append((query, tuple(turn.question for turn in earlier)))
        self.narrowed.append(where)
        self.left_out.append(tuple(without))
        self.free.wait(60)
        if query == "索引坏了":
            raise IndexStoreError("The index is damaged", where="indexes/qingyu", mend="Run `wenju index` again.")
        if query == "程序坏了":
            raise RuntimeError("secret detail of the machine")
        answer = self.answers.get(query, Answer(query, "not_found", 0.0))
        return replace(answer, carried=tuple(term for term in answer.carried if term not in without))

    def explain(self, query: str, where: Filter | None = None) -> tuple[Answer, Explanation]:
        answer = self.answers[query]
        reasons = tuple(
            Reason(
                hit, (Matched("words", ("石桥",), ("石桥",), 2.0),), {"words": Place(hit.rank, 3.0, 0.5)}, reading=2.5
            )
            for hit in (Hit(span.passage, 1.0, n) for n, span in enumerate(answer.spans, 1))
        )
        return answer, Explanation(query, where, reasons, {"words": 3, "vectors": 0}, {}, (), {})

    def article(self, article_id: str) -> Article:
        return self.articles[article_id]


class KnownArchive:
    """An archive of the articles of ``KnownAssistant``; lists and checks nothing else."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)

    def known(self) -> Known:
        return know(self._articles)  # type: ignore[arg-type]  # an article tells what a listed one does

    def manifest(self) -> Manifest:
        counts = Counts(files=3, articles=36, paragraphs=1412, passages=420, characters=98765)
        return Manifest(7, "store-000001.sqlite", "words@1", 192, 600, counts, "2026-05-02T08:30:00", {})

    def matches(self, query: str, where: Filter | None, page: int) -> Matches:
        raise ConfigError("there is no word to look for", mend="Give words.")

    def check_quote(self, quote: str) -> list[QuoteCheck]:
        raise ConfigError("the quotation is empty", mend="Give one.")
