"""The migrations: up, down and up again, and the tables are those that the rows declare."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from config.database import Base, Sessions, connect
from config.journal import record
from scripts.database import alembic_config, migrate

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def take_back(engine: Engine) -> None:
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def act(sessions: Sessions) -> None:
    with sessions.begin() as session:
        record(session, NOW, "somebody", "acted", "call 1", origin="203.0.113.1")


def test_the_migrations_lead_up_down_and_up_again(bare_database_url: str) -> None:
    sessions = connect(bare_database_url)
    engine = sessions.engine
    migrate(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}
    act(sessions)
    take_back(engine)
    assert tables(engine) == {"alembic_version"}
    migrate(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}
    act(sessions)
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text("DELETE FROM journal"))
    engine.dispose()


def test_migrating_twice_changes_nothing(sessions: Sessions) -> None:
    act(sessions)
    migrate(sessions.engine)
    with sessions.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM journal")) == 1


def test_the_tables_are_those_that_the_rows_declare(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_indexes_hold_for_the_rows_for_which_they_are_declared(engine: Engine) -> None:
    """What a comparison of migrations leaves out: the condition of a partial index."""
    kind = engine.dialect.name
    found = {
        str(index["name"])
        for table in Base.metadata.tables
        for index in inspect(engine).get_indexes(table)
        if index.get("dialect_options", {}).get(f"{kind}_where") is not None
    }
    declared = {
        str(index.name)
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[kind]["where"] is not None
    }
    assert found == declared
    assert "uq_attempt_live_call" in found


def test_the_migrations_stand_in_one_row(engine: Engine) -> None:
    with engine.connect() as connection:
        versions = ScriptDirectory.from_config(alembic_config(connection))
        assert len(versions.get_heads()) == 1
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == (
            versions.get_current_head()
        )
