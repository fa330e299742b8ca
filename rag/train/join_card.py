"""The card of the judge of line ends, as it lies beside its weights."""

from __future__ import annotations

CARD = """---
license: apache-2.0
language: [zh]
tags: [text-repair, line-breaks]
---
# Wenju's judge of line ends

Says of two printed lines of Chinese text whether the second goes on from the first or begins a paragraph. Two small
layers ({hidden} and half as many) over {features} numbers that describe the place: how both lines end and begin, their
widths against the column, gaps, indents, what such looks went with elsewhere in the same text, what the rules of
`rag/articles/repair/rules.py` say, and two tables counted on clean text (which characters meet, how
paragraphs begin).
Wenju asks it where the rules have no sure sign; `rag/articles/repair/joins.py` runs it in numpy.

## How well it does

Line ends of {unseen:,} lines in articles never trained on, broken as `rag/train/breaking.py` breaks: the rules alone
take {rules:.2%} of them for the wrong thing, the judge {judged:.2%}. What that means for whole paragraphs, kind by
kind: `python -m eval.bench.damage`. English is left to the rules.

## What it was made of

{ends:,} line ends of {articles:,} articles broken on purpose, a third each: laws and decrees (outside copyright),
broadcast news from an MIT repository (its broadcaster keeps its rights in the text), CRUD news (Apache-2.0 as stated
by its repository). Every tenth article of each set was kept aside. The files on which segmentation is scored were
not trained on. The weights are numbers about widths, marks and pairs of characters; no text is in them.

## How it was made

`python -m rag.train joins --data DIR --out DIR` took {minutes:.0f} minutes on one core of a shared CPU: articles
{articles}, hidden {hidden}, epochs {epochs}, seed {seed}, dropout 0.1, answers smoothed by 0.01.
"""
