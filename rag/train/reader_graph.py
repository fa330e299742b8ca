"""The reader as one ONNX graph, put together for speed on a processor with 8-bit products.

Attention and rotation are single operators of onnxruntime, and matrices are bytes. What flows between them is the sum
of two terms of 8 bits: with one alone, best spans differ from those of the same weights in transformers for two or
three questions of a hundred; with 32 bits it takes a third longer than with two terms. Windows come without padding,
so there is no mask; the tables of tokens and types stay in model.safetensors alone, since looking up rows in them is no
work for a graph. ``Sum`` stands where ``Add`` could: onnxruntime would join an addition and the normalization after
it into an operator that takes eight times as long as the two.

``python -m rag.train reader_graph FOLDER`` writes the graph of a finished reader anew, from its model.safetensors.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import numpy as safetensors

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MICROSOFT = "com.microsoft"  # operators of onnxruntime
OPSET, IR_VERSION = 20, 10
LEVELS = 127  # of an 8-bit number, on each side of zero
_TOKENS, _TYPES = "roformer.embeddings.word_embeddings.weight", "roformer.embeddings.token_type_embeddings.weight"
_LAYERS = "roformer.encoder.layer."

_Term = tuple[str, str, str]  # of a matrix: bytes, scale and zero point


class Bytes(NamedTuple):
    """A matrix in 8 bits: ``values * scales`` gives it back, one scale a column."""

    values: npt.NDArray[np.int8]
    scales: Floats

    def floats(self) -> Floats:
        """Return the matrix that the bytes stand for."""
        return np.asarray(self.values * self.scales, dtype=np.float32)


def to_bytes(matrix: Floats) -> Bytes:
    """Round to 8 bits; a matrix that was rounded before, and then to half precision, gives the same bytes again."""
    largest = np.abs(matrix).max(axis=0)
    scales = np.where(largest > 0, largest / LEVELS, 1).astype(np.float32)
    return Bytes(np.rint(matrix / scales).clip(-LEVELS, LEVELS).astype(np.int8), scales)


def rounded(weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the weights as both files hold them: matrices and tables in 8 bits, all else in half precision.

    A matrix has a scale for each output, a table for each row. Rounding again changes nothing.
    """
    out = {}
    for name, values in weights.items():
        kept = _halved(values)
        in_bytes = name in (_TOKENS, _TYPES) or (name.startswith(_LAYERS) and values.ndim == 2)
        out[name] = _halved(to_bytes(kept.T).floats().T) if in_bytes else kept
    return out


def _halved(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float16).astype(np.float32)


def save(weights: Mapping[str, Floats], config: Mapping[str, Any], file: Path) -> None:
    """Write the graph of a RoFormerForQuestionAnswering with ``weights``, as ``rounded`` returns them.

    Its input ``rows``, (windows, tokens, width), are the sums of a token's row and its type's in the tables whose names
    the graph holds under "tokens" and "types". Outputs start and end, (windows, tokens).
    """
    file.write_bytes(_Graph(weights, config).model().SerializeToString())


def main(arguments: Sequence[str]) -> int:
    """Round the weights in a reader's folder, where they are not, and write its graph anew."""
    parser = argparse.ArgumentParser(prog="python -m rag.train reader_graph", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="a finished reader, with config.json and model.safetensors")
    folder: Path = parser.parse_args(arguments).folder
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    file = folder / "model.safetensors"
    held = {name: np.asarray(values, dtype=np.float32) for name, values in safetensors.load_file(file).items()}
    weights = rounded(held)
    if any(not np.array_equal(values, held[name]) for name, values in weights.items()):
        halves = {name: values.astype(np.float16) for name, values in weights.items()}
        file.write_bytes(safetensors.save(halves, {"format": "pt"}))
    save(weights, config, folder / "model.onnx")
    return 0


