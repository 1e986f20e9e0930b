"""Several workers on PostgreSQL: each claim is one worker's, and a dead one's is released."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from config import presence
from config.database import Sessions, connect
from scheduler import attempts, worklist
from scheduler.dialling import dial_due
from scheduler.outcome import State
from scheduler.settling import give_up_dead_owners, reconcile
from scheduler.telephone import PerhapsPlaced, Ring
from tests.fakes import FakeTelephone
from tests.scheduler.switchboard import Switchboard, a_switchboard, desk
from tests.services.postgres import Postgres

pytestmark = pytest.mark.postgresql


@pytest.fixture
def board(postgres: Postgres, migrated_postgres: str) -> Iterator[Switchboard]:
    url = postgres.create(migrated_postgres)
    sessions = connect(url)
    yield a_switchboard(sessions)
    sessions.engine.dispose()
    postgres.drop(url)


def claimed_by(board: Switchboard, owner: str) -> State:
    """Plan a call that a worker is just sending, and look at it as the others do."""
    call = board.call()
    last = board.attempt(call)
    with board.sessions.begin() as session:
        assert attempts.claim(session, last.id, owner, board.clock())
    return board.attempt(call).state


def states(board: Switchboard) -> list[State]:
    with board.sessions.reading() as session:
        found = worklist.in_state(session, *State, rehearsed=None)
    return [each.state for each in found]


def test_what_a_living_worker_is_sending_is_left_to_it_and_a_dead_ones_given_up(
    board: Switchboard,
) -> None:
    with presence.at_work(board.sessions, "worker 2"):
        assert claimed_by(board, "worker 2") is State.SENDING
        assert give_up_dead_owners(board.desk) == 0
        reconcile(board.desk)
        assert states(board) == [State.SENDING]
    assert give_up_dead_owners(board.desk) == 1
    assert states(board) == [State.UNKNOWN]


def test_a_living_worker_that_hangs_loses_its_claim_by_the_clock(board: Switchboard) -> None:
    with presence.at_work(board.sessions, "worker 2"):
        claimed_by(board, "worker 2")
        board.clock.pass_by(seconds=31)
        reconcile(board.desk)
        assert states(board) == [State.UNKNOWN]


def look_up_again_and_again(board: Switchboard) -> None:
    for seconds in (31, 120, 61, 61):
        board.clock.pass_by(seconds=seconds)
        reconcile(board.desk)


def test_what_a_living_worker_has_not_told_of_is_not_taken_for_not_placed_by_another(
    board: Switchboard,
) -> None:
    class Late(FakeTelephone):
        def ring(self, ring: Ring) -> str:
            look_up_again_and_again(board)
            assert states(board) == [State.UNKNOWN]
            super().ring(ring)
            raise PerhapsPlaced("status 500")

    board.call()
    slow = Late(board.clock)
    board.desk = replace(board.desk, telephone=slow)
    with presence.at_work(board.sessions, "worker 2"):
        assert dial_due(replace(board.desk, owner="worker 2")) == 1
    board.clock.pass_by(seconds=120)
    reconcile(board.desk)
    assert states(board) == [State.CREATED]
    assert len(slow.rings) == 1


def test_once_that_worker_has_gone_it_was_not_placed(board: Switchboard) -> None:
    with presence.at_work(board.sessions, "worker 2"):
        claimed_by(board, "worker 2")
        look_up_again_and_again(board)
        assert states(board) == [State.UNKNOWN]
    look_up_again_and_again(board)
    assert states(board) == [State.ENDED]


def test_an_intent_that_another_is_claiming_is_passed_over_without_waiting(
    board: Switchboard,
) -> None:
    held, free = board.call(0), board.call(1)
    with board.sessions.begin() as session:
        assert attempts.hold(session, board.attempt(held).id)
        other = desk(board.institute, board.telephone, board.clock, "worker 2")
        board.desk = other
        assert board.dial() == 1
    assert board.attempt(held).state is State.INTENT
    assert board.attempt(free).state is State.CREATED
    assert board.dial() == 1


def test_two_workers_never_ring_on_one_providers_lines_at_once(board: Switchboard) -> None:
    centre = board.institute.centre(0)
    board.call(centre=centre)
    board.call(centre=centre, due=-1)
    assert board.dial() == 1
    board.desk = desk(board.institute, board.telephone, board.clock, "worker 2")
    assert board.dial() == 0
    assert len(board.telephone.rings) == 1


def test_sessions_stay_usable_after_a_worker_has_gone(board: Switchboard) -> None:
    own: Sessions = board.sessions
    for _ in range(3):
        with presence.at_work(own, "worker 3"), own.reading() as session:
            assert presence.is_present(session, "worker 3")
