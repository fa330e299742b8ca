"""Read clean articles from JSON lines and make stories of them: whole paragraphs, titles fit for print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from eval.bench.issue_types import Story
from eval.data import DataError

STOPS = "。！？"
CLOSERS = "”’」』）)"
_LEAD = re.compile(r"^(?:[^，。]{0,12}消息[（(]?(?:新闻联播)?[)）]?[：:]|本台消息[，：:])+(?:本台消息[，：:])?")
_CREDIT = re.compile(r"[（(][^（）()]*(?:编辑|编导|责编|摄像)[^（）()]*[）)]|\[[^\]]*\]|【[^】]*】|■")
_ABROAD = re.compile(r"会见|会谈|致电|贺电|唁电|总统|国王|首相|议长|播出|人民日报|锐评|新闻|央视|访华|袭击|以军")
_WEB = re.compile(r"之家|广告|下载|点击|链接|微信|http|原标题|本文|正文|报料|图源|来源|网讯|\[")
_SENTENCE = re.compile(r"[^。！？]+[。！？]+[”’」』）)]*")
_PLAIN = re.compile(r"[\w\u4e00-\u9fff“”‘’《》、，：！？—·%（） \-]+")


class Pool:
    """Stories in a random order that depends on the seed alone, each given out once until all are used."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], seed: int) -> None:
        self._rows = [row for n, row in enumerate(rows) if n % 2 == (seed >= 1000)]
        Random(seed).shuffle(self._rows)
        self._turn: dict[str, Iterator[Story]] = {}

    def take(self, want: str) -> Story:
        """Return the next "story", "long" story, maybe without a title, "law" or "english"; raises DataError."""
        for _ in range(2):
            turn = self._turn.setdefault(want, self._stories(want))
            found = next(turn, None)
            if found is not None:
                return found
            del self._turn[want]
        raise DataError(f"no text of the kind {want}", where="TEXTS", mend="Name a file of JSON lines that has some.")

    def _stories(self, want: str) -> Iterator[Story]:
        for row in reversed(self._rows) if want == "long" else self._rows:
            story = _READ[want](row)
            if story is not None:
                yield story


def load(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read all rows of the files; raises DataError."""
    rows = []
    for path in paths:
        try:
            rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise DataError(f"unreadable: {error}", where=path, mend="Give JSON lines with {a, b} or {text}.") from None
    return rows


def whole(text: str) -> bool:
    """Say whether a paragraph ends as one should."""
    return len(text) >= 18 and text.rstrip(CLOSERS)[-1:] in STOPS and "\t" not in text


def _story(row: Mapping[str, Any]) -> Story | None:
    if "a" not in row or row["a"].isascii():
        return None
    title = " ".join(_CREDIT.sub("", row["a"]).split())
    paragraphs = _paragraphs(row["b"])
    good = 8 <= len(title) <= 34 and _PLAIN.fullmatch(title) and title[-1] not in "：，、" and not _ABROAD.search(title)
    return Story(title, paragraphs) if good and paragraphs else None


def _paragraphs(body: str) -> tuple[str, ...]:
    lines = [_CREDIT.sub("", line).strip() for line in _LEAD.sub("", body).split("\n")]
    lines = [_chinese_stops(re.sub(r"\s+", "", line)) for line in lines if line]
    return tuple(lines) if lines and all(whole(line) and len(line) <= 700 for line in lines) else ()


def _chinese_stops(text: str) -> str:
    return text.replace("!", "！").replace("?", "？").replace(",", "，") if not re.search(r"\d,\d", text) else text


def _long(row: Mapping[str, Any]) -> Story | None:
    """A long story, or a text without a title: whole sentences, three a paragraph, but for the last, maybe cut."""
    if "text" not in row or "law" in row or row["text"][:40].isascii():
        story = _story(row)
        return story if story and sum(map(len, story.paragraphs)) >= 600 else None
    if len(row["text"]) % 8:  # most texts without a title are web pages, few of them fit for a journal
        return None
    sentences = _SENTENCE.findall(re.sub(r"\s+", "", row["text"]))[:-2]
    groups = ["".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)]
    fits = len(groups) >= 3 and all(whole(g) and 30 <= len(g) <= 500 for g in groups)
    return Story("", tuple(groups)) if fits and not _WEB.search(row["text"]) else None


def _law(row: Mapping[str, Any]) -> Story | None:
    if "law" not in row or not 6 <= len(row["law"]) <= 30 or "第一条" not in row["text"]:
        return None
    lines = [re.sub(r"\s+", " ", line).strip() for line in row["text"].split("\n") if line.strip()]
    lines = lines[: 40 + len(lines) % 20]
    while lines and not whole(lines[-1]):
        lines.pop()
    fits = len(lines) >= 8 and all(line.startswith("##") or line[-1] in "。；：" for line in lines)
    return Story(row["law"], tuple(lines)) if fits else None


def _english(row: Mapping[str, Any]) -> Story | None:
    if "a" not in row or not row["a"].isascii() or not 12 <= len(row["a"]) <= 60:
        return None
    lines = tuple(" ".join(line.split()) for line in row["b"].split("\n") if line.strip())
    ends = all(len(line) > 60 and line.rstrip("\"')")[-1:] in ".!?" for line in lines)
    return Story(row["a"], lines) if lines and ends else None


_READ = {"story": _story, "long": _long, "law": _law, "english": _english}
