"""What every table stands on: the base, the types, engines as they must be set, sessions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no moment; give it a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Answer with aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PATIENCE = 30.0  # seconds for which a transaction waits for SQLite's one writer


class Base(DeclarativeBase):
    """The base of every row."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own declaration


def new_id() -> Mapped[UUID]:
    """The key of a row: random, made before the insert, so that it tells no time or order."""
    return mapped_column(primary_key=True, default=uuid4)


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens transactions: ``begin`` to write, ``reading`` to read.

    ``writing`` makes the transaction that ``begin`` opens.
    """

    engine: Engine
    writing: Callable[[Engine], AbstractContextManager[Session]] = _writing

    def begin(self) -> AbstractContextManager[Session]:
        """A writing transaction; commits at the end of the block, rolls back when it raises."""
        return self.writing(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction, which never waits for a writer."""
        reader = self.engine.execution_options(reading=True)
        with Session(reader, expire_on_commit=False) as session:
            yield session


def connect(url: str) -> Sessions:
    """Sessions on a database; makes the folder of an SQLite file where there is none."""
    if make_url(url).get_backend_name() == "sqlite":
        database = make_url(url).database
        if database and database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True)
        event.listen(engine, "connect", _set_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Sessions(engine)
    return Sessions(
        create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10}
        )
    )


def changed(session: Session, statement: Executable) -> int:
    """Execute an UPDATE or DELETE and say how many rows it changed: the claim is in the count."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def let_go(sessions: Sessions) -> None:
    """Take what was deleted out of SQLite's write-ahead log too; PostgreSQL's vacuum does its own.

    A reader that is still at work delays it to the next time.
    """
    if sessions.engine.dialect.name == "sqlite":
        connection = sessions.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def insert_once(session: Session, row: Base) -> bool:
    """Insert a row; False when a unique constraint says that it, or its like, is there already.

    Any other constraint that refuses the row raises IntegrityError. The row itself stays outside
    the session: this is one statement, not a savepoint with a flush inside.
    """
    session.flush()
    once, names = _inserting_once(type(row), session.get_bind().dialect.name)
    given = inspect(row).dict
    values = {name: given[key] for key, name in names.items() if key in given}
    return session.connection().execute(once, values).rowcount == 1


@cache
def _inserting_once(row: type[Base], dialect: str) -> tuple[Executable, dict[str, str]]:
    """The statement, and the name of the column of each attribute."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    mapper = inspect(row)
    assert isinstance(mapper.local_table, Table)
    once = insert(mapper.local_table).on_conflict_do_nothing()
    names = {attribute.key: attribute.columns[0].name for attribute in mapper.column_attrs}
    return once.execution_options(preserve_rowcount=True), names


def one_at_a_time(session: Session, lock: int) -> None:
    """Wait until no other transaction holds this lock, then hold it to the end of this one.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def _set_sqlite(connection: Any, _record: object) -> None:
    """Two writing processes lose updates in the driver's default mode.

    What is deleted is overwritten in the file: it may be somebody's name.
    """
    connection.isolation_level = None
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    patience = options.get("patience", PATIENCE)
    if connection.info.get("patience", PATIENCE) != patience:  # whoever had it before waited else
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(patience * 1000)}")
        connection.info["patience"] = patience
    reading = options.get("reading", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
