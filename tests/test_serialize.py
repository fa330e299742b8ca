import json

from conftest import make_article, make_passages

from rag.answer import citation, cite, merge
from rag.serialize import answer_to_dict, article_to_dict
from rag.types import Answer, Hit, Span

ARTICLE = make_article(
    "root/a.txt",
    "联络站",
    ["全市建立联络站 580 个。", "其中线上联络站580个，另有别的。"],
    authors=("林知远",),
    journal="云溪人大",
    issue="2023年第2期",
    page="12",
    date="2023-02",
    column="专题",
    affiliation="云溪市人大",
    subtitle="一份小结",
)


def answered():
    first = Span(make_passages(ARTICLE)[0], 8, 13, ARTICLE.text[8:13], 3.0)
    start = ARTICLE.text.index("580个，")
    second = Span(make_passages(ARTICLE)[1], start, start + 4, "580个", 2.0)
    return Answer(
        query="有多少联络站？",
        status="answered",
        confidence=0.87654321,
        text=first.text,
        spans=(first, second),
        citations=tuple(merge([*cite(ARTICLE, first), *cite(ARTICLE, second)])),
        hits=(Hit(make_passages(ARTICLE)[0], 1.5, 1, {"words": 1, "vectors": 3}),),
        carried=("云溪市",),
        milliseconds={"total": 12.3456},
    )


def test_an_answer_has_exactly_the_documented_keys():
    row = answer_to_dict(answered())
    assert list(row) == [
        "query", "status", "confidence", "answer", "answers", "citations", "alternatives", "items",
        "figures", "cell", "hits", "carried",
        "asked", "corrected", "milliseconds",
    ]  # fmt: skip
    assert {"source", "article", "title", "authors", "affiliation", "journal", "issue", "page", "date", "column",
            "paragraph", "text", "start", "end", "marks"} <= set(row["citations"][0])  # fmt: skip
    assert set(row["hits"][0]) == {
        "source",
        "article",
        "title",
        "text",
        "start",
        "end",
        "score",
        "rank",
        "ranks",
        "copies",
    }


def test_two_spellings_of_the_answer_are_one_quote():
    assert answer_to_dict(answered())["answers"] == ["580 个"]


def test_start_and_end_cut_the_first_mark_out_of_the_text():
    cited = answer_to_dict(answered())["citations"][1]
    assert cited["text"][cited["start"] : cited["end"]] == "580个"
    assert cited["marks"] == [[cited["start"], cited["end"]]]


def test_an_answer_over_two_paragraphs_gives_a_quote_from_each():
    span = Span(make_passages(ARTICLE)[0], 8, 19, ARTICLE.text[8:19], 1.0)
    answer = Answer("?", "answered", 1.0, span.text, (span,), tuple(cite(ARTICLE, span)))
    row = answer_to_dict(answer)
    assert row["answers"] == ["580 个。", "其中线上"]
    assert all(any(quote in c["text"] for c in row["citations"]) for quote in row["answers"])


def test_without_an_answer_there_are_no_quotes_and_no_offsets():
    bare = Answer("?", "related", 0.3, citations=(citation(ARTICLE, ARTICLE.paragraphs[0]),))
    row = answer_to_dict(bare)
    assert (row["answer"], row["answers"]) == (None, [])
    assert (row["citations"][0]["start"], row["citations"][0]["end"], row["citations"][0]["marks"]) == (None, None, [])


def test_everything_survives_a_round_trip_through_json():
    row = answer_to_dict(answered())
    assert json.loads(json.dumps(row, ensure_ascii=False)) == row


def test_an_exported_article_holds_its_paragraphs_text_and_where_it_came_from():
    row = article_to_dict(ARTICLE)
    assert [p["text"] for p in row["paragraphs"]] == ARTICLE.text.split("\n")
    assert row["paragraphs"][1]["origin"] == [[row["paragraphs"][1]["start"], row["paragraphs"][1]["end"]]]
    assert {k: row[k] for k in ("id", "title", "subtitle", "authors", "issue", "column", "page", "kind", "lang")} == {
        "id": "root/a.txt#1",
        "title": "联络站",
        "subtitle": "一份小结",
        "authors": ["林知远"],
        "issue": "2023年第2期",
        "column": "专题",
        "page": "12",
        "kind": "article",
        "lang": "zh",
    }
    assert json.loads(json.dumps(row)) == row
