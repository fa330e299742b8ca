"""Photograph the page, state by state: ``python -m ui.screenshots.make --index indexes/sample``.

The questions come from the sample corpus; the first one that ends in the wanted outcome is shown.
Needs playwright (``pip install -e .[dev]``) and a Chromium on the path.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.text import language
from ui.screenshots.shots import SHOTS, Shot
from ui.screenshots.steps import lead_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from ui.chat.chat import Assistant
    from ui.rest import Desk

HERE = Path(__file__).parent
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
FIRST = {"zh": "芦渡大桥有多长？", "en": "By what date must the new electric ferry be delivered?"}
OUTCOMES = {  # asked first: the sample says little or nothing of these
    "related": ("火星上有几座桥？", "Who paid for the siren in the mountains?", "食堂的菜价由谁来定？"),
    "not_found": ("恐龙为什么灭绝？", "Who won the chess championship?", "怎样修理手表？"),
}


def main() -> int:
    """Make all pictures, or those whose names hold ``--only``; returns 1 when an outcome was never reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--only", default="", help="make the pictures whose names hold this")
    args = parser.parse_args()

    from rag.commands.serve import open_desk
    from rag.config import load_settings
    from rag.sample import EXAMPLES, questions_file

    lines = questions_file().read_text("utf-8").splitlines()
    asked = [turn["question"] for line in lines for turn in json.loads(line).get("turns", [json.loads(line)])[:1]]
    shots = [shot for shot in SHOTS if args.only in shot.name]
    with tempfile.TemporaryDirectory() as state:
        index = Path(shutil.copytree(args.index, Path(state, args.index.name)))  # some pictures change it
        live, desk = open_desk(load_settings({"index": index}), Path(state), manage=True, upload=50_000_000)
        live.refresh()
        missing = make(desk, EXAMPLES, asked, shots, args.out)
        live.close()
    for shot in missing:
        print(f"no question of the sample leads to {shot.name}", file=sys.stderr)
    return 1 if missing else 0


def make(desk: Desk, examples: Sequence[str], asked: Sequence[str], shots: Sequence[Shot], out: Path) -> list[Shot]:
    """Write every shot that some question of ``asked`` leads to; returns the others."""
    from playwright.sync_api import sync_playwright

    from ui.serve import running

    live = desk.live
    chosen = {shot: _question(live.assistant, shot, asked) for shot in shots}
    site = running(live.assistant, live.about, examples=examples, archive=live.archive, desk=desk)
    with site as page, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        contexts: dict[object, BrowserContext] = {}
        for shot, question in chosen.items():
            if question is not None:
                _photograph(_context(browser, contexts, shot), page.url, shot, question, out)
        browser.close()
    return [shot for shot, question in chosen.items() if question is None]


def _question(assistant: Assistant, shot: Shot, asked: Sequence[str]) -> str | None:
    """Return the first question that ends in the state of the shot, those in its language before others."""
    if shot.state not in OUTCOMES:
        return FIRST[shot.lang]
    for question in sorted([*OUTCOMES[shot.state], *asked], key=lambda question: language(question) != shot.lang):
        if assistant.ask(question).status == shot.state:
            return question
    return None


def _context(browser: Browser, held: dict[object, BrowserContext], shot: Shot) -> BrowserContext:
    """Return the browser profile of a shot, which has the page's scripts already, as one that nobody knows yet."""
    key = (shot.lang, shot.scheme, shot.size)
    if key not in held:
        width, height = shot.size
        held[key] = browser.new_context(
            locale=LOCALES[shot.lang], color_scheme=shot.scheme, viewport={"width": width, "height": height}
        )
        held[key].set_default_timeout(120_000)
    held[key].clear_cookies()
    return held[key]


def _photograph(context: BrowserContext, url: str, shot: Shot, question: str, out: Path) -> None:
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".welcome")
    lead_to(page, shot, question)
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)  # scrolling and fonts come to rest
    page.screenshot(path=out / shot.name)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
