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
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.text import language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from ui.chat.chat import Assistant
    from ui.rest import Desk

HERE = Path(__file__).parent
WIDE, PHONE = (1360, 850), (390, 844)
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
FIRST = {"zh": "芦渡大桥有多长？", "en": "By what date must the new electric ferry be delivered?"}
THEN = {"zh": "总投资呢？", "en": "How many votes was that?"}
WORDS = {"zh": "联络站 代表", "en": "ferry council"}
QUOTE = {
    "zh": "2021年3月，芦渡大桥动工；2023年9月28日，大桥通车。桥长 612 米",
    "en": "The council resolved by eleven votes to three to order the electric boat, to be delivered by 31 March 2026",
}
SENT = {  # to a new collection: its name, the name of the file, what stands in it
    "zh": ("读者来信", "来信-2024.txt", "夜间公交的末班车\n\n周小满\n\n末班车从九点半延到十点半，夜班护士坐得上了。\n"),
    "en": ("Letters", "letters-2024.txt", "The last bus\n\nby Ada Finch\n\nThe last bus now leaves at 10:30 pm.\n"),
}
OUTCOMES = {  # asked first: the sample says little or nothing of these
    "related": ("火星上有几座桥？", "Who paid for the siren in the mountains?", "食堂的菜价由谁来定？"),
    "not_found": ("恐龙为什么灭绝？", "Who won the chess championship?", "怎样修理手表？"),
}


class Shot(NamedTuple):
    """One picture: what is seen, in which language and light, on what screen."""

    state: str
    lang: str
    scheme: Literal["light", "dark"] = "light"
    size: tuple[int, int] = WIDE

    @property
    def name(self) -> str:
        return f"{self.state}-{self.lang}-{self.scheme}{'-phone' if self.size == PHONE else ''}.png"


SHOTS = (
    *(Shot(state, lang) for state in ("welcome", "answered", "article") for lang in ("zh", "en")),
    *(Shot(state, lang, "dark") for state in ("welcome", "answered", "article") for lang in ("zh", "en")),
    *(Shot(state, "zh") for state in ("related", "not_found", "why", "filters", "follow_up", "history")),
    *(Shot(state, "zh") for state in ("passages", "quote", "status", "correct")),
    *(Shot(state, "en", "dark") for state in ("related", "passages", "quote")),
    *(Shot(state, "zh", "light", PHONE) for state in ("answered", "article")),
    Shot("welcome", "zh", "dark", PHONE),
    Shot("manage", "zh"),  # last, for these add to the archive
    Shot("manage", "en", "dark"),
)


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
    _lead_to(page, shot, question)
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)  # scrolling and fonts come to rest
    page.screenshot(path=out / shot.name)
    page.close()


def _lead_to(page: Page, shot: Shot, question: str) -> None:
    """Do what leads from the first screen to the state of the shot."""
    if shot.state in ("passages", "quote", "status"):
        page.locator(f"button[data-room={shot.state}]").click()
        if shot.state == "status":
            page.wait_for_selector(".status")
            return
        page.locator(f"#{shot.state}-box textarea").fill({"passages": WORDS, "quote": QUOTE}[shot.state][shot.lang])
        page.locator(f"#{shot.state}-box textarea").press("Enter")
        page.wait_for_selector(f"#{shot.state}-found :is(.count, .check)")
        return
    if shot.state in ("manage", "correct"):
        _manage(page, shot)
        return
    if shot.state == "welcome":
        return
    _ask(page, question, 1)
    if shot.state in ("follow_up", "history"):
        _ask(page, THEN[shot.lang], 2)
    if shot.state == "history":
        page.locator("button[data-do=history]").click()
        page.wait_for_selector(".talks li")
    if shot.state == "article":
        page.locator("#conversation button.cited").first.click()
        page.wait_for_selector(".reader mark.here")
    if shot.state == "why":
        page.locator("#sources [data-do=why]").first.click()
        page.wait_for_selector(".why")
        page.locator("#sources .cite summary").first.click()
    if shot.state == "filters":
        page.locator("#filters summary").click()
        page.locator("#filters [data-choose=since]").select_option("2024")
        page.locator("#filters [data-choose=column]").select_option(index=1)
        page.wait_for_selector("#filters .chip:nth-child(2)")


def _manage(page: Page, shot: Shot) -> None:
    """Send a file to a new collection, or open an article of the sample to correct it."""
    page.locator("button[data-room=manage]").click()
    page.wait_for_selector("#manage-view .shelf")
    if shot.state == "correct":
        page.locator("#manage-view [data-do=look]").first.click()
        page.locator("#manage-view summary").first.click()
        page.locator("#manage-view [data-do=fix]").first.click()
        page.wait_for_selector(".fixes")
        return
    name, file, text = SENT[shot.lang]
    page.locator("#manage-box textarea").fill(name)
    page.locator("#manage-box textarea").press("Enter")
    page.locator(".drop input").set_input_files([{"name": file, "mimeType": "text/plain", "buffer": text.encode()}])
    page.wait_for_selector("#manage-view li.indexed")
    page.wait_for_selector("#manage-jobs li.done")
    page.locator("#manage-view summary").first.click()


def _ask(page: Page, question: str, turns: int) -> None:
    page.locator("#box textarea").fill(question)
    page.locator("#box textarea").press("Enter")
    page.wait_for_selector(f".turn.shown:nth-child({turns})")


if __name__ == "__main__":
    sys.exit(main())
