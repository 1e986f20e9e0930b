"""How much of the network's two limits is used."""

from datetime import timedelta

import pytest

from config.database import Sessions
from scheduler.dialling_by_hand import choose, dialling_now
from scheduler.rates import Rates, busiest_second, rates
from scheduler.telephone import TOO_MANY, NotPlaced
from tests.builders import NOW
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def used(board: Switchboard) -> Rates:
    with board.sessions.reading() as session:
        return rates(session, board.clock())


def test_what_was_asked_in_a_minute_and_what_is_up_are_counted(board: Switchboard) -> None:
    board.connected(0)
    board.dialled(1)
    assert used(board) == Rates(asked=2, busiest=2, legs=3, refused=0)
    board.clock.pass_by(seconds=60)
    assert used(board) == Rates(asked=0, busiest=0, legs=3, refused=0)


def test_what_was_refused_for_too_many_is_counted_for_a_day(board: Switchboard) -> None:
    board.telephone.fail_next(NotPlaced(f"{TOO_MANY} (code 10004)", permanent=False))
    board.call()
    board.dial()
    assert used(board) == Rates(asked=1, busiest=1, legs=0, refused=1)
    board.clock.pass_by(hours=24)
    assert used(board).refused == 0


def test_a_call_by_hand_asks_nothing_of_the_network(board: Switchboard) -> None:
    call = board.call(due=60)
    choose(board.sessions, call, True, board.clock(), "ada")
    board.clock.pass_by(seconds=60)
    dialling_now(board.sessions, call, board.institute.assessor, board.clock())
    assert used(board) == Rates(asked=0, busiest=0, legs=0, refused=0)


def test_the_busiest_second_is_the_one_with_most() -> None:
    moments = [NOW + timedelta(seconds=s) for s in (0, 0.2, 0.9, 1, 1.5)]
    assert (busiest_second(moments), busiest_second([])) == (3, 0)
