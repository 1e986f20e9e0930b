"""Transactions that share a commit: each undoes its own alone, none is told before it is kept."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from config import group_commit
from config.canary import CanaryRow
from config.database import Sessions, connect
from config.group_commit import CommitLost, GroupCommit, NotFree, grouped
from config.settings import CHECKOUT

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
Act = Callable[[Session], object]
KILLED = """
import os, signal, sys
from sqlalchemy import text
from config.database import connect
from tests.config.test_group_commit import Together, writes

def dies(session):
    writes(1)(session)
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)

Together(connect(sys.argv[1]))(writes(0), dies, told=lambda number: print(number, flush=True))
"""


def writes(number: int) -> Act:
    return lambda session: session.add(CanaryRow(id=number, sealed="a text", written_at=NOW))


def fails(session: Session) -> None:
    """Write, and then raise."""
    session.add(CanaryRow(id=99, sealed="a text", written_at=NOW))
    session.flush()
    raise RuntimeError("on the way")


def can_not_be_committed(session: Session) -> None:
    """Leave something to the commit that it must refuse."""
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    session.execute(
        text("INSERT INTO plan_month (month, plan_id) VALUES ('2027-01', :nobody)"), {"nobody": "x"}
    )


def is_rolled_back(session: Session) -> None:
    """What SQLite does by itself when the disk is full."""
    session.execute(text("ROLLBACK"))


def is_cut_off(session: Session) -> None:
    """What SQLAlchemy does with a connection that it takes for broken."""
    session.connection().invalidate()
    session.execute(text("SELECT 1"))


class Together:
    """Transactions each of which begins while the one before is under way: they share a commit."""

    def __init__(self, sessions: Sessions) -> None:
        self.group = GroupCommit(sessions.engine)
        self.sessions = Sessions(sessions.engine, self.group.transaction)
        self.commits = 0
        event.listen(sessions.engine, "commit", self._count)

    def __call__(
        self, *acts: Act, told: Callable[[int], None] = lambda _: None
    ) -> list[BaseException | None]:
        """Carry all out, in order; answers what each raised. Each is told when its own is over."""
        raised: list[BaseException | None] = [None] * len(acts)
        threads: list[Thread] = []

        def carry_out(number: int) -> None:
            try:
                with self.sessions.begin() as session:
                    if number + 1 < len(acts):
                        follow(number + 1)
                    acts[number](session)
                told(number)
            except BaseException as error:
                raised[number] = error

        def follow(number: int) -> None:
            threads.append(Thread(target=carry_out, args=(number,)))
            threads[-1].start()
            while number and not self.group.waiting:
                time.sleep(0.001)

        follow(0)
        for thread in threads:  # it grows meanwhile
            thread.join()
        return raised

    def kept(self) -> list[int]:
        with self.sessions.reading() as session:
            return list(session.scalars(select(CanaryRow.id).order_by(CanaryRow.id)))

    def _count(self, _connection: object) -> None:
        self.commits += 1


def apart(together: Together, *acts: Act) -> list[BaseException | None]:
    """Carry all out at once, each on a thread of its own; answers what each raised."""
    raised: list[BaseException | None] = [None] * len(acts)

    def carry_out(number: int) -> None:
        try:
            with together.sessions.begin() as session:
                acts[number](session)
        except BaseException as error:
            raised[number] = error

    threads = [Thread(target=carry_out, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.fixture
def url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "unannounced.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def together(url: str) -> Iterator[Together]:
    sessions = connect(url)
    yield Together(sessions)
    sessions.engine.dispose()


def test_those_who_wait_share_one_commit(together: Together) -> None:
    assert together(*map(writes, range(5))) == [None] * 5
    assert together.kept() == [0, 1, 2, 3, 4]
    assert together.commits == 1


def test_who_comes_alone_is_committed_alone(together: Together) -> None:
    for number in range(3):
        assert together(writes(number)) == [None]
        assert together.kept() == list(range(number + 1))
    assert together.commits == 3


def test_each_sees_what_those_before_it_wrote_and_nobody_else_does(together: Together) -> None:
    seen: list[object] = []

    def looks(session: Session) -> None:
        seen.append(session.scalar(select(func.count()).select_from(CanaryRow)))
        with together.sessions.reading() as reading:
            seen.append(reading.scalar(select(func.count()).select_from(CanaryRow)))

    together(looks, writes(0), looks, writes(1), looks)
    assert seen == [0, 0, 1, 0, 2, 0]


@pytest.mark.parametrize("place", range(3))
def test_a_block_that_raises_undoes_its_own_and_nothing_else(
    together: Together, place: int
) -> None:
    acts = [writes(0), writes(1)]
    acts.insert(place, fails)
    raised = together(*acts)
    assert [str(error) for error in raised if error] == ["on the way"]
    assert str(raised[place]) == "on the way"
    assert together.kept() == [0, 1]
    assert together.commits == 1


def test_what_is_refused_at_the_end_of_a_block_is_refused_to_it_alone(together: Together) -> None:
    first, doubled, last = together(writes(0), writes(0), writes(1))
    assert (first, last) == (None, None)
    assert isinstance(doubled, IntegrityError)
    assert together.kept() == [0, 1]


def test_a_block_may_try_something_in_a_savepoint_of_its_own(together: Together) -> None:
    def tries(session: Session) -> None:
        with pytest.raises(RuntimeError), session.begin_nested():
            fails(session)
        writes(1)(session)

    assert together(writes(0), tries, writes(2)) == [None] * 3
    assert together.kept() == [0, 1, 2]


def test_nobody_is_told_before_what_it_wrote_is_durable(together: Together) -> None:
    told: list[tuple[int, list[int]]] = []

    def looks(_session: Session) -> None:
        time.sleep(0.05)  # the first has long done its part
        assert told == []

    raised = together(
        writes(0), writes(1), looks, told=lambda number: told.append((number, together.kept()))
    )
    assert raised == [None] * 3
    assert sorted(told) == [(0, [0, 1]), (1, [0, 1]), (2, [0, 1])]


def test_a_process_killed_before_the_commit_has_told_nobody_and_keeps_nothing(
    together: Together, url: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
    assert together.kept() == []


@pytest.mark.parametrize("place", range(3))
def test_when_the_commit_fails_everybody_is_told_and_nothing_is_kept(
    together: Together, place: int
) -> None:
    acts = [writes(0), writes(1)]
    acts.insert(place, can_not_be_committed)
    *others, last = together(*acts)
    assert [type(error) for error in others] == [CommitLost] * 2
    assert isinstance(last, IntegrityError)  # it was the one to commit
    assert together.kept() == []
    assert together(writes(2)) == [None]
    assert together.kept() == [2]


@pytest.mark.parametrize("given_up", [is_rolled_back, is_cut_off])
def test_when_the_database_gives_the_transaction_up_everybody_is_told(
    together: Together, given_up: Act
) -> None:
    first, second, third = together(writes(0), given_up, writes(1))
    assert isinstance(first, CommitLost)
    assert isinstance(second, SQLAlchemyError)
    assert third is None  # of another transaction
    assert together.kept() == [1]


def test_a_database_that_is_not_free_is_told_to_everybody_in_time(
    together: Together, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "PATIENCE", 0.2)
    another = connect(url)
    with another.begin() as session:
        writes(2)(session)
        session.flush()
        began = time.monotonic()
        raised = apart(together, *map(writes, range(3, 11)))
        assert time.monotonic() - began < 1.5, (
            "they wait beside each other, not one after the other"
        )
    another.engine.dispose()
    assert [type(error) for error in raised] == [NotFree] * 8
    assert together.group.waiting == 0
    assert together(writes(1)) == [None]
    assert together.kept() == [1, 2]


def test_a_connection_that_waited_briefly_is_as_patient_as_ever_for_the_next(
    together: Together,
) -> None:
    together(writes(0))
    with together.sessions.engine.connect() as connection:
        waits = connection.scalar(text("PRAGMA busy_timeout"))
    assert waits == 30_000


def test_so_many_share_a_commit_and_no_more(
    together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LARGEST", 2)
    assert together(*map(writes, range(5))) == [None] * 5
    assert together.kept() == [0, 1, 2, 3, 4]
    assert together.commits == 3


def test_on_postgresql_writers_go_side_by_side(sessions: Sessions) -> None:
    shared = grouped(sessions)
    assert (shared is sessions) == (sessions.engine.dialect.name == "postgresql")
    with shared.begin() as session:
        writes(1)(session)
    with sessions.reading() as session:
        assert session.scalars(select(CanaryRow.id)).all() == [1]
