import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, update

from config.clock import Month, Period
from config.database import Sessions
from scheduler import register
from scheduler.access import Role
from scheduler.centre import Closure
from scheduler.register_rows import CoverIdentityRow
from scheduler.rule import Rule
from tests.builders import NOW, Institute, a_return, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.planned import draw
from tests.workspace import PASSWORD, client, workspace

TODAY = NOW.date()
QUIET_TABLES = (
    *("planned_call", "attempt", "sampling_plan", "plan_month", "plan_centre"),
    *("extra_sampling", "rule_version", "complaint"),
    *("callback", "mark", "assessment", "identity_use"),
)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres of two providers."""
    institute = an_institute(sessions)
    institute.centre(0, identities=(identity("410001", "7301"), identity("410002", "7302")))
    institute.centre(1)
    return institute


def provider_of(institute: Institute, name: str) -> UUID:
    """The provider of a name."""
    with institute.sessions.reading() as session:
        return next(c.provider for c in register.centres(session) if c.provider_name == name)


@pytest.fixture
def contact(institute: Institute) -> FlaskClient:
    """The first provider's contact, signed in."""
    institute.person(
        "Per",
        Role.PROVIDER_CONTACT,
        password=PASSWORD,
        provider=provider_of(institute, "Provider 0"),
    )
    return client(workspace(institute, SettableClock(NOW)), "per@institute.example")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def visible(text: str) -> str:
    """The words of a page's main part."""
    return " ".join(re.sub(r"<[^>]*>", " ", text[text.index("<main") :]).split())


def test_a_contact_lands_on_their_own_centres_and_sees_no_other(contact: FlaskClient) -> None:
    assert contact.get("/").location == "/supplies"
    text = contact.get("/supplies").text
    assert "Centre 0" in text
    assert "Centre 1" not in text
    assert "Nothing is missing" in text


def test_a_contact_without_a_provider_sees_no_centre(institute: Institute) -> None:
    institute.person("Nemo", Role.PROVIDER_CONTACT, password=PASSWORD)
    browser = client(workspace(institute, SettableClock(NOW)), "nemo@institute.example")
    text = browser.get("/supplies").text
    assert "No centre is on the register for you" in text
    assert "Centre 0" not in text


def test_what_was_supplied_is_shown_but_for_names_and_codes(contact: FlaskClient) -> None:
    text = contact.get("/supplies").text
    for shown in ("+44 1632 960500", "410001", "410002", "PIN on file", "Every day all day"):
        assert shown in text
    for sealed in ("7301", "7302", "Alex Birch"):
        assert sealed not in text


def test_what_is_missing_comes_first_and_what_lapses_next(
    institute: Institute, contact: FlaskClient
) -> None:
    institute.centre(
        0,
        notice_given_on=None,
        numbers=(),
        accredited_until=TODAY + timedelta(days=12),
        closures=(Closure(date(2026, 12, 24), date(2026, 12, 27), "Christmas"),),
    )
    text = visible(contact.get("/supplies").text)
    assert "1 thing is missing" in text  # the notice of last month is still on record
    assert "1 thing lapses within 30 days" in text
    order = ("Contact numbers", "Accreditation", "Notice to staff", "Hours")  # missing first
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "12 days left" in text
    assert "24 December 2026 to 27 December 2026: Christmas" in text


def test_how_to_correct_something_is_said(contact: FlaskClient) -> None:
    assert "as a workbook" in contact.get("/supplies").text


def test_no_statement_behind_the_page_touches_plans_or_calls(
    institute: Institute, contact: FlaskClient, engine: Engine
) -> None:
    institute.call()
    with statements(engine) as sent:
        assert contact.get("/supplies").status_code == 200
    assert any("contact_number" in statement for statement in sent)
    for table in QUIET_TABLES:
        touched = [s for s in sent if re.search(rf"\b{table}\b", s)]
        assert touched == [], table


def test_a_plan_a_call_and_a_burnt_identity_change_nothing_on_the_page(
    institute: Institute, contact: FlaskClient
) -> None:
    before = visible(contact.get("/supplies").text)
    draw(institute, Period(Month(2027, 1), 3), rule=Rule(3, Fraction(6), 2), seed=bytes(32))
    institute.call(institute.centre(0, identities=(identity("410001"), identity("410002"))))
    with institute.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(burnt_on=TODAY))
    assert visible(contact.get("/supplies").text) == before


def test_another_providers_lapse_changes_nothing_on_the_page(
    institute: Institute, contact: FlaskClient
) -> None:
    before = visible(contact.get("/supplies").text)
    institute.centre(1, numbers=(), identities=())
    assert visible(contact.get("/supplies").text) == before


def test_a_number_says_how_long_it_is_valid(institute: Institute, contact: FlaskClient) -> None:
    soon = replace(a_return(0).numbers[0], menu_keys="2w1", valid_until=TODAY + timedelta(days=1))
    institute.centre(0, numbers=(soon,))
    text = visible(contact.get("/supplies").text)
    assert "menu 2w1" in text
    assert "1 January 2026 to 26 November 2026, 1 day left" in text
