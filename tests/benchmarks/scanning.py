"""What three workers' scans of the table cost on PostgreSQL, and how late they claim.

Run ``.venv/bin/python -m tests.benchmarks.scanning``. Sixty calls fall due in the same second among
many that have ended, and three processes look once a second, as workers do.
"""

import statistics
import sys
import time
from datetime import timedelta
from multiprocessing import get_context
from uuid import uuid4

from sqlalchemy import insert, select

from config import presence
from config.clock import system_clock
from config.database import Sessions, connect
from config.vault import Vault
from scheduler.dialling import Desk, dial_due
from scheduler.diary_rows import AttemptRow
from scripts.database import migrate
from tests.builders import Institute, an_institute
from tests.fakes import FakeTelephone
from tests.services.postgres import running_postgres

DUE, ENDED, SECONDS = 60, 20_000, 8


def work(url: str, vault: Vault, name: str, told: object) -> None:
    """A worker's dialling ticks for a few seconds."""
    sessions = connect(url)
    telephone = FakeTelephone(system_clock)
    desk = Desk(sessions, vault, telephone, system_clock, name, "https://calls.example.org")
    lengths = []
    with presence.at_work(sessions, name) as seat:
        for _ in range(SECONDS):
            began = time.monotonic()
            seat.check(system_clock)
            dial_due(desk)
            lengths.append(time.monotonic() - began)
            time.sleep(max(0.0, 1 - lengths[-1]))
    told.put((len(telephone.rings), lengths))  # type: ignore[attr-defined]


def fill(sessions: Sessions, institute: Institute) -> None:
    """Calls to come, and as many ended attempts as years would leave."""
    now = system_clock()
    keys = [
        institute.call(institute.centre(number), due=timedelta(seconds=4), now=now)
        for number in range(DUE)
    ]
    with sessions.begin() as session:
        one = session.scalar(select(AttemptRow).where(AttemptRow.call_id == keys[0]))
        assert one is not None
        rows = [
            {
                "id": uuid4(),
                "call_id": one.call_id,
                "provider_id": one.provider_id,
                "ordinal": number + 2,
                "due": one.due - timedelta(minutes=number),
                "token": uuid4().hex,
                "state": "ended",
                "ending": "completed",
            }
            for number in range(ENDED)
        ]
        session.execute(insert(AttemptRow), rows)
    # The workers start once everything is there.
    with sessions.begin() as session:
        soon = system_clock() + timedelta(seconds=4)
        for each in session.scalars(select(AttemptRow).where(AttemptRow.state == "intent")):
            each.due = soon


def main() -> int:
    """Fill, work, tell."""
    with running_postgres() as server:
        url = server.create()
        sessions = connect(url)
        migrate(sessions.engine)
        institute = an_institute(sessions)
        fill(sessions, institute)
        context = get_context("fork")
        told = context.Queue()
        sessions.engine.dispose()
        workers = [
            context.Process(target=work, args=(url, institute.vault, f"worker {n}", told))
            for n in range(3)
        ]
        for each in workers:
            each.start()
        results = [told.get(timeout=120) for _ in workers]
        for each in workers:
            each.join()
        with sessions.reading() as session:
            claimed = select(AttemptRow.claimed_at, AttemptRow.due)
            late = max(
                (at - due).total_seconds()
                for at, due in session.execute(claimed.where(AttemptRow.claimed_at.is_not(None)))
                if at
            )
        sessions.engine.dispose()
    idle = statistics.median(min(lengths) for _, lengths in results) * 1000
    print(
        f"{DUE} due at once among {ENDED} ended, three workers: {sum(n for n, _ in results)} "
        f"requests ({', '.join(str(n) for n, _ in results)}), the last claimed "
        f"{late:.1f} s after its second; an idle tick takes "
        f"{idle:.1f} ms, the longest {max(max(lengths) for _, lengths in results) * 1000:.0f} ms"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
