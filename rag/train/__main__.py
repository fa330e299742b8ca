"""``python -m rag.train encoder|reader --data DIR --out DIR``: make a bundled model anew."""

from __future__ import annotations

import sys

USAGE = "usage: python -m rag.train {encoder,reader} [options]   (each has its own --help)"


def main(args: list[str]) -> int:
    """Hand the rest of the line to the model named first; its libraries load only then."""
    if not args or args[0] not in ("encoder", "reader"):
        sys.stderr.write(USAGE + "\n")
        return 0 if args and args[0] in ("-h", "--help") else 2
    if args[0] == "encoder":
        from rag.train import encoder

        encoder.main(args[1:])
    else:
        from rag.train import reader

        reader.main(args[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
