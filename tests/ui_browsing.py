"""A real browser for the tests of the page: fixtures, and what every visit must keep to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright import sync_api

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
MARKS = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page stays untested in a browser"),
]
PATIENCE = 120_000  # milliseconds; a busy machine is slow, not wrong
Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page stays untested")
    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def contexts(browser: sync_api.Browser) -> Iterator[dict[str, sync_api.BrowserContext]]:
    """Hold one browser profile for each set of options, so that Gradio's scripts are loaded once for each."""
    held: dict[str, sync_api.BrowserContext] = {}
    yield held
    for context in held.values():
        context.close()


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, browser: sync_api.Browser, contexts: dict[str, sync_api.BrowserContext]
) -> Iterator[Visit]:
    """Open the page of the module's ``site`` as a new visitor.

    Afterwards nothing may have gone elsewhere, failed or opened a dialog.
    """
    url = request.getfixturevalue("site").url
    pages: list[sync_api.Page] = []
    requested: list[str] = []
    trouble: list[str] = []

    def note_dialog(dialog: sync_api.Dialog) -> None:
        trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(path: str = "", **options: object) -> sync_api.Page:
        options = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, **options}
        if repr(options) not in contexts:
            contexts[repr(options)] = browser.new_context(**options)
            contexts[repr(options)].set_default_timeout(PATIENCE)
        page = contexts[repr(options)].new_page()
        slow_down(page)
        pages.append(page)
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", note_dialog)
        page.on("pageerror", lambda error: trouble.append(f"page: {error}"))
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.goto(url + path)
        page.wait_for_selector(".welcome", state="attached")
        return page

    yield open_page
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    own = urlsplit(url).netloc
    assert requested
    assert {urlsplit(url).netloc for url in requested if not url.startswith(("data:", "blob:"))} == {own}
    assert trouble == []


def slow_down(page: sync_api.Page) -> None:
    """Slow the page by the factor in the environment's SLOW_PAGE, if any: what is looked at too early shows then."""
    if slower := float(os.environ.get("SLOW_PAGE", 1)) - 1:
        dials = page.context.new_cdp_session(page)
        dials.send("Emulation.setCPUThrottlingRate", {"rate": slower + 1})
        line = {"offline": False, "latency": 30 * slower, "downloadThroughput": -1, "uploadThroughput": -1}
        dials.send("Network.emulateNetworkConditions", line)


def ask(page: sync_api.Page, question: str) -> None:
    """Type ``question``, press Enter, wait until it is answered."""
    turns = page.locator(".turn").count()
    page.locator("#box textarea").fill(question)
    page.locator("#box textarea").press("Enter")
    settled(page, turns + 1)


def anew(page: sync_api.Page) -> None:
    """Begin a new conversation and wait until the old turns are gone, which a later ``ask`` would count.

    There must be some: the answer of the server also empties the question box, which nothing else would tell.
    """
    from playwright import sync_api

    assert page.locator(".turn").count()
    page.get_by_role("button", name="新对话").click()
    sync_api.expect(page.locator(".welcome")).to_be_visible()
    sync_api.expect(page.locator(".turn")).to_have_count(0)


def settled(page: sync_api.Page, turns: int) -> None:
    """Wait until there are so many turns and none is being looked up."""
    from playwright import sync_api

    sync_api.expect(page.locator(".turn")).to_have_count(turns)
    sync_api.expect(page.locator(".pending")).to_have_count(0)


def last(page: sync_api.Page) -> sync_api.Locator:
    """Return the last turn."""
    return page.locator(".turn").last


def serious(page: sync_api.Page) -> list[str]:
    """Return the serious and critical findings of axe-core for the page as it stands, each as "rule: element"."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
