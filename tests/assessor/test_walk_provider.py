"""A provider's contact, in a browser: what is supplied, and nothing of what the institute does."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import register
from scheduler.access import Role
from scheduler.centre import ContactNumber
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contact_sees_what_lapses_next_and_no_page_of_the_institutes(
    sessions: Sessions, page: Page
) -> None:
    institute = an_institute(sessions)
    soon = NOW.date() + timedelta(days=12)
    number = ContactNumber("Main line", "+441632960500", "2w1", NOW.date(), soon)
    centre = institute.centre(0, numbers=(number,))
    institute.call(centre)
    with sessions.reading() as session:
        provider = register.centres(session)[0].provider
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "per@institute.example")
        expect(page.get_by_role("heading", level=1, name="What we supply")).to_be_visible()
        expect(page.locator(".statement")).to_have_text(
            "Nothing is missing, and 1 thing lapses within 30 days."
        )
        first = page.get_by_role("row").nth(1)
        expect(first).to_contain_text("Contact numbers")
        expect(first).to_contain_text("12 days left")
        assert violations(page) == []
        page.get_by_text("All of it, as declared on").click()
        expect(page.get_by_text("Hardware of other makers")).to_be_visible()
        assert violations(page) == []

        for path in ("/centres", f"/centres/{centre}", "/plan", "/line", "/people", "/journal"):
            page.goto(f"{origin}{path}")
            expect(page.get_by_role("heading", name="Nothing is here")).to_be_visible()

        page.goto(f"{origin}/supplies")
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_panel_member_is_told_that_nothing_waits(sessions: Sessions, page: Page) -> None:
    institute = an_institute(sessions)
    institute.person("Pia", Role.PANEL_MEMBER, password=PASSWORD)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "pia@institute.example")
        expect(page.get_by_text("No appeal waits for the panel.")).to_be_visible()
        assert violations(page) == []
