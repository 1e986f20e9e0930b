"""Our scan of the table beside a job queue, Procrastinate, as what tells workers of due calls.

Run ``.venv/bin/python -m tests.benchmarks.queueing [CALLS]`` with the peers of ``requirements.txt``
beside it installed. The calls (1,000) fall due over one minute, three worker processes on one
PostgreSQL take them; then fifty in half a minute, of whose workers two are killed: one with a call
at hand that it hasn't claimed, one whose request was just answered.
"""

import asyncio
import logging
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

import procrastinate
from sqlalchemy import select

from config import presence
from config.clock import system_clock
from config.database import Sessions, connect
from config.vault import Vault
from scheduler import attempts, dialling, settling
from scheduler.dialling import Desk
from scheduler.diary_rows import AttemptRow, PlannedCallRow
from scheduler.outcome import Attempt
from scheduler.telephone import NotPlaced, Ring
from scripts.database import migrate
from tests.builders import an_institute
from tests.fakes import FakeTelephone
from tests.services.postgres import running_postgres

CALLS, MINUTE, CENTRES, WORKERS = 1_000, 60.0, 50, 3
FEW, HALF_A_MINUTE = 50, 30.0
LEAD = 20.0  # seconds from the plan to the first moment
REQUEST = 0.1  # seconds that the network takes for one
SWEEP = 15.0  # seconds between looks for what the dead have left
UNTIL_TAKEN = 60.0  # seconds after the last moment, for the same
DIES_AT = 5  # the call at which a victim is killed


@dataclass(frozen=True)
class Way:
    """How workers are told of a due call, and whether our claim guards the request."""

    name: str
    guarded: bool = True
    at_once: int = 0  # jobs of a worker; 0 is our scan


SCAN = Way("our scan")
QUEUE = Way("queue, our claim inside", at_once=1)
FIVE = Way("queue, five jobs at once", at_once=5)
BARE = Way("queue alone", guarded=False, at_once=1)


class Network(FakeTelephone):
    """Notes each request on disk, takes its time, and lets the provider's line be free again."""

    def __init__(self, noted: Path, name: str, dies_after: bool) -> None:
        super().__init__(system_clock)
        self._noted, self._name, self._dies_after = noted, name, dies_after

    def ring(self, ring: Ring) -> str:
        self.rings.append(ring)
        token = ring.answer_url.split("/")[-2]
        note(self._noted, "rang", self._name, token)
        if self._dies_after and len(self.rings) == DIES_AT:
            die(self._noted, "killed after its request", self._name, token)
        time.sleep(REQUEST)
        raise NotPlaced("the benchmark takes no call", permanent=True)


def note(path: Path, *words: str) -> None:
    """Append a line, whole, whatever becomes of the process."""
    with path.open("a") as file:
        file.write("\t".join((*words, repr(time.time()))) + "\n")


def die(path: Path, what: str, name: str, token: str) -> None:
    """End this process as a power cut would."""
    note(path, what, name, token)
    os.kill(os.getpid(), signal.SIGKILL)


def dial(desk: Desk, attempt: Attempt, way: Way) -> None:
    """Our protocol, or what a queue's task would be without it."""
    if way.guarded:
        dialling._dial(desk, attempt)
        return
    answer = dialling.hook(desk.hooks, attempt.token, "answer")
    try:
        desk.telephone.ring(Ring("+447700900000", "+441632960000", answer, answer, 30))
    except NotPlaced:
        return


def by_scan(desk: Desk, until: float) -> None:
    """Look once a second, as our workers do."""
    while time.time() < until:
        began = time.monotonic()
        dialling.dial_due(desk)
        time.sleep(max(0.0, 1 - (time.monotonic() - began)))


def queue(url: str) -> procrastinate.App:
    """The queue in a database of ours."""
    address = url.replace("postgresql+psycopg", "postgresql")
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))


