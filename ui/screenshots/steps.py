"""What a visitor does from the first screen of the page to the state of each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.screenshots.shots import Shot

if TYPE_CHECKING:
    from playwright.sync_api import Page

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


def lead_to(page: Page, shot: Shot, question: str) -> None:
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
