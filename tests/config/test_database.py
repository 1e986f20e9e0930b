"""The database as it must be set: no lost update, no naive moment, nothing written twice."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from config.canary import CanaryRow
from config.database import Sessions, changed, connect, insert_once
from config.settings import CHECKOUT
from scheduler.diary_rows import PlanMonthRow
from scheduler.register_rows import ProviderRow

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TIMES = 200

COUNTING = f"""
import sys
from sqlalchemy import text
from config.database import connect

sessions = connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for _ in range({TIMES}):
    with sessions.begin() as session:
        count = session.scalar(text("SELECT n FROM counter"))
        session.execute(text("UPDATE counter SET n = :n"), {{"n": count + 1}})
"""


def a_row(number: int, moment: datetime = NOW) -> CanaryRow:
    return CanaryRow(id=number, sealed="a text", written_at=moment)


def test_two_processes_that_read_and_then_write_lose_no_update(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    sessions = connect(url)
    with sessions.begin() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    counting = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTING, url],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in counting:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in counting:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    said = [each.communicate(timeout=120) for each in counting]
    assert [each.returncode for each in counting] == [0, 0], said
    with sessions.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 2 * TIMES
    sessions.engine.dispose()


def test_a_connection_to_sqlite_is_set_to_keep_what_it_acknowledged(tmp_path: Path) -> None:
    sessions = connect(f"sqlite:///{tmp_path / 'a' / 'folder' / 'new.db'}")
    asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with sessions.reading() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in asked]
    sessions.engine.dispose()
    assert found == ["wal", 2, 1, 30_000]


def test_a_reader_neither_waits_for_a_writer_nor_sees_what_is_not_committed(
    sessions: Sessions,
) -> None:
    count = select(func.count()).select_from(CanaryRow)
    with sessions.begin() as writing:
        writing.add(a_row(1))
        writing.flush()
        with sessions.reading() as reading:
            assert reading.scalar(count) == 0
    with sessions.reading() as reading:
        assert reading.scalar(count) == 1


def test_a_transaction_that_raises_leaves_nothing(sessions: Sessions) -> None:
    def fail() -> None:
        with sessions.begin() as session:
            session.add(a_row(1))
            session.flush()
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    with sessions.reading() as session:
        assert session.scalars(select(CanaryRow)).all() == []


def test_a_naive_moment_is_refused(sessions: Sessions) -> None:
    with (
        pytest.raises(StatementError, match="a naive datetime has no moment"),
        sessions.begin() as session,
    ):
        session.add(a_row(1, datetime(2026, 11, 25, 9)))


def test_a_naive_moment_is_refused_in_a_question_too(sessions: Sessions) -> None:
    asked = select(CanaryRow).where(CanaryRow.written_at < datetime(2026, 11, 25, 9))
    with (
        pytest.raises(StatementError, match="a naive datetime has no moment"),
        sessions.reading() as session,
    ):
        session.scalars(asked)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 28, 1, 0, 0, 1, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_to_the_microsecond_in_utc(
    sessions: Sessions, moment: datetime
) -> None:
    with sessions.begin() as session:
        session.add(a_row(1, moment))
    with sessions.reading() as session:
        row = session.get_one(CanaryRow, 1)
        found = session.scalar(select(CanaryRow.id).where(CanaryRow.written_at == moment))
    assert row.written_at == moment
    assert row.written_at.utcoffset() == timedelta()
    assert found == 1


def test_the_database_sorts_moments_as_time_does(sessions: Sessions) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    moments = [
        NOW + timedelta(microseconds=1),
        NOW.astimezone(india) - timedelta(seconds=1),
        NOW,
        NOW.astimezone(india) + timedelta(seconds=1),
    ]
    with sessions.begin() as session:
        session.add_all(a_row(number, moment) for number, moment in enumerate(moments))
    with sessions.reading() as session:
        found = session.scalars(select(CanaryRow.written_at).order_by(CanaryRow.written_at)).all()
    assert list(found) == sorted(moments)


def test_a_row_is_inserted_once_and_the_rest_of_the_act_stays(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(ProviderRow(id=uuid4(), name="before", created_at=NOW))
        assert insert_once(session, ProviderRow(id=uuid4(), name="the same", created_at=NOW))
        assert not insert_once(session, ProviderRow(id=uuid4(), name="the same", created_at=NOW))
        session.add(ProviderRow(id=uuid4(), name="after", created_at=NOW))
    with sessions.reading() as session:
        names = session.scalars(select(ProviderRow.name).order_by(ProviderRow.name)).all()
    assert list(names) == ["after", "before", "the same"]


def test_a_key_that_is_there_already_is_inserted_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert insert_once(session, a_row(1))
    with sessions.begin() as session:
        assert not insert_once(session, a_row(1))


def test_a_row_that_is_refused_for_another_reason_is_not_taken_for_a_repeat(
    sessions: Sessions,
) -> None:
    orphan = PlanMonthRow(month="2027-01", plan_id=uuid4())
    with sessions.begin() as session, pytest.raises(IntegrityError):
        insert_once(session, orphan)
    nameless = ProviderRow(id=uuid4(), name=None, created_at=NOW)
    with sessions.begin() as session, pytest.raises(IntegrityError):
        insert_once(session, nameless)


def test_of_two_claims_one_counts(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(a_row(1))
    claim = update(CanaryRow).where(CanaryRow.id == 1, CanaryRow.sealed == "a text")
    with sessions.begin() as session:
        first = changed(session, claim.values(sealed="claimed"))
    with sessions.begin() as session:
        second = changed(session, claim.values(sealed="claimed"))
    assert (first, second) == (1, 0)


def test_a_key_tells_neither_time_nor_order(sessions: Sessions) -> None:
    with sessions.begin() as session:
        rows = [ProviderRow(name=f"provider {n}", created_at=NOW) for n in range(20)]
        session.add_all(rows)
        session.flush()
        keys = [row.id for row in rows]
    assert {key.version for key in keys} == {4}
    assert len(set(keys)) == 20
    assert keys != sorted(keys)
