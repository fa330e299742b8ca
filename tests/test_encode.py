"""Encoders: the static one against its definition and against sentence-transformers, and what cannot be opened."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from rag.encode import BUNDLED_FOLDER, SentenceEncoder, StaticEncoder, open_encoder
from rag.errors import ModelError

WORDS = ["<unk>", "county", "deputies", "县", "代表", "meet"]
TEXTS = ["代表 县", "deputies meet", "", "!!!", "县", "county unheard", "unheard"]


def write_static(folder: Path, *, normalize: bool = True, rows: int = len(WORDS)) -> Path:
    folder.mkdir()
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(3).normal(size=(rows, 8)).astype(np.float16)
    table[0] = 0
    save_file({"embedding.weight": table}, str(folder / "model.safetensors"))
    kind = "sentence_transformers.sentence_transformer.modules."
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind + "static_embedding.StaticEmbedding"}]
    if normalize:
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": kind + "normalize.Normalize"})
        (folder / "1_Normalize").mkdir()
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


def write_bytes(folder: Path, *, shared: bool = False) -> Path:
    """The same model as bytes with a scale a row, perhaps with one row for two words."""
    write_static(folder)
    table = load_file(str(folder / "model.safetensors"))["embedding.weight"].astype(np.float32)
    scales = np.abs(table).max(axis=1) / 127
    rows = np.rint(table / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    tensors = {"embeddings": rows, "weights": scales}
    if shared:
        tensors = {"embeddings": rows[:-1], "weights": scales, "mapping": np.array([0, 1, 2, 3, 4, 3])}
    save_file(tensors, str(folder / "model.safetensors"))
    return folder


def plain(folder: Path, text: str) -> np.ndarray:
    """Mean of the known words' vectors, length 1, written the slow way."""
    encoder = Tokenizer.from_file(str(folder / "tokenizer.json"))
    table = load_file(str(folder / "model.safetensors"))["embedding.weight"].astype(np.float64)
    ids = encoder.encode(text, add_special_tokens=False).ids
    mean = table[ids].mean(axis=0) if ids else np.zeros(table.shape[1])
    length = np.linalg.norm(mean)
    return mean / length if length else mean


def test_a_text_is_the_mean_of_its_words_at_length_one(tmp_path):
    folder = write_static(tmp_path / "m")
    rows = open_encoder(str(folder)).encode_passages(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), 8)
    for row, text in zip(rows, TEXTS, strict=True):
        assert row == pytest.approx(plain(folder, text), abs=1e-6)


def test_texts_without_a_known_token_give_zeros_and_do_not_touch_their_neighbours(tmp_path):
    encoder = open_encoder(str(write_static(tmp_path / "m")))
    rows = encoder.encode_queries(["", "县", "?!", "unheard", "代表", ""])
    assert [bool(row.any()) for row in rows] == [False, True, False, False, True, False]
    assert np.array_equal(rows[1], encoder.encode_queries(["县"])[0])


def test_bytes_with_a_scale_a_row_give_the_same_vectors(tmp_path):
    whole, packed = (open_encoder(str(made)) for made in (write_static(tmp_path / "m"), write_bytes(tmp_path / "b")))
    rows = whole.encode_passages(TEXTS)
    assert np.abs(rows - packed.encode_passages(TEXTS)).max() < 0.01
    assert packed.name != whole.name
    assert np.abs(whole.table() - packed.table()).max() < np.abs(whole.table()).max() / 250
    shared = open_encoder(str(write_bytes(tmp_path / "s", shared=True)))
    assert shared.encode_queries(["meet"])[0] == pytest.approx(shared.encode_queries(["县"])[0], abs=1e-6)


def test_scales_that_do_not_fit_the_rows_are_refused(tmp_path):
    folder = write_bytes(tmp_path / "m")
    tensors = load_file(str(folder / "model.safetensors"))
    save_file(tensors | {"weights": tensors["weights"][:-1].copy()}, str(folder / "model.safetensors"))
    with pytest.raises(ModelError, match="differ in size"):
        open_encoder(str(folder))


def test_closeness_is_how_well_each_word_of_the_question_is_met_weighed_by_its_length(tmp_path):
    encoder = open_encoder(str(write_bytes(tmp_path / "m")))
    table = encoder.table()
    asked, told = [WORDS.index(word) for word in ("县", "meet")], [WORDS.index(word) for word in ("代表", "county")]
    lengths = np.linalg.norm(table, axis=1)
    cosines = (table[asked] / lengths[asked, None]) @ (table[told] / lengths[told, None]).T
    wanted = np.average(np.maximum(cosines.max(axis=1), 0), weights=lengths[asked])
    near = encoder.closeness("县 meet 县 unheard", encoder.cut(["代表 county 代表", "", "meet 县 county", "unheard"]))
    assert near == pytest.approx([wanted, 0, 1, 0], abs=1e-5)
    assert encoder.closeness("unheard", encoder.cut(["县"])).tolist() == [0]
    assert encoder.closeness("县", []).tolist() == []


def test_no_texts_give_no_rows(tmp_path):
    assert open_encoder(str(write_static(tmp_path / "m"))).encode_queries([]).shape == (0, 8)


