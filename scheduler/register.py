"""The place of providers and centres: what they supplied, as it stands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.database import one_at_a_time
from scheduler.centre import (
    Closure,
    ContactNumber,
    Kind,
    Line,
    OpenSpan,
    ProviderStatus,
    Reach,
    Return,
    ServiceLevel,
)
from scheduler.register_rows import (
    CentreRow,
    ClosureRow,
    ContactNumberRow,
    HolidayExceptionRow,
    OpeningRow,
    ProviderRow,
    ServiceLevelRow,
    StaffNoticeRow,
)

NOTICE_DAYS = 365  # a notice to staff is renewed yearly
LOCK = 0x72657475  # one return at a time is entered


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre on the register."""

    id: UUID
    provider: UUID
    provider_name: str
    name: str
    kind: Kind
    zone: str
    country: str
    contact_email: str
    accredited_from: date
    accredited_until: date
    recording_permitted: bool
    invented: bool
    status: ProviderStatus  # of its provider, as the institute set it
    region: str  # "" is the whole country
    keeps_holidays: bool


@dataclass(frozen=True, slots=True)
class DeclaredLevel:
    """A version of a centre's service level and the day since which it is in force."""

    id: UUID
    version: int
    since: date
    level: ServiceLevel


def centres(session: Session) -> tuple[Centre, ...]:
    """Every centre, by provider and name."""
    rows = session.execute(
        select(CentreRow, ProviderRow)
        .join(ProviderRow, CentreRow.provider_id == ProviderRow.id)
        .order_by(ProviderRow.name, CentreRow.name)
    )
    return tuple(_centre(row, provider) for row, provider in rows)


def centres_of(session: Session, provider: UUID | None) -> tuple[Centre, ...]:
    """The centres of one provider, by name; none of no provider."""
    rows = session.execute(
        select(CentreRow, ProviderRow)
        .join(ProviderRow, CentreRow.provider_id == ProviderRow.id)
        .where(ProviderRow.id == provider)
        .order_by(CentreRow.name)
    )
    return tuple(_centre(row, of) for row, of in rows)


def find_centre(session: Session, centre: UUID) -> Centre | None:
    """One centre, or None."""
    found = session.execute(
        select(CentreRow, ProviderRow)
        .join(ProviderRow, CentreRow.provider_id == ProviderRow.id)
        .where(CentreRow.id == centre)
    ).first()
    return _centre(*found) if found else None


def centre_named(session: Session, provider: str, name: str) -> Centre | None:
    """The centre of a provider's and its own name, or None."""
    found = session.execute(
        select(CentreRow, ProviderRow)
        .join(ProviderRow, CentreRow.provider_id == ProviderRow.id)
        .where(ProviderRow.name == provider, CentreRow.name == name)
    ).first()
    return _centre(*found) if found else None


def _centre(row: CentreRow, provider: ProviderRow) -> Centre:
    return Centre(
        row.id,
        row.provider_id,
        provider.name,
        row.name,
        Kind(row.kind),
        row.zone,
        row.country,
        row.contact_email,
        row.accredited_from,
        row.accredited_until,
        row.recording_permitted,
        row.invented,
        ProviderStatus(provider.status),
        row.region,
        row.keeps_holidays,
    )


def lines(session: Session, centre: UUID) -> tuple[Line, ...]:
    """The contact numbers of a centre that have not ended, in a steady order."""
    rows = session.scalars(
        select(ContactNumberRow)
        .where(ContactNumberRow.centre_id == centre, ContactNumberRow.ended_on.is_(None))
        .order_by(ContactNumberRow.label, ContactNumberRow.e164)
    )
    return tuple(_line(row) for row in rows)


def contact_number(session: Session, line: UUID) -> ContactNumber:
    """One number, ended or not."""
    return _number(session.get_one(ContactNumberRow, line))


def line_serves(session: Session, line: UUID, day: date) -> bool:
    """Whether a number has not ended and is valid on a day."""
    row = session.get_one(ContactNumberRow, line)
    ended = row.ended_on is not None and row.ended_on <= day
    return not ended and _line(row).serves(day)


def _line(row: ContactNumberRow) -> Line:
    return Line(row.id, _number(row), Reach(row.reach), row.proved_on)


