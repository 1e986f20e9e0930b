"""A call that ended in a promise stays open until it is settled: kept, late or broken."""

from datetime import datetime, timedelta

import pytest

from config import journal
from config.database import Sessions
from scheduler import awaiting, people, promises
from scheduler.access import SignedIn
from scheduler.awaiting import AwaitingRefused
from scheduler.briefing import BriefingRefused, reveal_code
from scheduler.centre import SecurityCode
from scheduler.outcome import Disposition
from scheduler.promise import Basis, Kept, Promise, Way
from scoring import assessing
from scoring.assessing import AssessingRefused
from scoring.reporting import blocks, report_of
from tests.assessor.assessor_desk import Desk
from tests.assessor.month_of_calls import OCTOBER, assess, calls_of, draw_month
from tests.builders import NOW, ZONE, an_institute
from tests.workspace import client

GIST = "It is fixed: the calendar was moved by mistake."


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    """Ann's call has come to its end."""
    desk = Desk(sessions)
    desk.confirm()
    desk.line.whole()
    return desk


def promised(desk: Desk) -> Promise:
    with desk.sessions.reading() as session:
        found = promises.of_call(session, desk.call)
    assert found is not None
    return found


def await_it(desk: Desk, basis: Basis = Basis.ESCALATION, named: datetime | None = None) -> Promise:
    assessing.await_return(
        desk.sessions,
        desk.draft(),
        desk.institute.assessor,
        desk.clock(),
        way=Way.RING,
        what="They ring back when they have found the calendar",
        basis=basis,
        named=named,
    )
    return promised(desk)


def note(desk: Desk, at: datetime) -> None:
    awaiting.note(
        desk.sessions,
        desk.institute.vault,
        desk.call,
        desk.institute.assessor,
        desk.clock(),
        way=Way.WRITE,
        at=at,
        gist=GIST,
    )


def code_of(desk: Desk) -> SecurityCode:
    with desk.sessions.reading() as session:
        person = people.find_person(session, desk.institute.assessor)
    assert person is not None
    now = desk.clock()
    who = SignedIn(person, now, now)
    return reveal_code(desk.sessions, desk.institute.vault, desk.call, who, now, "198.51.100.7")


def submit(desk: Desk) -> None:
    desk.ann = client(desk.app, "ann@institute.example")  # the session may have ended
    desk.post("submit", **desk.every_answer())


def test_a_code_stays_closed_when_an_ended_call_awaits_a_promise(desk: Desk) -> None:
    desk.clock.pass_by(seconds=1)
    with pytest.raises(BriefingRefused, match="time is over"):
        code_of(desk)
    await_it(desk)
    with pytest.raises(BriefingRefused, match="time is over"):
        code_of(desk)


def test_a_call_that_awaits_is_open_and_nothing_of_it_is_submitted(desk: Desk) -> None:
    ended = desk.clock()
    promise = await_it(desk)
    assert promise.due == ended + timedelta(minutes=30)
    assert desk.disposition() is Disposition.AWAITING
    with pytest.raises(AssessingRefused, match="may still come back"):
        assessing.submit(desk.sessions, desk.draft(), desk.institute.assessor, desk.clock())


def test_nothing_that_comes_by_the_declared_time_is_a_broken_promise(desk: Desk) -> None:
    promise = await_it(desk)
    assert awaiting.settle_due(desk.sessions, promise.due) == 0
    over = promise.due + timedelta(seconds=1)
    assert awaiting.settle_due(desk.sessions, over) == 1
    assert awaiting.settle_due(desk.sessions, over) == 0
    assert promised(desk).outcome is Kept.BROKEN
    assert desk.disposition() is Disposition.COMPLETED
    desk.clock.now = over
    submit(desk)
    assert desk.assessment().state == "submitted"
    with desk.sessions.reading() as session:
        said = [each.action for each in journal.entries(session)]
    assert said.count("promise settled") == 1


def test_what_came_in_time_keeps_the_promise_at_once(desk: Desk) -> None:
    await_it(desk)
    desk.clock.pass_by(minutes=12)
    note(desk, desk.clock())
    assert promised(desk).outcome is Kept.KEPT
    assert desk.disposition() is Disposition.COMPLETED


def test_a_broken_promise_may_turn_out_late_until_the_assessment_is_submitted(desk: Desk) -> None:
    promise = await_it(desk)
    desk.clock.now = promise.due + timedelta(hours=2)
    awaiting.settle_due(desk.sessions, desk.clock())
    note(desk, desk.clock() - timedelta(hours=1))
    assert promised(desk).outcome is Kept.LATE
    submit(desk)
    note(desk, promise.due - timedelta(minutes=1))
    assert promised(desk).outcome is Kept.LATE


def test_a_promise_stands_in_the_report_and_in_no_mean(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    centre = institute.centre()
    draw_month(institute, centre)
    first, *others = calls_of(institute)
    for call in others:
        assess(institute, call)
    assert first.assessor is not None
    key = assessing.open_assessment(sessions, first.id, first.assessor, NOW)
    assessing.await_return(
        sessions,
        key,
        first.assessor,
        first.drawn_moment,
        way=Way.WRITE,
        what="A mail with the steps",
        basis=Basis.WORKING_DAYS,
    )
    with sessions.reading() as session:
        blocked = blocks(session, centre, OCTOBER, NOW, ZONE)
    assert "1 call is open" in blocked
    awaiting.settle_due(sessions, first.drawn_moment + timedelta(days=9))
    assess(institute, first)
    with sessions.reading() as session:
        report = report_of(session, centre, OCTOBER)
    promises_told = {call.id: call.promise for call in report.calls}
    assert promises_told.pop(first.id) is Kept.BROKEN
    assert set(promises_told.values()) == {None}
    assert len({call.score for call in report.calls}) == 1


def test_only_a_conversation_of_ones_own_that_isnt_submitted_awaits_anything(desk: Desk) -> None:
    await_it(desk)
    with pytest.raises(AwaitingRefused, match="entered already"):
        await_it(desk)
    awaiting.take_back(desk.sessions, desk.call, desk.institute.assessor, desk.clock())
    assert desk.disposition() is Disposition.COMPLETED
    submit(desk)
    with pytest.raises(AssessingRefused, match="was submitted"):
        await_it(desk)


@pytest.mark.parametrize("days", [None, -1, 31])
def test_a_named_time_lies_after_the_call_and_within_thirty_days(
    desk: Desk, days: int | None
) -> None:
    named = None if days is None else desk.clock() + timedelta(days=days)
    with pytest.raises(AwaitingRefused, match="at most 30 days"):
        await_it(desk, Basis.NAMED, named)


def test_what_they_wrote_is_sealed(desk: Desk) -> None:
    await_it(desk)
    note(desk, desk.clock())
    with desk.sessions.reading() as session:
        (came,) = promises.came_back(session, desk.call)
        (opened,) = promises.came_back(session, desk.call, desk.institute.vault)
    assert (came.gist, opened.gist) == ("", GIST)


def test_a_ticket_is_cancelled_once_and_by_its_own_assessor(desk: Desk) -> None:
    await_it(desk)
    with pytest.raises(AwaitingRefused, match="not yours"):
        awaiting.cancel_ticket(desk.sessions, desk.call, desk.institute.verifier, desk.clock())
    awaiting.cancel_ticket(desk.sessions, desk.call, desk.institute.assessor, desk.clock())
    first = promised(desk).cancelled_at
    desk.clock.pass_by(minutes=1)
    awaiting.cancel_ticket(desk.sessions, desk.call, desk.institute.assessor, desk.clock())
    assert promised(desk).cancelled_at == first
