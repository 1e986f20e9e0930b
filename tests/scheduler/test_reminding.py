"""Reminders: by the date of lapse alone, once a step, to whoever can mend it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from config import journal, mail
from config.database import Sessions
from config.mail import LetterState
from scheduler import register
from scheduler.access import Role
from scheduler.centre import ContactNumber
from scheduler.letter_rows import ReminderRow
from scheduler.register_rows import CoverIdentityRow
from scheduler.reminding import remind
from tests.builders import NOW, Institute, an_institute, identity

TODAY = NOW.date()
ORIGIN = "https://calls.institute.org"
PLANS = ("sampling_plan", "plan_", "planned_call", "attempt", "assessment", "callback", "mark ")


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    return an_institute(sessions)


def ending_in(days: int) -> tuple[ContactNumber, ...]:
    until = TODAY + timedelta(days=days)
    return (ContactNumber("Main line", "+441632960500", "", date(2026, 1, 1), until),)


def on_day(institute: Institute, days: int = 0, hour: int = 9) -> int:
    now = NOW + timedelta(days=days)
    return remind(
        institute.sessions, institute.vault, now.replace(hour=hour), ORIGIN, "The institute"
    )


def letters(institute: Institute) -> list[tuple[str, str]]:
    with institute.sessions.reading() as session:
        found = mail.listed(session, LetterState.WAITING, 100)
    return sorted((each.to, each.subject) for each in found)


def test_a_lapse_is_told_thirty_and_fourteen_days_ahead_and_on_its_day(
    institute: Institute,
) -> None:
    institute.centre(numbers=ending_in(40))
    told = [days for days in range(60) if on_day(institute, days)]
    assert told == [10, 26, 40]
    assert letters(institute) == [
        ("liaison0@provider.example", "Centre 0: something ends in 14 days"),
        ("liaison0@provider.example", "Centre 0: something ends in 30 days"),
        ("liaison0@provider.example", "Centre 0: something ends today"),
    ]


def test_looking_twice_a_day_writes_nothing_twice(institute: Institute) -> None:
    institute.centre(numbers=ending_in(30))
    assert on_day(institute) == 1
    assert on_day(institute) == 0
    assert on_day(institute, hour=17) == 0
    assert len(letters(institute)) == 1


def test_days_without_a_worker_are_caught_up_with_by_the_most_urgent_letter_alone(
    institute: Institute,
) -> None:
    institute.centre(numbers=ending_in(31))
    assert on_day(institute) == 0
    assert on_day(institute, 28) == 1
    assert on_day(institute, 29) == 0
    assert letters(institute) == [
        ("liaison0@provider.example", "Centre 0: something ends in 3 days")
    ]


def test_after_the_lapse_nothing_is_sent(institute: Institute) -> None:
    institute.centre(numbers=ending_in(-1))
    assert [on_day(institute, days) for days in range(3)] == [0, 0, 0]


def test_a_renewal_ends_the_reminders_and_its_own_end_begins_them_anew(
    institute: Institute,
) -> None:
    institute.centre(numbers=ending_in(14))
    assert on_day(institute) == 1
    institute.centre(numbers=ending_in(100))
    assert on_day(institute, 14) == 0
    assert on_day(institute, 70) == 1


def test_one_letter_says_everything_and_goes_to_each_address_once(institute: Institute) -> None:
    centre = institute.centre(
        numbers=ending_in(14), notice_given_on=TODAY - timedelta(days=365 - 1 - 20)
    )
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
    other = institute.centre(1)
    own: dict[str, Any] = {"provider": found.provider}
    institute.person("Own contact", Role.PROVIDER_CONTACT, **own)
    institute.person("Liaison", Role.PROVIDER_CONTACT, **own)
    with institute.sessions.reading() as session:
        elsewhere = register.find_centre(session, other)
        assert elsewhere is not None
    stranger: dict[str, Any] = {"provider": elsewhere.provider}
    institute.person("Foreign contact", Role.PROVIDER_CONTACT, **stranger)
    institute.centre(
        contact_email="LIAISON@institute.example",
        numbers=ending_in(14),
        notice_given_on=TODAY - timedelta(days=365 - 1 - 20),
    )
    assert on_day(institute) == 2
    assert letters(institute) == [
        ("liaison@institute.example", "Centre 0: 2 things end, the first in 14 days"),
        ("own.contact@institute.example", "Centre 0: 2 things end, the first in 14 days"),
    ]


def test_a_burnt_identity_changes_no_letter(institute: Institute) -> None:
    """What is told depends on what was stated, not on what a call has used."""
    until = TODAY + timedelta(days=14)
    first = identity()
    ends = type(first)(first.name, first.account, first.code, first.valid_from, until)
    institute.centre(identities=(ends,))
    with institute.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(burnt_on=TODAY))
    assert on_day(institute) == 1
    assert on_day(institute, 14) == 1


def test_an_address_that_is_none_keeps_nobody_from_being_told_later(institute: Institute) -> None:
    institute.centre(numbers=ending_in(14), contact_email="nobody")
    institute.centre(1, notice_given_on=TODAY - timedelta(days=364))
    assert on_day(institute) == 1
    institute.centre(numbers=ending_in(14))
    assert on_day(institute, 1) == 1
    with institute.sessions.reading() as session:
        rows = session.scalars(select(ReminderRow).order_by(ReminderRow.days)).all()
        acts = [each for each in journal.entries(session) if each.action == "reminder written"]
    assert [(row.need, row.days) for row in rows] == [
        ("notice to staff", 0),
        ("contact number", 14),
    ]
    assert len(acts) == 2
    assert acts[0].detail == '{"lapses":{"notice to staff":"2026-11-25"},"letters":1}'


@pytest.fixture
def statements(sessions: Sessions) -> Iterator[list[str]]:
    """Every statement that is executed."""
    seen: list[str] = []

    def hear(_c: object, _u: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(sessions.engine, "before_cursor_execute", hear)
    yield seen
    event.remove(sessions.engine, "before_cursor_execute", hear)


def test_no_statement_behind_a_reminder_touches_a_plan(
    institute: Institute, statements: list[str]
) -> None:
    institute.call(institute.centre(numbers=ending_in(14)))
    statements.clear()
    assert on_day(institute) == 1
    assert statements
    assert not [s for s in statements if any(table in s.lower() for table in PLANS)]
