from dataclasses import replace

import pytest
from conftest import make_article, make_passages

from rag.answer import answer_key, candidates, cite, compose, merge, together, understand
from rag.answer.calibrate import Calibration
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
    assert ("d.txt", "两万册") in [(c.source, c.text[slice(*c.marks[0])]) for c in answer.alternatives]


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


def ranked(query, articles, spans):
    shelf = {a.id: a for a in articles}
    return candidates(understand(query), hits_of(*articles), spans, shelf.__getitem__, SURE)


def test_candidates_are_distinct_and_the_best_comes_first():
    spans = [span_of(MASTHEAD, "一百零六名", 6.0), span_of(CENSUS, "一百零六名", 5.0), span_of(LIBRARY, "两万册", 0.5)]
    found = ranked("设立了多少名河长？", [MASTHEAD, CENSUS, LIBRARY], spans)
    assert found[0].text == "一百零六名"
    assert [place.article_id for place in found[0].places] == [CENSUS.id, MASTHEAD.id]
    assert len({answer_key(one.text) for one in found}) == len(found)


def test_a_number_that_the_reader_did_not_mark_is_proposed_all_the_same():
    found = ranked("图书馆藏书多少册？", [LIBRARY], [span_of(LIBRARY, "藏书", 1.0)])
    assert "两万册" in [one.text for one in found]


def test_headings_far_apart_are_no_answer_to_a_question_for_a_fact():
    rest = "全市上下齐心协力，把这件事办得更加扎实。" * 8
    article = make_article(
        "h.txt", "渡船", [f"一、开通{rest}", f"二、修缮{rest}", f"三、养护{rest}第一个渡口是青石渡。"]
    )
    spans = [span_of(article, "青石渡", 1.0)]
    assert max(len(one.text) for one in ranked("“三渡联建”第一个是哪个渡口？", [article], spans)) < 160
    assert any(len(one.text) > 160 for one in ranked("渡船的事怎么办？", [article], spans))


def test_an_answer_that_only_repeats_the_question_loses_to_one_that_does_not():
    article = make_article("e.txt", "会议", ["座谈会由林知远主持，座谈会在云溪召开。"])
    spans = [span_of(article, "座谈会", 3.0), span_of(article, "林知远", 2.0)]
    assert composed([article], spans, "座谈会由谁主持？").text == "林知远"


def test_every_item_of_a_list_is_a_span_of_its_own_in_order():
    article = make_article("f.txt", "课程", ["图书馆开设了绘画、书法、剪纸三门课程，都不收费。"])
    answer = composed([article], [span_of(article, "书法", 6.0)], "图书馆开设了哪三门课程？")
    assert [item.text for item in answer.items] == ["绘画", "书法", "剪纸"]
    assert answer.spans == answer.items
    assert answer.text == "绘画、书法、剪纸"
    assert [answer.citations[0].text[s:e] for s, e in answer.citations[0].marks] == ["绘画", "书法", "剪纸"]


def test_what_stands_in_two_articles_is_joined_where_two_things_are_asked_for():
    north = make_article("n.txt", "北渡", ["北渡市出台了河道条例。"])
    south = make_article("s.txt", "南麓", ["南麓市出台了河道条例。"])
    spans = [span_of(north, "北渡市", 6.0), span_of(south, "南麓市", 5.5)]
    answer = composed([north, south], spans, "哪两个市出台了河道条例？")
    assert [item.text for item in answer.items] == ["北渡市", "南麓市"]
    assert [cited.source for cited in answer.citations] == ["n.txt", "s.txt"]


def test_a_place_that_only_its_article_names_is_an_item_and_the_sentence_that_shows_it_is_cited_first():
    told = "常委会制定了《关于桥梁监督的决定》，听取了两次汇报。"
    north = make_article("n.txt", "无锡", ["无锡市人大常委会主任会议。", told, "全市有桥六座，无锡市满意。"])
    south = make_article("s.txt", "苏州", ["今年，苏州市出台《关于桥梁监督的决定》。", "广度和深度都有了。"])
    spans = [span_of(north, "两次汇报", 5.0), span_of(south, "苏州市", 4.5)]
    answer = composed([north, south], spans, "哪两个市制定了《关于桥梁监督的决定》？")
    assert {item.text for item in answer.items} == {"无锡市", "苏州市"}
    of_north = [cited.text for cited in answer.citations if cited.source == "n.txt"]
    assert of_north[0] == told
    assert any("无锡市" in text for text in of_north)


