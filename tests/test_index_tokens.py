"""The words of every passage beside its vector: the same as the encoder cuts, whatever came and went since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.encode import BUNDLED_FOLDER, StaticEncoder
from rag.errors import IndexStoreError
from rag.index import Index, derive, generation, open_index, update_index
from rag.index.dense import VECTORS as VECTORS_FILE
from rag.index.facts import searched_text
from rag.index.repair import repair
from rag.index.tokens import ENDS, TOKENS
from rag.retrieve import HybridRetriever
from rag.retrieve.closer import WHOLE
from rag.retrieve.explain import VECTORS
from rag.text import simplified

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
TEXTS = {
    "bees": "蜜蜂\n养蜂人每年春天带着蜂箱搬家。\n油菜花开的时候，蜂蜜最多。",
    "river": "青石河治理\n云溪市用三年治理青石河。\n白鹭又回到河口筑巢，河长每天巡河。",
    "library": "青峰图书馆\n青峰镇把旧粮站改成图书馆。\n图书馆晚上开到九点，藏书三万册。",
    "harbour": "The harbour\nThe harbour was dredged in spring.\nHerring boats came back to it.",
}


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder(BUNDLED_FOLDER, label="bundled")


def matched(index: Index, encoder: StaticEncoder) -> int:
    """Compare the tokens of every passage with those of its text, and count the passages."""
    rows = index.owners()[:, 0].tolist()
    texts = [searched_text(one.passage.text, one.passage.context) for one in index.passages(rows)]
    for kept, cut in zip(index.tokens(rows), encoder.cut(texts), strict=True):
        assert kept.tolist() == cut.tolist()
    return len(rows)


def files(folder: Path) -> Path:
    return folder / generation.name(generation.current(folder).generation)


def test_they_are_those_of_the_text_and_what_stands_above_it_through_all_changes(
    tmp_path: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = write(tmp_path / "a", **TEXTS), tmp_path / "index"
    monkeypatch.setattr("rag.index.dense.DRIFT", 2.0)

    def brought_up_to_date() -> int:
        update_index([root], folder, encoder, max_chars=80)
        with closing(open_index(folder)) as index:
            return matched(index, encoder)

    assert brought_up_to_date() == 4
    first = (files(folder) / TOKENS).stat().st_ino
    write(root, night="夜市\n石桥镇的夜市重新开张。", bees="蜜蜂\n养蜂人不搬家了。")
    assert brought_up_to_date() == 5
    assert (files(folder) / TOKENS).stat().st_ino == first  # shared, as the vectors are
    (root / "night.txt").unlink()
    (root / "river.txt").unlink()
    assert brought_up_to_date() == 3
    monkeypatch.setattr("rag.index.dense.DRIFT", 0.0)
    write(root, more="集市\n集市搬进了大棚。")
    assert brought_up_to_date() == 4
    assert (files(folder) / TOKENS).stat().st_ino != first


def test_texts_beyond_those_remembered_are_cut_again(
    tmp_path: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive, "_CUT", 0)
    update_index([write(tmp_path / "a", **TEXTS)], tmp_path / "index", encoder, max_chars=80)
    with closing(open_index(tmp_path / "index")) as index:
        assert matched(index, encoder) == 4


def test_an_encoder_without_vectors_of_words_has_none(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    update_index([write(tmp_path / "a", **TEXTS)], folder, WordEncoder(), max_chars=80)
    assert not (files(folder) / TOKENS).exists()
    with closing(open_index(folder)) as index:
        assert (
            HybridRetriever(index, WordEncoder()).retrieve("图书馆晚上开到几点", 1)[0].passage.source == "a/library.txt"
        )


def test_an_index_made_before_there_were_any_gets_them_without_encoding_again(
    tmp_path: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = write(tmp_path / "a", **TEXTS), tmp_path / "index"
    monkeypatch.setattr("rag.index.dense.DRIFT", 2.0)
    update_index([root], folder, encoder, max_chars=80)
    (root / "bees.txt").unlink()
    write(root, night="夜市\n石桥镇的夜市重新开张。")
    update_index([root], folder, encoder, max_chars=80)
    made, vectors = generation.current(folder), (files(folder) / VECTORS_FILE).stat().st_ino
    for path in files(folder).glob("*"):
        if "tokens" in path.name or "about" in path.name:
            path.unlink()
    kept = {name: marks for name, marks in made.files.items() if "tokens" not in name and "about" not in name}
    generation.publish(folder, replace(made, format=3, files=kept))
    with closing(sqlite3.connect(folder / made.store)) as connection:
        connection.execute("PRAGMA user_version = 3")
    repair(folder, encoder, max_chars=80)
    assert (files(folder) / VECTORS_FILE).stat().st_ino == vectors
    with closing(open_index(folder)) as index:
        assert matched(index, encoder) == 4
        assert index.known() == index._snapshot.briefs()
    assert repair(folder, encoder, max_chars=80).faults == ()


@pytest.mark.parametrize("name", [TOKENS, ENDS])
def test_a_flipped_bit_in_them_is_found_before_a_search(tmp_path: Path, encoder: StaticEncoder, name: str) -> None:
    folder = tmp_path / "index"
    update_index([write(tmp_path / "a", **TEXTS)], folder, encoder, max_chars=80)
    path = files(folder) / name
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(IndexStoreError, match=f"{name} of the index is damaged.*wenju repair"):
        open_index(folder)


def test_the_nearest_stand_in_the_order_of_their_texts_cut_anew(tmp_path: Path, encoder: StaticEncoder) -> None:
    folder = tmp_path / "index"
    update_index([write(tmp_path / "a", **TEXTS)], folder, encoder, max_chars=80)
    with closing(open_index(folder)) as index:
        retriever = HybridRetriever(index, encoder)
        for question in ("图书馆晚上开到几点？", "白鷺在哪裡築巢", "When were the herring boats back?", "蜂蜜"):
            leg = retriever._answer(question, 4, None, None).legs[VECTORS]
            whole = dict(index.search_vectors(encoder.encode_queries([simplified(question)])[0], 50))
            for row, score in leg:
                one = index.passage(row).passage
                near = by_hand(encoder, question, searched_text(one.text, one.context))
                assert score == pytest.approx(near + WHOLE * whole.get(row, min(whole.values())), abs=1e-5)
            assert leg == sorted(leg, key=lambda pair: (-pair[1], pair[0]))


def by_hand(encoder: StaticEncoder, question: str, text: str) -> float:
    """Compare every word of the question with every word of the text, one by one."""
    table, cut = encoder.table(), encoder.tokenizer.encode
    asked, told = (
        [table[token] for token in set(cut(one, add_special_tokens=False).ids) if table[token].any()]
        for one in (simplified(question), text)
    )
    best, weight = 0.0, 0.0
    for word in asked:
        length = float(np.linalg.norm(word))
        cosines = [float(word @ other) / length / float(np.linalg.norm(other)) for other in told]
        best += length * max(0.0, *cosines)
        weight += length
    return best / weight
