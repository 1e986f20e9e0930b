"""The migration of access, with people, sessions and ties in the tables before and after it."""

from alembic import command
from sqlalchemy import Connection, text

from config.database import connect
from scripts.database import alembic_config

BEFORE, AFTER = "0002", "0003"
PERSON, PROVIDER = "a" * 32, "b" * 32
ROWS = (
    "INSERT INTO provider (id, name, created_at) VALUES ('{provider}', 'North', '{at}')",
    "INSERT INTO person (id, name, email, zone, planted, active, created_at)"
    " VALUES ('{person}', 'Ann', 'ann@institute.example', 'UTC', false, true, '{at}')",
    "INSERT INTO sign_in (id, person_id, since, seen_at)"
    " VALUES ('key', '{person}', '{at}', '{at}')",
    "INSERT INTO tie (id, person_id, provider_id, reason, declared_at)"
    " VALUES ('{tie}', '{person}', '{provider}', 'worked there', '{at}')",
)
AT = "2026-11-25 09:00:00.000000"


def run(connection: Connection, statement: str, tie: str = "c" * 32) -> None:
    values = {"provider": PROVIDER, "person": PERSON, "tie": tie, "at": AT}
    connection.execute(text(statement.format(**values)))


def test_it_goes_up_and_down_with_rows_present(bare_database_url: str) -> None:
    engine = connect(bare_database_url).engine
    with engine.connect() as connection:
        versions = alembic_config(connection)
        command.upgrade(versions, BEFORE)
        for statement in ROWS:
            run(connection, statement)
        command.upgrade(versions, AFTER)
        (session,) = connection.execute(text("SELECT since, confirmed_at, ended_at FROM sign_in"))
        assert session.confirmed_at == session.since
        assert session.ended_at is None
        (tie,) = connection.execute(text('SELECT "to", ended_at, end_reason FROM tie'))
        assert tuple(tie) == ("organisation", None, "")
        run(connection, ROWS[-1], tie="d" * 32)
        ended = f"UPDATE tie SET ended_at = '{AT}', end_reason = 'over' WHERE id = '{'d' * 32}'"
        connection.execute(text(ended))
        command.downgrade(versions, BEFORE)
        assert connection.scalar(text("SELECT count(*) FROM sign_in")) == 1
        assert connection.scalar(text("SELECT count(*) FROM tie")) == 1
        connection.commit()
    engine.dispose()
