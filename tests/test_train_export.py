"""A reader on its way to the files that ship: rounding, the graph, and the curve of its run."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="the training extra is not installed")

from transformers import RoFormerConfig, RoFormerForQuestionAnswering  # noqa: E402

from rag.read.backends import OnnxBackend  # noqa: E402
from rag.train import curve, reader_graph  # noqa: E402
from rag.train.__main__ import main  # noqa: E402
from rag.train.reader_examples import Window  # noqa: E402


def model():
    torch.manual_seed(0)
    config = RoFormerConfig(
        vocab_size=50, embedding_size=64, hidden_size=64, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=128, type_vocab_size=9, max_position_embeddings=64, pad_token_id=0,
    )  # fmt: skip
    made = RoFormerForQuestionAnswering(config).eval()
    with torch.no_grad():
        made.qa_outputs.weight.mul_(20)  # else all logits lie near 0
        made.roformer.encoder.layer[0].output.LayerNorm.weight[3] = 12  # one input far larger than the others
    return made


def windows(count=6):
    rng = np.random.default_rng(0)
    return [Window(rng.integers(1, 50, size), rng.integers(0, 9, size), 0, 0) for size in range(8, 8 + count)]


def run(file, window):
    ids, types = window.ids[None], window.types[None]
    return np.concatenate(OnnxBackend(file).logits(ids, types, np.ones_like(ids)), axis=1)[0]


def plain(made, window):
    with torch.inference_mode():
        out = made(input_ids=torch.from_numpy(window.ids)[None], token_type_ids=torch.from_numpy(window.types)[None])
    return torch.cat([out.start_logits, out.end_logits], dim=1)[0].numpy()


def test_what_was_rounded_to_bytes_once_stays_the_same():
    matrix = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    matrix[:, 2] = 0
    held = reader_graph.to_bytes(matrix)
    assert np.abs(held.floats() - matrix).max() <= np.abs(matrix).max() / 254 + 1e-6
    again = reader_graph.to_bytes(held.floats().astype(np.float16).astype(np.float32))
    assert np.array_equal(again.values, held.values)


def test_the_graph_computes_what_the_rounded_model_does(tmp_path):
    made = model()
    weights = reader_graph.rounded({name: value.numpy() for name, value in made.state_dict().items()})
    made.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    made.save_pretrained(tmp_path)
    reader_graph.save(weights, made.config.to_dict(), tmp_path / "model.onnx")
    for window in windows():
        assert run(tmp_path / "model.onnx", window) == pytest.approx(plain(made, window), abs=5e-3)


def test_the_graph_of_a_folder_is_made_anew_from_its_weights(tmp_path):
    files = [tmp_path / "model.safetensors", tmp_path / "model.onnx"]
    model().half().save_pretrained(tmp_path)
    before = files[0].read_bytes()
    assert main(["reader_graph", str(tmp_path)]) == 0
    rounded = RoFormerForQuestionAnswering.from_pretrained(tmp_path, dtype=torch.float32).eval()
    for window in windows():
        assert run(files[1], window) == pytest.approx(plain(rounded, window), abs=5e-3)
    first = [file.read_bytes() for file in files]
    assert first[0] != before
    assert main(["reader_graph", str(tmp_path)]) == 0
    assert [file.read_bytes() for file in files] == first  # rounding again changes nothing


def test_a_curve_is_drawn_from_a_log_that_two_runs_wrote(tmp_path):
    log, file = tmp_path / "log.tsv", tmp_path / "curve.svg"
    assert not curve.draw(log, file)
    curve.note(log, 0.5, 3.25)
    assert not curve.draw(log, file)
    for minute in range(1, 1000):
        curve.note(log, minute, 3.0 / minute)
    assert curve.draw(log, file)
    drawn = file.read_text(encoding="utf-8")
    assert "3.25" in drawn
    assert 400 <= drawn.count(",") <= 600
