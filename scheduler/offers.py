"""The place of offers: who was offered which moment, and what they answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.life_rows import OfferRow


class Answer(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"  # nothing was heard in time
    EXCUSED = "excused"  # by an administrator, asked or not


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment offered to a person, without centre or scenario."""

    call: UUID
    person: UUID
    moment: datetime
    offered_at: datetime
    answer: Answer | None


def offer(session: Session, call: UUID, person: UUID, moment: datetime, now: datetime) -> bool:
    """Write an offer once; False when it was made before."""
    row = OfferRow(call_id=call, person_id=person, moment=moment, offered_at=now)
    return insert_once(session, row)


def answer(
    session: Session, call: UUID, person: UUID, moment: datetime, given: Answer, now: datetime
) -> bool:
    """Keep an answer; who has declined, or was silent, has no say any more.

    False where no such offer stands open to that answer.
    """
    ill = given in (Answer.DECLINED, Answer.EXCUSED)  # after all
    before = [Answer.ACCEPTED] if ill else []
    open_to = OfferRow.answer.is_(None) | OfferRow.answer.in_(before)
    moved = update(OfferRow).where(
        OfferRow.call_id == call, OfferRow.person_id == person, OfferRow.moment == moment, open_to
    )
    return changed(session, moved.values(answer=given, answered_at=now)) == 1


def offers(
    session: Session,
    *,
    call: UUID | None = None,
    person: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Offer, ...]:
    """The offers of a call or to a person, of moments from one on and before another, by moment."""
    query = select(OfferRow).order_by(OfferRow.moment, OfferRow.offered_at)
    if call is not None:
        query = query.where(OfferRow.call_id == call)
    if person is not None:
        query = query.where(OfferRow.person_id == person)
    if since is not None:
        query = query.where(OfferRow.moment >= since)
    if until is not None:
        query = query.where(OfferRow.moment < until)
    return tuple(_offer(row) for row in session.scalars(query))


def unanswered(session: Session) -> tuple[Offer, ...]:
    """The offers to which nothing was answered yet."""
    rows = session.scalars(select(OfferRow).where(OfferRow.answer.is_(None)))
    return tuple(_offer(row) for row in rows)


def _offer(row: OfferRow) -> Offer:
    given = Answer(row.answer) if row.answer else None
    return Offer(row.call_id, row.person_id, row.moment, row.offered_at, given)
