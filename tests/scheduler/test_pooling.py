"""The pool is what the account owns, without what the network refuses; it never empties unsaid."""

from datetime import timedelta

import pytest

from config import mail
from config.database import Sessions
from scheduler import caller_pool, hearing
from scheduler.access import Role
from scheduler.hearing import Told
from scheduler.outcome import Disposition, Ending, State
from scheduler.pooling import keep_pool
from scheduler.settling import reconcile
from scheduler.telephone import NotPlaced
from tests.builders import NOW, ZONE
from tests.scheduler.switchboard import Switchboard, a_switchboard

FIRST, SECOND, THIRD = (f"+44163296000{n}" for n in range(3))
NOT_OURS = NotPlaced("refused with code 21210", permanent=False, caller_refused=True)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.person("Ada", Role.ADMINISTRATOR)
    return board


def keep(board: Switchboard, *owned: str, days: int = 0) -> None:
    now = NOW + timedelta(days=days)
    vault = board.institute.vault
    keep_pool(board.sessions, vault, owned, now, ZONE, "https://calls.example.org")


def pool(board: Switchboard) -> list[str]:
    with board.sessions.reading() as session:
        keys = caller_pool.caller_numbers(session)
        return [caller_pool.caller_number(session, key) or "" for key in keys]


def letters(board: Switchboard) -> list[str]:
    with board.sessions.reading() as session:
        waiting = mail.listed(session, mail.LetterState.WAITING, 50)
    return sorted(letter.subject for letter in waiting)


def test_an_account_without_numbers_empties_nothing_and_is_told_once_a_day(
    board: Switchboard,
) -> None:
    for days in (0, 0, 1):
        keep(board, days=days)
    assert pool(board) == [FIRST, SECOND]
    assert letters(board) == ["The telephone account owns no number"] * 2


def test_a_number_that_is_no_longer_owned_leaves_and_a_new_one_comes(board: Switchboard) -> None:
    keep(board, SECOND, THIRD)
    assert pool(board) == [SECOND, THIRD]
    assert letters(board) == []


def test_a_refused_number_leaves_and_the_call_goes_on_from_another(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(NOT_OURS)
    board.dial()
    assert pool(board) == [SECOND]
    board.clock.pass_by(seconds=10)
    board.dial()
    (ring,) = board.telephone.rings
    assert ring.caller == SECOND
    assert board.stands(call)[2] is Disposition.RUNNING
    for _ in range(2):
        keep(board, FIRST, SECOND)
    assert pool(board) == [SECOND], "the account's own list doesn't bring it back"
    assert letters(board) == [f"{FIRST} was refused as a caller number"]


def test_the_last_number_that_is_refused_leaves_the_call_missed(board: Switchboard) -> None:
    keep(board, FIRST)
    call = board.call()
    board.telephone.fail_next(NOT_OURS)
    board.dial()
    board.clock.pass_by(seconds=10)
    board.dial()
    assert board.telephone.rings == []
    assert board.stands(call)[2] is Disposition.MISSED


def test_a_number_refused_while_the_centre_is_dialled_leaves_as_well(board: Switchboard) -> None:
    call = board.call()
    board.dial()
    sid, token = board.sid(call), board.attempt(call).token
    assert hearing.assessor_answered(board.sessions, token, sid, NOW)
    assert hearing.assessor_confirmed(board.sessions, token, sid, "1", NOW)
    told = Told(sid, "", "failed", 0, NOW, error=13214)
    hearing.dial_ended(board.sessions, token, told, NOW)
    assert pool(board) == [SECOND]


def test_a_number_that_two_calls_show_is_refused_once(board: Switchboard) -> None:
    for call in (board.connected(0), board.connected(1)):
        told = Told(board.sid(call), "", "failed", 0, NOW, error=13214)
        hearing.dial_ended(board.sessions, board.attempt(call).token, told, NOW)
    assert pool(board) == [SECOND]
    assert board.journalled("caller number refused") == 1


def test_a_number_that_left_the_pool_before_the_key_rings_no_centre(board: Switchboard) -> None:
    call = board.dialled()
    keep(board, THIRD)
    assert board.confirm(call) is None
    board.telephone.becomes(board.sid(call), "completed")
    board.clock.pass_by(minutes=3)
    reconcile(board.desk)
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)


def test_a_refused_number_is_brought_back_by_a_person_or_when_it_is_owned_anew(
    board: Switchboard,
) -> None:
    for bring_back in (True, False):
        with board.sessions.begin() as session:
            assert caller_pool.refuse(session, FIRST, NOW)
            assert not caller_pool.refuse(session, FIRST, NOW)
        if bring_back:
            with board.sessions.begin() as session:
                assert caller_pool.restore(session, FIRST)
                assert not caller_pool.restore(session, FIRST)
        else:
            keep(board, SECOND)
        keep(board, FIRST, SECOND)
        assert pool(board) == [FIRST, SECOND]
