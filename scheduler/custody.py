"""The place of who set up a centre's cover identities, and of how worn each identity is."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.further import Custodian
from scheduler.register_rows import CoverIdentityRow, CustodianRow, IdentityUseRow


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn an identity is: in how many sampled calls it may have been heard, of how many."""

    identity: UUID
    valid_from: date
    valid_until: date | None
    uses: int
    most_uses: int
    risk: str  # how easily it is recognised, in a word; "" where nobody said
    burnt_on: date | None


def custodian(session: Session, centre: UUID) -> tuple[Custodian | None, int]:
    """Who it is, if anybody is named, and how often that has been changed."""
    row = session.get(CustodianRow, centre)
    if row is None:
        return None, 0
    return (
        Custodian(row.name, row.email, row.unmarked_on, row.consented_on, row.uncounted_on),
        row.version,
    )


def change_custodian(session: Session, centre: UUID, wanted: Custodian, version: int) -> bool:
    """Write it over the version that was seen; False where it isn't the newest any more."""
    values = {
        "name": wanted.name,
        "email": wanted.email,
        "unmarked_on": wanted.unmarked_on,
        "consented_on": wanted.consented_on,
        "uncounted_on": wanted.uncounted_on,
        "version": version + 1,
    }
    if version == 0:
        return insert_once(session, CustodianRow(centre_id=centre, **values))
    return bool(
        changed(
            session,
            update(CustodianRow)
            .where(CustodianRow.centre_id == centre, CustodianRow.version == version)
            .values(**values)
            .execution_options(synchronize_session="fetch"),
        )
    )


def wear(session: Session, centre: UUID) -> tuple[Wear, ...]:
    """Every identity of a centre that has not ended, in the order of planning."""
    uses = (
        select(func.count())
        .select_from(IdentityUseRow)
        .where(IdentityUseRow.identity_id == CoverIdentityRow.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CoverIdentityRow, uses)
        .where(CoverIdentityRow.centre_id == centre, CoverIdentityRow.ended_on.is_(None))
        .order_by(CoverIdentityRow.id)
    )
    return tuple(
        Wear(
            row.id,
            row.valid_from,
            row.valid_until,
            count,
            row.most_uses,
            row.fingerprint_risk,
            row.burnt_on,
        )
        for row, count in rows
    )


def calls_left(session: Session, centre: UUID, today: date) -> int:
    """For how many calls the identities of a centre are good that are valid and not burnt."""
    return sum(
        max(each.most_uses - each.uses, 0)
        for each in wear(session, centre)
        if each.burnt_on is None and (each.valid_until is None or each.valid_until >= today)
    )


def note_use(session: Session, identity: UUID, call: UUID, now: datetime) -> bool:
    """Count a call for an identity; a call counts once."""
    return insert_once(session, IdentityUseRow(call_id=call, identity_id=identity, used_at=now))


def change_wear(session: Session, seen: Wear, most_uses: int, risk: str) -> bool:
    """Set an identity's limit and risk; False where they aren't any more what was seen."""
    return bool(
        changed(
            session,
            update(CoverIdentityRow)
            .where(
                CoverIdentityRow.id == seen.identity,
                CoverIdentityRow.most_uses == seen.most_uses,
                CoverIdentityRow.fingerprint_risk == seen.risk,
            )
            .values(most_uses=most_uses, fingerprint_risk=risk)
            .execution_options(synchronize_session="fetch"),
        )
    )
