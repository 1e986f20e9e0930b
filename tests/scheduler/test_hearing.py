"""What the telephone network tells, in whatever order, and what it changes."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from config.database import Sessions
from scheduler import diary, hearing
from scheduler.centre import ContactNumber
from scheduler.hearing import DialCentre, Told
from scheduler.outcome import Disposition, Ending, State
from scheduler.telephone import NotPlaced, PerhapsPlaced
from tests.builders import NOW
from tests.scheduler.switchboard import CHILD, STRANGER, Switchboard, a_switchboard

CONNECTED = (State.DIALLING, None, Disposition.RUNNING)
RINGING = (State.CREATED, None, Disposition.RUNNING)
COMPLETED = (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)
ABSENT = (State.ENDED, Ending.ASSESSOR_ABSENT, Disposition.ASSESSOR_ABSENT)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def test_a_call_goes_from_the_assessors_key_to_its_end(board: Switchboard) -> None:
    call = board.dialled()
    assert board.answer(call)
    board.clock.pass_by(seconds=5)
    assert board.confirm(call) == DialCentre("+441632960500", "+441632960000", "")
    assert board.stands(call) == CONNECTED
    board.centre(call, "initiated", 0)
    board.clock.pass_by(seconds=1)
    board.centre(call, "ringing", 1)
    board.clock.pass_by(seconds=4)
    board.centre(call, "in-progress", 2)
    board.clock.pass_by(seconds=90)
    board.centre(call, "completed", 3, length=90)
    board.ended(call, "completed")
    board.assessor(call, "completed")
    assert board.stands(call) == COMPLETED
    measured = board.measured(call)
    assert measured.dialled_at == NOW + timedelta(seconds=5)
    assert measured.rang_at == NOW + timedelta(seconds=6)
    assert measured.answered_at == NOW + timedelta(seconds=10)
    assert measured.ended_at == NOW + timedelta(seconds=100)
    assert (measured.length, measured.child_sid, measured.attempts) == (90, CHILD, 1)


def test_the_centre_is_reached_with_the_keys_of_its_menu(board: Switchboard) -> None:
    keys = ContactNumber("Main line", "+441632960500", "1w2", NOW.date())
    call = board.call(centre=board.institute.centre(numbers=(keys,)))
    board.dial()
    assert board.confirm(call) == DialCentre("+441632960500", "+441632960000", "1w2")


@pytest.mark.parametrize(
    ("status", "sip", "ending", "disposition"),
    [
        ("busy", "486", Ending.BUSY, Disposition.BUSY),
        ("no-answer", "487", Ending.NO_ANSWER, Disposition.NO_ANSWER),
        ("failed", "404", Ending.FAILED, Disposition.NUMBER_DEAD),
        ("failed", "503", Ending.FAILED, Disposition.MISSED),
    ],
)
@pytest.mark.parametrize("first", ["leg", "dial"])
def test_a_centre_that_is_not_reached_ends_the_call_and_is_not_rung_again(
    board: Switchboard, status: str, sip: str, ending: Ending, disposition: Disposition, first: str
) -> None:
    call = board.connected()
    if first == "dial":
        board.ended(call, status)
    board.centre(call, status, 3, sip=sip)
    board.ended(call, status)
    assert board.stands(call) == (State.ENDED, ending, disposition)
    assert len(board.attempts(call)) == 1


def test_a_line_that_breaks_off_after_the_answer_leaves_a_call_to_score(board: Switchboard) -> None:
    call = board.connected()
    board.centre(call, "in-progress", 2)
    board.ended(call, "failed")
    board.centre(call, "failed", 3, length=90, sip="503")
    assert board.stands(call) == COMPLETED


@pytest.mark.parametrize("key", ["", "2", "11"])
def test_without_the_key_the_centre_is_not_rung(board: Switchboard, key: str) -> None:
    call = board.dialled()
    assert board.answer(call)
    assert board.confirm(call, key) is None
    assert board.stands(call) == RINGING
    board.assessor(call, "completed")
    assert board.stands(call) == ABSENT


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_an_assessor_who_is_not_reached_is_absent(board: Switchboard, status: str) -> None:
    call = board.dialled()
    board.assessor(call, status)
    assert board.stands(call) == ABSENT
    assert len(board.attempts(call)) == 1


def test_a_leg_under_way_is_not_over(board: Switchboard) -> None:
    call = board.dialled()
    for status in ("queued", "initiated", "ringing", "in-progress", "a word of tomorrow"):
        board.assessor(call, status)
    assert board.stands(call) == RINGING
    board.confirm(call)
    for status in ("initiated", "ringing", "in-progress", "a word of tomorrow"):
        board.centre(call, status)
    assert board.stands(call) == CONNECTED


def test_an_absent_assessor_loses_against_the_gate(board: Switchboard) -> None:
    call = board.connected()
    board.assessor(call, "completed")
    assert board.stands(call) == CONNECTED
    board.centre(call, "completed", length=9)
    assert board.stands(call) == COMPLETED


def test_the_gate_opens_once_and_not_after_the_centre_has_shown_itself(board: Switchboard) -> None:
    call = board.dialled()
    first = board.confirm(call)
    assert first is not None
    assert board.confirm(call) == first  # the network may have lost the first answer
    assert board.journalled("gate passed") == 1
    board.centre(call, "initiated")
    assert board.confirm(call) is None


@pytest.mark.parametrize("state", ["sending", "unknown", "ended"])
def test_the_gate_stays_shut_but_for_the_leg_that_owns_the_attempt(
    board: Switchboard, state: str
) -> None:
    call = board.call()
    if state == "ended":
        board.dial()
        board.assessor(call, "no-answer")
        assert board.confirm(call) is None
    else:
        error = PerhapsPlaced() if state == "unknown" else KeyboardInterrupt()
        board.telephone.fail_next(error, after_ringing=True)
        try:
            board.dial()
        except KeyboardInterrupt:
            assert board.attempt(call).state is State.SENDING
    assert board.confirm(call, sid=STRANGER) is None
    assert board.attempt(call).dial_sid is None


@pytest.mark.parametrize("unknown", [False, True])
def test_a_webhook_may_come_before_the_answer_and_settles_what_was_unknown(
    board: Switchboard, unknown: bool
) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced() if unknown else KeyboardInterrupt())
    try:
        board.dial()
    except KeyboardInterrupt:
        assert not unknown
    sid = "CA" + "1" * 32
    assert board.answer(call, sid)
    assert board.stands(call) == RINGING
    assert board.attempt(call).ever_unknown == unknown
    assert board.confirm(call) is not None


def test_a_call_that_was_unknown_has_no_new_attempt(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced(), after_ringing=True)
    board.dial()
    sid = next(iter(board.telephone.legs))
    assert board.answer(call, sid)
    assert board.confirm(call) is not None
    board.ended(call, "failed", child="")
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)
    assert len(board.attempts(call)) == 1


def test_a_dial_that_rang_nobody_is_made_anew_near_its_moment(board: Switchboard) -> None:
    call = board.connected()
    board.ended(call, "failed", child="")
    first, second = board.attempts(call)
    assert first.ending is Ending.NEVER_DIALLED
    assert second.due == NOW + timedelta(seconds=10)
    assert board.disposition(call) is Disposition.PLANNED
    board.assessor(call, "completed", sid=first.call_sid or "")  # of the first attempt, by now
    assert board.attempts(call)[1].state is State.INTENT
    board.clock.pass_by(seconds=10)
    assert board.dial() == 1
    assert board.confirm(call) is not None


def test_a_dial_that_rang_nobody_is_missed_when_it_is_late(board: Switchboard) -> None:
    call = board.connected()
    board.clock.pass_by(seconds=111)
    board.ended(call, "failed", child="")
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)


def test_a_failed_dial_with_a_leg_waits_for_what_the_leg_tells(board: Switchboard) -> None:
    call = board.connected()
    board.clock.pass_by(seconds=9)
    board.ended(call, "failed")
    assert board.stands(call) == CONNECTED
    assert board.attempt(call).heard_at == board.clock()
    board.centre(call, "failed", sip="404")
    assert board.disposition(call) is Disposition.NUMBER_DEAD


# --- at the gate --------------------------------------------------------------------------------


def test_the_gate_is_shut_120_seconds_after_the_drawn_moment(board: Switchboard) -> None:
    in_time, late = board.dialled(0), board.dialled(1)
    board.clock.pass_by(seconds=120)
    assert board.confirm(in_time) is not None
    board.clock.pass_by(milliseconds=1)
    assert board.confirm(late) is None
    assert board.stands(late) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)
    assert len(board.attempts(late)) == 1


def test_a_late_copy_of_the_key_does_not_end_a_call_that_was_let_through(
    board: Switchboard,
) -> None:
    call = board.connected()
    board.clock.pass_by(seconds=130)
    assert board.confirm(call) is not None
    assert board.stands(call) == CONNECTED


def test_a_call_withdrawn_while_the_assessor_is_rung_is_not_let_through(
    board: Switchboard,
) -> None:
    call = board.dialled()
    with board.sessions.begin() as session:
        diary.dispose(session, call, Disposition.WITHDRAWN, NOW)
    assert board.confirm(call) is None
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.WITHDRAWN)


# --- doubled, late, out of order, forged --------------------------------------------------------


Tell = Callable[[], object]


def own(board: Switchboard, call: UUID) -> list[Tell]:
    """What a call's own legs tell, in order."""
    return [
        lambda: board.answer(call),
        lambda: board.confirm(call),
        lambda: board.centre(call, "initiated", 0),
        lambda: board.centre(call, "ringing", 1),
        lambda: board.centre(call, "in-progress", 2),
        lambda: board.centre(call, "completed", 3, length=60),
        lambda: board.ended(call, "completed"),
        lambda: board.assessor(call, "completed"),
    ]


