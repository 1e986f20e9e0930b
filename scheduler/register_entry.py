"""The place of providers and centres: what a return or a form states is written here."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.centre import Closure, ContactNumber, OpenSpan, Return, ServiceLevel
from scheduler.register_rows import (
    CentreRow,
    ClosureRow,
    ContactNumberRow,
    OpeningRow,
    ProviderRow,
    ServiceLevelRow,
    StaffNoticeRow,
)


def enter_centre(
    session: Session, stated: Return, now: datetime, *, invented: bool, rehearsal: bool = False
) -> tuple[UUID, UUID, bool]:
    """Write provider and centre; answers their ids and whether the centre is new."""
    provider = session.scalar(select(ProviderRow).where(ProviderRow.name == stated.provider))
    if provider is None:
        provider = ProviderRow(id=uuid4(), name=stated.provider, created_at=now)
        session.add(provider)
        session.flush()
    centre = session.scalar(
        select(CentreRow).where(
            CentreRow.provider_id == provider.id, CentreRow.name == stated.centre
        )
    )
    new = centre is None
    if centre is None:
        centre = CentreRow(
            id=uuid4(),
            provider_id=provider.id,
            name=stated.centre,
            invented=invented,
            rehearsal=rehearsal,
            created_at=now,
        )
        session.add(centre)
    centre.kind = stated.kind
    centre.zone = stated.zone
    centre.country = stated.country
    centre.contact_email = stated.contact_email
    centre.accredited_from = stated.accredited_from
    centre.accredited_until = stated.accredited_until
    centre.recording_permitted = stated.recording_permitted
    session.flush()
    return provider.id, centre.id, new


def enter_numbers(
    session: Session, centre: UUID, stated: tuple[ContactNumber, ...], today: date
) -> None:
    """Make the stated numbers the centre's; one that is left out ends today."""
    rows = {
        row.e164: row
        for row in session.scalars(
            select(ContactNumberRow).where(
                ContactNumberRow.centre_id == centre, ContactNumberRow.ended_on.is_(None)
            )
        )
    }
    for number in stated:
        row = rows.pop(number.e164, None)
        if row is None:
            row = ContactNumberRow(id=uuid4(), centre_id=centre, e164=number.e164, valid_from=today)
            session.add(row)
        row.label = number.label
        if row.menu_keys != number.menu_keys:
            row.proved_on = None  # another way through the menu is proved anew
        row.menu_keys = number.menu_keys
        row.valid_from = number.valid_from or min(row.valid_from, today)
        row.valid_until = number.valid_until
        if number.reach is not None:
            row.reach = number.reach
    for row in rows.values():
        row.ended_on = today


def enter_hours(session: Session, centre: UUID, stated: tuple[OpenSpan, ...], today: date) -> None:
    """Make the stated spans the centre's hours."""
    left = set(stated)
    for row in session.scalars(
        select(OpeningRow).where(OpeningRow.centre_id == centre, OpeningRow.ended_on.is_(None))
    ):
        span = OpenSpan(row.weekday, row.opens, row.closes)
        if span in left:
            left.discard(span)
        else:
            row.ended_on = today
    for span in sorted(left):
        session.add(
            OpeningRow(
                id=uuid4(),
                centre_id=centre,
                weekday=span.weekday,
                opens=span.opens,
                closes=span.closes,
                since=today,
            )
        )


def enter_closures(
    session: Session, centre: UUID, stated: tuple[Closure, ...], now: datetime, today: date
) -> None:
    """Make the stated closures the centre's; a past one stays on record."""
    left = set(stated)
    for row in session.scalars(
        select(ClosureRow).where(ClosureRow.centre_id == centre, ClosureRow.ended_on.is_(None))
    ):
        closure = Closure(row.first, row.last, row.reason)
        if closure in left:
            left.discard(closure)
        elif row.last >= today:
            row.ended_on = today
    for closure in sorted(left):
        session.add(
            ClosureRow(
                id=uuid4(),
                centre_id=centre,
                first=closure.first,
                last=closure.last,
                reason=closure.reason,
                entered_at=now,
            )
        )


def enter_notice(session: Session, centre: UUID, given_on: date | None) -> None:
    """Keep the date of a notice to staff; an earlier one stays on record."""
    known = session.scalars(
        select(StaffNoticeRow.given_on).where(StaffNoticeRow.centre_id == centre)
    )
    if given_on is not None and given_on not in set(known):
        session.add(StaffNoticeRow(id=uuid4(), centre_id=centre, given_on=given_on))


def enter_service_level(
    session: Session, centre: UUID, stated: ServiceLevel, since: date
) -> int | None:
    """Add a version where the statement differs from the newest; answers its number."""
    newest = session.scalar(
        select(ServiceLevelRow)
        .where(ServiceLevelRow.centre_id == centre)
        .order_by(ServiceLevelRow.version.desc())
        .limit(1)
    )
    words = {each.name: getattr(stated, each.name) for each in fields(ServiceLevel)}
    if newest is not None and all(getattr(newest, name) == it for name, it in words.items()):
        return None
    version = newest.version + 1 if newest is not None else 1
    session.add(
        ServiceLevelRow(
            id=uuid4(),
            centre_id=centre,
            version=version,
            since=since,
            **words,
        )
    )
    return version
