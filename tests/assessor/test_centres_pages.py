import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from config.clock import Month, Period
from config.database import Sessions
from scheduler.access import Role
from scheduler.centre import Closure, OpenSpan
from scheduler.rule import Rule
from tests.builders import LEVEL, NOW, Institute, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.planned import draw
from tests.workspace import PASSWORD, client, workspace

TODAY = NOW.date()


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an auditor."""
    institute = an_institute(sessions)
    institute.person("Audrey", Role.AUDITOR, password=PASSWORD)
    return institute


@pytest.fixture
def auditor(institute: Institute) -> FlaskClient:
    """The auditor, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "audrey@institute.example")


def test_an_empty_register_says_how_a_centre_comes_onto_it(auditor: FlaskClient) -> None:
    assert "returns import" in auditor.get("/centres").text


def test_the_list_says_why_a_centre_cannot_be_called_and_puts_it_first(
    institute: Institute, auditor: FlaskClient
) -> None:
    institute.centre(0)
    institute.centre(1, notice_given_on=None)
    institute.centre(2, accredited_until=TODAY + timedelta(days=12))
    text = auditor.get("/centres").text
    assert "2 of 3 centres" in text
    assert "no notice to staff is in force" in text
    assert "accreditation: 12 days left" in text
    assert text.index("Centre 1") < text.index("Centre 2") < text.index("Centre 0")


def test_a_centre_shows_what_was_supplied_and_no_identity(
    institute: Institute, auditor: FlaskClient
) -> None:
    centre = institute.centre(
        identities=(identity("410077", "7301"),),
        hours=tuple(OpenSpan(day, 22 * 60, 30 * 60) for day in range(5)),
        closures=(Closure(date(2026, 12, 24), date(2026, 12, 27), "Christmas"),),
    )
    text = auditor.get(f"/centres/{centre}").text
    for shown in (
        "+44 1632 960500",
        "22:00 to 06:00 the next day",
        "Monday to Friday",
        "24 December 2026 to 27 December 2026: Christmas",
        LEVEL.exclusions,
        "1 October 2026 to 30 September 2027",
        "liaison0@provider.example",
    ):
        assert shown in text
    told = re.sub(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", "", text)  # ids hold any four
    for sealed in ("410077", "7301", "Alex Birch"):
        assert sealed not in told


def test_an_earlier_service_level_stays_readable(
    institute: Institute, auditor: FlaskClient
) -> None:
    institute.centre()
    centre = institute.centre(service_level=replace(LEVEL, audience="Clients alone"))
    text = auditor.get(f"/centres/{centre}").text
    assert text.index("Clients alone") < text.index("Version 1") < text.index("All staff")


def test_months_with_calls_lead_to_the_month_and_practice_calls_are_none(
    institute: Institute, auditor: FlaskClient
) -> None:
    centre = institute.centre()
    institute.call(centre)
    assert "No call has been drawn" in auditor.get(f"/centres/{centre}").text
    draw(institute, Period(Month(2027, 1), 1), rule=Rule(1, Fraction(6), 2), seed=bytes(32))
    seen = auditor.get(f"/centres/{centre}").text
    assert "January 2027" in seen
    assert f"/centres/{centre}/months/2027-01" not in seen, "auditors read what is published"
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    ada = client(auditor.application, "ada@institute.example")
    assert f'href="/centres/{centre}/months/2027-01"' in ada.get(f"/centres/{centre}").text


def test_a_centre_that_does_not_exist_is_not_found(auditor: FlaskClient) -> None:
    assert auditor.get(f"/centres/{uuid4()}").status_code == 404
