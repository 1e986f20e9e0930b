"""An administrator looks after the mail, in a browser, at both widths."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from config import mail
from config.database import Sessions
from scheduler.access import Role
from tests.assessor.test_mail_pages import deliver, give_up, write
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with letters of each state and a centre that can't be called."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.centre(0, notice_given_on=None)
    institute.centre(1, accredited_until=NOW.date() + timedelta(days=12))
    write(institute, "Centre 0: something ends in 14 days", "a.long.name@support.northern-desk.org")
    give_up(institute)
    write(institute, "Centre 1: something ends today")
    deliver(institute, SettableClock(NOW))
    write(institute, "This week: 2 things wait for you", "ada@institute.example")
    return institute


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_administrator_tries_a_lost_letter_again_and_reads_what_waits(
    institute: Institute, page: Page
) -> None:
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.get_by_role("link", name="Mail 1 waiting").click()
        expect(page.locator(".statement")).to_contain_text("1 letter was given up")
        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        for path in ("/mail", "/monday"):
            page.goto(f"{origin}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
            assert violations(page) == []
        page.set_viewport_size({"width": 1240, "height": 900})
        page.goto(f"{origin}/mail")
        page.get_by_role("button", name="Try again: Centre 0").click()
        expect(page.get_by_text("The letter is tried again")).to_be_visible()
        expect(page.locator(".statement")).to_contain_text("2 letters wait")
        page.get_by_role("link", name="Monday letter").click()
        expect(page.locator(".statement")).to_contain_text("2 things wait for you")
        page.get_by_role("link", name="no notice to staff is in force").click()
        expect(page.get_by_role("heading", level=1, name="Centre 0")).to_be_visible()
    with institute.sessions.reading() as session:
        assert mail.count(session, mail.LetterState.GIVEN_UP) == 0
