"""How many signed webhooks a second the workspace takes, and how late a due call is dialled.

Run ``.venv/bin/python -m tests.benchmarks.webhooks`` (``--seconds 10`` for a shorter one,
``--postgresql 2`` for two web processes on PostgreSQL with every commit synced). It starts
``scripts/web`` itself on loopback ports and a database of its own, posts what the network tells of
calls under way, legs of assessors and of centres in turn, at a steady rate over sixteen
connections, and prints rates and latencies; then sixty calls fall due within one minute and a
worker's ticks dial them. The promises: 500 a second for a minute on two cores, no error, as many
rows as answers, 99 of 100 within 500 ms; a call dialled in the second after its own.
"""

import argparse
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from config.clock import system_clock
from config.database import Sessions, connect
from config.settings import CHECKOUT, read_settings
from scheduler import attempts, hearing
from scheduler.dialling import Desk, dial_due
from scheduler.diary_rows import AttemptRow, CallbackRow
from scripts.database import migrate, prepare
from tests.benchmarks.posting import post_all, request
from tests.builders import an_institute
from tests.fakes import FakeTelephone
from tests.services.postgres import running_postgres
from tests.workspace import ACCOUNT, TOKEN

CALLS = 40
CONNECTIONS = 16
ORIGIN = "https://calls.example.org"
CHILD = "CA{:032x}"
TOLD = "Wed, 25 Nov 2026 09:00:00 +0000"
READY_WITHIN = 60.0  # seconds


@contextmanager
def serving(environ: dict[str, str], port: int, module: str = "scripts.web") -> Iterator[None]:
    """The workspace on a port, as a program of its own."""
    given = os.environ | environ | {"PORT": str(port)}
    web = subprocess.Popen([sys.executable, "-m", module], env=given, cwd=CHECKOUT)
    try:
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if web.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield
    finally:
        web.terminate()
        web.wait()


def posts(environ: dict[str, str], count: int) -> list[bytes]:
    """Calls that are under way, and signed posts about them, each another."""
    installation = prepare(read_settings(environ))
    sessions, now = installation.sessions, system_clock()
    institute = an_institute(sessions, installation.vault)
    keys = [
        institute.call(institute.centre(number), due=timedelta(), now=now)
        for number in range(CALLS)
    ]
    telephone = FakeTelephone(system_clock)
    desk = Desk(sessions, institute.vault, telephone, system_clock, "benchmark", ORIGIN)
    while dial_due(desk):
        pass
    with sessions.reading() as session:
        ours = [attempts.of_call(session, key)[0] for key in keys]
    for each in ours:
        assert each.call_sid is not None
        assert hearing.assessor_confirmed(sessions, each.token, each.call_sid, "1", now)
    sessions.engine.dispose()
    made = []
    for number in range(count):
        place = number % CALLS
        own = str(ours[place].call_sid)
        form = {"AccountSid": ACCOUNT, "SequenceNumber": str(number), "Timestamp": TOLD}
        if number // CALLS % 2:
            step, leg = "leg", {"CallSid": CHILD.format(place), "ParentCallSid": own}
        else:
            step, leg = "status", {"CallSid": own}
        path = f"/hooks/calls/{ours[place].token}/{step}"
        made.append(request(ORIGIN, path, form | leg | {"CallStatus": "ringing"}, TOKEN))
    return made


def webhooks(environ: dict[str, str], seconds: int, rate: int, ports: list[int]) -> bool:
    """Post, count what was kept, and tell; answers whether the promise was kept."""
    made = posts(environ, seconds * (rate or 500))
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(serving(environ, port))
        told = post_all(made, rate, ports, CONNECTIONS)
    sessions = connect(read_settings(environ).database_url)
    with sessions.reading() as session:
        rows = session.scalar(select(func.count()).select_from(CallbackRow))
    sessions.engine.dispose()
    answers = len(told.latencies)
    if told.others:
        print(f"{len(told.others)} other answers, the first {told.others[0]!r}")
    served = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (served.ru_utime + served.ru_stime) / len(made) * 1000
    at, longest = statistics.quantiles(told.latencies, n=100), max(told.latencies)
    print(
        f"webhooks: {answers} answers in {told.seconds:.1f} s ({answers / told.seconds:.0f}/s), "
        f"{rows} rows; ms: half {at[49]:.0f}, p95 {at[94]:.0f}, p99 {at[98]:.0f}, "
        f"longest {longest:.0f}; of the processor, starting included, {each:.1f} ms each, and "
        f"{told.processor / len(made) * 1000:.2f} to post"
    )
    return rows == answers == len(made) and at[98] < 500


def due(sessions: Sessions) -> None:
    """Sixty calls of as many centres, one each second: how long after its second each is claimed.

    Runs at a sixtieth of the time: the ticks are a second apart, so only their length matters.
    """
    institute = an_institute(sessions)
    now = system_clock()
    for number in range(60):
        institute.call(institute.centre(number), due=timedelta(seconds=number), now=now)
    clock_at = [now]
    desk = Desk(
        sessions,
        institute.vault,
        FakeTelephone(lambda: clock_at[0]),
        lambda: clock_at[0],
        "benchmark",
        ORIGIN,
    )
    lengths = []
    for second in range(61):
        clock_at[0] = now + timedelta(seconds=second)
        began = time.monotonic()
        dial_due(desk)
        lengths.append(time.monotonic() - began)
    with sessions.reading() as session:
        late = [
            (claimed - was_due).total_seconds()
            for was_due, claimed in session.execute(select(AttemptRow.due, AttemptRow.claimed_at))
            if claimed
        ]
    print(
        f"sixty due in a minute: {len(late)} dialled, at the latest {max(late):.0f} s after their "
        f"second; a tick takes {statistics.median(lengths) * 1000:.0f} ms, "
        f"the longest {max(lengths) * 1000:.0f} ms"
    )


def main() -> int:
    """Webhooks on the asked database, then what is due on SQLite; 1 where 500/s are not kept."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--rate", type=int, default=500, help="0: as fast as they are answered")
    options.add_argument("--port", type=int, default=8399, help="the first of those it takes")
    options.add_argument("--postgresql", type=int, metavar="PROCESSES")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        environ = {
            "UNANNOUNCED_VAR": folder,
            "PUBLIC_ORIGIN": ORIGIN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_ORIGIN": "http://127.0.0.1:9",
        }
        if given.postgresql:
            server = stack.enter_context(running_postgres(durable=True))
            environ["DATABASE_URL"] = server.create()
        ports = [given.port + number for number in range(given.postgresql or 1)]
        kept = webhooks(environ, given.seconds, given.rate, ports)
        sessions = connect(f"sqlite:///{Path(folder) / 'due'}.db")
        migrate(sessions.engine)
        due(sessions)
        sessions.engine.dispose()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
