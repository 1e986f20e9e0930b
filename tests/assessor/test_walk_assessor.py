"""A newcomer's first call, in a browser and by the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler.access import Role
from scoring import ledger
from tests.assessor.ringing import Ringing
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_newcomer_finds_the_call_the_briefing_the_code_and_the_rubric_and_submits(
    sessions: Sessions, page: Page
) -> None:
    institute = an_institute(sessions)
    institute.assessor = institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    call = institute.call()
    clock = SettableClock(NOW)
    line = Ringing(institute, call, clock)
    with served(workspace(institute, clock)) as origin:
        page.goto(f"{origin}/today")
        assert violations(page) == []
        sign_in(page, origin, "ann@institute.example")
        expect(page.get_by_role("heading", name="The shared calendar has vanished")).to_be_visible()
        expect(page.locator("[data-countdown]")).to_have_text(re.compile("in (10|9:)"))
        assert violations(page) == []

        press(page, "b")
        expect(page.get_by_role("heading", name="Only when asked")).to_be_visible()
        assert violations(page) == []
        press(page, "b")
        expect(page.locator("#line-state")).to_have_text("waiting until 09:10")
        assert "0188" not in page.content()
        press(page, "k")
        expect(page.locator("#code")).to_contain_text("zero one eight eight")
        expect(page.get_by_role("button", name="Show the code")).to_have_count(0)
        assert violations(page) == []
        page.reload()
        expect(page.locator("#code")).to_have_text("Show the code K")
        expect(page.get_by_role("button", name="Submit")).to_be_disabled()

        line.ring()
        expect(page.locator("#line-state")).to_have_text("ringing you")
        line.press()
        clock.pass_by(seconds=5)
        line.through()
        expect(page.locator("#line-state")).to_have_text("on the line")
        clock.pass_by(seconds=10)
        page.reload()  # the page counts from the moment at which it was made
        press(page, "p")
        expect(page.locator("#mark-person")).to_have_attribute("data-at", "15")
        expect(page.locator("#line")).to_contain_text("menu or queue 0:10")

        criteria = page.locator("[data-scope]").count()
        for place in range(criteria):
            press(page, "1")
            if place == 0:
                press(page, "g")
            if place < criteria - 1:
                press(page, "ArrowDown")
        expect(page.locator("[data-answered-words]")).to_have_text(f"{criteria} of {criteria}")
        expect(page.locator("[data-save-state]")).to_have_text(re.compile(r"Saved \d+ s ago"))
        assert violations(page) == []

        clock.pass_by(minutes=6)
        line.end()
        expect(page.get_by_role("button", name="Submit")).to_be_enabled()
        press(page, "Control+Enter")
        expect(page.get_by_text("waits for a verifier")).to_be_visible()
        assert violations(page) == []
        for link in ("Feedback", "My calendar", "Drafts"):
            page.get_by_role("link", name=link, exact=True).click()
            expect(page.get_by_role("heading", name=link, level=1)).to_be_visible()
            assert violations(page) == []

    with sessions.reading() as session:
        (assessment,) = ledger.assessments(session, calls=[call])
    assert assessment.state == "submitted"
    first = assessment.by_criterion["security-check"]
    assert first.evidence.start == 15
