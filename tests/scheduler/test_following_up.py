"""What reached nobody is tried again, and what we missed is drawn anew: once, and later."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

import pytest

from config.database import Sessions
from scheduler import attempts, diary, follow_ups
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.crewing import LINE_SECONDS
from scheduler.following_up import follow_up_calls
from scheduler.outcome import Disposition, Ending, State
from scheduler.repeat import MOST_MOMENTS
from scheduler.rule import Rule
from scheduler.settling import expire
from tests.builders import ZONE
from tests.scheduler.planned import JANUARY, calls, draw
from tests.scheduler.switchboard import Switchboard, a_switchboard

MINUTE = timedelta(minutes=1)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.centre()
    return board


def first_call(board: Switchboard, purpose: str = "sampling") -> PlannedCall:
    """The first call of a plan; the others are withdrawn, so that they stay out of the way."""
    draw(board.institute, purpose=purpose)
    first, *others = calls(board.institute)
    for other in others:
        withdraw(board, other.id)
    return first


def withdraw(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call)
        attempts.end(session, attempt.id, State.INTENT, Ending.REFUSED, board.clock())
        diary.dispose(session, call, Disposition.WITHDRAWN, board.clock())


def at(board: Switchboard, moment: datetime) -> None:
    board.clock.now = moment


def rung(board: Switchboard, call: UUID, status: str) -> None:
    """Dial the call's next try at its moment; the centre's line tells the status."""
    at(board, board.attempt(call).drawn)
    assert board.dial() == 1
    assert board.answer(call)
    assert board.confirm(call) is not None
    child = f"CA{board.attempt(call).ordinal:032x}"
    board.centre(call, "ringing", 1, sid=child)
    at(board, board.clock() + MINUTE)
    board.centre(call, status, 2, sid=child)


def follow(board: Switchboard) -> int:
    return follow_up_calls(board.desk, ZONE)


def found(board: Switchboard, call: UUID) -> PlannedCall:
    with board.sessions.reading() as session:
        again = diary.find_call(session, call)
        assert again is not None
        return again


@pytest.mark.parametrize("status", ["busy", "no-answer"])
def test_a_line_that_gave_nobody_is_tried_again_later_in_the_period(
    board: Switchboard, status: str
) -> None:
    call = first_call(board)
    rung(board, call.id, status)
    ended = board.clock()
    assert follow(board) == 1
    again = board.attempt(call.id)
    assert board.stands(call.id) == (State.INTENT, None, Disposition.PLANNED)
    assert again.ordinal == 2
    assert ended < again.drawn == again.due < JANUARY.moments(ZONE)[1]
    assert found(board, call.id).drawn_moment == call.drawn_moment
    assert found(board, call.id).month == call.month


def test_what_follows_a_try_is_decided_once(board: Switchboard) -> None:
    call = first_call(board)
    rung(board, call.id, "busy")
    assert (follow(board), follow(board)) == (1, 0)
    assert len(board.attempts(call.id)) == 2
    assert board.journalled("call tried again") == 1


def test_a_call_that_was_decided_waits_no_more_however_often_others_are_tried(
    board: Switchboard,
) -> None:
    draw(board.institute)
    first, second, *others = calls(board.institute)
    for other in others:
        withdraw(board, other.id)
    rung(board, first.id, "busy")
    follow(board)
    with board.sessions.reading() as session:
        assert attempts.of_call(session, first.id)[-1].ordinal == 2
    missed(board, second.id)
    follow(board)
    with board.sessions.reading() as session:
        assert follow_ups.redrawn_as(session, second.id) is not None
        assert second.id not in follow_ups.waiting(session, None)


def test_a_second_try_is_dialled_at_its_own_moment_and_may_be_answered(board: Switchboard) -> None:
    call = first_call(board)
    rung(board, call.id, "busy")
    follow(board)
    rung(board, call.id, "completed")
    assert board.disposition(call.id) is Disposition.COMPLETED
    assert follow(board) == 0
    with board.sessions.reading() as session:
        assert follow_ups.tried_again(session, [call.id]) == {call.id}


def test_a_call_is_tried_at_three_moments_at_most(board: Switchboard) -> None:
    call = first_call(board)
    for _ in range(MOST_MOMENTS - 1):
        rung(board, call.id, "no-answer")
        assert follow(board) == 1
    rung(board, call.id, "no-answer")
    assert follow(board) == 0
    assert len({each.drawn for each in board.attempts(call.id)}) == MOST_MOMENTS
    assert board.disposition(call.id) is Disposition.NO_ANSWER


def test_a_try_whose_outcome_was_unknown_is_not_repeated(board: Switchboard) -> None:
    call = first_call(board)
    at(board, call.drawn_moment)
    with board.sessions.begin() as session:
        (first,) = attempts.of_call(session, call.id)
        assert attempts.claim(session, first.id, "a dead worker", call.drawn_moment)
        assert attempts.forget_owner(session, first.id)
        assert attempts.end(session, first.id, State.UNKNOWN, Ending.BUSY, call.drawn_moment)
        diary.dispose(session, call.id, Disposition.BUSY, call.drawn_moment)
    assert follow(board) == 0
    assert board.disposition(call.id) is Disposition.BUSY


def test_a_repeat_that_we_missed_takes_nothing_back(board: Switchboard) -> None:
    call = first_call(board)
    rung(board, call.id, "busy")
    follow(board)
    at(board, board.attempt(call.id).drawn + 3 * MINUTE)
    expire(board.desk)
    assert board.disposition(call.id) is Disposition.BUSY


def missed(board: Switchboard, call: UUID) -> None:
    at(board, board.attempt(call).drawn + 3 * MINUTE)
    assert expire(board.desk) >= 1
    assert board.disposition(call) is Disposition.MISSED


def test_a_missed_call_is_redrawn_once_in_the_rest_of_the_period(board: Switchboard) -> None:
    call = first_call(board)
    missed(board, call.id)
    assert (follow(board), follow(board)) == (1, 0)
    with board.sessions.reading() as session:
        key = follow_ups.redrawn_as(session, call.id)
    assert key is not None
    another = found(board, key)
    assert another.stream == call.stream + 2
    assert board.clock() <= another.drawn_moment < JANUARY.moments(ZONE)[1]
    assert (another.plan, another.centre) == (call.plan, call.centre)
    assert board.disposition(call.id) is Disposition.MISSED
    missed(board, another.id)
    assert follow(board) == 0  # a redrawn call is not redrawn


def test_a_redrawn_call_leaves_the_providers_lines_to_the_calls_that_have_them(
    board: Switchboard,
) -> None:
    board.institute.person("Another Assessor", Role.ASSESSOR)
    draw(board.institute, rule=Rule(1, Fraction(60), 3))
    ours, others = calls(board.institute)[:25], calls(board.institute)[25:]
    at(board, ours[-1].drawn_moment + 3 * MINUTE)
    expire(board.desk)
    assert follow(board) == len(ours)
    with board.sessions.reading() as session:
        again = {follow_ups.redrawn_as(session, call.id) for call in ours}
    redrawn = [found(board, key) for key in again if key]
    assert len(redrawn) == len(ours)
    moments = sorted(call.drawn_moment for call in (*redrawn, *others))
    assert min(b - a for a, b in pairwise(moments)) >= timedelta(seconds=LINE_SECONDS)


def test_an_assessor_who_was_absent_costs_the_centre_no_call(board: Switchboard) -> None:
    call = first_call(board)
    at(board, call.drawn_moment)
    board.dial()
    board.assessor(call.id, "no-answer")
    assert board.disposition(call.id) is Disposition.ASSESSOR_ABSENT
    assert follow(board) == 1


def test_where_no_hour_is_left_a_call_stays_missed(board: Switchboard) -> None:
    call = first_call(board)
    missed(board, call.id)
    at(board, JANUARY.moments(ZONE)[1])
    assert follow(board) == 0
    assert board.disposition(call.id) is Disposition.MISSED


def test_a_rehearsal_follows_up_its_own_calls_alone(board: Switchboard) -> None:
    call = first_call(board, purpose="rehearsal")
    at(board, call.drawn_moment + 3 * MINUTE)
    with board.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call.id)
        attempts.end(session, attempt.id, State.INTENT, Ending.REFUSED, board.clock())
        diary.dispose(session, call.id, Disposition.MISSED, board.clock())
    assert follow(board) == 0


def test_who_hangs_up_while_the_centre_rings_has_aborted_the_call(board: Switchboard) -> None:
    call = first_call(board)
    rung(board, call.id, "canceled")
    assert board.disposition(call.id) is Disposition.ABORTED
    assert follow(board) == 0
