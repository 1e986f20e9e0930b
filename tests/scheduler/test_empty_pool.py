"""Without a number in the pool plans are whole all the same, and every call is made by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from config.database import Sessions
from scheduler import line_state
from scheduler.dialling import account_refused
from scheduler.dialling_by_hand import choose_where_no_number, dialling_now
from scheduler.diary_rows import CallerNumberRow, PlanCentreRow
from scheduler.outcome import Disposition
from scheduler.reassigning import mend_calls
from scheduler.telephone import ACCOUNT_REFUSED
from tests.builders import ZONE
from tests.scheduler.planned import calls, draw
from tests.scheduler.stored import rows
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.centre()
    set_pool(board, filled=False)
    return board


def set_pool(board: Switchboard, *, filled: bool) -> None:
    with board.sessions.begin() as session:
        session.execute(update(CallerNumberRow).values(in_pool=filled))


def test_a_plan_neither_refuses_nor_names_the_missing_numbers(board: Switchboard) -> None:
    drew = draw(board.institute)
    found = calls(board.institute, plan=drew.plan)
    assert (drew.short, drew.without, len(found)) == (0, (), drew.calls)
    assert {call.caller_number for call in found} == {None}
    with board.sessions.reading() as session:
        shortages = session.scalars(select(PlanCentreRow.short)).all()
    assert [short for short in shortages if "caller" in short] == []
    assert choose_where_no_number(board.sessions, board.clock()) == drew.calls
    assert all(call.by_hand for call in calls(board.institute, plan=drew.plan))


def test_the_coming_calls_lack_nothing_until_the_pool_is_filled(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    choose_where_no_number(board.sessions, board.clock())
    board.clock.now = first.drawn_moment - timedelta(hours=1)
    before = rows(board.sessions)
    mend_calls(board.desk, ZONE)
    assert rows(board.sessions) == before
    set_pool(board, filled=True)
    mend_calls(board.desk, ZONE)
    (now_there,) = (each for each in calls(board.institute) if each.id == first.id)
    assert now_there.caller_number is not None, "an administrator may let the telephone dial again"


def test_a_practice_call_is_planned_and_made_by_hand(board: Switchboard) -> None:
    call = board.call(due=60)
    assert choose_where_no_number(board.sessions, board.clock()) == 1
    board.clock.pass_by(seconds=60)
    dialling_now(board.sessions, call, board.institute.assessor, board.clock())
    assert board.disposition(call) is Disposition.RUNNING


@pytest.mark.parametrize("filled", [False, True])
def test_an_account_that_is_refused_at_a_look_stops_dialling_where_the_network_dials(
    board: Switchboard, filled: bool
) -> None:
    set_pool(board, filled=filled)
    for _ in range(2):
        account_refused(board.desk)
    assert board.journalled("dialling stopped") == filled
    with board.sessions.reading() as session:
        stop = line_state.stopped(session)
    assert (stop[1] if stop else None) == (ACCOUNT_REFUSED if filled else None)
