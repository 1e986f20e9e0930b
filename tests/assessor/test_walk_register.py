"""An administrator keeps the institute's record of a centre, in a browser, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import register
from scheduler.access import Role
from tests.builders import NOW, an_institute, identity
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_provider_is_suspended_a_number_proved_and_the_register_says_so(
    sessions: Sessions, page: Page
) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(identities=(identity("1", "11"), identity("2", "22")))
    institute.centre(1, notice_given_on=None)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.goto(f"{origin}/centres")
        expect(page.get_by_text("1 of 2 centres")).to_be_visible()
        assert violations(page) == []

        page.get_by_role("link", name="Centre 0").focus()
        press(page, "Enter")
        page.get_by_text("Record a proving check").focus()
        press(page, "Enter")
        page.get_by_label("Identity whose code was given").focus()
        press(page, "ArrowDown")
        assert violations(page) == []
        page.get_by_role("button", name="Record the check").press("Enter")
        expect(page.get_by_text("The check is on record.")).to_be_visible()
        expect(page.get_by_text("burnt on 25 November 2026")).to_be_visible()

        page.get_by_text("Change status or undertaking").focus()
        press(page, "Enter")
        page.get_by_label("Status", exact=True).focus()
        press(page, "s")
        page.get_by_role("button", name="Save accreditation").press("Enter")
        expect(page.locator(".statement")).to_contain_text("its provider is suspended")
        for fold in page.locator("details").all():
            fold.evaluate("fold => { fold.open = true }")
        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320

        page.goto(f"{origin}/register")
        expect(page.get_by_role("row", name="Centre 0")).to_contain_text("suspended")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    with sessions.reading() as session:
        found = register.find_centre(session, centre)
    assert found is not None
    assert found.status == "suspended"
