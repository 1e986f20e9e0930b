"""The frame in a real browser: keys, moments, evidence, and forms that keep what was typed."""

import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from tests.assessor.frame_sample import ROOM, rendered
from tests.services.chromium import press, violations

HERE = "http://localhost"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'"
)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
UNREACHABLE = 0
STATE = "[data-save-state]"
SAVED = re.compile(r"Saved \d+ s ago")


class Workspace:
    """Stands in for the web server: pages, static files, and a place to save to."""

    def __init__(self, page: Page) -> None:
        self.status = 204
        self.taken = 204  # what the whole form is answered
        self.saved: list[dict[str, list[str]]] = []
        self.tokens: list[str] = []
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.route("**/*", self._answer)
        self.page = page

    def _heard(self, message: ConsoleMessage) -> None:
        text = message.text
        if "Content Security Policy" in text or "Uncaught" in text:
            self.complaints.append(text)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = ROOM / path.removeprefix("/")
        if path == "/save" and self.status == UNREACHABLE:
            route.abort("internetdisconnected")
        elif path == "/save":
            if self.status < 300:
                self.saved.append(parse_qs(route.request.post_data))
                self.tokens.append(route.request.headers["x-csrftoken"])
            route.fulfill(status=self.status)
        elif path == "/done":
            leads = {"X-Location": "/sign-in"} if self.taken == 204 else {}
            route.fulfill(status=self.taken, headers=leads)
        elif path.startswith("/static/"):
            route.fulfill(path=file, content_type=KINDS.get(file.suffix, "font/woff2"))
        else:
            name = "call.html" if path == "/call" else "sign_in.html"
            nobody = {"person": None} if path == "/sign-in" else {}
            route.fulfill(
                body=rendered(name, **PAGE, **nobody),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )


PAGE = {"now_iso": "2027-01-13T14:14:00+00:00"}


@pytest.fixture
def workspace(page: Page) -> Workspace:
    workspace = Workspace(page)
    page.goto(f"{HERE}/call")
    return workspace


def kept(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).filter((name) => name != 'keys-off')"))


def keep(
    page: Page, person: str, words: str, *, version: str | None = None, hours: int = 0
) -> None:
    """Leave a copy of typing on the device, as the script does."""
    page.evaluate(
        """([name, words, version, hours]) => localStorage.setItem(name, JSON.stringify(
        { at: Date.now() - hours * 3600000, version: version ?? undefined,
          values: { why: [words] } }))""",
        [f"kept:{person}:a", words, version, hours],
    )