class _Graph:
    def __init__(self, weights: Mapping[str, Floats], config: Mapping[str, Any]) -> None:
        self._weights, self._config = weights, config
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        hidden = self._normalized("rows", "roformer.embeddings.LayerNorm")
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(hidden, f"{_LAYERS}{layer}.")
        weight, bias = (self._constant(self._weights[f"qa_outputs.{part}"].T) for part in ("weight", "bias"))
        logits = self._add("Add", self._add("MatMul", hidden, weight), bias)
        last = self._constant(np.array([2]))
        for name, one in zip(("start", "end"), self._split(logits, 2), strict=True):
            self._nodes.append(helper.make_node("Squeeze", [one, last], [name]))
        shape, width = ["windows", "tokens"], self._weights[_TOKENS].shape[1]
        rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, [*shape, width])
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("start", "end")]
        graph = helper.make_graph(self._nodes, "reader", [rows], outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        helper.set_model_props(made, {"tokens": _TOKENS, "types": _TYPES})
        return made

    def _layer(self, hidden: str, prefix: str) -> str:
        heads = self._config["num_attention_heads"]
        terms = self._terms(hidden)
        query, key, value = (self._product(terms, f"{prefix}attention.self.{of}.") for of in ("query", "key", "value"))
        positions = self._weights["roformer.encoder.embed_positions.weight"]
        half = positions.shape[1] // 2
        first, sines, cosines = (
            self._constant(one) for one in (np.array([0]), positions[:, :half], positions[:, half:])
        )
        turned = [
            self._add("RotaryEmbedding", one, first, cosines, sines, own=True, interleaved=1, num_heads=heads)
            for one in (query, key)
        ]
        seen = self._add("MultiHeadAttention", *turned, value, own=True, num_heads=heads)
        seen = self._product(self._terms(seen), f"{prefix}attention.output.dense.")
        hidden = self._normalized(self._add("Sum", seen, hidden), f"{prefix}attention.output.LayerNorm")
        wide = self._add("Gelu", self._product(self._terms(hidden), f"{prefix}intermediate.dense."))
        wide = self._product(self._terms(wide), f"{prefix}output.dense.")
        return self._normalized(self._add("Sum", wide, hidden), f"{prefix}output.LayerNorm")

    def _terms(self, given: str) -> tuple[_Term, _Term]:
        """Return the numbers rounded to 8 bits, and in finer steps what that took from them: half a step at most."""
        values, scale, zero = (f"{part}{len(self._nodes)}" for part in ("values", "scale", "zero"))
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [given], [values, scale, zero]))
        rest = self._add("Sub", given, self._add("DequantizeLinear", values, scale, zero))
        finer = self._add("Mul", scale, self._constant(np.array(0.5 / LEVELS, dtype=np.float32)))
        middle = self._constant(np.array(LEVELS + 1, dtype=np.uint8))
        return (values, scale, zero), (self._add("QuantizeLinear", rest, finer, middle), finer, middle)

    def _product(self, terms: tuple[_Term, _Term], name: str) -> str:
        """Return the outputs of the linear layer ``name``, the sum of its products with both terms."""
        held = to_bytes(self._weights[f"{name}weight"].T)
        middle = np.zeros(len(held.scales), dtype=np.int8)
        matrix, scales, zeros = (self._constant(one) for one in (held.values, held.scales, middle))
        bias = self._constant(self._weights[f"{name}bias"])
        sums = [
            self._add("MatMulIntegerToFloat", values, matrix, scale, scales, zero, zeros, *more, own=True)
            for (values, scale, zero), more in zip(terms, ([bias], []), strict=True)
        ]
        return self._add("Sum", *sums)

    def _normalized(self, given: str, name: str) -> str:
        weight, bias = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        epsilon = float(self._config["layer_norm_eps"])
        return self._add("LayerNormalization", given, weight, bias, axis=-1, epsilon=epsilon)

    def _split(self, given: str, count: int) -> list[str]:
        names = [f"{given}_{place}" for place in range(count)]
        self._nodes.append(helper.make_node("Split", [given], names, axis=-1, num_outputs=count))
        return names

    def _add(self, kind: str, *given: str, own: bool = False, **attributes: Any) -> str:
        name = f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, given, [name], domain=MICROSOFT if own else "", **attributes))
        return name

    def _constant(self, values: npt.NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
