from dataclasses import replace

import pytest
from conftest import make_article, make_passages

from rag.answer import answer_key, candidates, cite, compose, merge, widen
from rag.calibrate import Calibration
from rag.types import Hit, Span

SURE = Calibration(weights={"margin": 1.0}, bias=0.0, answer_threshold=0.5, related_threshold=0.1)
CENSUS = make_article("a.txt", "河长", ["全市设立河长一百零六名，每名河长管一段。", "第二段写别的事。"])
DIARY = make_article("b.txt", "一天", ["老周是河长 一百零六名 之一。"])
MASTHEAD = make_article("c.txt", "刊头", ["本期要目：河长一百零六名。"], number=0, kind="front")
LIBRARY = make_article("d.txt", "图书馆", ["藏书两万册。"])


def hits_of(*articles):
    passages = [p for a in articles for p in make_passages(a)]
    return [Hit(p, 10.0 - rank, rank, {"words": rank}) for rank, p in enumerate(passages, 1)]


def span_of(article, words, score, passage=None):
    start = article.text.index(words)
    home = next(p for p in make_passages(article) if p.start <= start < p.end)
    return Span(passage or home, start, start + len(words), words, score)


def composed(articles, spans, query="设立了多少名河长？", calibration=SURE, hits=None):
    shelf = {a.id: a for a in articles}
    return compose(query, hits_of(*articles) if hits is None else hits, spans, shelf.__getitem__, calibration)


def test_the_same_words_in_two_articles_are_one_answer_with_two_citations():
    answer = composed([CENSUS, DIARY], [span_of(CENSUS, "一百零六名", 3.0), span_of(DIARY, "一百零六名", 2.0)])
    assert (answer.status, answer.text, len(answer.spans)) == ("answered", "一百零六名", 2)
    assert [(c.source, c.paragraph) for c in answer.citations] == [("a.txt", 1), ("b.txt", 1)]
    assert answer.alternatives == ()


def test_every_mark_quotes_the_answer_character_for_character():
    answer = composed([CENSUS, DIARY], [span_of(CENSUS, "一百零六名", 3.0), span_of(DIARY, "一百零六名", 2.0)])
    for cited in answer.citations:
        assert [cited.text[start:end] for start, end in cited.marks] == ["一百零六名"]


@pytest.mark.parametrize("other", ["580 个", "５８０个", "“580个”", "580\n个"])
def test_spaces_width_and_punctuation_do_not_make_two_answers(other):
    assert answer_key(other) == answer_key("580个")


def test_answers_of_nothing_but_punctuation_keep_apart():
    assert answer_key("——") != answer_key("……")


def test_another_answer_is_an_alternative_and_no_evidence():
    answer = composed([CENSUS, LIBRARY], [span_of(CENSUS, "一百零六名", 3.0), span_of(LIBRARY, "两万册", 1.0)])
    assert [c.source for c in answer.citations] == ["a.txt"]
    assert [(c.source, c.text[slice(*c.marks[0])]) for c in answer.alternatives] == [("d.txt", "两万册")]


def test_front_matter_is_never_first_where_an_article_says_the_same():
    answer = composed([MASTHEAD, CENSUS], [span_of(MASTHEAD, "一百零六名", 5.0), span_of(CENSUS, "一百零六名", 1.0)])
    assert [c.source for c in answer.citations] == ["a.txt", "c.txt"]
    assert answer.spans[0].passage.source == "a.txt"


def test_front_matter_answers_alone_where_nothing_else_does():
    answer = composed([MASTHEAD], [span_of(MASTHEAD, "一百零六名", 5.0)])
    assert [c.source for c in answer.citations] == ["c.txt"]


def test_an_answer_over_two_paragraphs_is_marked_in_both_the_larger_part_first():
    end = CENSUS.text.index("别的")
    start = CENSUS.text.index("一段")
    span = Span(make_passages(CENSUS)[0], start, end, CENSUS.text[start:end], 2.0)
    cited = cite(CENSUS, span)
    assert [(c.paragraph, [c.text[a:b] for a, b in c.marks]) for c in cited] == [(2, ["第二段写"]), (1, ["一段。"])]


def test_a_span_that_touches_two_paragraphs_by_one_character_cites_the_first_of_equals():
    border = CENSUS.paragraphs[0].end
    span = Span(make_passages(CENSUS)[0], border - 1, border + 2, CENSUS.text[border - 1 : border + 2], 2.0)
    assert [c.paragraph for c in cite(CENSUS, span)] == [1, 2]


def test_marks_of_one_paragraph_are_joined_in_order_and_never_overlap():
    once = cite(CENSUS, span_of(CENSUS, "一百零六名", 1.0))[0]
    twice = [replace(once, marks=((8, 12),)), replace(once, marks=((2, 4),)), replace(once, marks=((3, 9),))]
    assert [c.marks for c in merge(twice)] == [((2, 12),)]