@pytest.mark.parametrize("width", [1240, 320])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/call", "/sign-in"])
def test_the_frame_is_sound_to_axe_at_every_width_in_both_themes(
    browser: Browser, address: str, theme: Literal["light", "dark"], width: int
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 700}, color_scheme=theme
    ) as context:
        page = context.new_page()
        workspace = Workspace(page)
        page.goto(HERE + address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert workspace.complaints == []


def test_a_narrow_cell_keeps_all_that_it_holds_beside_its_label(workspace: Workspace) -> None:
    page = workspace.page
    page.set_viewport_size({"width": 320, "height": 700})
    cell = page.get_by_role("cell", name="6 of 6")
    start = cell.evaluate("node => node.getBoundingClientRect().x")
    for part in ("Critical:", "none of them"):
        box = cell.get_by_text(part).bounding_box()
        assert box is not None
        assert box["x"] > start + 100


def test_the_page_is_shown_in_its_own_fonts(workspace: Workspace) -> None:
    page = workspace.page
    page.evaluate("document.fonts.ready")
    for font in ("Source Sans 3", "Atkinson Hyperlegible Mono"):
        assert page.evaluate(f"document.fonts.check('16px \"{font}\"')")


def test_a_moment_counts_down_by_the_server_s_clock(workspace: Workspace) -> None:
    expect(workspace.page.locator("[data-countdown]")).to_have_text("in 23 minutes")


def test_a_key_answers_the_current_criterion_which_is_the_first_without_an_answer(
    workspace: Workspace,
) -> None:
    page = workspace.page
    press(page, "2")
    expect(page.locator('[name="c2"][value="2"]')).to_be_checked()
    press(page, "n")
    expect(page.locator('[name="c2"][value="NA"]')).to_be_checked()
    press(page, "a")
    expect(page.locator('[name="c2_absent"]')).to_be_checked()
    expect(page.locator('[name="c1"][value="1"]')).to_be_checked()


def test_the_arrows_move_between_criteria_and_change_no_answer(workspace: Workspace) -> None:
    page = workspace.page
    press(page, "2")
    press(page, "ArrowUp")
    expect(page.locator('[name="c1"][value="1"]')).to_be_focused()
    press(page, "0")
    expect(page.locator('[name="c1"][value="0"]')).to_be_checked()
    expect(page.locator('[name="c2"][value="2"]')).to_be_checked()


def test_an_arrow_beyond_the_last_or_first_criterion_changes_no_answer(
    workspace: Workspace,
) -> None:
    page = workspace.page
    scopes = page.locator("[data-scope]")
    for end, arrow in ((scopes.last, "ArrowDown"), (scopes.first, "ArrowUp")):
        chosen = end.locator("input[type=radio]").nth(1)
        chosen.check()
        press(page, arrow)
        expect(chosen).to_be_checked()


def test_keys_are_ignored_while_typing(workspace: Workspace) -> None:
    page = workspace.page
    page.locator("#f-why").press_sequentially("0 n?")
    expect(page.locator("#f-why")).to_have_value("0 n?")
    expect(page.locator('[name="c2"]:checked')).to_have_count(0)
    expect(page.locator("#keys")).to_be_hidden()


def test_escape_leaves_a_text_field_so_that_keys_work_again(workspace: Workspace) -> None:
    page = workspace.page
    page.locator("#f-why").press_sequentially("0")
    press(page, "Escape")
    press(page, "2")
    expect(page.locator("#f-why")).to_have_value("0")
    expect(page.locator('[name="c2"][value="2"]')).to_be_checked()


def test_enter_in_a_field_does_not_submit_a_form_that_is_kept(workspace: Workspace) -> None:
    page = workspace.page
    page.locator("#f-mean").press("Enter")
    assert page.url == f"{HERE}/call"


def test_the_question_mark_lists_the_keys_and_single_keys_can_be_turned_off(
    workspace: Workspace,
) -> None:
    page = workspace.page
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys dd", has_text="Answer not applicable")).to_be_visible()
    assert violations(page) == []
    page.locator("[data-keys-on]").uncheck()
    press(page, "Escape")
    press(page, "n")
    expect(page.locator('[name="c2"]:checked')).to_have_count(0)


def test_evidence_begins_at_the_last_mark(workspace: Workspace) -> None:
    page = workspace.page
    page.locator('[name="c1"]').first.focus()
    press(page, "g")
    expect(page.locator('[name="c1_from"]')).to_have_value("00:11")
    expect(page.locator('[name="c1_to"]')).to_be_focused()


def test_a_change_is_saved_with_the_token_and_nothing_stays_on_the_device(
    workspace: Workspace,
) -> None:
    page = workspace.page
    page.locator("#f-why").fill("she asked first")
    expect(page.locator(STATE)).to_have_text(SAVED)
    assert workspace.saved[-1]["why"] == ["she asked first"]
    assert workspace.tokens == ["token"]
    assert kept(page) == []


def test_what_was_typed_without_a_connection_survives_a_reload_and_is_saved_later(
    workspace: Workspace,
) -> None:
    page = workspace.page
    workspace.status = 503
    page.locator("#f-why").fill("typed in the tunnel")
    expect(page.locator(STATE)).to_have_text(
        "Not saved: the server answered 503, kept on this device"
    )
    assert kept(page) == ["kept:a1:a"]
    page.reload()
    expect(page.locator("#f-why")).to_have_value("typed in the tunnel")
    workspace.status = 204
    expect(page.locator(STATE)).to_have_text(SAVED)
    assert workspace.saved[-1]["why"] == ["typed in the tunnel"]
    assert kept(page) == []


def test_a_save_waits_for_the_connection_to_come_back(workspace: Workspace) -> None:
    page = workspace.page
    workspace.status = UNREACHABLE
    page.locator("#f-why").fill("typed in the tunnel")
    expect(page.locator(STATE)).to_have_text("Not saved: no connection, kept on this device")
    workspace.status = 204
    page.evaluate("for (let each = setTimeout(() => {}); each; each--) clearTimeout(each)")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(STATE)).to_have_text(SAVED)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "you are signed out; sign in again in another tab"),
        (409, "it was changed elsewhere; reload the page to see it"),
    ],
)
def test_a_refused_save_says_why_and_keeps_what_was_typed(
    workspace: Workspace, status: int, words: str
) -> None:
    workspace.status = status
    workspace.page.locator("#f-why").fill("mine")
    expect(workspace.page.locator(STATE)).to_have_text(f"Not saved: {words}, kept on this device")


