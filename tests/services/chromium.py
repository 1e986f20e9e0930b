"""A real browser for the tests, and what axe has to say about a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from scripts.testing import REMEDY, find_chromium

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone, which a page must be permitted to hear
]
# A page may ask for nothing that is not on this machine.
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


class ChromiumMissing(Exception):
    """There is no browser; the text names the remedy."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser for the length of a block. Raises ChromiumMissing with the remedy."""
    program = find_chromium()
    if program is None:
        raise ChromiumMissing(REMEDY)
    expect.set_options(timeout=30_000)  # ms; a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*OPTIONS, ONLY_HERE], headless=True
        )
        yield browser
        browser.close()


def open_link(page: Page, link: Locator) -> None:
    """Click a link, and wait until its page is there."""
    with page.expect_navigation():
        link.click()


def press(page: Page, key: str) -> None:
    """Press a key of a page whose scripts have run: before, nobody would hear it."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page: the rule, what it asks for, and the places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: "
        + ", ".join(" ".join(map(str, node["target"])) for node in rule["nodes"])
        for rule in found
    ]