def test_nothing_sure_enough_is_related_and_shows_unmarked_paragraphs():
    answer = composed([CENSUS, LIBRARY], [span_of(CENSUS, "一百零六名", -1.0)])
    assert (answer.status, answer.text, answer.spans) == ("related", None, ())
    assert answer.confidence == pytest.approx(0.2689, abs=1e-4)
    assert answer.citations[0].paragraph == 1
    assert all(cited.marks == () for cited in answer.citations)


def test_the_nearest_paragraph_is_the_one_of_the_passage_that_shares_most_words():
    whole = replace(make_passages(CENSUS)[0], id="whole", start=0, end=len(CENSUS.text), text=CENSUS.text)
    answer = composed([CENSUS], [], "第二段写什么？", Calibration(weights={}, bias=-1.0), [Hit(whole, 1.0, 1)])
    assert [c.paragraph for c in answer.citations] == [2]


def test_far_from_everything_is_not_found_but_keeps_what_was_searched():
    answer = composed([CENSUS], [span_of(CENSUS, "一百零六名", -9.0)])
    assert (answer.status, answer.citations, len(answer.hits)) == ("not_found", (), 2)


def test_without_any_hit_nothing_is_found_and_confidence_is_none():
    answer = composed([CENSUS], [], hits=[])
    assert (answer.status, answer.confidence) == ("not_found", 0.0)


def test_a_reader_that_marks_nothing_never_answers():
    eager = Calibration(weights={}, bias=5.0)
    answer = composed([CENSUS], [], calibration=eager)
    assert (answer.status, answer.text) == ("related", None)


def test_features_tell_lead_sources_and_front_matter():
    spans = [span_of(MASTHEAD, "一百零六名", 2.0), span_of(CENSUS, "一百零六名", 1.0), span_of(LIBRARY, "两万册", 0.5)]
    shelf = {a.id: a for a in (CENSUS, MASTHEAD, LIBRARY)}
    found = candidates("河长", hits_of(MASTHEAD, CENSUS, LIBRARY), spans, shelf.__getitem__, SURE)
    assert [c.spans[0].text for c in found] == ["一百零六名", "两万册"]
    first, second = (c.features for c in found)
    assert (first["margin"], first["lead"], first["sources"], first["front"]) == (2.0, 2.0 - 0.5, 1.0, 0.0)
    assert (second["lead"], second["sources"], second["coverage"]) == (0.5 - 2.0, 0.0, 0.0)
    assert (first["rank"], second["rank"]) == (1.0, 1 / 4)


def test_the_order_of_equal_candidates_is_that_of_the_reader():
    shelf = {a.id: a for a in (CENSUS, LIBRARY)}
    level = Calibration(weights={}, bias=0.0)
    spans = [span_of(LIBRARY, "两万册", 1.0), span_of(CENSUS, "一百零六名", 1.0)]
    found = candidates("河长", hits_of(CENSUS, LIBRARY), spans, shelf.__getitem__, level)
    assert [c.spans[0].text for c in found] == ["两万册", "一百零六名"]


def test_a_why_answer_grows_to_its_sentence_and_stays_verbatim():
    article = make_article("e.txt", "书车", ["镇里修了路。因为山路远，镇里开通了流动书车。大家都高兴。", "别的。"])
    wide = widen(span_of(article, "山路远", 1.0), article, "why")
    assert wide.text == "因为山路远，镇里开通了流动书车。"
    assert article.text[wide.start : wide.end] == wide.text


def test_a_list_answer_grows_to_its_enumeration():
    article = make_article("f.txt", "要求", ["联络站要有场所、有制度、有经费，还要常开。"])
    assert widen(span_of(article, "有制度", 1.0), article, "list").text == "联络站要有场所、有制度、有经费"
    assert widen(span_of(article, "有场所", 1.0), article, "list").text == "有场所、有制度、有经费"
    assert widen(span_of(article, "常开", 1.0), article, "list").text == "常开"


def test_widening_never_leaves_the_paragraph():
    article = make_article("g.txt", "无句号", ["第一段没有句号", "第二段也没有句号"])
    assert widen(span_of(article, "第二段", 1.0), article, "how").text == "第二段也没有句号"


def test_how_questions_are_answered_by_sentences_and_facts_are_not():
    article = make_article("h.txt", "书车", ["书车每周三到村口。"])
    span = span_of(article, "每周三", 4.0)
    assert composed([article], [span], "书车怎样到村里？").text == "书车每周三到村口。"
    assert composed([article], [span], "书车哪天到？").text == "每周三"
