"""Which centres a month could not sample, by what their providers stated and by nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from config.clock import Month
from config.database import Sessions
from scheduler.centre import ContactNumber
from scheduler.readiness import Need
from scheduler.register_rows import ContactNumberRow, CoverIdentityRow
from scheduler.withheld import withheld
from tests.builders import Institute, an_institute, identity
from tests.scheduler.planned import JANUARY, draw

YEAR_BEFORE = timedelta(days=365)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    return an_institute(sessions)


def found(institute: Institute, month: Month = JANUARY.first) -> dict[UUID, tuple[Need, ...]]:
    with institute.sessions.reading() as session:
        return withheld(session, month)


def test_a_centre_without_a_call_is_told_by_what_was_there_on_no_day(
    institute: Institute,
) -> None:
    institute.centre(0)
    notice = institute.centre(1, notice_given_on=JANUARY.start - YEAR_BEFORE)
    until = JANUARY.start - timedelta(days=1)
    number = ContactNumber("Main line", "+441632960502", "", date(2026, 1, 1), until)
    both = institute.centre(
        2, numbers=(number,), identities=(replace(identity(), valid_until=until),)
    )
    draw(institute)
    assert found(institute) == {
        notice: (Need.NOTICE,),
        both: (Need.NUMBER, Need.IDENTITY),
    }


def test_what_was_there_on_one_day_was_not_withheld(institute: Institute) -> None:
    """No call for another reason: by chance, or because nobody offered the hours."""
    day = JANUARY.start
    number = ContactNumber("Main line", "+441632960500", "", date(2026, 1, 1), day)
    institute.centre(numbers=(number,), notice_given_on=day - YEAR_BEFORE)
    draw(institute)
    assert list(found(institute).values()) == [(Need.NOTICE,)]
    institute.centre(numbers=(number,), notice_given_on=day - YEAR_BEFORE + timedelta(days=1))
    assert found(institute) == {}


def test_a_burnt_identity_is_supplied_all_the_same(institute: Institute) -> None:
    """A report that said otherwise would tell that a call has used it."""
    institute.centre()
    with institute.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(burnt_on=date(2026, 12, 1)))
    draw(institute)
    assert found(institute) == {}


def test_what_a_later_return_left_out_was_there_until_then(institute: Institute) -> None:
    institute.centre(notice_given_on=None)
    draw(institute)
    institute.centre(notice_given_on=None, identities=(identity("410002", "0199"),))
    assert list(found(institute).values()) == [(Need.NOTICE,)]
    with institute.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(ended_on=JANUARY.start))
    assert list(found(institute).values()) == [(Need.NOTICE, Need.NUMBER)]


def test_what_begins_after_the_month_was_not_there_in_it(institute: Institute) -> None:
    number = ContactNumber("Main line", "+441632960500", "", JANUARY.end)
    institute.centre(numbers=(number,))
    draw(institute)
    assert list(found(institute).values()) == [(Need.NUMBER,)]


def test_a_centre_with_a_call_was_sampled_whatever_was_taken_away_since(
    institute: Institute,
) -> None:
    institute.centre()
    draw(institute)
    with institute.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(ended_on=date(2026, 12, 1)))
    assert found(institute) == {}


def test_a_centre_that_was_not_accredited_and_one_that_no_plan_looked_at_are_left_out(
    institute: Institute,
) -> None:
    institute.centre(0, accredited_until=JANUARY.start - timedelta(days=1), notice_given_on=None)
    draw(institute)
    institute.centre(1, notice_given_on=None)
    assert found(institute) == {}


def test_only_a_real_plan_counts(institute: Institute) -> None:
    institute.centre(notice_given_on=None)
    assert found(institute) == {}
    draw(institute, purpose="rehearsal")
    assert found(institute) == {}
