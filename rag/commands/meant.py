"""What was looked up where it is not what was typed, as lines of a terminal."""

from __future__ import annotations

from rag.commands.terminal import PLAIN, Style, safe
from rag.text import language
from rag.types import Answer

_WORDS = {
    "zh": {
        "corrected": "按“{}”查找，不是“{}”（要照原样查，加 --as-typed）",
        "carried": "沿用上文：{}",
        "asked": "按问句查找：{}",
        "part": "问：{}",
    },
    "en": {
        "corrected": "Looked up “{}” for “{}” (--as-typed asks for what you typed)",
        "carried": "Carried over: {}",
        "asked": "Read as: {}",
        "part": "Question: {}",
    },
}


def meant_text(answer: Answer, style: Style = PLAIN, *, part: bool = False) -> str:
    """Return one line for each thing that was changed, each ending in a line break; "" where nothing was.

    A ``part`` of a line with several questions begins with its own words.
    """
    words = _WORDS["en" if language(answer.query) == "en" else "zh"]
    lines = [words["part"].format(answer.query)] if part else []
    lines += [words["corrected"].format(searched, typed) for typed, searched in answer.corrected]
    if answer.carried:
        lines.append(words["carried"].format(" + ".join(answer.carried)))
    elif answer.asked and not answer.corrected:
        lines.append(words["asked"].format(answer.asked))
    return "".join(f"{style.aside[0]}{safe(line)}{style.aside[1]}\n" for line in lines)
