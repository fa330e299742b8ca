"""The weights of a finished reader for a network of more layers."""

from __future__ import annotations

import torch

_LAYERS = "roformer.encoder.layer."


def deepened(weights: dict[str, torch.Tensor], layers: int) -> dict[str, torch.Tensor]:
    """Return the weights for a network of more layers that gives nearly what the shallower one does.

    The new layers are spread evenly, each a copy of the one below it that adds nothing to what it is given, until it is
    trained: its outputs are zero, and its normalizations give back what they take, but for differences between tokens.

    Source: Chen et al., ICLR 2016, arXiv:1511.05641 (Net2DeeperNet), for layers with normalization behind them.
    """
    held = len({name.split(".")[3] for name in weights if name.startswith(_LAYERS)})
    places = [place * held // layers for place in range(layers)]  # of each layer, the one that it comes from
    out = {name: value for name, value in weights.items() if not name.startswith(_LAYERS)}
    for place, source in enumerate(places):
        of_source = f"{_LAYERS}{source}."
        taken = {name.removeprefix(of_source): v for name, v in weights.items() if name.startswith(of_source)}
        if source in places[:place]:
            taken |= _idle(taken)
        out |= {f"{_LAYERS}{place}.{name}": value.clone() for name, value in taken.items()}
    return out


def _idle(layer: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return what keeps a layer, which comes after itself, from changing anything."""
    zeros = [f"{of}.dense.{part}" for of in ("attention.output", "output") for part in ("weight", "bias")]
    given = layer["output.LayerNorm.weight"], layer["output.LayerNorm.bias"]
    width = given[0].square().mean() + given[1].var(correction=0)  # normalized values are taken for independent
    out = {name: torch.zeros_like(layer[name]) for name in zeros}
    for of in ("attention.output", "output"):
        out[f"{of}.LayerNorm.weight"] = torch.full_like(given[0], float(width.sqrt()))
        out[f"{of}.LayerNorm.bias"] = torch.full_like(given[1], float(given[1].mean()))
    return out
