"""The sample corpus read back: what its structure file says stands in it, and every character accounted for."""

import json
import re

import pytest

from rag.articles import find_files, read_articles
from rag.sample import corpus_folder, structure_file

FILES = find_files(corpus_folder())
STRUCTURE = {entry["file"]: entry for entry in json.loads(structure_file().read_text(encoding="utf-8"))}


def report_of(path):
    return read_articles(path, path.name)


def bare(text):
    return re.sub(r"[\W_]+", "", text).lower()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_title_is_found(path):
    wanted = next(e for name, e in STRUCTURE.items() if name.endswith(path.name))["articles"]
    articles = report_of(path).articles
    assert sum(a.kind == "article" for a in articles) == len(wanted)
    found = {bare(a.title) for a in articles}
    for article in wanted:
        assert {bare(t) for t in [article["title"], *article["title_variants"]]} & found, article["title"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_paragraphs_are_ordered_and_cover_the_text(path):
    for article in report_of(path).articles:
        assert [p.number for p in article.paragraphs] == list(range(1, len(article.paragraphs) + 1))
        assert "\n".join(article.text[p.start : p.end] for p in article.paragraphs) == article.text


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_character_is_invented(path):
    """A paragraph is its ranges of the source but for white space, and a hyphen at the end of a Latin line."""
    report = report_of(path)
    for article in report.articles:
        for paragraph in article.paragraphs:
            assert paragraph.origin
            source = "".join(report.decoded[a:b] for a, b in paragraph.origin)
            said = article.text[paragraph.start : paragraph.end]
            assert "".join(said.split()) == "".join(source.split())


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_reading_twice_gives_the_same(path):
    assert report_of(path) == report_of(path)


def test_ids_are_unique_and_name_their_source():
    ids = [a.id for path in FILES for a in report_of(path).articles]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r".+#\d+", i) for i in ids)


def test_authors_of_the_issues_are_read():
    wrong = []
    asked = 0
    for path in FILES:
        entry = next(e for name, e in STRUCTURE.items() if name.endswith(path.name))
        found = {bare(a.title): a for a in report_of(path).articles}
        for article in entry["articles"]:
            match = next(
                (found[bare(t)] for t in [article["title"], *article["title_variants"]] if bare(t) in found), None
            )
            asked += 1
            if match is None or {bare(x) for x in match.authors} != {bare(x) for x in article["authors"]}:
                wrong.append((path.name, article["title"]))
    assert len(wrong) <= 0.1 * asked, wrong
