"""A worker's name is held as long as it is at work, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from config import presence
from config.clock import system_clock
from config.database import Sessions
from config.presence import ClockAstray


def is_sqlite(sessions: Sessions) -> bool:
    return sessions.engine.dialect.name == "sqlite"


def present(sessions: Sessions, name: str) -> bool:
    with sessions.reading() as session:
        return presence.is_present(session, name)


def test_a_worker_is_present_while_it_is_at_work(sessions: Sessions) -> None:
    assert not present(sessions, "a")
    with presence.at_work(sessions, "a"):
        # On SQLite the machine's lock says that nobody else is.
        assert present(sessions, "a") is not is_sqlite(sessions)
        assert present(sessions, "a") is not is_sqlite(sessions)  # looking takes nothing away
        assert not present(sessions, "b")
    assert not present(sessions, "a")


def test_of_several_workers_one_runs_the_errands_until_it_goes(sessions: Sessions) -> None:
    with presence.at_work(sessions, "a") as first:
        assert first.runs_errands()
        assert first.runs_errands()
        if not is_sqlite(sessions):
            with presence.at_work(sessions, "b") as second:
                assert not second.runs_errands()
    with presence.at_work(sessions, "c") as third:
        assert third.runs_errands()


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_not_the_databases_is_refused(sessions: Sessions, hours: int) -> None:
    with presence.at_work(sessions, "a") as seat:
        seat.check(system_clock)
        if is_sqlite(sessions):
            return  # one machine has one clock

        def astray() -> datetime:
            return datetime.now(UTC) + timedelta(hours=hours)

        with pytest.raises(ClockAstray, match="3600 s"):
            seat.check(astray)
