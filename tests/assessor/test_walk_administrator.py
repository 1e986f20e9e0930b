"""An administrator's round, in a browser: who can be called, what is drawn, and the stop switch."""

from datetime import timedelta
from fractions import Fraction

import pytest
from playwright.sync_api import Page, expect

from config.clock import Month, Period
from config.database import Sessions
from scheduler import line_state
from scheduler.access import Role
from scheduler.rule import Rule
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import draw
from tests.services.chromium import open_link, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres, a drawn month and a practice call that is due soon."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.call(institute.centre(0), due=timedelta(minutes=23))
    institute.centre(1, notice_given_on=None)
    draw(institute, Period(Month(2027, 1), 1), rule=Rule(1, Fraction(6), 2), seed=bytes(32))
    with sessions.begin() as session:
        line_state.beat(session, "worker", NOW)
    return institute


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_administrator_goes_from_the_centres_to_the_journal(
    institute: Institute, page: Page
) -> None:
    clock = SettableClock(NOW)
    with served(workspace(institute, clock)) as origin:
        sign_in(page, origin, "ada@institute.example")

        page.get_by_role("link", name="Centres", exact=True).click()
        expect(page.locator(".statement")).to_contain_text("1 of 2 centres")
        assert violations(page) == []
        page.get_by_role("link", name="Centre 1").click()
        expect(page.locator(".statement")).to_contain_text("can't be called")
        assert violations(page) == []

        open_link(page, page.get_by_role("link", name="Plan", exact=True))
        assert violations(page) == []
        page.get_by_role("link", name="January 2027").click()
        expect(page.get_by_role("heading", name="Plan for January 2027")).to_be_visible()
        expect(page.get_by_role("table", name="Centres without a call")).to_contain_text("Centre 1")
        assert violations(page) == []

        page.get_by_role("link", name="Line", exact=True).click()
        expect(page.locator(".statement")).to_contain_text("due at 09:23, in 23 minutes")
        assert violations(page) == []
        reason = page.get_by_label("Reason")
        reason.fill("a fire")
        clock.pass_by(seconds=40)  # the worker falls silent while somebody types
        expect(page.get_by_role("alert")).to_contain_text("doesn't answer")
        expect(reason).to_have_value("a fire")
        reason.press_sequentially(" alarm")
        page.get_by_role("button", name="Stop dialling").click()
        expect(page.locator(".statement")).to_contain_text("Nothing is dialled")
        expect(page.get_by_text("because: a fire alarm")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Resume dialling").click()
        expect(page.get_by_role("button", name="Stop dialling")).to_be_visible()

        for link in ("People", "Rubrics"):
            page.get_by_role("link", name=link, exact=True).click()
            expect(page.get_by_role("heading", level=1, name=link)).to_be_visible()
            assert violations(page) == []
        open_link(page, page.get_by_role("link", name="Call handling"))
        assert violations(page) == []
        page.go_back()
        open_link(page, page.get_by_role("link", name="How do I complain?"))
        assert violations(page) == []

        page.get_by_role("link", name="Journal", exact=True).click()
        page.get_by_role("link", name="Check the chain").click()
        expect(page.locator(".statement")).to_contain_text("holds")
        assert violations(page) == []
        page.go_back()
        page.get_by_label("Subject or action").fill("dialling")
        page.get_by_role("button", name="Search").click()
        rows = page.get_by_role("row")
        expect(rows.nth(1)).to_contain_text("dialling resumed")
        expect(rows.nth(2)).to_contain_text("dialling stopped")
        expect(rows.nth(2)).to_contain_text("a fire alarm")
        expect(rows.nth(2)).to_contain_text("Ada")
        assert violations(page) == []

        page.set_viewport_size({"width": 320, "height": 700})
        for path in ("/centres", "/plan/2027-01", "/line", "/people", "/rubrics", "/journal"):
            page.goto(f"{origin}{path}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width == 320, path