def test_vectors_do_not_depend_on_company_or_thread(tmp_path, monkeypatch):
    encoder = open_encoder(str(write_static(tmp_path / "m")))
    together = encoder.encode_passages(TEXTS * 40)
    monkeypatch.setattr("rag.encode.static.BATCH", 3)
    assert np.array_equal(together, encoder.encode_passages(TEXTS * 40))
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(encoder.encode_passages, [TEXTS] * 12):
            assert np.array_equal(rows, together[: len(TEXTS)])


def test_the_name_follows_the_weights_and_the_tokenizer(tmp_path):
    folder = write_static(tmp_path / "first")
    name = open_encoder(str(folder)).name
    assert name.startswith("first@")
    assert len(name) == len("first@") + 12
    copy = Path(shutil.copytree(folder, tmp_path / "copies" / "first"))
    assert open_encoder(str(copy)).name == name
    tokenizer = (copy / "tokenizer.json").read_text(encoding="utf-8")
    (copy / "tokenizer.json").write_text(tokenizer.replace("meet", "vote"), encoding="utf-8")
    assert open_encoder(str(copy)).name != name


@pytest.mark.parametrize("damage", ["weights", "tokenizer", "size"])
def test_a_damaged_static_model_is_refused_by_name(tmp_path, damage):
    folder = write_static(tmp_path / "m", rows=2 if damage == "size" else len(WORDS))
    if damage != "size":
        file = folder / ("model.safetensors" if damage == "weights" else "tokenizer.json")
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(ModelError, match="cannot be loaded") as refused:
        open_encoder(str(folder))
    assert str(folder) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_folder_and_a_file_are_refused_without_asking_a_hub(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path, what in ((tmp_path / "none", "no such encoder folder"), (tmp_path / "file", "not a folder")):
        with pytest.raises(ModelError, match=what):
            open_encoder(str(path))
    with pytest.raises(ModelError, match="no such encoder folder"):
        open_encoder("./no-such-model")


def test_the_bundled_encoder_brings_a_question_near_its_answer_in_the_other_language():
    encoder = open_encoder("bundled")
    assert encoder.name.startswith("bundled@")
    passages = ["县医院今年新增了儿科病床。", "市政府修建了两座跨河大桥。", "学校食堂公布了每周菜单。"]
    asked = [
        "Which hospital added beds for children?",
        "How many bridges did the city build?",
        "学校什么时候公布菜单？",
    ]
    scores = encoder.encode_queries(asked) @ encoder.encode_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_the_bundled_encoder_needs_no_torch():
    code = (
        "import sys; from rag.encode import open_encoder; open_encoder('bundled').encode_queries(['县']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_static_vectors_equal_those_of_sentence_transformers(tmp_path):
    from sentence_transformers import SentenceTransformer

    texts = [
        "县人大代表什么时候开会？",
        "How many deputies met in 2023?",
        "第１４届　ＮＰＣ",
        "镇长说：“修路。”",
        "乡村 road repairs",
    ]
    for encoder, folder in (
        (open_encoder("bundled"), BUNDLED_FOLDER),
        (open_encoder(str(write_static(tmp_path / "m", normalize=False))), tmp_path / "m"),
        (open_encoder(str(write_bytes(tmp_path / "s", shared=True))), tmp_path / "s"),
    ):
        theirs = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        known = [*texts, *WORDS[1:]]
        ours = encoder.encode_passages(known)
        other = np.asarray(theirs.encode(known, normalize_embeddings=True), dtype=np.float32)
        filled = ours.any(axis=1)
        assert filled.sum() >= len(WORDS) - 1
        assert (ours * other).sum(axis=1)[filled].min() >= 0.999


@pytest.mark.slow
def test_a_model_with_prompts_goes_through_sentence_transformers_and_uses_them(tmp_path):
    folder = write_static(tmp_path / "m")
    prompts = {"query": "county ", "document": "deputies "}
    config = {"prompts": prompts, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    encoder = open_encoder(str(folder))
    assert not isinstance(encoder, StaticEncoder)
    assert encoder.name.startswith("m@")
    assert encoder.dim == 8
    assert encoder.encode_queries(["县"])[0] == pytest.approx(plain(folder, "county 县"), abs=2e-3)
    assert encoder.encode_passages(["县"])[0] == pytest.approx(plain(folder, "deputies 县"), abs=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "before"), [("multilingual-e5-small", ("query", "passage")), ("e5-mine", ("", ""))])
def test_a_model_that_is_known_to_want_prompts_gets_them(tmp_path, monkeypatch, name, before):
    monkeypatch.setitem(globals(), "WORDS", [*WORDS, "query", "passage"])
    folder = write_static(tmp_path / name, rows=len(WORDS))
    encoder = SentenceEncoder(str(folder))
    assert encoder.encode_queries(["县"])[0] == pytest.approx(plain(folder, f"{before[0]} 县"), abs=2e-3)
    assert encoder.encode_passages(["县"])[0] == pytest.approx(plain(folder, f"{before[1]} 县"), abs=2e-3)


@pytest.mark.slow
def test_a_folder_that_is_no_model_and_a_hub_name_offline_are_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    for name in (str(tmp_path / "empty"), "nobody/no-such-encoder"):
        with pytest.raises(ModelError) as refused:
            open_encoder(name)
        assert name in str(refused.value)
        assert "\n" not in str(refused.value)
