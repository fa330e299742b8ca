"""The network of the bundled reader, and batches for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import RoFormerConfig, RoFormerForQuestionAnswering

from rag.read import match
from rag.train import hiding
from rag.train.deepening import deepened
from rag.train.reader_examples import Window

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

STEP = 32  # windows are padded to a multiple of it
AMONG_ALL = 0.5  # weight of finding the answer among all windows of a question
AS_TAUGHT = 1.0  # and of choosing as a teacher does (Hinton et al. 2015, arXiv:1503.02531)
_NEVER = -1e4  # the logit of padding
_GIVEN = ("input_ids", "token_type_ids", "attention_mask")
_TYPES = "roformer.embeddings.token_type_embeddings.weight"


class TypeTable(nn.Module):
    """Vectors of the match types as sums over their facts: each fact is learnt from every type that has it."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        sizes = (match.LEVELS, match.KIND_COUNT, match.PLACES, match.SENTENCES, match.WANTED, match.NEAR)
        self.facts = nn.ParameterList(nn.Parameter(0.5 * torch.randn(size, dim)) for size in sizes)
        self.asked = nn.ParameterList(nn.Parameter(0.5 * torch.randn(size, dim)) for size in sizes[:2])
        self.own = nn.Parameter(torch.zeros(match.TYPE_COUNT, dim))

    def table(self) -> torch.Tensor:
        """Return the collapsed table, (TYPE_COUNT, dim)."""
        special = torch.zeros(match.QUESTION, self.own.shape[1])
        return torch.cat([special, _sums(self.asked), _sums(self.facts)]) + self.own

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the vectors of ``ids``."""
        return functional.embedding(ids, self.table())


def _sums(tables: Iterable[torch.Tensor]) -> torch.Tensor:
    """Return the sum of one row of each table for every choice of rows, the last table's row changing fastest."""
    first, *rest = tables
    for table in rest:
        first = (first[:, None, :] + table[None, :, :]).flatten(0, 1)
    return first


