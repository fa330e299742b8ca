"""English questions made from Chinese ones, for a reader that is to find answers in Chinese text.

The words are the dictionary's and their order is Chinese; only the question word is put where English has it.
To a reader that is told which words mean alike (``rag.read.match``), that is nearly an English question.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from rag.read.asked import sort_of
from rag.text import fold
from rag.train.glossary import Glossary
from rag.train.reader_examples import WRITTEN, Question

SHARE = 0.16  # of the Chinese questions
WRITTEN_SHARE = 0.25
MADE_SHARE = 0.08
_ASK: dict[str | None, tuple[str, ...]] = {
    "date": ("When", "When", "In which year", "On what date"),
    "number": ("How many", "How much", "How many"),
    "share": ("What percentage",),
    "person": ("Who", "Who", "Which person"),
    "place": ("Where", "Where", "In which place"),
    "title": ("Which document", "Which law", "Which book"),
    "name": ("What is the name of", "What is", "Which"),
    "reason": ("Why",),
    None: ("What", "What", "Which", "What is", "How"),
}
_QUESTION_WORD = re.compile(
    r"什么时[候间]|什么地[方点]|什么名字?|什么|谁|哪[里儿位个些一年天月日]*|几|多少|为何|何[时处地]|怎么样?|如何|怎样|叫啥|啥|吗|呢"
)
_MAX_CHARS = 300


def share_of(question: Question) -> float:
    """Return how often a question is to be glossed."""
    if question.lang != "zh":
        return 0.0
    return WRITTEN_SHARE if question.source == WRITTEN else MADE_SHARE if question.source == "cloze" else SHARE


def glossed(question: Question, glossary: Glossary, random: Random) -> Question:
    """Return the same question in word-for-word English, over the same Chinese context."""
    asking = random.choice(_ASK[sort_of(fold(question.text))])
    words = glossary.translate(_QUESTION_WORD.sub(" ", question.text), random).split()
    return replace(question, lang="en", text=f"{asking} {' '.join(words).strip(' ？?。')}?"[:_MAX_CHARS])
