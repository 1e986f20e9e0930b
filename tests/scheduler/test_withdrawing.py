"""A plan that is withdrawn: nothing of it begins any more, whoever is at work on it just then."""

import json
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from config import journal, mail
from config.database import Sessions
from scheduler import diary, follow_ups, following_up, offers, withdrawing
from scheduler.call import PlannedCall
from scheduler.following_up import follow_up_calls
from scheduler.outcome import Disposition, Ending, State
from scheduler.repeat import SecondMoment, second_moment
from scheduler.sealing import PlanRefused
from scheduler.settling import expire
from scheduler.telephone import NotPlaced, Ring
from scheduler.withdrawing import LONGEST_REASON, WithdrawalRefused
from tests.builders import NOW, ZONE
from tests.scheduler.planned import add, calls, draw
from tests.scheduler.switchboard import Switchboard, a_switchboard

WITHDRAWN = (State.ENDED, Ending.REFUSED, Disposition.WITHDRAWN)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.centre()
    draw(board.institute)
    return board


def withdraw(board: Switchboard, reason: str = "The scheme is suspended") -> int:
    (plan,) = {call.plan for call in calls(board.institute)}
    vault = board.institute.vault
    return withdrawing.withdraw(board.sessions, vault, plan, reason, board.clock(), "Ada")


def begun(board: Switchboard) -> PlannedCall:
    """The first call, its moment come."""
    first = calls(board.institute)[0]
    board.clock.now = first.drawn_moment
    return first


def dials(board: Switchboard) -> int:
    return len(board.telephone.rings)


def test_no_call_of_a_withdrawn_plan_is_dialled_and_none_is_drawn_in_its_place(
    board: Switchboard,
) -> None:
    everything = calls(board.institute)
    assert withdraw(board) == len(everything)
    for call in everything:
        assert board.stands(call.id) == WITHDRAWN
        board.clock.now = call.drawn_moment
        assert (board.dial(), expire(board.desk), follow_up_calls(board.desk, ZONE)) == (0, 0, 0)
    assert dials(board) == 0
    assert len(calls(board.institute)) == len(everything)


def test_a_call_whose_assessor_is_being_rung_ends_at_the_gate(board: Switchboard) -> None:
    call = begun(board)
    assert board.dial() == 1
    withdraw(board)
    assert board.disposition(call.id) is Disposition.RUNNING
    assert board.answer(call.id)
    assert board.confirm(call.id) is None
    assert board.stands(call.id) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.WITHDRAWN)
    assert follow_up_calls(board.desk, ZONE) == 0


def test_a_call_refused_by_the_network_is_not_asked_for_again(board: Switchboard) -> None:
    call = begun(board)
    board.telephone.fail_next(NotPlaced("too many", permanent=False))
    board.dial()
    assert board.stands(call.id) == (State.INTENT, None, Disposition.PLANNED)
    withdraw(board)
    board.clock.pass_by(seconds=11)
    assert board.dial() == 0
    assert board.stands(call.id) == WITHDRAWN


