"""What becomes of a call stands in the journal: who did it, when, and why."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config import journal
from config.clock import Clock
from config.database import Sessions
from scheduler import caller_pool
from scheduler.dialling_by_hand import choose, choose_where_no_number, dialling_now, end_untold
from scheduler.entering import choose as choose_way
from scheduler.entering import choose_usual
from scheduler.outcome import State, ending_of_dial
from scheduler.settling import expire, give_up_dead_owners, reconcile
from scheduler.telephone import ACCOUNT_REFUSED, NotPlaced, PerhapsPlaced
from scheduler.way import Way
from tests.builders import NOW
from tests.scheduler.switchboard import STRANGER, Switchboard, a_switchboard, desk

Row = tuple[str, str, dict[str, object]]
REFUSED = NotPlaced("too many calls", permanent=False)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def told(board: Switchboard, subject: UUID | str, since: datetime = NOW) -> list[Row]:
    """What the journal says of a call, or of something else, after it was planned."""
    named = f"call {subject}" if isinstance(subject, UUID) else subject
    with board.sessions.reading() as session:
        entries = [each for each in journal.entries(session) if each.subject == named]
    assert all(datetime.fromisoformat(each.at) >= since for each in entries)
    return [
        (each.actor, each.action, json.loads(each.detail))
        for each in entries
        if each.action != "practice call planned"
    ]


def moment_of(board: Switchboard, action: str) -> datetime:
    with board.sessions.reading() as session:
        (entry,) = (each for each in journal.entries(session) if each.action == action)
    return datetime.fromisoformat(entry.at)


def test_a_call_that_was_refused_and_then_missed(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(REFUSED)
    board.dial()
    board.clock.pass_by(seconds=121)
    expire(board.desk)
    ended = {"ending": "refused", "ordinal": 1, "again": True, "refusal": "too many calls"}
    assert told(board, call) == [
        ("worker", "attempt ended", ended),
        ("worker", "call missed", {"reason": "the drawn moment has passed"}),
    ]
    first, second = board.attempts(call)
    assert (first.refusal, second.refusal) == ("too many calls", "the drawn moment has passed")
    assert first.drawn == second.drawn == NOW
    assert moment_of(board, "call missed") == board.clock()


def test_a_call_that_went_its_way(board: Switchboard) -> None:
    call = board.connected()
    board.clock.pass_by(seconds=30)
    board.centre(call, "completed", length=20)
    assert told(board, call) == [
        ("worker", "gate passed", {}),
        ("worker", "attempt ended", {"ending": "completed", "ordinal": 1, "again": False}),
    ]
    assert moment_of(board, "attempt ended") == NOW + timedelta(seconds=30)


@pytest.mark.parametrize("status", ["completed", "answered", "busy", "no-answer"])
def test_the_dials_end_is_the_calls_where_the_legs_own_word_is_lost(
    board: Switchboard, status: str
) -> None:
    call = board.connected()
    board.ended(call, status)
    assert board.stands(call)[:2] == (State.ENDED, ending_of_dial(status, answered=False))
    assert board.measured(call).length == 60


def test_a_call_that_was_shut_out_at_the_gate(board: Switchboard) -> None:
    call = board.dialled()
    board.clock.pass_by(seconds=121)
    assert board.confirm(call) is None
    why = {"refusal": "the drawn moment has passed"}
    ended = {"ending": "never dialled", "ordinal": 1, "again": False} | why
    assert told(board, call) == [("worker", "attempt ended", ended)]


def test_a_request_of_which_nobody_knows(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced())
    board.dial()
    assert told(board, call) == [("worker", "attempt unknown", {})]
    asked = board.attempt(call)
    assert (asked.claimed_at, asked.heard_at, asked.owner) == (NOW, NOW, "worker 1")


def test_a_dead_workers_request_is_told_by_who_gave_it_up(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        board.dial()
    give_up_dead_owners(desk(board.institute, board.telephone, board.clock, "worker 2"))
    assert told(board, call) == [("worker 2", "attempt unknown", {})]


def test_a_strangers_leg_is_named_once_for_good(board: Switchboard) -> None:
    call = board.dialled()
    for _ in range(2):
        assert not board.answer(call, STRANGER)
    assert told(board, call) == [("worker", "second sid for a token", {})]
    connected = board.connected(1)
    board.centre(connected, "ringing", 1)
    board.centre(connected, "ringing", 1, sid=STRANGER)
    assert told(board, connected)[1:] == [("worker", "second leg to a centre", {})]


def test_calls_that_could_each_be_the_one_are_named(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced(), after_ringing=True)
    board.dial()
    first = next(iter(board.telephone.legs))
    board.telephone.legs[STRANGER] = board.telephone.legs[first].__class__(
        STRANGER, "", "+447700900000", "+441632960000", "ringing", NOW
    )
    board.clock.pass_by(seconds=120)
    reconcile(board.desk)
    assert told(board, call)[1:] == [("worker", "several sids", {"sids": [first, STRANGER]})]
    assert board.attempt(call).refusal == f"several calls could be this one: {first}, {STRANGER}"


def test_a_refused_account_and_a_number_that_was_dealt_anew(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, ["+441632960001"])
    board.telephone.fail_next(NotPlaced("no", permanent=False, stop_dialling=True))
    board.dial()
    assert told(board, call)[0] == ("worker", "caller number dealt anew", {})
    assert told(board, "line") == [("worker", "dialling stopped", {"why": ACCOUNT_REFUSED})]


# --- by hand, and from the browser --------------------------------------------------------------


def by_hand(board: Switchboard, clock: Clock) -> UUID:
    call = board.call(due=60)
    assert choose(board.sessions, call, True, clock(), "ada")
    board.clock.pass_by(seconds=60)
    dialling_now(board.sessions, call, board.institute.assessor, clock())
    return call


def test_a_call_by_hand_whose_end_nobody_told(board: Switchboard) -> None:
    call, who = by_hand(board, board.clock), str(board.institute.assessor)
    board.clock.pass_by(hours=2)
    assert end_untold(board.sessions, board.institute.vault, board.clock) == 1
    ended = {"ending": "unknown", "ordinal": 1, "again": False, "refusal": "its end was not told"}
    assert told(board, call) == [
        ("ada", "way of dialling chosen", {"by hand": True}),
        (who, "gate passed", {"by hand": True}),
        ("worker", "attempt ended", ended),
    ]


def test_a_call_that_is_made_by_hand_since_the_pool_is_empty(board: Switchboard) -> None:
    call = board.call(due=60)
    with board.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [])
    assert choose_where_no_number(board.sessions, board.clock()) == 1
    why = {"by hand": True, "why": "no caller number"}
    assert told(board, call) == [("worker", "way of dialling chosen", why)]


def test_the_ways_that_an_assessor_chose(board: Switchboard) -> None:
    call, who = board.call(due=60), board.institute.assessor
    choose_usual(board.sessions, who, Way.SOFTPHONE, board.clock())
    choose_way(board.sessions, call, who, Way.BRIDGE, board.clock())
    usual = (str(who), "usual way chosen", {"way": "softphone"})
    assert told(board, f"person {who}")[-1] == usual
    assert told(board, call) == [(str(who), "way chosen", {"way": "bridge"})]
