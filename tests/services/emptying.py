"""Empties a PostgreSQL database that a test has written to, so that the next one may have it."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import make_url

LEAVE_WITHIN = 10_000  # milliseconds
# Whoever is still at work is as good as dropped with the database.
SEND_AWAY = """SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'"""
WRITTEN = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"""
FIRST_OF_OURS = 16384  # below are the objects of PostgreSQL itself
# Whoever makes, changes or drops a table, column, constraint, trigger or function changes one.
SHAPE = f"""SELECT count(*), sum(version),
        (SELECT string_agg(version_num, ',') FROM alembic_version)
    FROM (
        SELECT oid, xmin::text::bigint AS version FROM pg_class
        UNION ALL SELECT attrelid, xmin::text::bigint FROM pg_attribute
        UNION ALL SELECT oid, xmin::text::bigint FROM pg_constraint
        UNION ALL SELECT oid, xmin::text::bigint FROM pg_trigger
        UNION ALL SELECT oid, xmin::text::bigint FROM pg_proc
    ) AS found WHERE oid >= {FIRST_OF_OURS}"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a database is made of, but for its rows."""

    objects: int
    versions: int
    migration: str | None


def shape(url: str) -> Shape:
    """What a migrated database is made of; another one once anything of it has been changed."""
    with _connected(url) as connection:
        return _shape(connection)


def empty(url: str, before: Shape) -> bool:
    """Take every row and everybody who is connected out of a database.

    False where the test has changed more than rows, and where the server doesn't let us pass by
    the journal's guard: then the database is of no more use.
    """
    with _connected(url) as connection:
        connection.execute(SEND_AWAY, [LEAVE_WITHIN])
        if _shape(connection) != before:
            return False
        tables = [Identifier(name) for (name,) in connection.execute(WRITTEN)]
        if not tables:
            return True
        try:
            connection.execute("SET session_replication_role = replica")  # no guard, no references
        except psycopg.errors.InsufficientPrivilege:
            return False
        connection.execute(_each("DELETE FROM {}", tables))
        # Without dead rows a query without an order answers as in a new database.
        connection.execute(SQL("VACUUM {}").format(SQL(", ").join(tables)))
    return True


def _connected(url: str) -> psycopg.Connection:
    address = make_url(url)
    names = address.translate_connect_args(username="user", database="dbname")
    return psycopg.connect(make_conninfo(**names, **dict[str, Any](address.query)), autocommit=True)


def _shape(connection: psycopg.Connection) -> Shape:
    found = connection.execute(SHAPE).fetchone()
    assert found is not None
    objects, versions, migration = found
    return Shape(int(objects), int(versions), migration)


def _each(statement: str, tables: list[Identifier]) -> Composed:
    return SQL("; ").join(SQL(statement).format(table) for table in tables)
