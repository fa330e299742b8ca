"""The reader as one ONNX graph, put together for speed on a processor with 8-bit products.

What an exporter writes takes a third longer: here queries, keys and values are one product, attention and rotation are
single operators of onnxruntime, and each 8-bit product quantizes its input on the fly, in one pass. Windows come
without padding, so there is no mask. ``Sum`` stands where ``Add`` could: onnxruntime would join an addition and the
normalization after it into an operator that takes eight times as long as the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MICROSOFT = "com.microsoft"  # operators of onnxruntime
OPSET, IR_VERSION = 20, 10
LEVELS = 127  # of an 8-bit number, on each side of zero
ATTENTION, OUTPUT = "attention.self.", "attention.output.dense."
_TOKENS, _TYPES = "roformer.embeddings.word_embeddings.weight", "roformer.embeddings.token_type_embeddings.weight"

Factors = Mapping[str, "Floats"]  # name of a linear layer -> what its inputs are divided by, one for each


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


def save(weights: Mapping[str, Floats], config: Mapping[str, Any], file: Path, factors: Factors | None) -> None:
    """Write the graph of a RoFormerForQuestionAnswering with ``weights``; with ``factors`` None in 32 bits throughout.

    Inputs input_ids and token_type_ids, outputs start and end, all (windows, tokens).
    """
    file.write_bytes(_Graph(weights, config, factors).model().SerializeToString())


class _Graph:
    def __init__(self, weights: Mapping[str, Floats], config: Mapping[str, Any], factors: Factors | None) -> None:
        self._weights, self._config, self._factors = weights, config, factors
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        embedded = self._add("Sum", self._embedding(_TOKENS, "input_ids"), self._embedding(_TYPES, "token_type_ids"))
        hidden = self._normalized(embedded, "roformer.embeddings.LayerNorm")
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(hidden, f"roformer.encoder.layer.{layer}.")
        weight, bias = (self._constant(self._weights[f"qa_outputs.{part}"].T) for part in ("weight", "bias"))
        logits = self._add("Add", self._add("MatMul", hidden, weight), bias)
        last = self._constant(np.array([2]))
        for name, one in zip(("start", "end"), self._split(logits, 2), strict=True):
            self._nodes.append(helper.make_node("Squeeze", [one, last], [name]))
        shape = ["windows", "tokens"]
        inputs, outputs = (
            [helper.make_tensor_value_info(name, kind, shape) for name in names]
            for kind, names in (
                (TensorProto.INT64, ("input_ids", "token_type_ids")),
                (TensorProto.FLOAT, ("start", "end")),
            )
        )
        graph = helper.make_graph(self._nodes, "reader", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def _layer(self, hidden: str, prefix: str) -> str:
        heads = self._config["num_attention_heads"]
        parts = [f"{prefix}{ATTENTION}{part}." for part in ("query", "key", "value")]
        query, key, value = self._split(self._linear(hidden, parts), 3)
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
        seen = self._linear(seen, [f"{prefix}{OUTPUT}"])
        hidden = self._normalized(self._add("Sum", seen, hidden), f"{prefix}attention.output.LayerNorm")
        wide = self._add("Gelu", self._linear(hidden, [f"{prefix}intermediate.dense."]))
        wide = self._linear(wide, [f"{prefix}output.dense."], by_token=True)
        return self._normalized(self._add("Sum", wide, hidden), f"{prefix}output.LayerNorm")

    def _linear(self, given: str, names: list[str], *, by_token: bool = False) -> str:
        """Return the outputs of several layers over one input, one after the other.

        ``by_token``: round each token's numbers by themselves, where tokens are much unlike one another.
        """
        matrix, bias = (
            np.concatenate([self._weights[name + part].T for name in names], axis=-1) for part in ("weight", "bias")
        )
        if self._factors is None:
            return self._add("Add", self._add("MatMul", given, self._constant(matrix)), self._constant(bias))
        factors = self._factors.get(names[0])
        if factors is not None:
            given = self._add("Mul", given, self._constant(1 / factors))
            matrix = matrix * factors[:, None]
        held = to_bytes(matrix)
        middle = np.zeros(len(held.scales), dtype=np.int8)
        constants = [self._constant(one) for one in (held.values, held.scales, middle)]
        if not by_token:
            return self._add("DynamicQuantizeMatMul", given, *constants, self._constant(bias), own=True)
        least = self._constant(np.array(1e-6, dtype=np.float32))
        largest = self._add("ReduceMax", self._add("Abs", given), self._constant(np.array([-1])), keepdims=1)
        largest = self._add("Max", largest, least)
        product = self._add("DynamicQuantizeMatMul", self._add("Div", given, largest), *constants, own=True)
        return self._add("Add", self._add("Mul", product, largest), self._constant(bias))

    def _embedding(self, name: str, ids: str) -> str:
        held = to_bytes(self._weights[name].T)  # a scale for each token
        rows, scales = (self._add("Gather", self._constant(one), ids) for one in (held.values.T, held.scales[:, None]))
        return self._add("Mul", self._add("Cast", rows, to=TensorProto.FLOAT), scales)

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
