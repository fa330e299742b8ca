"""A trained reader to the files that ship: a plain transformers folder, and ONNX beside it."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast, RoFormerForQuestionAnswering

from rag import match
from rag.train.reader_model import TypeTable


class _TwoOutputs(nn.Module):
    def __init__(self, model: RoFormerForQuestionAnswering) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.model(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask)
        return out.start_logits, out.end_logits


def collapse(model: RoFormerForQuestionAnswering) -> RoFormerForQuestionAnswering:
    """Return a copy whose type table is one plain embedding, as the class expects."""
    plain = copy.deepcopy(model).eval()
    types = model.roformer.embeddings.token_type_embeddings
    assert isinstance(types, TypeTable)
    table = types.table().detach()
    plain.roformer.embeddings.token_type_embeddings = nn.Embedding.from_pretrained(table.clone(), freeze=False)
    return plain


def save(model: RoFormerForQuestionAnswering, tokenizer_file: Path, out: Path, *, int8: bool = True) -> None:
    """Write everything ``open_reader(out)`` and transformers need."""
    plain = collapse(model)
    for weights in plain.parameters():  # what is on disk in half precision is what both runtimes get
        weights.data = weights.data.half().float()
    save_folder(plain, tokenizer_file, out)
    save_onnx(plain, out, int8=int8)
    for file in out.glob("model.*"):
        file.chmod(0o644)


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


def save_onnx(model: RoFormerForQuestionAnswering, out: Path, *, int8: bool = True) -> None:
    """Write ``model.onnx``, its matrix products in int8 where asked."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = out / "whole.onnx"
    # three tensors, not one three times: that would become a single input
    sample = tuple(torch.ones(2, 24, dtype=torch.long) for _ in range(3))
    size, tokens = torch.export.Dim("windows", min=1, max=64), torch.export.Dim("tokens", min=8, max=512)
    torch.onnx.export(
        _TwoOutputs(model.float().eval()), sample, str(whole), dynamo=True, external_data=False, verbose=False,
        input_names=["input_ids", "token_type_ids", "attention_mask"], output_names=["start", "end"],
        dynamic_shapes=({0: size, 1: tokens},) * 3,
    )  # fmt: skip
    if int8:
        quantize_dynamic(whole, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
        whole.unlink()
    else:
        shutil.move(whole, out / "model.onnx")
