"""Who wrote the article about the wetland: not a place that the reader marks, but the byline of that article."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.answer.candidates import Candidate, GetArticle
from rag.answer.checks import checks
from rag.answer.likeness import Likeness
from rag.answer.proposals import Proposal
from rag.answer.question import Question, understand
from rag.text import fold, squeeze
from rag.types import Article, Hit, Range

_LOOKED_AT = 8  # passages
_PIECE = (
    r"文章|报道|报告|调查|论文|综述|侧记|稿件?|通讯|[那这一]篇|一文|经验材料"
    r"|\b(?:article|piece|report|story|essay|paper)s?\b"
)
_IS_PIECE = re.compile(_PIECE)
# what asks, and says nothing of what the article is about
_ASKING = re.compile(
    rf"{_PIECE}|作者|撰写|写作|写|执笔|是?由?(?:谁|哪[一两几]?[个位]人?)|叫什么|名字|请问|[的是由了些]|[？?。]"
    r"|\b(?:who|whom|what|which|is|are|was|were|the|of|by|about|on|wrote|written|write|authors?|name)\b"
)
# how likely the first article is the one that is meant: by the share of the question's words that its passage holds and
# of its names that the article does; a logistic fit on the questions that answers are fitted on
_HELD, _NAMED, _BIAS = 2.77, 1.35, -1.12


def authored(question: Question, hits: Sequence[Hit], article: GetArticle) -> tuple[Candidate, float] | None:
    """Return the byline that answers and the probability that it is the right one.

    None where it is not asked who wrote an article of the archive, or where no article found has a byline.
    """
    if not question.authors:
        return None
    asked = fold(question.text)
    about = _ASKING.sub(" ", asked)
    if not about.strip():
        return None
    topic = understand(" ".join(about.split()))
    found = []
    for one in (Likeness(topic, hit) for hit in hits[:_LOOKED_AT]):
        source = article(one.hit.passage.article_id)
        titled = _names(asked, about, source)
        place = byline(source)
        if place and (titled or _IS_PIECE.search(asked)):
            found.append((1.0 if titled else one.same(), -one.hit.rank, one, source, place))
    if not found:
        return None
    held, _, one, source, place = max(found, key=lambda each: each[:2])
    near = f"{one.hit.passage.text}\n{one.hit.passage.context}"
    named = checks(topic, near, "", source)["named"] if held < 1.0 else 1.0
    proposal = Proposal(one, (place,), "shape", 0.0, 0.0)
    chance = 1 / (1 + math.exp(-(_HELD * held + _NAMED * named + _BIAS)))
    return Candidate((proposal,), source.text[slice(*place)], 0.0, {}), chance * held


def byline(article: Article) -> Range | None:
    """Return where the authors stand in a byline of ``article``, from the first name to the last."""
    for p in article.paragraphs:
        if p.kind == "byline":
            text = article.text[p.start : p.end]
            spelled = [re.search(r"\s*".join(map(re.escape, squeeze(name))), text) for name in article.authors]
            places = [match.span() for match in spelled if match]
            if places:
                return p.start + min(s for s, _ in places), p.start + max(e for _, e in places)
    return None


def _names(asked: str, about: str, article: Article) -> bool:
    """Does the question name the article: its title in 《》 or quotes, or all that it says beside the asking?"""
    title = fold(article.title)
    terms = [(squeeze(term), squeeze(title)) for term in understand(asked).terms]
    terms.append((squeeze(about), squeeze(_ASKING.sub(" ", title))))
    return any(len(term) > 3 and (term in whole or whole in term) for term, whole in terms)
