"""A restored backup dials nothing until the network has told what was made since."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from config.database import Sessions
from scheduler import attempts, comparing
from scheduler.dialling import dial_due
from scheduler.high_water import HighWater
from scheduler.outcome import Disposition, Ending, State
from scheduler.settling import expire
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def board(sessions: Sessions, tmp_path: Path) -> Switchboard:
    board = a_switchboard(sessions)
    board.desk = replace(board.desk, high_water=HighWater(tmp_path / "mark.json"))
    return board


def mark(board: Switchboard) -> HighWater:
    assert board.desk.high_water is not None
    return board.desk.high_water


def compare_to_the_end(board: Switchboard) -> None:
    for _ in range(40):
        board.clock.pass_by(seconds=30)
        if comparing.compare(board.desk) == 0:
            return
    raise AssertionError("the comparison doesn't end")


def test_each_claim_is_marked_before_anything_is_sent(board: Switchboard) -> None:
    call = board.dialled()
    assert mark(board).attempt() == board.attempt(call).id


def test_behind_the_mark_nothing_is_dialled_and_nothing_missed(board: Switchboard) -> None:
    call = board.call()
    mark(board).note(uuid4(), board.clock())  # of a call that this database doesn't know
    assert dial_due(board.desk) == 0
    board.clock.pass_by(minutes=5)
    assert expire(board.desk) == 0
    assert board.stands(call) == (State.INTENT, None, Disposition.PLANNED)


def test_a_call_made_since_the_backup_takes_on_what_happened(board: Switchboard) -> None:
    call = board.call()
    mark(board).note(uuid4(), board.clock())
    to, caller = "+447700900000", "+441632960000"  # as it was rung before the restore
    telephone = board.telephone
    telephone.becomes("CA" + "7" * 32, "completed")
    telephone.legs["CA" + "7" * 32] = replace(
        telephone.legs["CA" + "7" * 32], to=to, caller=caller, created_at=board.clock()
    )
    telephone.becomes("CA" + "8" * 32, "completed", parent="CA" + "7" * 32, length=95)
    compare_to_the_end(board)
    assert board.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)
    assert telephone.rings == []
    assert dial_due(board.desk) == 0
    later = board.call(1)
    assert board.dial() == 1  # and dialling goes on
    assert board.disposition(later) is Disposition.RUNNING


def test_a_call_that_the_network_does_not_know_is_missed_and_not_dialled(
    board: Switchboard,
) -> None:
    call, later = board.call(), board.call(1, due=7200)
    mark(board).note(uuid4(), board.clock())
    compare_to_the_end(board)
    assert board.stands(call) == (State.ENDED, Ending.NOT_PLACED, Disposition.MISSED)
    assert board.disposition(later) is Disposition.PLANNED
    assert board.telephone.rings == []
    assert board.journalled("restored database compared") == 1


def test_while_the_list_fails_nothing_is_settled(board: Switchboard) -> None:
    call = board.call()
    mark(board).note(uuid4(), board.clock())
    board.telephone.listing_fails = True
    for _ in range(10):
        board.clock.pass_by(seconds=60)
        comparing.reconcile_or_compare(board.desk)
    assert board.stands(call)[0] is State.UNKNOWN
    assert dial_due(board.desk) == 0


def test_a_database_that_is_not_behind_is_settled_as_ever(board: Switchboard) -> None:
    call = board.call(due=timedelta(hours=1).total_seconds())
    comparing.reconcile_or_compare(board.desk)
    assert board.disposition(call) is Disposition.PLANNED
    assert board.journalled("restored database compared") == 0


def test_a_restored_call_passes_no_gate_and_its_ending_is_asked_of_the_network(
    board: Switchboard,
) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        assert attempts.doubt(session, board.attempt(call))
    sid = "CA" + "7" * 32
    assert board.answer(call, sid=sid)
    assert board.confirm(call, sid=sid) is None
    board.assessor(call, "completed", sid=sid)
    assert board.stands(call)[0] is State.CREATED
    board.telephone.becomes(sid, "completed")
    board.telephone.becomes("CA" + "8" * 32, "busy", parent=sid)
    board.clock.pass_by(minutes=3)
    comparing.reconcile_or_compare(board.desk)
    assert board.stands(call) == (State.ENDED, Ending.BUSY, Disposition.BUSY)
