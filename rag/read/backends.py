"""What runs a reader's network: onnxruntime for the bundled one, transformers for any other checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rag.parallel import in_parallel

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


class Backend(Protocol):
    """Token ids to logits, shape (windows, tokens) each."""

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]: ...


class OnnxBackend:
    """A graph with outputs start and end, and inputs input_ids, token_type_ids, maybe attention_mask.

    Or with the one input ``rows``: sums of rows of two tables, which lie in the model.safetensors beside the graph.
    Each window is run by itself, without padding, one on each core: what it gives then does not hang on those beside
    it, which would share the ranges of its 8-bit numbers.
    """

    def __init__(self, file: Path) -> None:
        import onnxruntime
        from safetensors import safe_open

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it keeps a plan for every length it meets
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}
        if "rows" in self._inputs:
            names = self._session.get_modelmeta().custom_metadata_map
            with safe_open(file.with_name("model.safetensors"), framework="np") as weights:
                self._tables = [weights.get_tensor(names[one]) for one in ("tokens", "types")]

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        start, end = np.zeros(ids.shape, dtype=np.float32), np.zeros(ids.shape, dtype=np.float32)

        def run(row: int) -> None:
            size = int(mask[row].sum())
            given = self._given(ids[row : row + 1, :size], types[row : row + 1, :size])
            start[row, :size], end[row, :size] = (out[0] for out in self._session.run(["start", "end"], given))

        in_parallel(run, range(len(ids)))
        return start, end

    def _given(self, ids: Ints, types: Ints) -> dict[str, npt.NDArray[Any]]:
        if "rows" in self._inputs:
            tokens, kinds = (
                table[one].astype(np.float32) for table, one in zip(self._tables, (ids, types), strict=True)
            )
            return {"rows": tokens + kinds}
        given = {"input_ids": ids, "token_type_ids": types, "attention_mask": np.ones_like(ids)}
        return {name: values for name, values in given.items() if name in self._inputs}


class TorchBackend:
    """Any AutoModelForQuestionAnswering."""

    def __init__(self, model: Any) -> None:
        import inspect

        self._model = model.eval()
        self._typed = "token_type_ids" in inspect.signature(model.forward).parameters

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        import torch

        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        if self._typed:
            given["token_type_ids"] = torch.from_numpy(types)
        with torch.inference_mode():
            out = self._model(**given)
        return out.start_logits.float().numpy(), out.end_logits.float().numpy()
