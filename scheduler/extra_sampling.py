"""The place of the reasons for which a centre is sampled more."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import Month
from config.database import insert_once
from scheduler.sampling_rows import ExtraSamplingRow


class Why(StrEnum):
    """The kinds of reasons."""

    NEW = "new centre"
    BELOW = "below the standard"
    COMPLAINT = "complaint"
    SUSPECTED = "suspected detection"


USUAL = {
    Why.NEW: Fraction(3, 2),
    Why.BELOW: Fraction(2),
    Why.COMPLAINT: Fraction(2),
    Why.SUSPECTED: Fraction(3, 2),
}
"""What each kind usually multiplies a centre's mean by."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a centre is sampled more, from a day to a day and both included."""

    id: UUID
    centre: UUID
    why: Why
    words: str
    factor: Fraction
    first: date
    last: date
    added_at: datetime
    added_by: str
    ended_at: datetime | None
    ended_words: str

    def counts(self, day: date) -> bool:
        """Whether a plan whose first day is this one counts it."""
        return self.ended_at is None and self.first <= day <= self.last


def reasons(session: Session, centre: UUID | None = None) -> tuple[Reason, ...]:
    """Every reason of a centre, or of all, the newest first."""
    asked = select(ExtraSamplingRow).order_by(ExtraSamplingRow.added_at.desc())
    if centre is not None:
        asked = asked.where(ExtraSamplingRow.centre_id == centre)
    return tuple(map(_reason, session.scalars(asked)))


def factors(session: Session, day: date) -> dict[UUID, Fraction]:
    """What the mean of each centre is multiplied by in a plan from a day on: the strongest counts.

    Centres without a reason are left out.
    """
    found: dict[UUID, Fraction] = {}
    for reason in reasons(session):
        if reason.counts(day):
            found[reason.centre] = max(reason.factor, found.get(reason.centre, Fraction(1)))
    return found


def last_day(first: date, months: int) -> date:
    """The last day of a reason that begins on a day and is to reach a plan of so many months.

    >>> last_day(date(2027, 2, 10), 3)
    datetime.date(2027, 5, 31)
    """
    return date.fromordinal(Month.of(first).next(months + 1).first.toordinal() - 1)


def add(
    session: Session,
    centre: UUID,
    why: Why,
    words: str,
    factor: Fraction,
    days: tuple[date, date],
    now: datetime,
    actor: str,
    call: UUID | None = None,
) -> UUID | None:
    """Keep a reason; answers its key, None when the call gave one already."""
    row = ExtraSamplingRow(
        id=uuid4(),
        centre_id=centre,
        call_id=call,
        kind=why,
        words=words,
        factor=str(factor),
        first=days[0],
        last=days[1],
        added_at=now,
        added_by=actor,
    )
    return row.id if insert_once(session, row) else None


def end(session: Session, key: UUID, words: str, now: datetime, actor: str) -> bool:
    """End a reason; False when there is none such or it was ended before."""
    row = session.get(ExtraSamplingRow, key)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at, row.ended_by, row.ended_words = now, actor, words
    return True


def _reason(row: ExtraSamplingRow) -> Reason:
    return Reason(
        id=row.id,
        centre=row.centre_id,
        why=Why(row.kind),
        words=row.words,
        factor=Fraction(row.factor),
        first=row.first,
        last=row.last,
        added_at=row.added_at,
        added_by=row.added_by,
        ended_at=row.ended_at,
        ended_words=row.ended_words or "",
    )
