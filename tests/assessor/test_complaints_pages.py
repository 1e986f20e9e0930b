"""Clients' complaints about a centre, on its page, and the extra sampling that they suggest."""

import re
from fractions import Fraction
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import complaints, extra_sampling, raising
from scheduler.access import Role
from scheduler.complaints import Complaint
from scheduler.extra_sampling import Why
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

TYPED = {
    "reference": "C-2026/14",
    "arrived": "2026-11-20",
    "matter": "the answer that was given",
    "standing": "received",
}
SUGGESTED = "A complaint arrived on 20 November 2026: C-2026/14. This may speak for more calls"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator and an auditor."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Otto", Role.AUDITOR, password=PASSWORD)
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def on_record(institute: Institute, centre: UUID) -> tuple[Complaint, ...]:
    with institute.sessions.reading() as session:
        return complaints.complaints(session, centre)


def text(browser: FlaskClient, page: str) -> str:
    return re.sub(r"\s+", " ", browser.get(page).text)


def test_a_complaint_suggests_to_sample_its_centre_more_until_that_is_taken(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    page = f"/centres/{centre}"
    assert "No client's complaint about it is on record." in text(administrator, page)
    assert administrator.post(f"{page}/complaints", data=TYPED).status_code == 303
    assert SUGGESTED in text(administrator, page)
    took = {"why": "complaint", "words": "A complaint arrived", "months": "3"}
    assert administrator.post(f"{page}/extra-sampling", data=took).status_code == 303
    assert "This may speak for" not in text(administrator, page)
    with institute.sessions.reading() as session:
        (reason,) = extra_sampling.reasons(session, centre)
    assert (reason.why, reason.factor) == (Why.COMPLAINT, Fraction(2))
    raising.end_extra(institute.sessions, reason.id, "another desk", NOW, "Ada")
    assert "This may speak for" not in text(administrator, page)


def test_one_that_is_not_upheld_suggests_nothing(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    page = f"/centres/{centre}"
    administrator.post(f"{page}/complaints", data=TYPED)
    (kept,) = on_record(institute, centre)
    for seen, standing, suggests in (
        ("received", "answered", True),
        ("answered", "upheld", True),
        ("upheld", "not upheld", False),
    ):
        moved = administrator.post(
            f"{page}/complaints/{kept.id}", data={"seen": seen, "standing": standing}
        )
        assert moved.status_code == 303
        assert (SUGGESTED in text(administrator, page)) == suggests
    late = {"seen": "received", "standing": "upheld"}
    answer = administrator.post(f"{page}/complaints/{kept.id}", data=late)
    assert answer.status_code == 422
    assert "Somebody changed where it stands meanwhile." in answer.text
    assert on_record(institute, centre)[0].standing == "not upheld"


@on_sqlite
def test_a_complaint_of_more_than_a_year_ago_suggests_nothing(
    institute: Institute, administrator: FlaskClient
) -> None:
    page = f"/centres/{institute.centre(1)}"
    administrator.post(f"{page}/complaints", data={**TYPED, "arrived": "2025-09-30"})
    assert "arrived on 30 September 2025" in text(administrator, page)
    assert "This may speak for" not in text(administrator, page)


@on_sqlite
def test_what_is_wrong_comes_back_in_its_place(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre, elsewhere = institute.centre(1), institute.centre(2)
    page = f"/centres/{centre}/complaints"
    for changed, said in (
        ({"reference": "Mrs Smith"}, "Write the reference of the institute"),
        ({"arrived": "soon"}, "Write the day on which it arrived."),
        ({"arrived": "2026-12-24"}, "is still to come"),
    ):
        answer = administrator.post(page, data=TYPED | changed)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'value="' + (TYPED | changed)["arrived"] in answer.text
    for changed in ({"matter": "Mrs Smith"}, {"standing": "lost"}):
        assert administrator.post(page, data=TYPED | changed).status_code == 400
    assert on_record(institute, centre) == ()
    administrator.post(page, data=TYPED)
    (kept,) = on_record(institute, centre)
    wrong = f"/centres/{elsewhere}/complaints/{kept.id}"
    moved = {"seen": "received", "standing": "upheld"}
    assert administrator.post(wrong, data=moved).status_code == 404
    assert administrator.post(f"{page}/{kept.id}", data={}).status_code == 400


@on_sqlite
def test_an_auditor_reads_complaints_and_changes_none(
    institute: Institute, administrator: FlaskClient
) -> None:
    page = f"/centres/{institute.centre(1)}"
    administrator.post(f"{page}/complaints", data=TYPED)
    auditor = client(workspace(institute, SettableClock(NOW)), "otto@institute.example")
    shown = text(auditor, page)
    assert "C-2026/14" in shown
    assert "Record a complaint" not in shown
    assert "Change where it stands" not in shown
    assert auditor.post(f"{page}/complaints", data=TYPED).status_code == 404


@on_sqlite
def test_a_complaint_is_recorded_by_keyboard(institute: Institute, page: Page) -> None:
    centre = institute.centre(1)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.goto(f"{origin}/centres/{centre}")
        page.get_by_text("Record a complaint").press("Enter")
        page.get_by_label("Reference of the institute's file").fill("Mrs Smith")
        page.get_by_label("Arrived on").fill("2026-11-20")
        page.get_by_role("button", name="Record the complaint").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("nothing was saved")
        assert violations(page) == []
        page.get_by_label("Reference of the institute's file").fill("C-2026/14")
        page.get_by_role("button", name="Record the complaint").press("Enter")
        expect(page.get_by_text("The complaint is on record.")).to_be_visible()
        page.get_by_text("Change where it stands").press("Enter")
        page.get_by_label("Where C-2026/14 stands").select_option("upheld")
        assert violations(page) == []
        page.get_by_role("button", name="Save where it stands").press("Enter")
        expect(page.get_by_text("Where the complaint stands is saved.")).to_be_visible()
        page.get_by_role("button", name="Sample 2 times as much").press("Enter")
        expect(page.get_by_text("2 times as many calls")).to_be_visible()
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []
