"""A call is judged by what its centre declared when it began, not when the call was planned."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from config.database import Sessions
from scheduler import diary, register
from scheduler.dialling_by_hand import dialling_now
from scheduler.enrolling import enrol
from scheduler.reassigning import mend_calls
from tests.builders import LEVEL, ZONE, a_return
from tests.scheduler.planned import calls, draw
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def declare(board: Switchboard, answer_within: int) -> None:
    """Let the first centre declare another answer time from today on."""
    stated = a_return(0, service_level=replace(LEVEL, answer_within=answer_within))
    institute = board.institute
    enrol(institute.sessions, institute.vault, stated, board.clock(), "test", ZONE)


def judged_by(board: Switchboard, call: UUID) -> int:
    with board.sessions.reading() as session:
        planned = diary.find_call(session, call)
        assert planned is not None
        return register.service_level(session, planned.service_level).answer_within


def test_the_version_in_force_at_the_gate_counts_and_no_later_one(board: Switchboard) -> None:
    call = board.dialled()
    assert judged_by(board, call) == LEVEL.answer_within
    declare(board, 77)
    board.answer(call)
    assert board.confirm(call) is not None
    declare(board, 78)
    assert judged_by(board, call) == 77


def test_so_it_is_where_the_assessor_dials(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        diary.set_by_hand(session, call, True)
        planned = diary.find_call(session, call)
        assert planned is not None
        assert planned.assessor is not None
    declare(board, 77)
    dialling_now(board.sessions, call, planned.assessor, board.clock())
    assert judged_by(board, call) == 77


def test_the_briefing_of_a_coming_call_shows_it_before(board: Switchboard) -> None:
    board.institute.centre()
    draw(board.institute)
    first = calls(board.institute)[0]
    board.clock.now = first.moment - timedelta(days=1)
    declare(board, 77)
    mend_calls(board.desk, ZONE)
    assert judged_by(board, first.id) == 77
