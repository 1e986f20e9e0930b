"""The place of the institute's own numbers, from which calls are made."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scheduler.diary_rows import CallerNumberRow, PlannedCallRow

VOICE_HOOK = "/hooks/inbound/voice"  # whom the network asks about a call to a number of ours


def keep_caller_numbers(session: Session, owned: Iterable[str]) -> None:
    """Make the owned numbers the pool; one that is no longer owned leaves it."""
    rows = {row.e164: row for row in session.scalars(select(CallerNumberRow))}
    owned = set(owned)
    for e164, row in rows.items():
        row.in_pool = e164 in owned
    session.add_all(
        CallerNumberRow(id=uuid4(), e164=e164, in_pool=True) for e164 in sorted(owned - set(rows))
    )


def caller_numbers(session: Session) -> tuple[UUID, ...]:
    """The pool, in a steady order."""
    rows = session.scalars(
        select(CallerNumberRow.id).where(CallerNumberRow.in_pool).order_by(CallerNumberRow.e164)
    )
    return tuple(rows)


def caller_number(session: Session, key: UUID) -> str | None:
    """The number behind a key while it is in the pool."""
    row = session.get(CallerNumberRow, key)
    return row.e164 if row and row.in_pool else None


def number_key(session: Session, e164: str) -> UUID | None:
    """The key of a number that is in the pool, or was."""
    return session.scalar(select(CallerNumberRow.id).where(CallerNumberRow.e164 == e164))


def deal_another(session: Session, call: UUID, centre: UUID) -> UUID | None:
    """Give a call whose number left the pool the one that its centre has seen least; None: none."""
    seen = (
        select(func.count())
        .where(
            PlannedCallRow.centre_id == centre,
            PlannedCallRow.caller_number_id == CallerNumberRow.id,
        )
        .scalar_subquery()
    )
    another = session.scalar(
        select(CallerNumberRow.id)
        .where(CallerNumberRow.in_pool)
        .order_by(seen, CallerNumberRow.e164)
        .limit(1)
    )
    if another is not None:
        dealt = update(PlannedCallRow).where(PlannedCallRow.id == call)
        session.execute(dealt.values(caller_number_id=another))
    return another