def test_a_call_that_was_claimed_and_not_placed_is_withdrawn_at_its_next_try(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = begun(board)

    def refuse(_: Ring) -> str:
        withdraw(board)
        raise NotPlaced("too many", permanent=False)

    monkeypatch.setattr(board.telephone, "ring", refuse)
    board.dial()
    assert board.stands(call.id) == (State.INTENT, None, Disposition.PLANNED)
    board.clock.pass_by(seconds=11)
    assert board.dial() == 0
    assert board.stands(call.id) == WITHDRAWN
    assert board.journalled("call withdrawn") == 1


def test_a_conversation_goes_on_and_is_scored(board: Switchboard) -> None:
    call = begun(board)
    board.dial()
    board.answer(call.id)
    assert board.confirm(call.id) is not None
    withdraw(board)
    board.centre(call.id, "completed", length=60)
    assert board.disposition(call.id) is Disposition.COMPLETED


def busy(board: Switchboard) -> UUID:
    call = begun(board)
    board.dial()
    board.answer(call.id)
    board.confirm(call.id)
    board.centre(call.id, "busy")
    return call.id


def test_what_reached_nobody_is_not_tried_again(board: Switchboard) -> None:
    call = busy(board)
    withdraw(board)
    assert follow_up_calls(board.desk, ZONE) == 0
    with board.sessions.reading() as session:
        assert follow_ups.waiting(session, None) == ()
    assert board.disposition(call) is Disposition.BUSY


def test_a_repeat_that_is_withdrawn_leaves_what_the_first_try_told(board: Switchboard) -> None:
    call = busy(board)
    assert follow_up_calls(board.desk, ZONE) == 1
    withdraw(board)
    assert board.stands(call) == (State.ENDED, Ending.REFUSED, Disposition.BUSY)


def test_what_is_being_drawn_while_a_plan_is_withdrawn_is_withdrawn_with_it(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = busy(board)
    meanwhile = Thread(target=withdraw, args=(board,))

    def slowly(*asked: Any) -> SecondMoment | None:
        meanwhile.start()
        meanwhile.join(0.3)
        return second_moment(*asked)

    monkeypatch.setattr(following_up, "draw_moment", slowly)
    assert follow_up_calls(board.desk, ZONE) == 1
    meanwhile.join()
    assert board.stands(call) == (State.ENDED, Ending.REFUSED, Disposition.BUSY)


def test_it_is_journalled_with_its_reason_and_who_was_told_of_a_moment_gets_one_letter(
    board: Switchboard,
) -> None:
    first, second, declined, *_ = calls(board.institute)
    with board.sessions.begin() as session:
        for call in (first, second, declined):
            assert call.assessor
            offers.offer(session, call.id, call.assessor, call.moment, NOW)
        assert declined.assessor
        offers.answer(
            session,
            declined.id,
            declined.assessor,
            declined.moment,
            offers.Answer.DECLINED,
            NOW,
        )
    withdraw(board)
    with board.sessions.reading() as session:
        (entry,) = (e for e in journal.entries(session) if e.action == "plan withdrawn")
        letters = mail.count(session, mail.LetterState.WAITING)
    assert (entry.actor, json.loads(entry.detail)["calls"]) == ("Ada", len(calls(board.institute)))
    assert letters == len({first.assessor, second.assessor})


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (LONGEST_REASON + 1)])
def test_a_reason_is_asked_for(board: Switchboard, reason: str) -> None:
    with pytest.raises(WithdrawalRefused):
        withdraw(board, reason)
    assert {call.disposition for call in calls(board.institute)} == {Disposition.PLANNED}


def test_it_is_withdrawn_once_and_nothing_is_added_afterwards(board: Switchboard) -> None:
    withdraw(board)
    with pytest.raises(WithdrawalRefused, match="already"):
        withdraw(board)
    board.institute.centre(1)
    (plan,) = {call.plan for call in calls(board.institute)}
    with pytest.raises(PlanRefused, match="withdrawn"):
        add(board.institute, plan, NOW)
    with board.sessions.reading() as session:
        assert diary.is_withdrawn(session, plan)


def test_what_was_added_to_a_plan_is_withdrawn_with_it(board: Switchboard) -> None:
    (plan,) = {call.plan for call in calls(board.institute)}
    board.institute.centre(1)
    assert add(board.institute, plan, NOW)
    everything = calls(board.institute)
    vault = board.institute.vault
    assert withdrawing.withdraw(board.sessions, vault, plan, "Why", NOW, "Ada") == len(everything)
    for key in {call.plan for call in everything}:
        with board.sessions.reading() as session:
            assert diary.is_withdrawn(session, key)


def test_a_rehearsal_is_not_withdrawn(sessions: Sessions) -> None:
    board = a_switchboard(sessions)
    board.institute.centre()
    draw(board.institute, purpose="rehearsal")
    with pytest.raises(WithdrawalRefused):
        withdraw(board)
