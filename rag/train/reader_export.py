"""A trained reader to the files that ship: a plain transformers folder, and ONNX beside it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast, RoFormerForQuestionAnswering

from rag.read import match
from rag.train import reader_graph
from rag.train.reader_examples import Window
from rag.train.reader_model import TypeTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

ALPHA = 0.8  # how much of the unevenness of its inputs a matrix takes over
_LEAST = 1e-4


def collapse(model: RoFormerForQuestionAnswering) -> RoFormerForQuestionAnswering:
    """Return a copy whose type table is one plain embedding, as the class expects."""
    plain = copy.deepcopy(model).eval()
    types = model.roformer.embeddings.token_type_embeddings
    assert isinstance(types, TypeTable)
    table = types.table().detach()
    plain.roformer.embeddings.token_type_embeddings = nn.Embedding.from_pretrained(table.clone(), freeze=False)
    return plain


def save(model: RoFormerForQuestionAnswering, tokenizer_file: Path, out: Path, windows: Sequence[Window]) -> None:
    """Write everything ``open_reader(out)`` and transformers need; ``windows`` show what numbers the layers meet.

    Matrices are rounded to what 8 bits hold before either file is written, so that the two runtimes differ by the
    rounding of what flows between them only.
    """
    plain = collapse(model).float()
    factors = balance(plain, windows)
    round_weights(plain, factors)
    save_folder(plain, tokenizer_file, out)
    save_onnx(plain, out / "model.onnx", factors)
    for file in out.glob("model.*"):
        file.chmod(0o644)


def balance(model: RoFormerForQuestionAnswering, windows: Sequence[Window]) -> dict[str, Floats]:
    """Return what to divide each input of each layer by, and to multiply the matrix's rows with, before rounding.

    A few inputs that are much larger than the others would leave few of the 256 steps to the rest.

    Source: Xiao et al., ICML 2023, arXiv:2211.10438 (SmoothQuant).
    """
    layers = {f"{name}.": layer for name, layer in _layers(model)}
    largest = _largest_inputs(model, layers, windows)
    factors: dict[str, Floats] = {}
    for name, layer in layers.items():
        rows = layer.weight.detach().abs().amax(dim=0)
        if name.endswith(f"{reader_graph.ATTENTION}query."):  # three layers over one input: one product in the graph
            rows = torch.stack([layers[other].weight.detach().abs().amax(dim=0) for other in _three(name)]).amax(dim=0)
        factor = largest[name].clamp(min=_LEAST) ** ALPHA / rows.clamp(min=_LEAST) ** (1 - ALPHA)
        factors[name] = (factor / factor.log().mean().exp()).numpy()
    for name in [name for name in factors if name.endswith(f"{reader_graph.ATTENTION}query.")]:
        factors |= dict.fromkeys(_three(name), factors[name])
    return factors


def round_weights(model: RoFormerForQuestionAnswering, factors: Mapping[str, Floats]) -> None:
    """Round matrices to what 8 bits hold, tables a row at a time, all else to half precision, as they are on disk."""
    with torch.no_grad():
        for name, layer in _layers(model):
            scale = torch.from_numpy(factors[f"{name}."])
            held = reader_graph.to_bytes((layer.weight * scale).T.numpy())
            layer.weight.copy_(torch.from_numpy(held.floats()).T / scale)
        embeddings = model.roformer.embeddings
        for table in (embeddings.word_embeddings, embeddings.token_type_embeddings):
            held = reader_graph.to_bytes(table.weight.T.numpy())
            table.weight.copy_(torch.from_numpy(held.floats()).T)
        for weights in model.parameters():
            weights.copy_(weights.half().float())


def save_folder(model: RoFormerForQuestionAnswering, tokenizer_file: Path, out: Path) -> None:
    """Write what ``AutoModelForQuestionAnswering`` and ``AutoTokenizer`` read: weights on disk in half precision."""
    out.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(out)
    config_file = out / "config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    config.update(dtype="float32", architectures=["RoFormerForQuestionAnswering"], match_features=match.FORMAT)
    config_file.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_file), pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(out)  # fmt: skip


def save_onnx(model: RoFormerForQuestionAnswering, file: Path, factors: Mapping[str, Floats] | None) -> None:
    """Write the graph; without ``factors`` its products stay in 32 bits."""
    weights = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}
    reader_graph.save(weights, model.config.to_dict(), file, factors)


def _layers(model: RoFormerForQuestionAnswering) -> list[tuple[str, nn.Linear]]:
    """Return the linear layers between the embeddings and the outputs."""
    named = model.named_modules()
    return [(name, one) for name, one in named if isinstance(one, nn.Linear) and name.startswith("roformer.encoder")]


def _three(name: str) -> list[str]:
    return [name.replace("query.", f"{part}.") for part in ("query", "key", "value")]


def _largest_inputs(
    model: RoFormerForQuestionAnswering, layers: Mapping[str, nn.Linear], windows: Sequence[Window]
) -> dict[str, torch.Tensor]:
    """Return the largest amount of each input of each layer over all windows; ones without any window."""
    found = {name: torch.full((layer.in_features,), float(not windows)) for name, layer in layers.items()}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def look(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            found[name] = torch.maximum(found[name], given[0].abs().flatten(0, -2).amax(dim=0))

        return layers[name].register_forward_pre_hook(look)

    handles = [watch(name) for name in layers]
    with torch.inference_mode():
        for window in windows:
            model(input_ids=torch.from_numpy(window.ids)[None], token_type_ids=torch.from_numpy(window.types)[None])
    for handle in handles:
        handle.remove()
    return {name: value.clone() for name, value in found.items()}
