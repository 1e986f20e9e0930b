"""How many signed webhooks a second the hooks take, and how late a due call is dialled.

Run ``.venv/bin/python -m tests.benchmarks.webhooks`` (``--seconds 10`` for a shorter one). It
serves the hooks as ``scripts/web`` does, on a loopback port and a database of its own, posts
callbacks at a steady rate, and prints rates and latencies; then sixty calls fall due within one
minute and a worker's ticks dial them. The promises: 500 a second for a minute on two cores, no
error, as many rows as answers, 99 of 100 within 500 ms; a call dialled in the second after its own.
"""

import argparse
import http.client
import logging
import resource
import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select
from waitress import create_server

from assessor.app import LONGEST_BODY, create_hooks
from assessor.hooks import HookDesk
from config.clock import system_clock
from config.database import Sessions, connect
from scheduler import attempts
from scheduler.dialling import Desk, dial_due
from scheduler.diary_rows import AttemptRow, CallbackRow
from scheduler.signature import signature_of
from scripts.database import migrate
from scripts.web import THREADS
from tests.builders import an_institute
from tests.fakes import FakeTelephone
from tests.workspace import ACCOUNT, TOKEN

CALLS = 40
CLIENTS = 16
SID = "CA{:032x}"


def serve(url: str, port: int) -> None:
    """The hooks, in a process of their own."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_hooks(HookDesk(connect(url), system_clock, _origin(port), ACCOUNT, TOKEN))
    create_server(
        app, host="127.0.0.1", port=port, threads=THREADS, max_request_body_size=LONGEST_BODY
    ).run()


def _origin(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def posts(tokens: list[str], port: int, count: int) -> list[tuple[str, bytes, dict[str, str]]]:
    """Signed callbacks, each another: made before the clock runs."""
    made = []
    for number in range(count):
        place = number % len(tokens)
        path = f"/hooks/calls/{tokens[place]}/status"
        form = {
            "AccountSid": ACCOUNT,
            "CallSid": SID.format(place),
            "CallStatus": "ringing",
            "SequenceNumber": str(number),
            "Timestamp": "Wed, 25 Nov 2026 09:00:00 +0000",
        }
        signature = signature_of(TOKEN, _origin(port) + path, form)
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        made.append((path, urlencode(form).encode(), headers))
    return made


def post_all(port: int, made: list[tuple[str, bytes, dict[str, str]]], rate: int) -> list[float]:
    """Post each at its moment, sixteen at a time; answers latencies in ms, from that moment."""
    began, lock, latencies, errors = time.monotonic() + 0.2, threading.Lock(), [], []
    following = iter(enumerate(made))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number, post = next(following, (0, None))
            if post is None:
                return
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            connection.request("POST", *post[:1], post[1], post[2])
            answer = connection.getresponse()
            answer.read()
            latencies.append((time.monotonic() - due) * 1000)
            if answer.status != 204:
                errors.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        print(f"{len(errors)} errors, the first {errors[0]}")
    return latencies


def webhooks(sessions: Sessions, url: str, seconds: int, rate: int, port: int) -> None:
    """Post to calls that are under way, and count what was kept."""
    institute = an_institute(sessions)
    now = system_clock()
    telephone = FakeTelephone(system_clock)
    keys = [
        institute.call(institute.centre(number), due=timedelta(), now=now)
        for number in range(CALLS)
    ]
    desk = Desk(sessions, institute.vault, telephone, system_clock, "benchmark", _origin(port))
    while dial_due(desk):
        pass
    with sessions.reading() as session:
        tokens = [attempts.of_call(session, key)[0] for key in keys]
    by_sid = {int(each.call_sid[2:], 16): each.token for each in tokens if each.call_sid}
    made = posts([by_sid[n] for n in range(CALLS)], port, seconds * rate)
    server = get_context("spawn").Process(target=serve, args=(url, port), daemon=True)
    server.start()
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
            break
        except OSError:
            time.sleep(0.1)
    began = time.monotonic()
    latencies = sorted(post_all(port, made, rate))
    took = time.monotonic() - began
    server.terminate()
    server.join()
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (cpu.ru_utime + cpu.ru_stime) / len(latencies) * 1000
    with sessions.reading() as session:
        rows = session.scalar(select(func.count()).select_from(CallbackRow))
    at = statistics.quantiles(latencies, n=100)
    print(
        f"webhooks: {len(latencies)} answers in {took:.1f} s ({len(latencies) / took:.0f}/s), "
        f"{rows} rows; ms: half {at[49]:.0f}, p95 {at[94]:.0f}, p99 {at[98]:.0f}, "
        f"longest {latencies[-1]:.0f}; {each:.1f} ms of processor each"
    )


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
        "https://calls.example.org",
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
    """Both, on SQLite."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--rate", type=int, default=500)
    options.add_argument("--port", type=int, default=8399)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("webhooks", "due"):
            url = f"sqlite:///{Path(folder) / name}.db"
            sessions = connect(url)
            migrate(sessions.engine)
            if name == "webhooks":
                webhooks(sessions, url, given.seconds, given.rate, given.port)
            else:
                due(sessions)
            sessions.engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
