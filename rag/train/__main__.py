"""``python -m rag.train encoder|reader|garble|joins --data DIR --out DIR``: make a bundled model anew.

And ``python -m rag.train reader_graph FOLDER``: only the quick form of a finished reader.
"""

from __future__ import annotations

import sys
from importlib import import_module

from rag.errors import WenjuError

MODELS = ("encoder", "reader", "reader_graph", "garble", "joins")
USAGE = f"usage: python -m rag.train {{{','.join(MODELS)}}} [options]   (each has its own --help)"


def main(args: list[str]) -> int:
    """Hand the rest of the line to the model named first; its libraries load only then."""
    if not args or args[0] not in MODELS:
        sys.stderr.write(USAGE + "\n")
        return 0 if args and args[0] in ("-h", "--help") else 2
    try:
        import_module(f"rag.train.{args[0]}").main(args[1:])
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