def strangers(board: Switchboard, call: UUID) -> list[Tell]:
    """The same of legs that aren't the call's."""
    return [
        lambda: board.answer(call, STRANGER),
        lambda: board.confirm(call, sid=STRANGER),
        *(
            partial(board.centre, call, status, parent=STRANGER, length=1)
            for status in ("ringing", "in-progress", "completed", "failed")
        ),
        lambda: board.ended(call, "completed", sid=STRANGER),
        lambda: board.ended(call, "failed", child="", sid=STRANGER),
        *(partial(board.assessor, call, status, STRANGER) for status in ("ringing", "completed")),
    ]


def test_what_is_told_twice_is_heard_once(board: Switchboard) -> None:
    call = board.dialled()
    for tell in own(board, call):
        tell()
        board.clock.pass_by(seconds=3)
        tell()
    assert board.stands(call) == COMPLETED
    measured = board.measured(call)
    assert measured.rang_at == NOW + timedelta(seconds=9)
    assert measured.answered_at == NOW + timedelta(seconds=12)
    assert measured.ended_at == NOW + timedelta(seconds=15)
    assert board.journalled("gate passed") == board.journalled("attempt ended") == 1
    assert len(board.attempts(call)) == 1


def test_what_is_told_again_does_not_count_as_being_heard_of(board: Switchboard) -> None:
    call = board.connected()
    board.assessor(call, "in-progress")
    board.clock.pass_by(seconds=5)
    board.centre(call, "ringing", 1)
    board.clock.pass_by(seconds=30)
    board.centre(call, "ringing", 1)
    board.assessor(call, "in-progress")
    assert board.attempt(call).heard_at == NOW + timedelta(seconds=5)


