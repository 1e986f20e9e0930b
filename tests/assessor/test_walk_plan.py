"""The life of a plan in a browser: sealed, drawn, shown as a month, and a call given to another."""

import re

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import open_link, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres, assessors, and an administrator who also makes calls."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, Role.ASSESSOR, password=PASSWORD)
    for name in ("Bea", "Cem", "Dov"):
        institute.person(name, Role.ASSESSOR)  # of whom somebody is free at any moment
    institute.centre(0)
    institute.centre(1, zone="Asia/Tokyo")
    return institute


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plan_is_made_and_a_call_of_it_given_to_another_person(
    institute: Institute, page: Page
) -> None:
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.get_by_role("link", name="Plan", exact=True).click()
        open_link(page, page.get_by_role("link", name="Seal a plan"))
        assert violations(page) == []
        page.get_by_label("Period", exact=True).select_option("January to March 2027")
        page.get_by_role("button", name="Seal the plan").click()
        expect(page.get_by_role("link", name="Certificate to print")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Draw the plan").click()
        expect(page.locator(".statement")).to_contain_text("calls were drawn")
        expect(page.locator(".steps")).to_contain_text("by an administrator, once it is closed")
        expect(page.get_by_role("button", name="Disclose the plan")).to_have_count(0)
        assert violations(page) == []

        page.get_by_role("link", name="Calendar", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Calendar of January 2027")
        expect(page.locator(".day")).to_have_count(31)
        assert violations(page) == []
        open_link(page, page.locator(".day a").first)
        assert violations(page) == []
        page.get_by_label("Reason").fill("ill")
        page.get_by_role("button", name="Draw another person").click()
        expect(page.get_by_text(re.compile("Another person was drawn"))).to_be_visible()
        expect(page.get_by_role("table", name="Who was asked")).to_contain_text(
            "excused by an administrator"
        )

        page.get_by_role("link", name="My calendar").click()
        page.get_by_role("button", name="Make an address").click()
        address = page.get_by_label("Address", exact=True)
        expect(address).to_have_value(re.compile(r"/calendar/.{43}\.ics$"))
        assert violations(page) == []

        page.set_viewport_size({"width": 320, "height": 700})
        expect(page.get_by_label("Address", exact=True)).to_be_visible()
        for path in ("/plan/new", "/plan/calendar/2027-01", "/plan/2027-01", "/calendar"):
            page.goto(f"{origin}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        page.goto(f"{origin}/plan/calendar/2027-01")
        assert violations(page) == []
