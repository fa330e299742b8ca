"""A reader on its way to the files that ship: rounding, the graph, and the curve of its run."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="the training extra is not installed")

from transformers import RoFormerConfig, RoFormerForQuestionAnswering  # noqa: E402

from rag.train import curve, reader_export, reader_graph  # noqa: E402
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
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    given = {"input_ids": window.ids[None], "token_type_ids": window.types[None]}
    return np.concatenate(session.run(["start", "end"], given), axis=1)[0]


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


def test_the_graph_in_32_bits_computes_what_the_model_does(tmp_path):
    made = model()
    reader_export.round_weights(made, reader_export.balance(made, []))  # its tables of vectors are bytes in any case
    reader_export.save_onnx(made, tmp_path / "whole.onnx", None)
    for window in windows():
        assert run(tmp_path / "whole.onnx", window) == pytest.approx(plain(made, window), abs=1e-2)


def test_balanced_bytes_are_nearer_to_the_model_than_plain_ones(tmp_path):
    made = model()
    shown, errors = windows(), {}
    flat = {f"{name}.": np.ones(layer.in_features, np.float32) for name, layer in reader_export._layers(made)}
    for name, factors in (("balanced", reader_export.balance(made, shown)), ("plain", flat)):
        rounded = model()
        reader_export.round_weights(rounded, factors)
        reader_export.save_onnx(rounded, tmp_path / "model.onnx", factors)
        differences = [run(tmp_path / "model.onnx", window) - plain(rounded, window) for window in shown]
        errors[name] = float(np.sqrt(np.mean(np.concatenate(differences) ** 2)))
    assert errors["balanced"] < errors["plain"] < 0.5


def test_query_key_and_value_share_their_factors():
    factors = reader_export.balance(model(), windows())
    first = "roformer.encoder.layer.0.attention.self."
    assert all(np.array_equal(factors[f"{first}{part}."], factors[f"{first}query."]) for part in ("key", "value"))


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
