"""Places that are asked about are named in what is found, or in its article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEncoder, make_article

from rag.articles import FileReport
from rag.index import Index, open_index, update_index
from rag.index.terms import places_asked
from rag.retrieve import HybridRetriever
from rag.retrieve.places import UNNAMED, _need, named

ARTICLES = {
    "a": ("临沂市的条例", ["用电条例回应了老百姓的问题。", "条例施行一年。"]),
    "b": ("东营市的条例", ["用电条例回应了老百姓反映的问题，老百姓说好。", "条例施行两年。"]),
    "c": ("无题", ["济南的会议开了三天。", "用电的问题由老百姓反映。"]),
    "d": ("The harbour at Jinan", ["The harbour was dredged in Jinan."]),
    **{f"e{n}": (f"第{n}号", [f"第{n}条的条例。"]) for n in range(60)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("places")
    (folder / "journal").mkdir()
    for name in ARTICLES:
        (folder / "journal" / f"{name}.txt").write_text(name, encoding="utf-8")

    def read(files):  # type: ignore[no-untyped-def]
        for path, source in files:
            title, paragraphs = ARTICLES[path.stem]
            yield source, FileReport(source, (make_article(source, title, paragraphs),), "utf-8", 0, (), "")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.index.intake.read_files", read)
        update_index([folder / "journal"], folder / "index", WordEncoder(), max_chars=20)
    with closing(open_index(folder / "index")) as opened:
        yield opened


def remains(index: Index, question: str) -> dict[str, set[float]]:
    """Return by file what remains of the scores of its passages."""
    rows = index.owners()[:, 0].tolist()
    told: dict[str, set[float]] = {}
    for one in index.passages(rows):
        left = named(index, question, rows).get(one.row, 1.0)
        told.setdefault(Path(one.passage.source).stem, set()).add(round(left, 6))
    return told


def test_places_are_asked_for_without_their_ending_and_nothing_else_is_a_place() -> None:
    assert places_asked("临沂为什么给用电立条例？") == ["临沂"]
    assert places_asked("德州市和石嘴山市的会") == ["德州", "石嘴山"]
    assert places_asked("条例施行了几年？") == []
    assert places_asked("In which year did Dezhou's Rules pass?") == ["dezhou", "rules"]


def test_a_passage_keeps_its_score_where_the_place_stands_in_it_above_it_or_elsewhere_in_its_article(
    index: Index,
) -> None:
    left = remains(index, "临沂的用电条例")
    assert (left["a"], left["b"], left["c"]) == ({1.0}, {1 - UNNAMED}, {1 - UNNAMED})
    assert remains(index, "济南的用电问题")["c"] == {1.0}


def test_of_two_places_each_counts_half(index: Index) -> None:
    assert remains(index, "临沂和东营的条例")["a"] == {round(1 - UNNAMED / 2, 6)}


def test_a_name_in_latin_letters_is_met_by_its_sound_and_as_it_is(index: Index) -> None:
    left = remains(index, "How long was the meeting in Jinan?")
    assert (left["c"], left["d"], left["a"]) == ({1.0}, {1.0}, {1 - UNNAMED})


def test_what_is_no_name_here_or_stands_everywhere_changes_nothing(index: Index) -> None:
    rows = index.owners()[:, 0].tolist()
    assert named(index, "Which Harbour was dredged?", rows) == {}
    assert named(index, "条例施行了几年？", rows) == {}
    assert _need(index, "é") == []


def test_the_right_town_comes_before_one_of_which_more_is_said_alike(index: Index) -> None:
    hits = HybridRetriever(index, WordEncoder()).retrieve("临沂的用电条例回应了老百姓反映的什么问题，老百姓说好吗？", 3)
    assert hits[0].passage.source == "journal/a.txt"
