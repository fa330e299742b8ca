"""Photograph the page, state by state: ``python -m ui.screenshots.make --index indexes/sample``.

The questions come from the sample corpus; the first one that ends in the wanted outcome is shown.
Needs playwright (``pip install -e .[dev]``) and a Chromium on the path.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.text import language

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from ui.app import Assistant

HERE = Path(__file__).parent
WIDE, PHONE = (1360, 850), (390, 844)


class Shot(NamedTuple):
    """One picture: what is seen, in which language and light, on what screen."""

    state: str
    lang: str
    scheme: Literal["light", "dark"]
    size: tuple[int, int] = WIDE

    @property
    def name(self) -> str:
        return f"{self.state}-{self.lang}-{self.scheme}{'-phone' if self.size == PHONE else ''}.png"


SHOTS = (
    *(Shot(state, lang, "light") for state in ("welcome", "answered") for lang in ("zh", "en")),
    *(Shot(state, lang, "dark") for state in ("welcome", "answered") for lang in ("zh", "en")),
    *(Shot(state, "zh", "light") for state in ("related", "not_found")),
    *(Shot(state, "en", "dark") for state in ("related", "not_found")),
    Shot("answered", "zh", "light", PHONE),
    Shot("welcome", "zh", "dark", PHONE),
)


def main() -> int:
    """Make all pictures; returns 1 when an outcome was never reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--out", type=Path, default=HERE)
    args = parser.parse_args()

    from rag import open_assistant
    from rag.index import open_index
    from rag.sample import EXAMPLES, questions_file

    lines = questions_file().read_text("utf-8").splitlines()
    asked = [turn["question"] for line in lines for turn in json.loads(line).get("turns", [json.loads(line)])[:1]]
    counts = open_index(args.index).counts()
    about = {"name": args.index.name, "articles": counts.articles, "paragraphs": counts.paragraphs}
    missing = make(open_assistant(args.index), about, EXAMPLES, [*EXAMPLES, *asked], args.out)
    for shot in missing:
        print(f"no question of the sample leads to {shot.name}", file=sys.stderr)
    return 1 if missing else 0


def make(
    assistant: Assistant, about: Mapping[str, object], examples: Sequence[str], asked: Sequence[str], out: Path
) -> list[Shot]:
    """Write every shot that some question of ``asked`` leads to; returns the others."""
    from playwright.sync_api import sync_playwright

    from ui.serve import running

    chosen = {shot: _question(assistant, shot, asked) for shot in SHOTS}
    with running(assistant, about, examples=examples) as page, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for shot, question in chosen.items():
            if question is not None:
                _photograph(browser, page.url, shot, question, out)
        browser.close()
    return [shot for shot, question in chosen.items() if question is None]


def _question(assistant: Assistant, shot: Shot, asked: Sequence[str]) -> str | None:
    """Return the first question in the language of the shot, else in any, that ends in its state."""
    if shot.state == "welcome":
        return ""
    for question in sorted(asked, key=lambda question: language(question) != shot.lang):
        if assistant.ask(question).status == shot.state:
            return question
    return None


def _photograph(browser: Browser, url: str, shot: Shot, question: str, out: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        locale={"zh": "zh-CN", "en": "en-GB"}[shot.lang],
        color_scheme=shot.scheme,
        viewport={"width": width, "height": height},
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".welcome")
    if question:
        page.locator("#box textarea").fill(question)
        page.locator("#box textarea").press("Enter")
        page.wait_for_selector(".turn.shown")
    page.wait_for_timeout(500)  # scrolling and fonts come to rest
    page.screenshot(path=out / shot.name)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
