"""A call that ends in a promise, in a browser: entered, awaited on Today, come back, cancelled."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from tests.assessor.assessor_desk import Desk
from tests.services.chromium import press, violations
from tests.workspace import served, sign_in


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_assessor_awaits_what_was_promised_and_cancels_the_ticket(
    sessions: Sessions, page: Page
) -> None:
    desk = Desk(sessions)
    desk.confirm()
    desk.line.ring()
    desk.line.press()
    desk.line.through()
    with served(desk.app) as origin:
        sign_in(page, origin, "ann@institute.example")
        page.goto(f"{origin}/calls/{desk.call}")
        promised = page.get_by_text("They promised to ring back or write")
        expect(promised).to_have_count(0)
        desk.clock.pass_by(minutes=6)
        desk.line.end()
        expect(promised).to_be_visible()
        press(page, "j")
        page.get_by_label("What they promised").last.fill("They ring when it is found")
        page.get_by_label("They named no time").check()
        assert violations(page) == []
        page.get_by_role("button", name="Await it").click()
        expect(page.locator("#line-state")).to_have_text("they ring back")
        expect(page.get_by_role("button", name="Submit")).to_be_disabled()
        assert violations(page) == []

        page.goto(f"{origin}/today")
        expect(page.get_by_text("promised to ring back by")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Open: The shared calendar").click()
        desk.clock.pass_by(minutes=10)
        page.get_by_text("They came back another way").click()
        page.get_by_label("they rang").check()
        at = (desk.clock() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
        page.get_by_role("textbox", name="When").fill(at)
        assert violations(page) == []
        page.get_by_role("button", name="Enter it").click()
        expect(page.get_by_text("They came back in time.")).to_be_visible()
        page.get_by_role("button", name="I told them that it works again").click()
        expect(page.get_by_text("They come back to you")).to_have_count(0)
        assert violations(page) == []
