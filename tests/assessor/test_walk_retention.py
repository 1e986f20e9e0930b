"""An administrator holds something back, takes a request down and copies, at both widths."""

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator and a centre."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.centre(0)
    return institute


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_administrator_looks_after_personal_data(institute: Institute, page: Page) -> None:
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.get_by_role("link", name="Retention").click()
        expect(page.locator(".statement")).to_contain_text("no legal hold")
        page.get_by_text("Hold something back").click()
        page.get_by_label("What", exact=True).select_option("person")
        page.get_by_label("Its id").fill(str(institute.assessor))
        page.get_by_label("Reason").fill("File 7")
        page.get_by_role("button", name="Hold it back").click()
        expect(page.locator(".statement")).to_contain_text("1 legal hold keeps")
        assert violations(page) == []
        page.get_by_role("link", name="Analysts' requests").click()
        page.get_by_label("Centre").select_option(index=1)
        page.get_by_label("Day of the call").fill("2026-11-03")
        page.get_by_label("Ticket").fill("INC-40718")
        page.get_by_label("Who at the provider").fill("Their head of staff")
        page.get_by_label("When", exact=True).fill("2026-11-24")
        page.get_by_label("How", exact=True).fill("by letter")
        page.get_by_role("button", name="Take it down").click()
        page.get_by_role("button", name="Answer INC-40718").click()
        expect(page.get_by_text("It will be answered when the period")).to_be_visible()
        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        for path in ("/retention", "/analysts", "/account", f"/people/{institute.verifier}"):
            page.goto(f"{origin}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, path
            assert violations(page) == []
        page.goto(f"{origin}/account")
        with page.expect_download() as copied:
            page.get_by_role("button", name="Download my data").click()
        assert copied.value.suggested_filename == "personal-data.zip"