def new_model(tokenizer: Tokenizer, *, layers: int, width: int) -> RoFormerForQuestionAnswering:
    """Return an untrained reader whose token types are a ``TypeTable``."""
    config = RoFormerConfig(
        vocab_size=tokenizer.get_vocab_size(), embedding_size=width, hidden_size=width, num_hidden_layers=layers,
        num_attention_heads=max(1, width // 64), intermediate_size=4 * width, type_vocab_size=match.TYPE_COUNT,
        max_position_embeddings=512, pad_token_id=0, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = RoFormerForQuestionAnswering(config)
    model.roformer.embeddings.token_type_embeddings = TypeTable(width)  # type: ignore[assignment]
    model.roformer.embeddings.dropout = nn.Dropout(0.1)  # in each layer too it costs a fifth of the time on a CPU
    return model


def begin_with(model: RoFormerForQuestionAnswering, start: Path | npt.NDArray[np.float32]) -> None:
    """Give a new model its first token vectors, or all weights of the finished reader in a folder."""
    with torch.no_grad():
        if not isinstance(start, Path):
            model.roformer.embeddings.word_embeddings.weight.copy_(torch.from_numpy(start) * 0.5)
            return
        weights = deepened(_weights_of(start), model.config.num_hidden_layers)
        types = model.roformer.embeddings.token_type_embeddings
        assert isinstance(types, TypeTable)
        table = weights.pop(_TYPES)
        model.load_state_dict(weights, strict=False)
        for facts in (*types.facts, *types.asked):
            facts.zero_()
        types.own.copy_(table)


def finished(folder: Path) -> RoFormerForQuestionAnswering:
    """Return the reader in a folder as it is, to learn from."""
    model = RoFormerForQuestionAnswering.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    return model.eval()


def _weights_of(reader: Path) -> dict[str, torch.Tensor]:
    return {name: value.float() for name, value in load_file(reader / "model.safetensors").items()}


def blend(model: RoFormerForQuestionAnswering, start: Path, share: float) -> None:
    """Move all weights towards those of the finished reader that training began with, by ``share`` of the way.

    The mean of two ends of training is often better than either, on what is new as on what was known before.

    Source: Wortsman et al., CVPR 2022, arXiv:2109.01903.
    """
    weights = deepened(_weights_of(start), model.config.num_hidden_layers)
    types = model.roformer.embeddings.token_type_embeddings
    assert isinstance(types, TypeTable)
    with torch.no_grad():
        types.own.lerp_(weights.pop(_TYPES), share)
        for facts in (*types.facts, *types.asked):
            facts.mul_(1 - share)
        for name, value in model.state_dict().items():
            if name in weights and value.is_floating_point():
                value.lerp_(weights[name], share)


def collate(batch: Sequence[Window]) -> dict[str, torch.Tensor]:
    """Pad a batch; ``gold`` is (windows, 2): first and last token of the answer; ``groups`` (windows,)."""
    longest = -(-max(len(w.ids) for w in batch) // STEP) * STEP
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    for row, window in enumerate(batch):
        size = len(window.ids)
        ids[row, :size] = torch.from_numpy(window.ids)
        types[row, :size] = torch.from_numpy(window.types)
        mask[row, :size] = 1
    gold = torch.tensor([[w.first, w.last] for w in batch])
    groups = torch.tensor([w.group for w in batch])
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask, "gold": gold, "groups": groups}


def losses(
    model: RoFormerForQuestionAnswering, tensors: dict[str, torch.Tensor], *, bf16: bool, mask: int | None = None,
    teacher: RoFormerForQuestionAnswering | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """Return the mean cross entropy of start and end, where padding cannot be chosen, and that of guessed tokens.

    To the first is added that of finding the answer among all windows of its question, see ``among_all``, and, with a
    ``teacher``, how far its start and end are from what the teacher makes of the same windows, nothing hidden.
    Tokens are hidden, in place, when the id of the ``mask`` token is given; else the second is 0.
    """
    taught = _logits(teacher, tensors, bf16=bf16) if teacher is not None else None
    hidden = hiding.hide(tensors, mask) if mask is not None else None
    tensors = {name: values.to(model.device) for name, values in tensors.items()}
    guessed = torch.zeros((), device=model.device)
    with torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
        out = model(**{name: tensors[name] for name in _GIVEN}, output_hidden_states=hidden is not None)
        if hidden is not None and len(hidden.tokens):
            states = out.hidden_states[-1][hidden.places.to(model.device)]
            guessed = hiding.guess_loss(model, states, hidden.tokens.to(model.device))
    both = _choosable(out.start_logits, out.end_logits, tensors)
    answered = torch.zeros((), device=model.device)
    for logits, place in zip(both, tensors["gold"].T, strict=True):
        answered = answered + functional.cross_entropy(logits, place) / 2
        answered = answered + AMONG_ALL * among_all(logits, place, tensors["groups"]) / 2
    for logits, meant in zip(both, taught or (), strict=False):
        answered = answered + AS_TAUGHT * functional.cross_entropy(logits, meant.to(model.device).softmax(dim=1)) / 2
    return answered, guessed


def _logits(model: RoFormerForQuestionAnswering, tensors: dict[str, torch.Tensor], *, bf16: bool) -> list[torch.Tensor]:
    """Return the start and end logits of a finished model, where padding cannot be chosen."""
    given = {name: tensors[name].to(model.device) for name in _GIVEN}
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
        out = model(**given)
    return _choosable(out.start_logits, out.end_logits, given)


def _choosable(start: torch.Tensor, end: torch.Tensor, given: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    padding = given["attention_mask"] == 0
    return [logits.float().masked_fill(padding, _NEVER) for logits in (start, end)]


def among_all(logits: torch.Tensor, places: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy of an answer's place among the tokens of all windows of its group.

    Logits (windows, tokens) count from their window's "not here", as scores do when spans of several passages are
    compared; ``places`` (windows,) are 0 where there is no answer. Without an answer in the batch it is 0.

    Source: Clark and Gardner, ACL 2018, arXiv:1710.10723 (shared normalization).
    """
    over = logits[:, 1:] - logits[:, :1]
    held = places.nonzero().squeeze(1)
    if not len(held):
        return logits.sum() * 0
    of_group = groups[held][:, None] == groups[None, :]
    all_windows = over.logsumexp(dim=1)[None, :].masked_fill(~of_group, -1e4).logsumexp(dim=1)
    return (all_windows - over[held, places[held] - 1]).mean()
