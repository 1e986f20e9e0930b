"""The place that knows from when to when something was on the register, ended or not."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.readiness import Need, Span
from scheduler.register_rows import ContactNumberRow, CoverIdentityRow

ONE_DAY = timedelta(days=1)


def ever_supplied(session: Session, centre: UUID) -> dict[Need, tuple[Span, ...]]:
    """When the numbers and identities that a centre ever had were valid.

    A burnt identity stands among the others: its provider supplied it, and must not learn here that
    a call has used it.
    """
    numbers = session.scalars(select(ContactNumberRow).where(ContactNumberRow.centre_id == centre))
    identities = session.scalars(
        select(CoverIdentityRow).where(CoverIdentityRow.centre_id == centre)
    )
    return {
        Need.NUMBER: tuple(_span(row.valid_from, row.valid_until, row.ended_on) for row in numbers),
        Need.IDENTITY: tuple(
            _span(row.valid_from, row.valid_until, row.ended_on) for row in identities
        ),
    }


def _span(first: date, until: date | None, ended_on: date | None) -> Span:
    last_days = [day for day in (until, ended_on and ended_on - ONE_DAY) if day is not None]
    return first, min(last_days, default=None)
