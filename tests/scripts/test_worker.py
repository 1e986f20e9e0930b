"""One worker a machine: it ticks, says so, and never rings planted people for real."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from config.clock import system_clock
from config.database import connect
from config.settings import CHECKOUT, Line, Settings, read_settings
from scheduler import alarms, attempts, caller_pool, diary, line_state
from scheduler.outcome import Disposition, State
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Server, serve
from scheduler.telephone import ACCOUNT_REFUSED
from scripts.database import Installation
from scripts.practice_account import practice_account
from scripts.practice_line import POOL
from scripts.worker import WorkerRefused, run, worker_lock
from tests.builders import Institute, an_institute

LIVE = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "PUBLIC_ORIGIN": "https://calls.example.org",
}


def settings(var: Path, **more: str) -> Settings:
    return read_settings({"UNANNOUNCED_VAR": str(var)} | more)


@pytest.fixture
def institute(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Institute]:
    """An institute with planted people, in the folder of an installation."""
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "unannounced.db")
    sessions = connect(f"sqlite:///{tmp_path / 'data' / 'unannounced.db'}")
    yield an_institute(sessions)
    sessions.engine.dispose()


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    own = practice_account(settings(tmp_path))
    ledger = Ledger(tmp_path / "exchange" / "ledger.jsonl")
    return Exchange(own.account, own.token, ledger, system_clock, POOL)


@pytest.fixture
def server(exchange: Exchange) -> Iterator[Server]:
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    yield server
    server.close()


def port(server: Server) -> str:
    return server.origin.rpartition(":")[2]


@contextmanager
def working(institute: Institute, own: Settings) -> Iterator[None]:
    """Run a worker beside the test, and see it end well."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run, Installation(own, institute.sessions, institute.vault), stop)
        try:
            yield
        finally:
            stop.set()
        assert ended.result(timeout=120) == 0


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 120
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def last_beat(institute: Institute) -> datetime | None:
    with institute.sessions.reading() as session:
        return line_state.last_beat(session, "worker")


def disposition(institute: Institute, call: object) -> Disposition:
    with institute.sessions.reading() as session:
        return next(each.disposition for each in diary.calls(session) if each.id == call)


def test_a_second_worker_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    own = settings(tmp_path)
    with worker_lock(own):
        with pytest.raises(WorkerRefused, match="Stop it first") as refused, worker_lock(own):
            pass
        assert str(tmp_path) in str(refused.value)
        with worker_lock(settings(tmp_path / "another")):
            pass
    with worker_lock(own):
        pass


def test_workers_that_share_a_database_server_share_the_lock(tmp_path: Path) -> None:
    own = settings(tmp_path)
    with (
        worker_lock(own, shared=True),
        worker_lock(own, shared=True),
        pytest.raises(WorkerRefused),
        worker_lock(own),
    ):
        pass


def test_the_program_refuses_beside_a_running_worker(tmp_path: Path) -> None:
    with worker_lock(settings(tmp_path)):
        ended = subprocess.run(
            [sys.executable, "-m", "scripts.worker"],
            cwd=CHECKOUT,
            env={**os.environ, "UNANNOUNCED_VAR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "A worker runs already" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_worker_keeps_the_pool_dials_what_is_due_and_says_that_it_lives(
    institute: Institute, exchange: Exchange, server: Server, tmp_path: Path
) -> None:
    began = datetime.now(UTC)
    call = institute.call(due=timedelta(0), now=began)
    with working(institute, settings(tmp_path, EXCHANGE_PORT=port(server))):
        assert soon(lambda: disposition(institute, call) is Disposition.RUNNING)
        assert soon(lambda: (last_beat(institute) or began) > began)
        first = last_beat(institute)
        assert first is not None
        assert soon(lambda: (last_beat(institute) or first) > first)
        with institute.sessions.reading() as session:
            assert len(alarms.workers(session)) == 1
    with institute.sessions.reading() as session:
        assert alarms.workers(session) == (), "it said goodbye"
    (leg,) = exchange.legs()
    assert (leg.to, leg.from_) == ("+447700900000", "+441632960000")
    with institute.sessions.reading() as session:
        assert len(caller_pool.caller_numbers(session)) == len(POOL)
        (attempt,) = attempts.of_call(session, call)
    assert attempt.call_sid == leg.sid


def test_a_worker_begins_by_giving_up_what_a_dead_one_was_sending(
    institute: Institute, exchange: Exchange, server: Server, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    call = institute.call(due=timedelta(0), now=now)
    with institute.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call)
        assert attempts.claim(session, attempt.id, "a dead worker", now)
    with working(institute, settings(tmp_path, EXCHANGE_PORT=port(server))):
        assert soon(lambda: disposition(institute, call) is Disposition.UNKNOWN)
    with institute.sessions.reading() as session:
        (attempt,) = attempts.of_call(session, call)
    assert attempt.state is State.UNKNOWN
    assert exchange.legs() == []


def test_a_worker_without_a_network_goes_on_ticking(institute: Institute, tmp_path: Path) -> None:
    with working(institute, settings(tmp_path, EXCHANGE_PORT="9")):
        assert soon(lambda: last_beat(institute) is not None)


def test_a_stand_in_may_ring_planted_people(
    institute: Institute, server: Server, tmp_path: Path
) -> None:
    account = practice_account(settings(tmp_path))
    own = settings(
        tmp_path,
        TWILIO_ACCOUNT_SID=account.account,
        TWILIO_AUTH_TOKEN=account.token,
        TWILIO_API_ORIGIN=server.origin,
    )
    assert own.line is Line.STAND_IN
    with working(institute, own):
        assert soon(lambda: last_beat(institute) is not None)


def test_the_live_telephone_refuses_planted_people(institute: Institute, tmp_path: Path) -> None:
    own = settings(tmp_path, **LIVE)
    assert own.line is Line.LIVE
    call = institute.call(due=timedelta(0), now=datetime.now(UTC))
    stop = Event()
    stop.set()  # were it not refused, it would end at once
    with pytest.raises(WorkerRefused, match="demonstration people"):
        run(Installation(own, institute.sessions, institute.vault), stop)
    assert disposition(institute, call) is Disposition.PLANNED
    assert last_beat(institute) is None


def test_a_worker_whose_account_is_refused_stops_dialling_before_a_call_is_lost(
    institute: Institute, server: Server, tmp_path: Path
) -> None:
    own = settings(
        tmp_path,
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN="0" * 32,
        TWILIO_API_ORIGIN=server.origin,
    )

    def stopped() -> bool:
        with institute.sessions.reading() as session:
            stop = line_state.stopped(session)
        return stop is not None and stop[1] == ACCOUNT_REFUSED

    with working(institute, own):
        assert soon(stopped)
