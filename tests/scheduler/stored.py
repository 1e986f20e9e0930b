"""What a database holds, so that a test can say that nothing changed."""

from typing import Any

from sqlalchemy import select

from config.database import Base, Sessions

Rows = dict[str, list[tuple[Any, ...]]]


def rows(sessions: Sessions, *, without: tuple[str, ...] = ()) -> Rows:
    """Every row of every table, in an order of their own."""
    with sessions.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name not in without
        }
