"""Read every file of a folder as an index would, and tell what became of each: `python run.py FOLDER LIMITS`.

Prints a JSON list a file: name, "report" or "error", what it says, seconds waited for it, characters; and at the end
one object with this process's memory before and at its peak, in bytes.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from rag.articles import FileReport
from rag.articles.limits import Limits
from rag.articles.process.readers import Readers


def memory() -> dict[str, int]:
    """Return this process's memory, now and at its peak."""
    status = Path("/proc/self/status").read_text()
    return {name: int(kib) * 1024 for name, kib in re.findall(r"(VmHWM|VmRSS):\s+(\d+)", status)}


def main(folder: Path, limits: Limits) -> None:
    """Read and print."""
    before = memory()["VmRSS"]
    last = time.perf_counter()
    with Readers(limits, workers=2) as readers:
        for source, outcome in readers.read((path, path.name) for path in sorted(folder.iterdir())):
            now = time.perf_counter()
            told: tuple[str, str, int]
            if isinstance(outcome, FileReport):
                text = "\n".join(article.text for article in outcome.articles)
                told = ("report", text[:2_000], len(text))
            else:
                told = ("error", outcome.what, 0)
            print(json.dumps([source, *told[:2], round(now - last, 2), told[2]]), flush=True)
            last = now
            del outcome
    print(json.dumps({"before": before, "peak": memory()["VmHWM"]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])))
