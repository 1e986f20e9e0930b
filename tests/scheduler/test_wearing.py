"""An identity leaves planning when it has been heard too often, and is burnt when recognised."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from config import journal
from config.database import Sessions
from scheduler import codes, custody, marking
from scheduler.call import PlannedCall
from scheduler.register_rows import CoverIdentityRow
from scheduler.wearing import heard, recognised
from tests.builders import NOW, identity
from tests.scheduler.planned import calls, draw
from tests.scheduler.switchboard import Switchboard, a_switchboard

TODAY = NOW.date()


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    """A switchboard with one centre of two identities."""
    board = a_switchboard(sessions)
    board.institute.centre(identities=(identity("1", "11"), identity("2", "22")))
    return board


def sampled(board: Switchboard) -> tuple[PlannedCall, ...]:
    """The calls of a plan of one identity alone: the other has no part in it."""
    return calls(board.institute, plan=draw(board.institute).plan)


def worn(board: Switchboard, identity: UUID) -> custody.Wear:
    with board.sessions.reading() as session:
        (centre,) = {call.centre for call in calls(board.institute)}
        return next(x for x in custody.wear(session, centre) if x.identity == identity)


def usable(board: Switchboard, centre: UUID) -> set[UUID]:
    with board.sessions.reading() as session:
        return {each.id for each in codes.usable_identities(session, centre)}


def test_a_call_counts_once_however_often_its_identity_is_heard(board: Switchboard) -> None:
    call, *_ = sampled(board)
    with board.sessions.begin() as session:
        heard(session, call, NOW)
        heard(session, call, NOW + timedelta(minutes=10))
    assert worn(board, call.identity).uses == 1


def test_an_identity_leaves_planning_at_its_limit_and_still_serves_what_was_drawn(
    board: Switchboard,
) -> None:
    drawn = sampled(board)
    own = [call for call in drawn if call.identity == drawn[0].identity][:2]
    assert len(own) == 2
    with board.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(most_uses=2))
        heard(session, own[0], NOW)
    assert own[0].identity in usable(board, own[0].centre)
    with board.sessions.begin() as session:
        heard(session, own[1], NOW)
        assert codes.identity_serves(session, own[0].identity, TODAY)
    assert own[0].identity not in usable(board, own[0].centre)
    assert len(usable(board, own[0].centre)) == 1


def test_a_mark_that_they_suspect_burns_the_identity(board: Switchboard) -> None:
    call = next(call for call in sampled(board) if call.assessor)
    assert call.assessor is not None
    marking.mark(board.sessions, call.id, call.assessor, "greeted", NOW)
    assert worn(board, call.identity).burnt_on is None
    marking.mark(board.sessions, call.id, call.assessor, "suspect", NOW)
    assert worn(board, call.identity).burnt_on == TODAY
    assert call.identity not in usable(board, call.centre)
    with board.sessions.begin() as session:
        recognised(session, call, "detected", NOW + timedelta(days=1), "test")
        assert sum(e.action == "identity burnt" for e in journal.entries(session)) == 1
    assert worn(board, call.identity).burnt_on == TODAY


def test_a_practice_call_wears_nothing_out(board: Switchboard) -> None:
    call = board.connected(1)
    (practised,) = calls(board.institute)
    assert practised.id == call
    with board.sessions.begin() as session:
        recognised(session, practised, "detected", NOW, "test")
    stands = worn(board, practised.identity)
    assert (stands.uses, stands.burnt_on) == (0, None)


def test_an_account_that_is_stated_again_stays_burnt(board: Switchboard) -> None:
    call, *_ = sampled(board)
    with board.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(burnt_on=TODAY))
    both = (identity("1", "11"), identity("2", "22"))
    board.institute.centre(identities=())
    board.institute.centre(identities=both)
    assert usable(board, call.centre) == set()
