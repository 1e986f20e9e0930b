"""Who is at work: on PostgreSQL a worker holds its name by a lock that ends with its session.

SQLite has one worker at a time, by a lock of its machine, so whoever bears another name is gone.
Whoever seems gone and isn't does no harm: what it was sending becomes unknown, and is looked up.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Lock
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config.clock import Clock
from config.database import Sessions

CLOCK_SKEW = timedelta(seconds=5)  # between two clocks that count as the same
NAMES = 0x756E  # the class of the locks that are names
ERRANDS = (0x756F, 0)  # the lock of the one worker that also runs errands


class ClockAstray(Exception):
    """This machine's clock is not the database's; the text says by how much."""


class Seat:
    """A worker's place at work; without a connection it is the only one there can be."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._alone = Lock()  # the worker's ticks are threads, and share this connection
        self._runs_errands = connection is None

    def check(self, clock: Clock) -> None:
        """Raise when the name may be lost, or ClockAstray when two workers' clocks may differ."""
        if self._connection is None:
            return
        with self._alone:
            before = clock()
            now = self._connection.scalar(text("SELECT clock_timestamp()"))
        assert now is not None
        if not before - CLOCK_SKEW <= now <= clock() + CLOCK_SKEW:
            raise ClockAstray(
                f"this machine's clock is {abs(now - before).total_seconds():.0f} s from the "
                "database's, so nothing is dialled; set both by the network's time"
            )

    def runs_errands(self) -> bool:
        """Whether this worker, and no other, does what one is enough for."""
        with self._alone:
            if not self._runs_errands:
                assert self._connection is not None
                self._runs_errands = _locked(self._connection, "pg_try_advisory_lock", *ERRANDS)
            return self._runs_errands


@contextmanager
def at_work(sessions: Sessions, name: str) -> Iterator[Seat]:
    """Hold a name for the length of a block, on a connection of its own."""
    if sessions.engine.dialect.name == "sqlite":
        yield Seat(None)
        return
    with sessions.engine.connect() as shared:
        connection = shared.execution_options(isolation_level="AUTOCOMMIT")
        if not _locked(connection, "pg_try_advisory_lock", NAMES, _number(name)):
            raise AssertionError(f"two workers drew the name {name}")
        try:
            yield Seat(connection)
        finally:
            with suppress(DBAPIError):  # at once, where the session can still say so
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            shared.invalidate()  # its locks end with it, whatever state it is in


def is_present(session: Session, name: str) -> bool:
    """Whether somebody else of this name is at work."""
    if session.get_bind().dialect.name == "sqlite":
        return False
    return not _locked(session, "pg_try_advisory_xact_lock_shared", NAMES, _number(name))


def _locked(on: Connection | Session, function: str, group: int, number: int) -> bool:
    statement = text(f"SELECT {function}(:group, :number)")
    return bool(on.scalar(statement, {"group": group, "number": number}))


def _number(name: str) -> int:
    return crc32(name.encode()) - 2**31
