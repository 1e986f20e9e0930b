"""What callbacks left open is settled by the network's own word, and by nothing less."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute

from config.database import Sessions
from scheduler import people
from scheduler.access import Role
from scheduler.dialling import Desk
from scheduler.diary_rows import PlannedCallRow
from scheduler.outcome import Disposition, Ending, State
from scheduler.people_rows import PersonRow
from scheduler.settling import expire, give_up_dead_owners, reconcile
from scheduler.telephone import Leg, PerhapsPlaced, Ring
from tests.builders import NOW
from tests.fakes import FakeTelephone, SettableClock
from tests.scheduler.switchboard import CHILD, Switchboard, a_switchboard, desk

UNKNOWN = (State.UNKNOWN, None, Disposition.UNKNOWN)
RINGING = (State.CREATED, None, Disposition.RUNNING)
CONNECTED = (State.DIALLING, None, Disposition.RUNNING)
NOT_PLACED = (State.ENDED, Ending.NOT_PLACED, Disposition.MISSED)
NEVER_DIALLED = (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def unknown(board: Switchboard, number: int = 0, *, rang: bool = False) -> UUID:
    """A call whose request nobody knows the outcome of, claimed now."""
    call = board.call(number)
    board.telephone.fail_next(PerhapsPlaced("status 500"), after_ringing=rang)
    assert board.dial() == 1
    return call


def after(board: Switchboard, seconds: float) -> int:
    board.clock.pass_by(seconds=seconds)
    return reconcile(board.desk)


def another_leg(board: Switchboard, **changes: object) -> None:
    """Let somebody else's call ring the same assessor now."""
    facts: dict[str, object] = {
        "sid": f"CA{len(board.telephone.legs):032x}",
        "parent_sid": "",
        "to": "+447700900000",
        "caller": "+441632960000",
        "status": "ringing",
        "created_at": board.clock(),
    }
    leg = Leg(**(facts | changes))  # type: ignore[arg-type]
    board.telephone.legs[leg.sid] = leg


# --- unknown ------------------------------------------------------------------------------------


def test_an_unknown_call_is_looked_up_120_seconds_after_its_claim(board: Switchboard) -> None:
    call = unknown(board, rang=True)
    assert after(board, 119) == 0
    assert board.stands(call) == UNKNOWN
    assert after(board, 1) == 1
    assert board.stands(call) == RINGING
    assert board.sid(call) == next(iter(board.telephone.legs))
    assert len(board.telephone.rings) == 1


def test_an_adopted_call_goes_its_way(board: Switchboard) -> None:
    call = unknown(board, rang=True)
    after(board, 120)
    assert board.confirm(call) is not None
    board.centre(call, "completed", length=60)
    assert board.disposition(call) is Disposition.COMPLETED


def test_several_calls_that_could_be_it_are_journalled_once_and_left(board: Switchboard) -> None:
    call = unknown(board, rang=True)
    another_leg(board)
    for _ in range(5):
        after(board, 120)
    assert board.stands(call) == UNKNOWN
    assert board.journalled("several sids") == 1
    assert board.answer(call, next(iter(board.telephone.legs)))  # its token still settles it
    assert board.stands(call) == RINGING


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"caller": "+441632960001"}, id="from another number"),
        pytest.param({"to": "+447700900999"}, id="to another telephone"),
        pytest.param({"created_at": NOW - timedelta(seconds=6)}, id="before the claim"),
        pytest.param({"created_at": NOW + timedelta(seconds=31)}, id="long after the request"),
        pytest.param({"parent_sid": "CA" + "1" * 32}, id="dialled by another leg"),
    ],
)
def test_a_call_that_can_not_be_it_is_not_adopted(
    board: Switchboard, changes: dict[str, object]
) -> None:
    call = unknown(board)
    another_leg(board, **changes)
    after(board, 120)
    assert board.stands(call) == UNKNOWN
    after(board, 60)
    assert board.stands(call) == NOT_PLACED


def test_a_leg_that_another_attempt_owns_is_not_adopted(board: Switchboard) -> None:
    own = board.dialled(0)
    call = unknown(board, 1)
    board.assessor(own, "in-progress")
    after(board, 120)
    after(board, 60)
    assert board.stands(call) == NOT_PLACED
    assert board.journalled("second sid for a token") == 0


def test_a_call_is_not_placed_when_two_look_ups_60_seconds_apart_find_nothing(
    board: Switchboard,
) -> None:
    call = unknown(board)
    for seconds in (120, 15, 15, 29):
        after(board, seconds)
        assert board.stands(call) == UNKNOWN
    after(board, 1)
    assert board.stands(call) == NOT_PLACED
    assert len(board.attempts(call)) == 1
    assert board.telephone.rings == []


