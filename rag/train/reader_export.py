"""A trained reader to the files that ship: a plain transformers folder, and ONNX beside it."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast, RoFormerForQuestionAnswering

from rag.read import match
from rag.train import reader_graph
from rag.train.reader_model import TypeTable


def collapse(model: RoFormerForQuestionAnswering) -> RoFormerForQuestionAnswering:
    """Return a copy whose type table is one plain embedding, as the class expects."""
    plain = copy.deepcopy(model).eval()
    types = model.roformer.embeddings.token_type_embeddings
    assert isinstance(types, TypeTable)
    table = types.table().detach()
    plain.roformer.embeddings.token_type_embeddings = nn.Embedding.from_pretrained(table.clone(), freeze=False)
    return plain


def save(model: RoFormerForQuestionAnswering, tokenizer_file: Path, out: Path) -> None:
    """Write everything ``open_reader(out)`` and transformers need.

    Matrices are rounded to what 8 bits hold before either file is written, so that the two runtimes give the same.
    """
    plain = collapse(model).float()
    weights = reader_graph.rounded({name: value.numpy() for name, value in plain.state_dict().items()})
    plain.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    save_folder(plain, tokenizer_file, out)
    reader_graph.save(weights, plain.config.to_dict(), out / "model.onnx")
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
