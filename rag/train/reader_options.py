"""What ``python -m rag.train reader`` can be told."""

from __future__ import annotations

import argparse
from pathlib import Path

SIZES = {"small": (4, 256), "base": (8, 512)}  # layers and width
RATE, RATE_ON = 6e-4, 3e-4  # at the peak, from nothing and from a finished reader, which a higher one unmakes


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.train reader", description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data, packed or unpacked")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model; work files go to its work/")
    parser.add_argument("--minutes", type=float, default=90, help="length of the training itself")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--size", choices=sorted(SIZES), default="small", help="small ships, base is to teach it")
    parser.add_argument("--layers", type=int, help="other than the size has")
    parser.add_argument("--width", type=int, help="other than the size has")
    parser.add_argument("--start", type=Path, help="begin with the weights of this finished reader")
    parser.add_argument("--teacher", type=Path, help="learn from this finished reader too, of any size")
    parser.add_argument("--keep", type=float, default=0.0, help="share of --start's weights in the finished ones")
    parser.add_argument("--rate", type=float, help=f"learning rate at its peak: {RATE:g}, with --start {RATE_ON:g}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action="store_true", help="half the time on processors with AVX-512 bf16")
    return parser