def test_an_unsaved_copy_of_an_older_version_is_offered_and_not_forced(
    workspace: Workspace,
) -> None:
    page = workspace.page
    keep(page, "a1", "older", version="0")
    page.reload()
    expect(page.locator(STATE)).to_have_text(
        "Changed since; an older unsaved copy is on this device"
    )
    expect(page.locator("#f-why")).to_have_value("")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#f-why")).to_have_value("older")


@pytest.mark.parametrize("leaving", ["#a .primary", "[data-forget] button"])
def test_submitting_and_signing_out_leave_nothing_on_the_device(
    workspace: Workspace, leaving: str
) -> None:
    page = workspace.page
    workspace.status = 503
    page.locator("#f-why").fill("mine")
    assert kept(page) == ["kept:a1:a"]
    page.locator(leaving).click()
    page.wait_for_url(lambda url: not url.endswith("/call"))
    assert kept(page) == []


def test_a_form_that_the_server_could_not_take_stays_says_so_and_saves_its_draft_on(
    workspace: Workspace,
) -> None:
    page = workspace.page
    workspace.status = workspace.taken = 503
    page.locator("#f-why").fill("mine")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(STATE)).to_have_text(
        "The server failed (503). What you typed is still here, and kept on this device. "
        "Send it again in a moment; tell the administrator if it stays."
    )
    expect(page.locator("#f-why")).to_have_value("mine")
    workspace.status = 204
    expect(page.locator(STATE)).to_have_text(SAVED)
    assert page.url == f"{HERE}/call"


def test_the_same_person_finds_what_they_typed_and_nobody_else_does(workspace: Workspace) -> None:
    page = workspace.page
    version = page.evaluate("document.getElementById('a').elements.version?.value")
    workspace.status = 503
    keep(page, "b2", "of somebody else", version=version)
    keep(page, "a1", "my own", version=version)
    page.goto(f"{HERE}/sign-in")
    assert sorted(kept(page)) == ["kept:a1:a", "kept:b2:a"]
    page.goto(f"{HERE}/call")
    expect(page.locator("#f-why")).to_have_value("my own")
    assert kept(page) == ["kept:a1:a"]


def test_typing_that_is_older_than_a_session_is_gone(workspace: Workspace) -> None:
    page = workspace.page
    keep(page, "a1", "of yesterday", hours=13)
    page.evaluate("localStorage.setItem('kept:a', 'of another shape')")
    page.goto(f"{HERE}/sign-in")
    assert kept(page) == []


def test_a_page_that_the_browser_kept_alive_is_asked_for_anew(workspace: Workspace) -> None:
    page = workspace.page
    page.evaluate("document.querySelector('h1').textContent = 'of before the sign-out'")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("h1")).not_to_have_text("of before the sign-out")


def test_the_bar_counts_what_is_answered(workspace: Workspace) -> None:
    expect(workspace.page.locator("[data-answered-words]")).to_have_text("1 of 2")
    press(workspace.page, "0")
    expect(workspace.page.locator("[data-answered-words]")).to_have_text("2 of 2")


def test_without_script_the_page_can_be_read_and_offers_no_dead_button(browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        Workspace(page)
        page.goto(f"{HERE}/call")
        expect(page.get_by_role("button", name="Submit")).to_be_visible()
        expect(page.locator("[data-show-keys]")).to_be_hidden()
        expect(page.locator("[data-evidence]:visible")).to_have_count(0)
