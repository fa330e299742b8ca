from dataclasses import replace

from conftest import make_article, make_passages

from rag.answer import citation
from rag.commands.terminal import COLOUR, answer_text, hits_text
from rag.types import Answer, Hit

ARTICLE = make_article(
    "root/2023-2.txt",
    "青石河治理三年记",
    ["治理之后，白鹭又回来了。全市设立河长一百零六名。"],
    authors=("林知远", "周小满"),
    journal="云溪人大",
    issue="2023年第2期",
    page="12",
)
CITED = citation(ARTICLE, ARTICLE.paragraphs[0], ((18, 23),))
ANSWERED = Answer("设立了多少名河长？", "answered", 0.824, text="一百零六名", citations=(CITED,))


def test_the_answer_comes_first_then_its_paragraph_then_its_place():
    assert answer_text(ANSWERED).split("\n\n") == [
        "一百零六名（把握 82%）",
        "    治理之后，白鹭又回来了。全市设立河长【一百零六名】。\n"
        "    —— 《青石河治理三年记》 · 林知远、周小满 · 云溪人大 2023年第2期 · 第 12 页 · 第 1 段 · root/2023-2.txt",
    ]


def test_a_terminal_underlines_instead_of_bracketing():
    text = answer_text(ANSWERED, COLOUR)
    assert "\x1b[1;4m一百零六名\x1b[0m" in text
    assert "【" not in text


def test_an_english_question_gets_english_labels():
    text = answer_text(replace(ANSWERED, query="How many wardens are there?"))
    assert "(82% sure)" in text
    assert "page 12 · paragraph 1" in text


def test_what_is_not_known_of_a_place_is_left_out():
    bare = replace(CITED, authors=(), journal=None, issue=None, page=None)
    assert "—— 《青石河治理三年记》 · 第 1 段 · root/2023-2.txt" in answer_text(replace(ANSWERED, citations=(bare,)))


def test_further_sources_and_other_candidates_are_told_apart_and_cut_short():
    long = replace(CITED, text="前" * 200 + "一百零六名" + "后" * 200, marks=((200, 205),), source="root/long.txt")
    text = answer_text(replace(ANSWERED, citations=(CITED, long), alternatives=(replace(long, source="x.txt"),)))
    assert (
        text.index("同样的说法还见于：") < text.index("root/long.txt") < text.index("其他可能：") < text.index("x.txt")
    )
    assert f"…{'前' * 60}【一百零六名】{'后' * 60}…" in text


def test_related_says_that_nothing_is_sure_and_shows_the_nearest_passages():
    text = answer_text(Answer("问？", "related", 0.3, citations=(replace(CITED, marks=()),)))
    assert text.startswith("没有足够把握的答案。")
    assert "【" not in text
    assert "白鹭" in text


def test_not_found_is_one_sentence_in_the_language_of_the_question():
    assert answer_text(Answer("有没有月亮？", "not_found", 0.0)) == "这些文章里没有找到答案。"
    assert answer_text(Answer("Is there a moon?", "not_found", 0.0)) == "These articles do not say."


def test_text_cannot_command_the_terminal():
    evil = replace(CITED, text="\x1b]0;x\x07ab\u202ec", marks=(), title="\x1b[31m")
    shown = answer_text(Answer("问？", "related", 0.3, citations=(evil,)))
    assert not set("\x1b\x07\u202e") & set(shown)
    assert "ab" in shown


def test_several_marks_of_a_paragraph_are_all_shown():
    twice = replace(CITED, marks=((0, 2), (18, 23)))
    shown = answer_text(replace(ANSWERED, citations=(twice,)))
    assert "【治理】之后，白鹭又回来了。全市设立河长【一百零六名】。" in shown


def test_hits_are_numbered_with_their_source():
    hit = Hit(make_passages(ARTICLE)[0], 1.0, 1)
    first, second = hits_text("河长", [hit]).split("\n")
    assert first == " 1  《青石河治理三年记》 root/2023-2.txt"
    assert "白鹭" in second
    assert hits_text("moon", []) == "No passage is near."
