"""Many users at once, over REST and through the page's own queue, and one in a browser: ``python -m eval.bench.load``.

Starts `wenju serve` on a free port of this machine and asks it alone: in a browser, from Enter to the answer on the
page; then as one user, then as ``--users``, each of whom asks again as soon as an answer is there. The library's own
time is what the answer itself tells; "over" is what server and page add to it, which with many users is above all
waiting for those before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

from eval.bench.load_page import Shot, at_the_page
from eval.data import read_questions
from eval.provenance import keep, provenance
from eval.table import table
from rag.errors import ConfigError, WenjuError

HOST = "127.0.0.1"  # never another machine
START, ANSWER = 180.0, 120.0  # seconds to wait for the page, and for one answer
ALONE = 20.0  # seconds for which one user asks; what is sought is how it goes with many
WAYS = ("browser", "rest", "page")
Figures = dict[str, Any]
Ask = Callable[[HTTPConnection, str], dict[str, Any]]


def bench(index: Path, questions: Path, *, users: int, seconds: float, asked: int = 0) -> Figures:
    """Ask ``asked`` questions in a browser, then for ``seconds`` each way as ``users``; figures by way, then users."""
    texts = [entry.turns[0].text for entry in read_questions(questions)]
    figures: Figures = {"origin": {**provenance(questions), "index": str(index), "seconds": seconds}}
    with served(index) as port:
        if asked:
            shots = at_the_page(port, texts, asked)
            figures["browser"] = {"1": summary(shots, sum(shot.wall for shot in shots) / 1000)}
        for name, ask in (("rest", over_rest), ("page", through_the_page)):
            crowd(port, ask, texts, 1, min(seconds, 3.0))  # warm
            spans = {1: min(seconds, ALONE), users: seconds}
            figures[name] = {str(n): summary(crowd(port, ask, texts, n, span), span) for n, span in spans.items()}
    return figures


def over_rest(connection: HTTPConnection, question: str) -> dict[str, Any]:
    """Ask once over REST."""
    return _json(_sent(connection, "POST", "/api/ask", {"question": question}))


def through_the_page(connection: HTTPConnection, question: str) -> dict[str, Any]:
    """Ask once by the endpoint of the page, which waits in the queue that the page's own questions wait in."""
    event = _json(_sent(connection, "POST", "/gradio_api/call/ask", {"data": [question]}))["event_id"]
    name = ""
    for line in _sent(connection, "GET", f"/gradio_api/call/ask/{event}").decode().splitlines():
        if line.startswith("event:"):
            name = line.partition(":")[2].strip()
        elif line.startswith("data:") and name in ("complete", "error"):
            if name == "error":
                raise OSError(f"the page could not: {line}")
            return dict(json.loads(line.partition(":")[2])[0])
    raise OSError("the page said nothing")


def crowd(port: int, ask: Ask, texts: Sequence[str], users: int, seconds: float) -> list[Shot]:
    """Return what ``users`` got who asked for so many seconds, and once at least; each begins at another question."""
    found: list[list[Shot]] = [[] for _ in range(users)]
    until = time.perf_counter() + seconds

    def use(number: int) -> None:
        connection, at = HTTPConnection(HOST, port, timeout=ANSWER), number * len(texts) // users
        while not found[number] or time.perf_counter() < until:
            found[number].append(_shot(connection, ask, texts[at % len(texts)]))
            at += 1
        connection.close()

    threads = [Thread(target=use, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [shot for shots in found for shot in shots]


def summary(shots: Sequence[Shot], seconds: float) -> Figures:
    """Return counts and the quantiles of the answers, in milliseconds."""
    good = [shot for shot in shots if not shot.error]
    return {
        "asked": len(shots),
        "errors": len(shots) - len(good),
        "reasons": dict(Counter(shot.error for shot in shots if shot.error).most_common(5)),
        "a_second": len(good) / seconds,
        "wall": _quantiles([shot.wall for shot in good]),
        "library": _quantiles([shot.library for shot in good]),
        "over": _quantiles([shot.wall - shot.library for shot in good]),
    }


@contextmanager
def served(index: Path) -> Iterator[int]:
    """Serve ``index`` in a process of its own while the block runs, and yield the port."""
    command = [sys.executable, "-u", "-m", "rag.cli", "serve", "--index", str(index), "--port", "0", "--rate", "0"]
    with tempfile.TemporaryDirectory(prefix="wenju-load-") as state:
        server = subprocess.Popen(
            [*command, "--read-only", "--state", state], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield _port(server)
        finally:
            server.terminate()
            server.wait(30)


def to_markdown(figures: Figures) -> str:
    """Return the table, in milliseconds."""
    rows = []
    for way in WAYS:
        for users, one in figures.get(way, {}).items():
            times = [f"{one[kind][q]:.0f}" for kind in ("wall", "library", "over") for q in ("p50", "p95")]
            rows.append([way, users, f"{one['asked']:,}", str(one["errors"]), f"{one['a_second']:.1f}", *times])
    heads = ["way", "users", "asked", "errors", "a second"]
    heads += [f"{kind} {q}" for kind in ("wall", "library", "over") for q in ("p50", "p95")]
    told = ", ".join(f"{name} {value}" for name, value in figures["origin"].items())
    return f"{told}\n\n{table(heads, rows)}"


def _shot(connection: HTTPConnection, ask: Ask, question: str) -> Shot:
    begin = time.perf_counter()
    try:
        answer = ask(connection, question)
        return Shot(1000 * (time.perf_counter() - begin), answer["milliseconds"]["total"])
    except (OSError, ValueError, KeyError) as error:
        connection.close()
        return Shot(0.0, 0.0, f"{type(error).__name__}: {error}"[:120])


def _sent(connection: HTTPConnection, method: str, path: str, body: object = None) -> bytes:
    sent = None if body is None else json.dumps(body).encode()
    connection.request(method, path, sent, {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    if response.status != 200:
        raise OSError(f"status {response.status}")
    return text


def _json(text: bytes) -> dict[str, Any]:
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("no JSON object")
    return told


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    ranked = sorted(values) or [float("nan")]
    return {
        name: ranked[min(len(ranked) - 1, int(share * len(ranked)))] for name, share in (("p50", 0.5), ("p95", 0.95))
    }


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    deadline, said = time.monotonic() + START, ""
    while time.monotonic() < deadline and (line := server.stdout.readline()):
        if "http://" in line:
            return int(line.partition("http://")[2].partition("/")[0].rpartition(":")[2])
        said = line.strip() or said
    raise ConfigError(f"wenju serve did not start: {said}", mend="Try it by hand.")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a question got no answer, 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.load", description=__doc__.split("\n\n")[0])
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--users", type=int, default=32, metavar="N", help="at once (32)")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N", help="that they ask, each way (60)")
    parser.add_argument("--asked", type=int, default=60, metavar="N", help="questions in the browser; 0: none (60)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    args = parser.parse_args(argv)
    try:
        if not (1 <= args.users <= 64 and 0 < args.seconds <= 3600):
            raise ConfigError("users are 1 to 64, seconds up to 3,600")
        figures = bench(args.index, args.questions, users=args.users, seconds=args.seconds, asked=args.asked)
    except WenjuError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else to_markdown(figures))
    if args.keep:
        keep(args.keep, figures)
    return int(any(one["errors"] for way in WAYS for one in figures.get(way, {}).values()))


if __name__ == "__main__":
    sys.exit(main())
