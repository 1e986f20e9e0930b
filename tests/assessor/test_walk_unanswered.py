"""A call goes on while its page can't reach the server, and the page says what wasn't taken."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler.access import Role
from tests.assessor.ringing import Ringing
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@contextmanager
def briefed(sessions: Sessions, page: Page) -> Iterator[Ringing]:
    """Ann has read the briefing and is on her call's page; what answers is the call's line."""
    institute = an_institute(sessions)
    institute.assessor = institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    call = institute.call()
    clock = SettableClock(NOW)
    with served(workspace(institute, clock)) as origin:
        sign_in(page, origin, "ann@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.goto(f"{origin}/calls/{call}/briefing")
        press(page, "b")
        expect(page.locator("#line-state")).to_have_text("waiting until 09:10")
        yield Ringing(institute, call, clock)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_act_on_the_line_that_no_server_took_is_said_and_the_page_stays(
    sessions: Sessions, page: Page
) -> None:
    marks, state = page.locator("#marks"), page.locator("#line-state")
    with briefed(sessions, page) as line:
        line.ring()
        line.press()
        line.through()
        expect(state).to_have_text("on the line")

        page.context.set_offline(True)
        press(page, "s")
        expect(marks.get_by_role("alert")).to_have_text(
            "Not taken: the server doesn't answer. Press it again."
        )
        expect(page.locator("#mark-solved")).to_have_attribute("aria-pressed", "false")
        expect(page.locator("#line").get_by_role("alert")).to_contain_text(
            "what stands here may be old"
        )
        press(page, "k")
        expect(page.locator("#code")).to_contain_text("The code can't be shown")
        press(page, "z")
        expect(page.locator("#stop-line .saved.wrong")).to_have_text(
            "No answer came from the server. Press it again, or ring off on your telephone and "
            "say below that you stopped."
        )
        press(page, "f")
        expect(page.locator("#hang-up .saved.wrong")).to_contain_text("Press it again")
        assert violations(page) == []

        page.context.set_offline(False)
        expect(page.locator("#line").get_by_role("alert")).to_have_count(0)
        press(page, "s")
        expect(page.locator("#mark-solved")).to_have_attribute("aria-pressed", "true")
        expect(marks.get_by_role("alert")).to_have_count(0)
        press(page, "z")
        expect(state).to_have_text("stopped")
        expect(page).to_have_url(re.compile(f"/calls/{line.call}$"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refusal_is_brought_into_sight_and_focused_wherever_the_page_was(
    sessions: Sessions, page: Page
) -> None:
    with briefed(sessions, page) as line:
        line.whole()
        expect(page.get_by_role("button", name="Submit")).to_be_enabled()
        page.get_by_text("How did the call end?").scroll_into_view_if_needed()
        press(page, "Control+Enter")
        refusal = page.get_by_role("alert")
        expect(refusal).to_be_focused()
        expect(refusal).to_be_in_viewport()
