from datetime import date, timedelta
from uuid import UUID

import pytest

from config import journal
from config.database import Sessions
from scheduler import entrusting, fresh_set
from tests.builders import NOW, an_institute, identity

TODAY = date(2026, 11, 25)


@pytest.fixture
def centre(sessions: Sessions) -> UUID:
    return an_institute(sessions).centre(0)


def test_a_request_is_told_on_the_first_of_next_month_and_made_once(
    sessions: Sessions, centre: UUID
) -> None:
    for day in (TODAY, TODAY + timedelta(days=20)):
        entrusting.ask_fresh_set(sessions, centre, NOW, day, "somebody")
    with sessions.reading() as session:
        told = [
            fresh_set.wanted(session, centre, [TODAY], date(2026, *day))
            for day in ((11, 30), (12, 1))
        ]
        acts = [entry.action for entry in journal.entries(session)]
    assert told == [False, True]
    assert acts.count("fresh identities asked for") == 1


def test_a_centre_whose_newest_identity_is_a_year_old_is_asked_alike(
    sessions: Sessions, centre: UUID
) -> None:
    with sessions.reading() as session:
        old, young = TODAY - timedelta(days=365), TODAY - timedelta(days=364)
        assert fresh_set.wanted(session, centre, [old], TODAY)
        assert not fresh_set.wanted(session, centre, [old, young], TODAY)
        assert not fresh_set.wanted(session, centre, [], TODAY)


def test_a_request_is_over_when_an_identity_comes(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0)
    entrusting.ask_fresh_set(sessions, centre, NOW, TODAY, "somebody")
    institute.centre(0)
    with sessions.reading() as session:
        assert fresh_set.told_from(session, centre) == date(2026, 12, 1)
    institute.centre(0, identities=(identity("777", "31337"),))
    with sessions.reading() as session:
        assert fresh_set.told_from(session, centre) is None
