"""What the whole line does: heartbeats, and one switch whose first reason stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from config.database import Sessions
from scheduler import line_state
from tests.builders import NOW

LATER = NOW + timedelta(seconds=1)


def test_the_last_heartbeat_of_each_process_is_remembered(sessions: Sessions) -> None:
    with sessions.begin() as session:
        line_state.beat(session, "worker", NOW)
    with sessions.begin() as session:
        line_state.beat(session, "worker", LATER)
    with sessions.reading() as session:
        assert line_state.last_beat(session, "worker") == LATER
        assert line_state.last_beat(session, "web") is None


def test_dialling_is_stopped_for_the_first_reason_until_it_goes_on(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert line_state.stopped(session) is None
        line_state.stop(session, "an outage", NOW)
    with sessions.begin() as session:
        line_state.stop(session, "another reason", LATER)
        assert line_state.stopped(session) == (NOW, "an outage")
    with sessions.begin() as session:
        line_state.resume(session)
        line_state.resume(session)
    with sessions.begin() as session:
        assert line_state.stopped(session) is None
        line_state.stop(session, "x" * 400, LATER)
    with sessions.reading() as session:
        assert line_state.stopped(session) == (LATER, "x" * 300)


def test_two_that_stop_it_at_once_both_succeed(sessions: Sessions) -> None:
    def stop(number: int) -> None:
        with sessions.begin() as session:
            line_state.stop(session, f"reason {number}", NOW)

    with ThreadPoolExecutor(4) as people:
        list(people.map(stop, range(4)))
    with sessions.reading() as session:
        assert line_state.stopped(session) is not None