def test_a_connected_call_ends_the_same_in_whatever_order_it_is_told(board: Switchboard) -> None:
    for seed in range(5):
        call = board.connected(seed)
        told = own(board, call) * 2 + strangers(board, call)
        random.Random(seed).shuffle(told)
        for tell in told:
            tell()
        assert board.stands(call) == COMPLETED
        assert board.measured(call).length == 60
        assert len(board.attempts(call)) == 1
    assert board.journalled("gate passed") == board.journalled("attempt ended") == 5


def test_states_only_move_downwards_in_whatever_order_it_is_told(board: Switchboard) -> None:
    ranks = {state: rank for rank, state in enumerate(State)}
    for seed in range(5):
        call = board.dialled(seed)
        told = own(board, call) * 2 + strangers(board, call)
        random.Random(seed).shuffle(told)
        rank, ended = 0, None
        for tell in told:
            tell()
            state, ending, _ = board.stands(call)
            assert ranks[state] >= rank
            assert ended in (None, ending)
            rank, ended = ranks[state], ending
        assert board.stands(call) in (CONNECTED, COMPLETED, ABSENT)
        assert len(board.attempts(call)) == 1
    assert board.journalled("gate passed") <= 5


def test_a_stranger_changes_nothing(board: Switchboard) -> None:
    ringing, connected, ended = board.dialled(0), board.connected(1), board.connected(2)
    board.centre(ended, "completed")
    for call in (ringing, connected, ended):
        before = board.attempt(call), board.disposition(call), board.measured(call)
        board.clock.pass_by(seconds=130)  # a stranger's key is no reason to look at the clock
        answers = [tell() for tell in strangers(board, call)]
        assert not any(answers)
        assert (board.attempt(call), board.disposition(call), board.measured(call)) == before
    assert board.journalled("second sid for a token") >= 3


def test_a_second_leg_to_the_centre_is_an_alarm_and_tells_nothing(board: Switchboard) -> None:
    call = board.connected()
    board.centre(call, "ringing", 1)
    before = board.attempt(call)
    board.centre(call, "completed", 3, length=1, sid=STRANGER)
    assert board.attempt(call) == before
    assert board.journalled("second leg to a centre") == 1


def test_a_sid_that_another_attempt_owns_is_a_stranger(board: Switchboard) -> None:
    first, second = board.dialled(0), board.call(1)
    board.telephone.fail_next(PerhapsPlaced())
    board.dial()
    assert not board.answer(second, board.sid(first))
    assert board.attempt(second).state is State.UNKNOWN
    assert board.stands(first) == RINGING


def test_a_refused_attempt_is_not_brought_back(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(NotPlaced("no such number", permanent=True))
    board.dial()
    sid = "CA" + "1" * 32
    before = board.attempt(call)
    assert not board.answer(call, sid)
    assert board.confirm(call, sid=sid) is None
    board.assessor(call, "completed", sid)
    assert board.attempt(call) == before


def test_a_token_that_nobody_gave_out_changes_nothing(board: Switchboard) -> None:
    token, told = "f" * 32, Told(STRANGER, STRANGER, "completed", 0, NOW)
    assert not hearing.assessor_answered(board.sessions, token, STRANGER, NOW)
    assert hearing.assessor_confirmed(board.sessions, token, STRANGER, "1", NOW) is None
    hearing.centre_told(board.sessions, token, told, NOW)
    hearing.dial_ended(board.sessions, token, told, NOW)
    hearing.assessor_told(board.sessions, token, told, NOW)
    assert board.journalled("attempt ended") == 0
