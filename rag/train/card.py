"""The model card of the encoder: what it is, what it was made of, how well it does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CARD = """\
---
language: [zh, en]
license: cc-by-sa-4.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [static-embedding, retrieval, bilingual]
---

# Wenju's bundled encoder

A static embedding of Chinese and English words, {size:,} tokens x {dim} in bytes, each row with a scale of its own,
{megabytes:.0f} MB with the tokenizer: a text's vector is the mean of its words' vectors, scaled to length 1. Made for
finding passages of Chinese articles with questions in Chinese or English, without a network, a GPU or torch. It loads
with `SentenceTransformer(folder)`; Wenju itself runs it in numpy, with the same vectors. There are no prompts:
questions and passages are encoded alike. The first places of a vector say most: it may be cut to 128 or 64
(`truncate_dim`), at the loss below.

Chinese is cut as jieba cuts it (its dictionary's words that are frequent enough, else single characters),
Latin words stand whole where they are frequent, else in pinyin syllables or letter pairs. Characters outside
the vocabulary add nothing.

## How well it does

Questions kept for tuning (never trained on, but settings were chosen by them), over windows of about 300 characters
of their passages among 20,000 news texts; the encoder alone: exact cosine of one vector a text, and the nearest of
these compared word by word, as the search does it. The passages and the news come from the collections that titles,
laws and crops were drawn from, so expect less on an archive it has never met:

{scores}

It does not know word order, negation or numbers beyond their digits; for questions in the language of the
text a keyword index finds more. Names of people in Latin letters are found by their syllables.

## What it was made of

| family of pairs | pairs | from |
|---|---|---|
{families}

Licences as stated by the sources: CC-CEDICT CC BY-SA 4.0; Tatoeba CC BY 2.0 FR; CMRC 2018 CC BY-SA 4.0; DRCD
CC BY-SA 3.0; LeCoQA MIT; lawyer-llama Apache-2.0; CSL Apache-2.0; CRUD news Apache-2.0 as stated by its
repository; statutes and government reports are outside copyright; broadcast news from an MIT repository, its
broadcaster keeps its rights in the text; CAIL 2019, SQuADShifts, BBC and anti-terror news state none;
PolicyQA MIT; STS and paraphrase sets upstream mostly for research; the questions over Chinese passages and
the list of government terms were written for this project. jieba's dictionary: MIT. No data whose licence
forbids commercial use.

## How it was made

`python -m rag.train encoder --data DIR --out DIR` took {minutes:.0f} minutes on one core of a shared CPU: {recipe}.
"""

_ORIGINS = {
    "dictionary": "CC-CEDICT and the list of government terms: word and gloss",
    "spelling": "names and their pinyin, numbers, ordinals, dates",
    "parallel": "government work reports 2008-2022, Tatoeba: sentence and translation",
    "written": "questions written for this project, in Chinese, English and glossed word for word",
    "glossed": "titles, questions and sentences, glossed word for word into English, over their Chinese passages",
    "questions": "CMRC 2018, DRCD, CAIL 2019, anti-terror news, LeCoQA, lawyer-llama, paraphrases",
    "titles": "broadcast news and CSL: title and body",
    "laws": "law and chapter over an article",
    "crops": "CRUD news: a sentence over its window",
    "english": "SQuADShifts, PolicyQA, BBC news, STS",
}


def write(
    out: Path,
    recipe: Mapping[str, Any],
    counts: Mapping[str, int],
    size: int,
    seconds: float,
    scores: Mapping[str, Mapping[str, float]],
) -> None:
    """Write the card as README.md into the model folder."""
    columns = list(next(iter(scores.values()), {}))
    lines = ["| questions in | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for language, row in scores.items():
        cells = (f"{value:.3f}" if column != "questions" else f"{value:.0f}" for column, value in row.items())
        lines.append(f"| {language} | " + " | ".join(cells) + " |")
    card = _CARD.format(
        size=size,
        dim=recipe["dim"],
        megabytes=sum(file.stat().st_size for file in out.iterdir() if file.name != "README.md") / 1e6,
        scores="\n".join(lines) if scores else "Not measured: the data folder holds no questions kept for tuning.",
        families="\n".join(f"| {name} | {count:,} | {_ORIGINS[name]} |" for name, count in counts.items()),
        minutes=seconds / 60,
        recipe=", ".join(f"{name} {value}" for name, value in recipe.items()),
    )
    (out / "README.md").write_text(card, encoding="utf-8")
