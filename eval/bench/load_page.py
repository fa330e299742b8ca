"""One person at the page in a real browser: from Enter until the answer is seen, and the library's part of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from rag.errors import ConfigError

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TALK = 10  # questions of one conversation; the page sends all of it anew with each answer
PATIENCE = 120_000  # milliseconds for one answer
WARM = 2  # questions that are not counted: the browser compiles the page's scripts
# resolves with the milliseconds from a key pressed to the first frame that shows the answer of turn `turns`
WAIT = """turns => new Promise(done => {
  let pressed = 0;
  addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true, once: true});
  const look = () => {
    const all = document.querySelectorAll('.turn');
    if (!pressed || all.length !== turns || !all[turns - 1].querySelector('.answer:not(.pending)')) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)));
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document.getElementById('conversation'), {childList: true, subtree: true});
})"""


class Shot(NamedTuple):
    """One question: milliseconds by the clock and by the library, or why there was no answer."""

    wall: float
    library: float
    error: str = ""


def at_the_page(port: int, texts: Sequence[str], count: int) -> list[Shot]:
    """Ask ``count`` questions one after the other; the library's own time is what the server kept with the answer.

    Raises ConfigError where there is no Chromium or no playwright to steer it.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise ConfigError("playwright is not installed", mend="pip install -e .[dev]") from None
    if path is None:
        raise ConfigError("there is no Chromium on this machine", mend="Install it, or give --asked 0.")
    shots: list[Shot] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(".welcome")
        asked = [texts[n % len(texts)] for n in range(WARM + count)]
        while len(shots) < len(asked):
            shots += talk(page, asked[len(shots) : len(shots) + TALK])
        browser.close()
    return shots[WARM:]


def talk(page: Page, questions: Sequence[str]) -> list[Shot]:
    """Have a new conversation on the open page; each of its questions gets an answer or the reason why it has none."""
    walls = [_asked(page, question, turn) for turn, question in enumerate(questions, 1)]
    newest = page.request.get(urljoin(page.url, "api/history?limit=1")).json()[0]["id"]
    turns = page.request.get(urljoin(page.url, f"api/history/{newest}")).json()["turns"]
    page.locator("button[data-do=forget]").click()
    page.wait_for_selector(".welcome")
    return [
        Shot(wall, turn["answer"]["milliseconds"]["total"]) if turn["answer"] else Shot(0.0, 0.0, str(turn["error"]))
        for wall, turn in zip(walls, turns, strict=True)
    ]


def _asked(page: Page, question: str, turn: int) -> float:
    box = page.locator("#box textarea")
    box.fill(question)
    page.evaluate(f"void (window.waited = ({WAIT})({turn}))")
    box.press("Enter")
    return float(page.evaluate("window.waited"))
