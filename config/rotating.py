"""Rotates the vault's key while the programs run: a new key, then every sealed value under it.

A column whose texts are sealed says so on its mapping, ``info={"sealed": <its place>}``; the
table's name and the row's key complete the place. So one loop over all tables finds every one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, func, select, update

from config import journal
from config.clock import Clock
from config.database import Base, Sessions, changed
from config.vault import FORMAT, Vault, VaultRefused, add_key

BATCH = 50  # values a transaction: a writer on SQLite waits for one batch at most

Tell = Callable[[int, int], None]
"""Hears after each batch how many values are under the new key, of how many."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did; ``closed`` names the values that no key on the ring opens."""

    key: str
    added: bool
    values: int
    closed: tuple[str, ...]


def sealed_columns() -> tuple[Column[str], ...]:
    """Every column whose texts are sealed, in a steady order."""
    tables = Base.metadata.sorted_tables
    return tuple(column for table in tables for column in table.columns if "sealed" in column.info)


def rotate(sessions: Sessions, vault: Vault, clock: Clock, actor: str, tell: Tell) -> Rotation:
    """Finish the rotation that was cut short, if one was; otherwise add a key and reseal all.

    Raises VaultRefused when the key file can't be written; nothing is changed then.
    """
    moved, closed = _reseal(sessions, vault, tell)
    added = not moved
    if added:
        add(sessions, vault, clock, actor)
        moved, closed = _reseal(sessions, vault, tell)
    done = Rotation(vault.current, added, moved, closed)
    detail: dict[str, object] = {"key": done.key, "values": moved, "closed": list(closed)}
    with sessions.begin() as session:
        journal.record(session, clock(), actor, "values resealed", "vault", detail)
    return done


def add(sessions: Sessions, vault: Vault, clock: Clock, actor: str) -> str:
    """Add a key to the file and journal it; what is sealed from now on is sealed under it."""
    if vault.path is None:
        raise VaultRefused("this vault lies in no file, so no key can be added to it")
    key = add_key(vault.path)
    with sessions.begin() as session:
        journal.record(session, clock(), actor, "key added", "vault", {"key": key})
    return key


def _waiting(sessions: Sessions, vault: Vault) -> int:
    with sessions.reading() as session:
        return sum(
            session.scalar(select(func.count()).where(*_older(column, vault.current))) or 0
            for column in sealed_columns()
        )


def _older(column: Column[str], current: str) -> tuple[ColumnElement[bool], ...]:
    return column != "", ~column.startswith(f"{FORMAT}.{current}.", autoescape=True)


def _reseal(sessions: Sessions, vault: Vault, tell: Tell) -> tuple[int, tuple[str, ...]]:
    """Pass over every column until a pass moves nothing; answers the sum and what stays closed.

    A second pass finds what a program sealed while it didn't know of the new key yet.
    """
    moved, of = 0, _waiting(sessions, vault)
    while True:
        before = moved
        closed: list[str] = []
        for column in sealed_columns():
            for batch in _batches(sessions, vault, column, closed):
                moved += batch
                tell(moved, max(moved, of))
        if moved == before:
            return moved, tuple(closed)


def _batches(
    sessions: Sessions, vault: Vault, column: Column[str], closed: list[str]
) -> Iterator[int]:
    """Move a column under the current key; answers batch by batch how many values moved."""
    (key,) = column.table.primary_key.columns
    after = None
    while True:
        query = select(key, column).where(*_older(column, vault.current)).order_by(key)
        if after is not None:
            query = query.where(key > after)
        with sessions.reading() as session:
            batch = session.execute(query.limit(BATCH)).all()
        if not batch:
            return
        fresh = []
        for row, sealed in batch:
            place = (column.table.name, column.info["sealed"], _text(row))
            try:
                fresh.append((row, sealed, vault.seal(vault.open(sealed, *place), *place)))
            except VaultRefused:
                closed.append(f"{column} of {_text(row)}")
        with sessions.begin() as session:
            # A value that its owner changed meanwhile is left alone; the next pass looks again.
            statement = update(column.table)
            counts = [
                changed(session, statement.where(key == row, column == old).values({column: new}))
                for row, old, new in fresh
            ]
        yield sum(counts)
        after = batch[-1][0]


def _text(key: object) -> str:
    return key.hex if isinstance(key, UUID) else str(key)