def test_a_listing_that_failed_says_nothing(board: Switchboard) -> None:
    call = unknown(board)
    board.telephone.listing_fails = True
    for _ in range(20):
        after(board, 60)
    assert board.stands(call) == UNKNOWN
    assert board.attempt(call).listed_empty_at is None
    board.telephone.listing_fails = False
    after(board, 15)
    assert board.stands(call) == UNKNOWN  # this one was the first
    after(board, 60)
    assert board.stands(call) == NOT_PLACED


@pytest.mark.parametrize("lost", [PersonRow.telephone_sealed, PlannedCallRow.assessor_id])
def test_where_nobody_knows_whom_it_rang_a_call_stays_unknown(
    board: Switchboard, lost: InstrumentedAttribute[object]
) -> None:
    call = unknown(board)
    with board.sessions.begin() as session:
        session.execute(update(lost.class_).values({lost: None}))
    for _ in range(3):
        after(board, 120)
    assert board.stands(call) == UNKNOWN


class StandsStill(FakeTelephone):
    """Its worker stands still after it looked at the clock, and is looked up meanwhile."""

    seconds = 300.0

    def ring(self, ring: Ring) -> str:
        assert isinstance(self.clock, SettableClock)
        self.clock.pass_by(seconds=self.seconds)
        super().ring(ring)
        raise PerhapsPlaced("status 500")


def test_what_was_sent_long_after_its_claim_is_looked_up_from_when_it_was_answered(
    board: Switchboard,
) -> None:
    call = board.call()
    slow = StandsStill(board.clock)
    board.desk = replace(board.desk, telephone=slow)
    assert board.dial() == 1
    assert after(board, 119) == 0
    assert board.stands(call) == UNKNOWN
    after(board, 1)
    assert board.stands(call) == RINGING
    assert board.sid(call) == next(iter(slow.legs))


def test_a_webhook_during_the_look_up_outweighs_an_empty_list(board: Switchboard) -> None:
    call = unknown(board)
    after(board, 120)
    sid = "CA" + "1" * 32

    class Late(FakeTelephone):
        def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
            assert board.answer(call, sid)
            return ()

    board.clock.pass_by(seconds=60)
    reconcile(desk(board.institute, Late(board.clock), board.clock))
    assert board.stands(call) == RINGING


def test_an_unknown_call_keeps_its_providers_line(board: Switchboard) -> None:
    centre = board.institute.centre()
    call = board.call(centre=centre)
    board.telephone.fail_next(PerhapsPlaced())
    board.dial()
    other = board.call(centre=centre, due=60)
    board.clock.pass_by(seconds=60)
    assert board.dial() == 0
    after(board, 60)
    after(board, 60)
    assert board.stands(call) == NOT_PLACED
    assert board.dial() == 1
    assert board.stands(other) == RINGING