def test_cities_asked_for_by_what_is_quoted_are_those_of_all_articles_found_with_the_words_read_or_not():
    articles = [
        make_article(f"{city}.txt", city, [f"{city}市人大常委会办公室。", "建成“代表之家”十处，听取了汇报。"])
        for city in ("无锡", "苏州", "常州")
    ]
    other = make_article("o.txt", "扬州", ["扬州市建成公园十处，听取了汇报。"])
    spans = [span_of(article, "十处", 4.0) for article in (articles[0], other)]
    answer = composed([articles[0], other, *articles[1:]], spans, "哪些市建成了“代表之家”？")
    assert {item.text for item in answer.items} == {"无锡市", "苏州市", "常州市"}


def test_what_names_no_county_answers_no_question_for_counties():
    article = make_article("p.txt", "公园", ["县里修建了“春风亭”“秋水廊”，都在湿地公园。"])
    answer = composed([article], [span_of(article, "“春风亭”“秋水廊”", 6.0)], "哪两个县修建了湿地公园？")
    assert answer.status == "related"


def test_a_place_told_with_more_than_its_name_answers_a_question_for_its_level():
    article = make_article("q.txt", "巡河", ["巡河队到了西北部伊德利卜省以及哈马省北部。"])
    answer = composed([article], [span_of(article, "西北部伊德利卜省以及哈马省北部", 8.0)], "巡河队到了哪几个省？")
    assert answer.status == "answered"


def test_different_figures_of_different_articles_stand_side_by_side_with_their_dates():
    early = make_article("a.txt", "上半年", ["全市建成联络站7200个。"], date="2023-06")
    late = make_article("b.txt", "全年", ["全市建成联络站9300个。"], date="2024-06")
    spans = [span_of(late, "9300个", 6.0), span_of(early, "7200个", 5.8)]
    answer = composed([late, early], spans, "全市建成多少个联络站？")
    assert answer.text == "9300个"
    assert [(one.text, one.date) for one in answer.figures] == [("7200个", "2023-06"), ("9300个", "2024-06")]
    assert [cited.source for cited in answer.citations] == ["b.txt"]


def test_one_figure_in_two_spellings_is_one_answer_with_two_sources():
    one = make_article("a.txt", "一", ["全市建成联络站1,200个。"])
    two = make_article("b.txt", "二", ["全市建成联络站一千二百个。"])
    spans = [span_of(one, "1,200个", 6.0), span_of(two, "一千二百个", 5.0)]
    answer = composed([one, two], spans, "全市建成多少个联络站？")
    assert answer.figures == ()
    assert [cited.source for cited in answer.citations] == ["a.txt", "b.txt"]


def test_an_enumeration_of_another_sort_does_not_hide_what_two_articles_say():
    east = make_article("e.txt", "青岛市", ["青岛市通过《渡船条例》，重视安全、便民。"])
    west = make_article("w.txt", "济南市", ["济南市通过《浮桥条例》，重视安全、便民。"])
    spans = [span_of(east, "安全、便民", 6.0), span_of(east, "《渡船条例》", 5.0), span_of(west, "《浮桥条例》", 4.5)]
    answer = composed([east, west], spans, "青岛和济南通过的是哪两部条例？")
    assert {item.text for item in answer.items} == {"《渡船条例》", "《浮桥条例》"}
    assert {cited.source for cited in answer.citations} == {"e.txt", "w.txt"}


def test_answers_to_a_line_of_several_questions_are_joined_and_all_cited():
    first = composed([CENSUS], [span_of(CENSUS, "一百零六名", 3.0)])
    second = composed([LIBRARY], [span_of(LIBRARY, "两万册", 1.0)], "藏书多少？")
    both = together("设立了多少名河长？藏书多少？", [first, second])
    assert [span.text for span in both.spans] == ["一百零六名", "两万册"]
    assert [cited.source for cited in both.citations] == ["a.txt", "d.txt"]
    assert (both.text, both.confidence) == ("一百零六名", min(first.confidence, second.confidence))


def test_nothing_is_joined_where_only_one_question_of_the_line_was_answered():
    first = composed([CENSUS], [span_of(CENSUS, "一百零六名", 3.0)])
    assert together("设立了多少名河长？藏书多少？", [first, composed([LIBRARY], [], "藏书多少？")]) is None


def test_of_answers_that_overlap_the_middle_one_is_given():
    text = make_article("m.txt", "渡船", ["全市各县区共开通新渡船航线十二条方便出行。"])
    spans = [span_of(text, "新渡船航线", 3.0)]
    ranked = candidates(understand("开通了什么？"), hits_of(text), spans, {text.id: text}.__getitem__, SURE)
    assert ranked[0].expected == max(one.expected for one in ranked) > 0
