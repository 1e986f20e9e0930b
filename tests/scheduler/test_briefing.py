"""The briefing: for the drawn assessor alone, and the code in its moment, journalled first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config import journal, journal_aside
from config.database import Sessions
from scheduler import diary, people
from scheduler.access import RECENT, Role, SignedIn
from scheduler.briefing import (
    EARLIEST,
    LATEST,
    Briefing,
    BriefingRefused,
    ConfirmFirst,
    briefing,
    confirm_briefing,
    known_from,
    reveal_code,
)
from scheduler.centre import CodeKind
from scheduler.outcome import Disposition
from tests.builders import LEVEL, NOW, Institute, an_institute

DUE = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)
HERE = "198.51.100.7"


class Desk:
    """An assessor with one call, due in an hour."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.assessor = institute.assessor
        self.call = institute.call(due=DUE - NOW)

    def briefing(self) -> Briefing:
        with self.institute.sessions.reading() as session:
            found = briefing(session, self.institute.vault, self.call, self.assessor)
        assert found is not None
        return found

    def confirm(self) -> None:
        confirm_briefing(self.institute.sessions, self.call, self.assessor, NOW)

    def who(self, confirmed: datetime) -> SignedIn:
        with self.institute.sessions.reading() as session:
            person = people.find_person(session, self.assessor)
        assert person is not None
        return SignedIn(person, NOW, confirmed)

    def code(self, now: datetime = DUE) -> str:
        return reveal_code(
            self.institute.sessions, self.institute.vault, self.call, self.who(now), now, HERE
        ).text

    def acts(self) -> list[str]:
        with self.institute.sessions.reading() as session:
            return [e.action for e in journal.entries(session) if e.subject == f"call {self.call}"]


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    """The assessor's desk."""
    return Desk(an_institute(sessions))


def test_the_briefing_holds_what_the_call_needs_and_no_code(desk: Desk) -> None:
    found = desk.briefing()
    assert (found.provider, found.centre) == ("Provider 0", "Centre 0")
    assert (found.name, found.account) == ("Alex Birch", "410001")
    assert found.ring_back == "+441632960000"
    assert found.code_kind is CodeKind.PIN
    assert found.scenario.name == "shared-calendar-vanished"
    assert found.service_level == LEVEL
    assert (found.code_from, found.code_until) == (DUE - EARLIEST, DUE + LATEST)
    assert "0188" not in repr(found)


def test_nobody_else_sees_the_briefing(desk: Desk) -> None:
    institute = desk.institute
    other = institute.person("Another", *Role)
    with institute.sessions.reading() as session:
        assert briefing(session, institute.vault, desk.call, other) is None
        assert briefing(session, institute.vault, other, desk.assessor) is None


def test_nobody_else_confirms_it_or_sees_the_code(desk: Desk) -> None:
    desk.confirm()
    before = desk.acts()
    desk.assessor = desk.institute.person("Another", *Role)
    with pytest.raises(BriefingRefused, match="not yours"):
        desk.confirm()
    with pytest.raises(BriefingRefused, match="not yours"):
        desk.code()
    assert desk.acts() == before


def test_the_code_waits_for_the_briefing(desk: Desk) -> None:
    with pytest.raises(BriefingRefused, match="Confirm first"):
        desk.code()
    desk.confirm()
    assert desk.code() == "0188"


def test_confirming_twice_changes_nothing(desk: Desk) -> None:
    desk.confirm()
    first = desk.briefing().call.briefed_at
    confirm_briefing(desk.institute.sessions, desk.call, desk.assessor, DUE)
    assert desk.briefing().call.briefed_at == first == NOW
    assert desk.acts() == ["practice call planned", "briefing confirmed"]


def test_the_code_waits_for_a_recent_proof_of_who_asks(desk: Desk) -> None:
    desk.confirm()
    before = desk.acts()
    reveal = partial(
        reveal_code, desk.institute.sessions, desk.institute.vault, desk.call, now=DUE, origin=HERE
    )
    with pytest.raises(ConfirmFirst, match="Confirm first that it is you"):
        reveal(desk.who(DUE - RECENT - SECOND))
    assert desk.acts() == before
    assert reveal(desk.who(DUE - RECENT)).text == "0188"


@pytest.mark.parametrize("moment", [DUE - EARLIEST, DUE, DUE + LATEST])
def test_the_code_is_shown_around_the_call(desk: Desk, moment: datetime) -> None:
    desk.confirm()
    assert desk.code(moment) == "0188"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "opens ten minutes before"),
        (DUE - EARLIEST - SECOND, "opens ten minutes before"),
        (DUE + LATEST + SECOND, "time is over"),
    ],
)
def test_the_code_stays_closed_before_and_after(desk: Desk, moment: datetime, said: str) -> None:
    desk.confirm()
    before = desk.acts()
    with pytest.raises(BriefingRefused, match=said):
        desk.code(moment)
    assert desk.acts() == before


@pytest.mark.parametrize("became", [Disposition.COMPLETED, Disposition.WITHDRAWN])
def test_the_code_closes_when_the_call_has_ended(desk: Desk, became: Disposition) -> None:
    desk.confirm()
    with desk.institute.sessions.begin() as session:
        assert diary.dispose(session, desk.call, became, DUE)
    with pytest.raises(BriefingRefused, match="time is over"):
        desk.code(DUE + SECOND)


def test_every_look_at_the_code_is_journalled_with_its_origin(desk: Desk) -> None:
    desk.confirm()
    desk.code()
    desk.code()
    assert desk.acts()[2:] == ["code shown", "code shown"]
    with desk.institute.sessions.reading() as session:
        (entry,) = journal.latest(session, limit=1)
        assert journal_aside.asides(session, [entry.seq]) == {entry.seq: {"origin": HERE}}
    assert entry.actor == str(desk.assessor)
    assert "0188" not in str(entry)


def test_a_code_that_cannot_be_journalled_is_not_shown(desk: Desk) -> None:
    desk.confirm()
    with desk.institute.sessions.begin() as session:
        session.execute(text("ALTER TABLE journal RENAME TO journal_elsewhere"))
    with pytest.raises(DBAPIError, match="journal"):
        desk.code()


def test_the_journal_is_written_before_the_code_is_opened(desk: Desk) -> None:
    """Where the code doesn't open, the journal says that somebody asked for it."""
    desk.confirm()
    with desk.institute.sessions.begin() as session:
        session.execute(text("UPDATE cover_identity SET code_sealed = 'v1.k1.AAAA'"))
    with pytest.raises(Exception, match="doesn't open"):
        desk.code()
    assert desk.acts()[-1] == "code shown"


@pytest.mark.parametrize(
    ("drawn", "zone", "known"),
    [
        (datetime(2026, 7, 9, 13, 0, tzinfo=UTC), "Europe/London", (8, 23, 0)),
        (datetime(2026, 7, 9, 13, 0, tzinfo=UTC), "Europe/Athens", (8, 21, 0)),
        (datetime(2026, 7, 9, 0, 30, tzinfo=UTC), "Europe/London", (8, 22, 30)),
    ],
)
def test_a_call_is_known_on_its_own_day_or_two_hours_before_in_the_small_hours(
    desk: Desk, drawn: datetime, zone: str, known: tuple[int, int, int]
) -> None:
    call = replace(desk.briefing().call, drawn_moment=drawn)
    day, hour, minute = known
    assert known_from(call, zone) == datetime(2026, 7, day, hour, minute, tzinfo=UTC)
