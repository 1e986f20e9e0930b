"""Lets the writing transactions of one process's threads share commits, on SQLite.

A commit waits for the disk, and SQLite has one writer at a time. So whoever waits for their turn
joins the transaction that is open, in a savepoint of their own, and the last in line commits for
all. Nobody's block ends before what it wrote is durable, and one that raises undoes only its own.

Nobody waits for long to begin: where another process holds the database, whoever waited is told so.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config.database import Sessions

PATIENCE = 12.0  # seconds until a block begins; the telephone network waits 15 for an answer
LARGEST = 32  # transactions in one commit, so that another process finds the database free


class CommitLost(Exception):
    """What a block wrote is not kept, because the commit that it shared failed."""


class NotFree(Exception):
    """The database wasn't free in time: nothing was written."""


def grouped(sessions: Sessions) -> Sessions:
    """Sessions that share commits on SQLite.

    PostgreSQL's writers go side by side, and share the disk's syncs by themselves.
    """
    if sessions.engine.dialect.name != "sqlite":
        return sessions
    return replace(sessions, writing=GroupCommit(sessions.engine).transaction)


class GroupCommit:
    """Hands out transactions, one at a time, that share commits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Lock()
        self._line: deque[None] = deque()  # one for each thread that waits for its turn
        self._group: _Group | None = None
        self._leaving = Lock()  # held to leave the line, or to leave the group to whoever is in it

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._line)

    @contextmanager
    def transaction(self, _engine: Engine) -> Iterator[Session]:
        """A writing transaction; the block ends when it is committed, with those that shared it.

        Raises CommitLost when that commit failed: then nothing of any of them is kept; NotFree
        when the block couldn't begin in time.
        """
        latest = monotonic() + PATIENCE
        with self._taken(latest):
            group = self._group = self._group or _Group(self._engine, latest)
            try:
                with group.member() as session:
                    yield session
            finally:
                with self._leaving:
                    last = not self.waiting or group.is_over()
                    if last:
                        self._group = None
                if last:
                    group.commit()
        group.wait()

    @contextmanager
    def _taken(self, latest: float) -> Iterator[None]:
        """Hold the turn. Raises NotFree when it didn't come until then.

        While a group is open the database is ours and turns are short; and who ended may have left
        the commit to us.
        """
        self._line.append(None)
        if not self._turn.acquire(timeout=max(0.0, latest - monotonic())):
            with self._leaving:
                if self._group is None:
                    self._line.pop()
                    raise NotFree("Another process held the database.")
            self._turn.acquire()
        self._line.pop()
        try:
            yield
        finally:
            self._turn.release()


class _Group:
    """One open transaction, and those who wait for its commit."""

    def __init__(self, engine: Engine, latest: float) -> None:
        self._members = 0
        self._over = Event()
        self._committed = False
        patience = max(0.0, latest - monotonic())
        self._connection = engine.connect().execution_options(patience=patience)
        try:
            self._connection.begin()
        except OperationalError as error:
            self._connection.close()
            raise NotFree("Another process held the database.") from error
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def member(self) -> Iterator[Session]:
        """A session in a savepoint of its own."""
        self._members += 1
        with (
            Session(
                self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            yield session

    def is_over(self) -> bool:
        """Whether nobody may join: it is full, or all of it was rolled back, by SQLite itself or as
        its connection broke.
        """
        return self._members >= LARGEST or not self._in_transaction()

    def commit(self) -> None:
        """Commit for every member, and wake them."""
        try:
            if self._in_transaction():  # else the commit would say nothing
                self._connection.commit()
                self._committed = True
        except BaseException:
            self._connection.invalidate()
            raise
        finally:
            self._connection.close()
            self._over.set()

    def wait(self) -> None:
        """Wait for the commit. Raises CommitLost when it failed."""
        self._over.wait()
        if not self._committed:
            raise CommitLost("The commit that was shared failed: nothing of it is kept.")

    def _in_transaction(self) -> bool:
        if self._connection.invalidated:
            return False
        return bool(self._connection.connection.in_transaction)
