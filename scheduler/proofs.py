"""The place of proving checks, and of how far a number reaches."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed
from scheduler.centre import Reach
from scheduler.register_rows import ContactNumberRow, ProvingCheckRow


class Result(StrEnum):
    """What a proving check showed."""

    PROVED = "proved"
    NOT_REACHED = "not reached"
    MENU_DIFFERS = "menu differs"
    CODE_REFUSED = "code refused"


@dataclass(frozen=True, slots=True)
class ProvingCheck:
    """An announced call to a number of a centre; ``identity`` gave its code and is burnt."""

    number: UUID
    identity: UUID | None
    made_on: date
    made_by: str
    result: Result
    note: str


def checks(session: Session, centre: UUID) -> tuple[tuple[str, ProvingCheck], ...]:
    """The checks of a centre's numbers, each with its number in E.164, the newest first."""
    rows = session.execute(
        select(ContactNumberRow.e164, ProvingCheckRow)
        .join(ProvingCheckRow, ProvingCheckRow.number_id == ContactNumberRow.id)
        .where(ContactNumberRow.centre_id == centre)
        .order_by(ProvingCheckRow.made_on.desc(), ProvingCheckRow.entered_at.desc())
    )
    return tuple(
        (
            e164,
            ProvingCheck(
                row.number_id,
                row.identity_id,
                row.made_on,
                row.made_by,
                Result(row.result),
                row.note,
            ),
        )
        for e164, row in rows
    )


def add_check(session: Session, check: ProvingCheck, now: datetime) -> None:
    """Keep a check; the newest decides whether its number counts as proved."""
    session.add(
        ProvingCheckRow(
            id=uuid4(),
            number_id=check.number,
            identity_id=check.identity,
            made_on=check.made_on,
            made_by=check.made_by,
            result=check.result,
            note=check.note,
            entered_at=now,
        )
    )
    session.flush()
    newest = session.scalars(
        select(ProvingCheckRow)
        .where(ProvingCheckRow.number_id == check.number)
        .order_by(ProvingCheckRow.made_on.desc(), ProvingCheckRow.entered_at.desc())
        .limit(1)
    ).one()
    row = session.get_one(ContactNumberRow, check.number)
    row.proved_on = newest.made_on if newest.result == Result.PROVED else None


def change_reach(session: Session, number: UUID, seen: Reach, wanted: Reach) -> bool:
    """Write how far a number reaches; False where it isn't any more what was seen."""
    return bool(
        changed(
            session,
            update(ContactNumberRow)
            .where(ContactNumberRow.id == number, ContactNumberRow.reach == seen)
            .values(reach=wanted)
            .execution_options(synchronize_session="fetch"),
        )
    )
