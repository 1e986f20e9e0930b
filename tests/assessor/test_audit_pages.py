"""The audit of a plan on its page: who may see it, when, and what it shows."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from config.clock import Month, Period
from config.database import Sessions
from scheduler.access import Role
from scheduler.advancing import advance_plans
from tests.builders import ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import OTHER_SEED, calls, draw
from tests.scheduler.tried import AFTER, made, missed
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

AUDIT = "/plan/2027-01/audit"
PICTURES = ("Calls by weekday", "Calls by hour", "Gaps between calls", "How often a centre")

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with three centres, a drawn month, and everybody who might ask."""
    institute = an_institute(sessions)
    for name, role in (
        ("Ada", Role.ADMINISTRATOR),
        ("Aud", Role.AUDITOR),
        ("Ver", Role.VERIFIER),
        ("Ass", Role.ASSESSOR),
    ):
        institute.person(name, role, password=PASSWORD)
    for number in range(3):
        institute.centre(number)
    draw(institute)
    return institute


def signed_in(institute: Institute, name: str) -> FlaskClient:
    return client(workspace(institute, SettableClock(AFTER)), f"{name}@institute.example")


def close(institute: Institute, misses: int = 0) -> None:
    """Let all calls end, the first so many of them missed."""
    for number, call in enumerate(calls(institute)):
        (missed if number < misses else made)(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)


def test_administrators_and_auditors_see_an_audit_once_the_plan_is_closed(
    institute: Institute,
) -> None:
    ada, aud = signed_in(institute, "ada"), signed_in(institute, "aud")
    assert AUDIT not in ada.get("/plan/2027-01").text
    early = ada.get(AUDIT).text
    assert "The period from January 2027 isn&#39;t closed" in early
    assert "<svg" not in early.partition("<main")[2]
    assert ada.get("/plan/2027-04/audit").status_code == 404
    close(institute)
    for reader in (ada, aud):
        assert AUDIT in reader.get("/plan/2027-01").text
        text = reader.get(AUDIT).text
        assert all(picture in text for picture in PICTURES)
        assert f"The {len(calls(institute))} calls as drawn" in text
        assert "Compared with 999 plans" in text
    for name in ("ver", "ass"):
        assert signed_in(institute, name).get(AUDIT).status_code == 404


@on_sqlite
def test_calls_as_made_and_missed_have_pictures_of_their_own(institute: Institute) -> None:
    close(institute, misses=4)
    ada = signed_in(institute, "ada")
    total = len(calls(institute))
    drawn, as_made, as_missed = (
        re.sub(r"\s+", " ", ada.get(AUDIT, query_string={"calls": name}).text)
        for name in ("as drawn", "as made", "missed")
    )
    assert f"The {total} calls as drawn" in drawn
    assert "<h2>Calls as drawn</h2>" in ada.get(AUDIT).text
    assert "<h2>Calls as made</h2>" in as_made
    assert f"The {total - 4} calls as made" in as_made
    assert "<h2>Calls missed</h2>" in as_missed
    assert "Gaps between calls, from" not in as_missed
    assert "Missed: the centre is closed" in as_missed


@on_sqlite
def test_every_picture_has_its_numbers_as_a_table_and_tells_what_it_shows(
    institute: Institute,
) -> None:
    close(institute)
    text = signed_in(institute, "ada").get(AUDIT).text
    pictures = re.findall(r'<svg class="chart audit".*?</svg>', text, re.DOTALL)
    assert len(pictures) == 4
    assert text.count("Table of this picture") == 4
    for picture in pictures:
        assert 'role="img"' in picture
        assert re.search(r"<title>.+</title><desc>.+\.</desc>", picture)
        assert len(picture) < 12_000
        assert "nan" not in picture


@on_sqlite
def test_a_page_leads_to_the_audit_of_several_plans_together(institute: Institute) -> None:
    draw(institute, Period(Month(2027, 2), 1), seed=OTHER_SEED)
    close(institute)
    advance_plans(institute.sessions, AFTER + timedelta(days=30), ZONE)
    ada = signed_in(institute, "ada")
    longer = f"{AUDIT}?months=2"
    for alone in (AUDIT, "/plan/2027-02/audit"):
        assert f'href="{longer}">January to February 2027</a>' in ada.get(alone).text
    together = re.sub(r"\s+", " ", ada.get(longer).text)
    assert "Audit of January to February 2027" in together
    assert f"The {len(calls(institute))} calls as drawn" in together
    assert f'href="{AUDIT}">January 2027 alone</a>' in together
    assert "audit whole plans" not in together
    assert "No plan begins with March 2027." in ada.get(f"{AUDIT}?months=3").text
    assert ada.get(f"{AUDIT}?months=0").status_code == 404


@on_sqlite
def test_an_auditor_reads_an_audit(institute: Institute, page: Page) -> None:
    close(institute, misses=4)
    with served(workspace(institute, SettableClock(AFTER))) as origin:
        sign_in(page, origin, "aud@institute.example")
        page.get_by_role("link", name="Plan", exact=True).click()
        page.get_by_role("link", name="January 2027").click()
        page.get_by_role("link", name="Audit", exact=True).click()
        expect(page.get_by_role("heading", name="Audit of January 2027")).to_be_visible()
        expect(page.get_by_role("img", name="Calls by weekday")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="as made").click()
        page.get_by_text("Table of this picture").first.click()
        expect(page.get_by_role("table").nth(1)).to_contain_text("Monday")
        assert violations(page) == []
