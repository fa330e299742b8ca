"""The table of traditional characters and the simplified ones that stand for them: ``python -m rag.train.simplified``.

OpenCC (Apache-2.0) knows them, and as a dependency would cost every user 7 MB and every start 76 ms; the characters
that it turns one by one fit into 18 KB and are looked up while width and case are folded, at no further cost. What is
lost are the few that only a phrase decides, such as 著, which stay as they are.
"""

from __future__ import annotations

from rag.text import SIMPLIFIED

_CHARACTERS = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
_A_LINE = 40


def pairs() -> dict[str, str]:
    """Return the simplified character of each traditional one; none of the simplified is traditional itself."""
    from opencc import OpenCC

    turn = OpenCC("t2s").convert
    turned = {char: turn(char) for char in map(chr, _CHARACTERS)}
    found = {
        char: other for char, other in turned.items() if other != char and len(other) == 1 and other < "\U00010000"
    }
    return {char: found.get(other, other) for char, other in found.items()}


def table() -> str:
    """Return the table as it is shipped: lines of characters two by two, traditional first."""
    couples = [char + other for char, other in sorted(pairs().items())]
    return "".join("".join(couples[i : i + _A_LINE]) + "\n" for i in range(0, len(couples), _A_LINE))


if __name__ == "__main__":
    SIMPLIFIED.write_text(table(), encoding="utf-8")
