"""The place of the institute's own numbers, from which calls are made."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.diary_rows import CallerNumberRow, PlannedCallRow
from scheduler.promise_rows import PoolLetterRow

VOICE_HOOK = "/hooks/inbound/voice"  # whom the network asks about a call to a number of ours


def keep_caller_numbers(session: Session, owned: Iterable[str]) -> None:
    """Make the owned numbers the pool; one that is no longer owned leaves it, a refused one stays
    out until it is restored, or owned anew.
    """
    rows = {row.e164: row for row in session.scalars(select(CallerNumberRow))}
    owned = set(owned)
    for e164, row in rows.items():
        row.refused_at = row.refused_at if e164 in owned else None
        row.in_pool = e164 in owned and row.refused_at is None
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


def refuse(session: Session, e164: str, now: datetime) -> bool:
    """Take a number out of the pool that the network refuses; False when it is out already."""
    out = update(CallerNumberRow).where(CallerNumberRow.e164 == e164, CallerNumberRow.in_pool)
    return changed(session, out.values(in_pool=False, refused_at=now)) == 1


def restore(session: Session, e164: str) -> bool:
    """Let the next look at the account take a refused number in again; False when none was."""
    back = update(CallerNumberRow).where(
        CallerNumberRow.e164 == e164, CallerNumberRow.refused_at.is_not(None)
    )
    return changed(session, back.values(refused_at=None)) == 1


def refused(session: Session) -> tuple[tuple[str, datetime], ...]:
    """The numbers that the network refused, and when."""
    rows = session.scalars(select(CallerNumberRow).order_by(CallerNumberRow.e164))
    return tuple((row.e164, row.refused_at) for row in rows if row.refused_at)


def standing(session: Session) -> tuple[tuple[str, str], ...]:
    """Every number that the pool has known, and how it stands."""
    rows = session.scalars(select(CallerNumberRow).order_by(CallerNumberRow.e164))
    return tuple(
        (
            row.e164,
            "in the pool"
            if row.in_pool
            else f"refused on {row.refused_at:%Y-%m-%d}"
            if row.refused_at
            else "no longer owned",
        )
        for row in rows
    )


def note_letter(session: Session, what: str, day: date) -> bool:
    """Remember that administrators were written to; False when they were on that day."""
    return insert_once(session, PoolLetterRow(what=what, day=day))


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