def by_queue(url: str, desk: Desk, until: float, way: Way) -> None:
    """Be told of each job, polling each second; take up stalled ones as its handbook says."""

    async def run() -> None:
        app = queue(url)

        def due(attempt: str) -> None:
            with desk.sessions.reading() as session:
                found = attempts.by_token(session, attempt)
            assert found is not None
            dial(desk, found, way)

        again = procrastinate.RetryStrategy(max_attempts=20, wait=1)
        app.task(name="dial", retry=again)(due)

        async def take_up() -> None:
            while True:
                await asyncio.sleep(SWEEP)
                for job in await app.job_manager.get_stalled_jobs():
                    await app.job_manager.retry_job(job)

        async with app.open_async():
            worker = app.run_worker_async(
                concurrency=way.at_once,
                fetch_job_polling_interval=1,
                install_signal_handlers=False,
            )
            tasks = {asyncio.ensure_future(worker), asyncio.ensure_future(take_up())}
            await asyncio.wait(tasks, timeout=until - time.time())
            for each in tasks:
                each.cancel()
            await asyncio.wait(tasks, timeout=10)

    asyncio.run(run())


def work(
    way: Way, url: str, vault: Vault, number: int, noted: Path, until: float, told: Any, dying: bool
) -> None:
    """One worker's process; tells the seconds of the processor that it took."""
    name = f"worker {number}"
    sessions = connect(url)
    network = Network(noted, name, dies_after=dying and number == 1)
    desk = Desk(sessions, vault, network, system_clock, name, "https://calls.example.org")
    if dying and number == 0:
        _die_before_a_claim(noted, name, way)

    def sweep() -> None:
        while True:
            time.sleep(SWEEP)
            settling.reconcile(desk)

    with presence.at_work(sessions, name):
        if way.guarded:
            threading.Thread(target=sweep, daemon=True).start()
        before = resource.getrusage(resource.RUSAGE_SELF)
        if way.at_once:
            by_queue(url, desk, until, way)
        else:
            by_scan(desk, until)
        after = resource.getrusage(resource.RUSAGE_SELF)
    told.put(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    told.close()
    told.join_thread()
    os._exit(0)  # the queue's threads would keep it


def _die_before_a_claim(noted: Path, name: str, way: Way) -> None:
    seen = []
    where = (dialling, "_claim") if way.guarded else (sys.modules[__name__], "dial")
    begun = getattr(*where)

    def claim(desk: Desk, attempt: Attempt, *more: Any) -> object:
        seen.append(attempt)
        if len(seen) == DIES_AT:
            die(noted, "killed before its claim", name, attempt.token)
        return begun(desk, attempt, *more)

    setattr(*where, claim)


def plan(sessions: Sessions, calls: int, within: float) -> tuple[Vault, dict[str, datetime]]:
    """Calls whose moments lie evenly in a time that begins soon; answers moments by token."""
    institute = an_institute(sessions)
    now = system_clock()
    for number in range(min(CENTRES, calls)):
        institute.call(institute.centre(number), due=timedelta(hours=1), now=now)
    begin = system_clock() + timedelta(seconds=LEAD)
    moments: dict[str, datetime] = {}
    with sessions.begin() as session:
        tries = session.scalars(select(AttemptRow)).all()
        for number in range(calls):
            due = begin + timedelta(seconds=(number + 0.5) * within / calls)
            again, one = divmod(number, len(tries))
            first = tries[one]
            if again:
                call = _copy(session.get_one(PlannedCallRow, first.call_id), slot=again)
                call.slot_start += timedelta(hours=again)
                session.add(call)
                session.flush()
                first = _copy(first, call_id=call.id, token=uuid4().hex)
                session.add(first)
            first.due = first.drawn_moment = due
            moments[first.token] = due
    return institute.vault, moments


def _copy(row: Any, **changes: object) -> Any:
    kept = {each.key: getattr(row, each.key) for each in type(row).__mapper__.column_attrs}
    return type(row)(**kept | {"id": uuid4()} | changes)


async def defer(url: str, moments: dict[str, datetime]) -> None:
    """Queue a job for each call, scheduled at its moment; it holds the call's name alone."""
    app = queue(url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for attempt, moment in moments.items():
            await app.configure_task("dial", schedule_at=moment).defer_async(attempt=attempt)


def server_seconds(sessions: Sessions) -> float:
    """The seconds of the processor that the database's server has taken, with all its children."""
    with sessions.engine.connect() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    server = _stat(backend)[1]
    living = [_stat(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit()]
    ticks = sum(own for own, parent, _ in living if parent == server)
    own, _, waited_for = _stat(server)
    return (ticks + own + waited_for) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> tuple[int, int, int]:
    """A process's own ticks, its parent, and the ticks of children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0, 0
    return int(fields[11]) + int(fields[12]), int(fields[1]), int(fields[13]) + int(fields[14])


def run(url: str, way: Way, calls: int, within: float, *, dying: bool) -> str:
    """Three workers take the calls of one way; what came of it, in words."""
    sessions = connect(url)
    migrate(sessions.engine)
    vault, moments = plan(sessions, calls, within)
    if way.at_once:
        asyncio.run(defer(url, moments))
    before = server_seconds(sessions)
    sessions.engine.dispose()
    context = get_context("fork")
    told = context.Queue()
    until = max(moments.values()).timestamp() + (UNTIL_TAKEN if dying else 10)
    with tempfile.TemporaryDirectory() as folder:
        noted = Path(folder, "noted")
        workers = [
            context.Process(target=work, args=(way, url, vault, n, noted, until, told, dying))
            for n in range(WORKERS)
        ]
        for each in workers:
            each.start()
        unknown = _became_unknown(sessions, until) if dying and way.guarded else {}
        spent = sum(told.get(timeout=300) for _ in range(WORKERS - 2 * dying))
        for each in workers:
            each.join()
        lines = [line.split("\t") for line in noted.read_text().splitlines()]
    taken = server_seconds(sessions) - before
    sessions.engine.dispose()
    rang: dict[str, list[float]] = defaultdict(list)
    for what, _, token, at in lines:
        if what == "rang":
            rang[token].append(float(at))
    doubled = sum(len(times) > 1 for times in rang.values())
    said = f"{way.name}: {len(rang)} of {calls} called, {doubled} of them twice"
    if dying:
        return "; ".join([said, *_after(lines, rang, unknown)])
    late = sorted(times[0] - moments[token].timestamp() for token, times in rang.items())
    p50, p99 = late[len(late) // 2], late[len(late) * 99 // 100]
    return (
        f"{said}; late by {p50:.2f} s (half), {p99:.2f} s (99 of 100), {late[-1]:.2f} s (last); "
        f"processor: workers {spent:.1f} s, database {taken:.1f} s"
    )


def _became_unknown(sessions: Sessions, until: float) -> dict[str, float]:
    """When each attempt was first seen unknown, by token."""
    seen: dict[str, float] = {}
    while time.time() < until:
        with sessions.reading() as session:
            unknown = select(AttemptRow.token).where(AttemptRow.ever_unknown)
            for token in session.scalars(unknown):
                seen.setdefault(token, time.time())
        time.sleep(0.5)
    sessions.engine.dispose()
    return seen


def _after(
    lines: list[list[str]], rang: dict[str, list[float]], unknown: dict[str, float]
) -> list[str]:
    """What became of the calls that the victims had at hand."""
    told = []
    for what, _, token, at in lines:
        if what == "rang":
            continue
        later = [time - float(at) for time in rang[token] if time > float(at)]
        if later:
            told.append(f"{what}: called {later[0]:.1f} s later")
        elif token in unknown:
            told.append(f"{what}: unknown {unknown[token] - float(at):.1f} s later, not called")
        else:
            told.append(f"{what}: never heard of again")
    return told


def main() -> int:
    """Each way on a database of its own, one after the other."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    with running_postgres() as server:
        for way in (SCAN, QUEUE, FIVE):
            print(run(server.create(), way, calls, MINUTE, dying=False), flush=True)
        for way in (SCAN, QUEUE, BARE):
            print(run(server.create(), way, FEW, HALF_A_MINUTE, dying=True), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
