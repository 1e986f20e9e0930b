"""The place of requests for a fresh set of cover identities, and when a provider is told of one.

A request never says which identity is worn, and is told on the first of a month whatever the day on
which it was made. Every centre whose newest identity is a year old is asked in the same words, so
that being asked doesn't tell that anything was used.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from config.clock import Month
from config.database import insert_once
from scheduler.register_rows import FreshSetRow

OLD = timedelta(days=365)


def ask(session: Session, centre: UUID, today: date) -> bool:
    """Ask from the first of next month on; False where it is asked already."""
    told_from = Month(today.year, today.month).next().first
    return insert_once(session, FreshSetRow(centre_id=centre, told_from=told_from))


def told_from(session: Session, centre: UUID) -> date | None:
    """From which day the provider is told of a request, if there is one."""
    row = session.get(FreshSetRow, centre)
    return None if row is None else row.told_from


def answered(session: Session, centre: UUID) -> None:
    """Let the request be over: an identity came."""
    session.execute(delete(FreshSetRow).where(FreshSetRow.centre_id == centre))


def wanted(session: Session, centre: UUID, begun: Iterable[date], today: date) -> bool:
    """Whether a provider is told today; ``begun`` is when each stated identity became valid."""
    newest = max(begun, default=today)
    asked = told_from(session, centre)
    return newest <= today - OLD or (asked is not None and asked <= today)