def test_a_request_that_never_ended_is_unknown_after_half_a_minute(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        board.dial()
    after(board, 30)
    assert board.attempt(call).state is State.SENDING
    after(board, 1)
    assert board.stands(call) == UNKNOWN
    assert board.attempt(call).ever_unknown


# --- quiet legs ---------------------------------------------------------------------------------


def test_a_leg_is_asked_about_after_two_quiet_minutes(board: Switchboard) -> None:
    call = board.connected()
    board.telephone.becomes(CHILD, "in-progress", parent=board.sid(call))
    assert after(board, 120) == 0
    assert after(board, 1) == 1
    assert after(board, 1) == 0  # it was heard of just now
    assert board.stands(call) == CONNECTED
    assert board.attempt(call).child_sid == CHILD


@pytest.mark.parametrize(
    ("status", "ending", "disposition"),
    [
        ("completed", Ending.COMPLETED, Disposition.COMPLETED),
        ("busy", Ending.BUSY, Disposition.BUSY),
        ("no-answer", Ending.NO_ANSWER, Disposition.NO_ANSWER),
        ("failed", Ending.FAILED, Disposition.MISSED),
    ],
)
def test_the_centres_leg_tells_how_a_quiet_call_ended(
    board: Switchboard, status: str, ending: Ending, disposition: Disposition
) -> None:
    call = board.connected()
    board.telephone.becomes(board.sid(call), "completed")
    board.telephone.becomes(CHILD, status, parent=board.sid(call), length=77)
    after(board, 121)
    assert board.stands(call) == (State.ENDED, ending, disposition)
    measured = board.measured(call)
    assert (measured.length, measured.child_sid) == (77, CHILD)
    assert len(board.attempts(call)) == 1


def test_an_answered_line_that_broke_off_quietly_leaves_a_call_to_score(board: Switchboard) -> None:
    call = board.connected()
    board.centre(call, "in-progress", 2)
    board.telephone.becomes(CHILD, "failed", parent=board.sid(call), length=77)
    after(board, 121)
    assert board.stands(call)[1:] == (Ending.COMPLETED, Disposition.COMPLETED)


def test_who_hung_up_quietly_while_the_centre_rang_has_aborted_the_call(board: Switchboard) -> None:
    call = board.connected()
    board.centre(call, "ringing")
    board.telephone.becomes(board.sid(call), "completed")
    board.telephone.becomes(CHILD, "canceled", parent=board.sid(call))
    after(board, 121)
    assert board.stands(call) == (State.ENDED, Ending.FAILED, Disposition.ABORTED)


def test_an_assessor_whose_leg_ended_quietly_was_absent(board: Switchboard) -> None:
    call = board.dialled()
    board.telephone.becomes(board.sid(call), "no-answer")
    after(board, 121)
    assert board.stands(call)[1:] == (Ending.ASSESSOR_ABSENT, Disposition.ASSESSOR_ABSENT)


def test_a_dial_that_rang_nobody_ends_quietly_as_never_dialled(board: Switchboard) -> None:
    call = board.connected()
    board.telephone.becomes(board.sid(call), "completed")
    after(board, 121)
    assert board.stands(call) == NEVER_DIALLED
    assert len(board.attempts(call)) == 1  # more than 120 seconds after the drawn moment


def test_an_assessor_still_on_the_line_is_left_alone(board: Switchboard) -> None:
    call = board.dialled()
    board.telephone.becomes(board.sid(call), "in-progress")
    after(board, 121)
    assert board.stands(call) == RINGING


def test_a_network_that_can_not_tell_settles_nothing(board: Switchboard) -> None:
    ringing, connected = board.dialled(0), board.connected(1)
    for call in (ringing, connected):
        board.telephone.becomes(board.sid(call), "completed")
    board.telephone.listing_fails = True
    assert after(board, 121) == 2
    assert (board.stands(ringing), board.stands(connected)) == (RINGING, CONNECTED)
    board.telephone.listing_fails = False
    assert after(board, 1) == 2
    assert board.disposition(ringing) is Disposition.ASSESSOR_ABSENT
    assert board.stands(connected) == NEVER_DIALLED


def test_a_gate_passed_while_the_network_is_asked_outweighs_an_absent_assessor(
    board: Switchboard,
) -> None:
    call = board.dialled()
    sid = board.sid(call)

    class Slow(FakeTelephone):
        def leg(self, sid: str) -> Leg:
            board.clock.now = NOW + timedelta(seconds=119)
            assert board.confirm(call) is not None
            board.clock.now = NOW + timedelta(seconds=121)
            return Leg(sid, "", "+447700900000", "+441632960000", "completed", NOW)

    board.clock.pass_by(seconds=121)
    reconcile(desk(board.institute, Slow(board.clock), board.clock))
    assert board.stands(call) == CONNECTED
    assert board.attempt(call).dial_sid == sid


# --- expiry and restart -------------------------------------------------------------------------


def test_what_was_never_sent_is_missed_after_120_seconds(board: Switchboard) -> None:
    late, due, later = board.call(0, due=-121), board.call(1, due=-120), board.call(2, due=60)
    assert expire(board.desk) == 1
    assert expire(board.desk) == 0
    assert board.stands(late) == (State.ENDED, Ending.REFUSED, Disposition.MISSED)
    assert [board.disposition(call) for call in (due, later)] == [Disposition.PLANNED] * 2
    assert board.journalled("call missed") == 1


def test_what_is_on_the_line_does_not_expire(board: Switchboard) -> None:
    calls = [board.dialled(0), board.connected(1), unknown(board, 2)]
    board.clock.pass_by(hours=1)
    assert expire(board.desk) == 0
    assert [board.disposition(call) for call in calls] == [
        Disposition.RUNNING,
        Disposition.RUNNING,
        Disposition.UNKNOWN,
    ]


def test_a_dead_workers_requests_are_given_up_once(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(KeyboardInterrupt(), after_ringing=True)
    with pytest.raises(KeyboardInterrupt):
        board.dial()
    restarted: Desk = desk(board.institute, board.telephone, board.clock, "worker 2")
    assert [give_up_dead_owners(restarted) for _ in range(2)] == [1, 0]
    assert board.stands(call) == UNKNOWN
    assert board.journalled("attempt unknown") == 1


def test_two_unknown_calls_at_once_are_told_apart_by_their_assessors_telephones(
    board: Switchboard,
) -> None:
    first = unknown(board, 0, rang=True)
    board.institute.assessor = board.institute.person("Another", Role.ASSESSOR)
    second = unknown(board, 1, rang=True)
    after(board, 120)
    with board.sessions.reading() as session:
        to = people.telephone_of(session, board.institute.vault, board.institute.assessor)
    sids = [board.sid(first), board.sid(second)]
    assert [board.telephone.legs[sid].to for sid in sids] == ["+447700900000", to]
