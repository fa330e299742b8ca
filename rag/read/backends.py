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
    """A model exported with inputs input_ids, token_type_ids, maybe attention_mask, and outputs start, end.

    Each window is run by itself, without padding, one on each core: what it gives then does not hang on those beside
    it, which would share the ranges of its 8-bit numbers.
    """

    def __init__(self, file: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it keeps a plan for every length it meets
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._masked = "attention_mask" in {one.name for one in self._session.get_inputs()}

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        start, end = np.zeros(ids.shape, dtype=np.float32), np.zeros(ids.shape, dtype=np.float32)

        def run(row: int) -> None:
            size = int(mask[row].sum())
            given = {"input_ids": ids[row : row + 1, :size], "token_type_ids": types[row : row + 1, :size]}
            if self._masked:
                given["attention_mask"] = mask[row : row + 1, :size]
            start[row, :size], end[row, :size] = (out[0] for out in self._session.run(["start", "end"], given))

        in_parallel(run, range(len(ids)))
        return start, end


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