def _number(row: ContactNumberRow) -> ContactNumber:
    return ContactNumber(row.label, row.e164, row.menu_keys, row.valid_from, row.valid_until)


def hours(session: Session, centre: UUID) -> tuple[OpenSpan, ...]:
    """The weekly spans in force, in order."""
    rows = session.scalars(
        select(OpeningRow).where(OpeningRow.centre_id == centre, OpeningRow.ended_on.is_(None))
    )
    return tuple(sorted(OpenSpan(row.weekday, row.opens, row.closes) for row in rows))


def closures(session: Session, centre: UUID) -> tuple[Closure, ...]:
    """The closures in force, in order."""
    rows = session.scalars(
        select(ClosureRow).where(ClosureRow.centre_id == centre, ClosureRow.ended_on.is_(None))
    )
    return tuple(sorted(Closure(row.first, row.last, row.reason) for row in rows))


def holiday_exceptions(session: Session, centre: UUID) -> dict[date, bool]:
    """The days on which a centre differs from its public holidays: True is open, False shut."""
    rows = session.scalars(
        select(HolidayExceptionRow)
        .where(HolidayExceptionRow.centre_id == centre)
        .order_by(HolidayExceptionRow.day)
    )
    return {row.day: row.open for row in rows}


def notice_spans(session: Session, centre: UUID) -> tuple[tuple[date, date], ...]:
    """The stretches (first and last day) in which a notice to staff is in force."""
    days = session.scalars(
        select(StaffNoticeRow.given_on)
        .where(StaffNoticeRow.centre_id == centre)
        .order_by(StaffNoticeRow.given_on)
    )
    return tuple((day, day + timedelta(days=NOTICE_DAYS - 1)) for day in days)


def notice_in_force(session: Session, centre: UUID, day: date) -> bool:
    """Whether the centre's staff have been told, less than a year ago."""
    return any(first <= day <= last for first, last in notice_spans(session, centre))


def service_levels(session: Session, centre: UUID) -> tuple[DeclaredLevel, ...]:
    """Every version of the service level, oldest first."""
    rows = session.scalars(
        select(ServiceLevelRow)
        .where(ServiceLevelRow.centre_id == centre)
        .order_by(ServiceLevelRow.version)
    )
    return tuple(DeclaredLevel(row.id, row.version, row.since, _level(row)) for row in rows)


def service_level(session: Session, version: UUID) -> ServiceLevel:
    """One version."""
    return _level(session.get_one(ServiceLevelRow, version))


def _level(row: ServiceLevelRow) -> ServiceLevel:
    return ServiceLevel(
        row.products,
        row.level,
        row.answer_within,
        row.answered_percent,
        row.escalation_within,
        row.calibre,
        row.audience,
        row.exclusions,
    )


# --- entering -----------------------------------------------------------------------------------


def alone(session: Session) -> None:
    """Let no other return be entered until this one is."""
    one_at_a_time(session, LOCK)


def held_elsewhere(session: Session, stated: Return) -> tuple[str, ...]:
    """Which of the stated numbers are held by another centre."""
    rows = session.scalars(
        select(ContactNumberRow.e164)
        .join(CentreRow, ContactNumberRow.centre_id == CentreRow.id)
        .join(ProviderRow, CentreRow.provider_id == ProviderRow.id)
        .where(
            ContactNumberRow.e164.in_([number.e164 for number in stated.numbers]),
            ContactNumberRow.ended_on.is_(None),
            or_(ProviderRow.name != stated.provider, CentreRow.name != stated.centre),
        )
    )
    return tuple(sorted(set(rows)))


def enter_centre(
    session: Session, stated: Return, now: datetime, *, invented: bool
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
    known = service_levels(session, centre)
    if known and known[-1].level == stated:
        return None
    version = known[-1].version + 1 if known else 1
    session.add(
        ServiceLevelRow(
            id=uuid4(),
            centre_id=centre,
            version=version,
            since=since,
            products=stated.products,
            level=stated.level,
            answer_within=stated.answer_within,
            answered_percent=stated.answered_percent,
            escalation_within=stated.escalation_within,
            calibre=stated.calibre,
            audience=stated.audience,
            exclusions=stated.exclusions,
        )
    )
    return version
