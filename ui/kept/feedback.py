"""What users think of answers: each verdict is a line of a question set that `python -m eval run` reads."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from rag.errors import ConfigError, IndexStoreError
from rag.query import check_question, kind_of
from rag.text import language, squeeze
from rag.types import Answer, Article, Citation

Verdict = Literal["right", "wrong", "better", "nothing"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
TYPES = {"why", "who", "when", "where", "number", "definition", "list", "how"}  # of question files; others are "fact"
MOST = 50_000_000  # bytes; who fills a file with verdicts is stopped
_LONGEST = 2000  # characters of a marked answer


@dataclass(frozen=True, slots=True)
class Better:
    """The words that are the answer: ``article.text[start:end]`` within paragraph ``paragraph``."""

    article_id: str
    source: str
    paragraph: int
    start: int
    end: int
    text: str
    quote: str


class Feedback:
    """The verdicts in the file ``path``, one JSON object a line, in the order in which they came.

    "right" makes a question with that answer, "better" one with the marked words, "nothing" one of type
    unanswerable. Of "wrong" nobody knows the answer: its line has the words that are not it, and
    ``questions`` leaves it out. A later verdict of the same owner on the same question takes the place of the earlier.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()

    def add(
        self,
        owner: str,
        question: str,
        answer: Answer,
        verdict: Verdict,
        better: Better | None = None,
        asked: str | None = None,
    ) -> str:
        """Keep a verdict on ``answer`` and return its id; ``asked`` is the question as it was looked up.

        Raises ConfigError for a verdict that does not fit the answer, IndexStoreError where it cannot be written.
        """
        row = {"id": f"u{secrets.token_hex(6)}", **verdict_line(question, answer, verdict, better, asked)}
        row["by"] = sha256(owner.encode()).hexdigest()[:16] if owner else ""
        row["when"] = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                if self._path.exists() and self._path.stat().st_size + len(line) > MOST:
                    raise ConfigError("no more feedback can be kept", mend="Ask the administrator to put it away.")
                with self._path.open("ab") as file:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise IndexStoreError(
                f"the feedback cannot be kept: {error.strerror}", where=self._path, mend="Check the folder of --state."
            ) from error
        return str(row["id"])

    def rows(self) -> list[dict[str, Any]]:
        """Return all verdicts that hold, oldest first; a line that was cut off by a crash is passed over."""
        with self._lock:
            lines = self._path.read_text("utf-8", "replace").splitlines() if self._path.exists() else []
        latest: dict[tuple[str, str], dict[str, Any]] = {}
        for line in lines:
            try:
                row = json.loads(line)
                key = (row["by"], row["question"]) if row["by"] else (row["id"], "")
            except (ValueError, KeyError, TypeError):
                continue
            latest.pop(key, None)
            latest[key] = row
        return list(latest.values())

    def questions(self) -> str:
        """Return the question set: one JSON object a line, as eval/README.md describes it; "" where there is none."""
        chosen = [row for row in self.rows() if row["verdict"] != "wrong"]
        return "".join(json.dumps(_public(row), ensure_ascii=False) + "\n" for row in chosen)

    def counts(self) -> dict[str, int]:
        """Return how many verdicts of each kind hold."""
        rows = self.rows()
        return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}


def verdict_line(
    question: str, answer: Answer, verdict: Verdict, better: Better | None = None, asked: str | None = None
) -> dict[str, Any]:
    """Return the line of a verdict, without id, owner and time; a follow-up asks what was looked up for it."""
    if verdict not in VERDICTS:
        raise ConfigError(f"{verdict!r} is no verdict", mend=f"Say one of {', '.join(VERDICTS)}.")
    if (verdict == "better") != (better is not None):
        raise ConfigError("a better answer wants the words that are it", mend="Mark them in the article.")
    if verdict in ("right", "wrong") and answer.text is None:
        raise ConfigError(f"there is no answer to call {verdict}", mend="Mark the right words, or say nothing.")
    told = check_question(asked or answer.asked or question)
    given = _given(answer)
    answers = given if verdict == "right" else [better.text] if better else []
    evidence = [{"file": better.source, "quote": better.quote}] if better else []
    if verdict == "right":
        evidence = [{"file": cited.source, "quote": _around(cited)} for cited in answer.citations if cited.marks]
    kind = "unanswerable" if verdict == "nothing" else _type(told, answers)
    row: dict[str, Any] = {"lang": language(told), "type": kind, "question": told, "answers": answers}
    row |= {"evidence": evidence, "verdict": verdict}
    if verdict != "right" and given:
        row["rejected"] = given
    return row


def better_at(article: Article, paragraph: int, words: str) -> Better:
    """Return where ``words`` stand in a paragraph, white space aside; raises ConfigError if they do not."""
    found = next((p for p in article.paragraphs if p.number == paragraph), None)
    wanted = squeeze(words)
    if found is None or not wanted or len(words) > _LONGEST:
        raise ConfigError("no words are marked in a paragraph", mend="Mark the answer in the article.")
    quote = article.text[found.start : found.end]
    solid = [at for at, char in enumerate(quote) if not char.isspace()]
    at = "".join(quote[k] for k in solid).find(wanted)
    if at < 0:
        raise ConfigError("these words do not stand in this paragraph", where=article.id, mend="Mark them again.")
    start, end = solid[at], solid[at + len(wanted) - 1] + 1
    return Better(
        article.id, article.source, paragraph, found.start + start, found.start + end, quote[start:end], quote
    )


def _given(answer: Answer) -> list[str]:
    """Return what was answered: the items of a list, or the one answer."""
    texts = list(dict.fromkeys(span.text for span in answer.spans)) if answer.spans else []
    return texts if len(texts) > 1 and kind_of(answer.query) == "list" else [answer.text] if answer.text else []


def _type(question: str, answers: Sequence[str]) -> str:
    kind = kind_of(question)
    if kind == "list" and len(answers) < 2:
        return "fact"
    return kind if kind in TYPES else "fact"


def _around(cited: Citation) -> str:
    """Return the marked words: what a source must say to have answered."""
    start, end = cited.marks[0][0], cited.marks[-1][1]
    return cited.text[start:end]


def _public(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "lang", "type", "question", "answers", "evidence")}
