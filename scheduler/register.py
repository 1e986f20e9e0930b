"""The place of providers and centres: what they supplied, as it stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.clock import civil_date
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
from scheduler.late_closures import Entered
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
LOCK = 0x72657475  # what providers supply is entered one at a time


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
    rehearsal: bool  # made by one, and called by no other plan
    status: ProviderStatus  # of its provider, as the institute set it
    region: str  # "" is the whole country
    keeps_holidays: bool
    languages: tuple[str, ...]  # that it serves in, as ISO 639-1 codes


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


def sampled(session: Session) -> tuple[Centre, ...]:
    """The centres that plans call: every one but those that a rehearsal made for itself."""
    return tuple(each for each in centres(session) if not each.rehearsal)


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
        row.rehearsal,
        ProviderStatus(provider.status),
        row.region,
        row.keeps_holidays,
        tuple(row.languages.split()),
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


def line_serves(session: Session, line: UUID, day: date, *, proved: bool = False) -> bool:
    """Whether a number has not ended and is valid on a day, and with ``proved`` proved too."""
    row = session.get_one(ContactNumberRow, line)
    ended = row.ended_on is not None and row.ended_on <= day
    return not ended and _line(row).serves(day, proved=proved)


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


def closures_entered(session: Session, centre: UUID, zone: str) -> tuple[Entered, ...]:
    """Every closure that was ever stated, with the civil day of its entry, the newest first."""
    rows = session.scalars(
        select(ClosureRow)
        .where(ClosureRow.centre_id == centre)
        .order_by(ClosureRow.entered_at.desc(), ClosureRow.first)
    )
    return tuple(
        Entered(row.first, row.last, row.reason, civil_date(row.entered_at, zone)) for row in rows
    )


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


def level_in_force(session: Session, centre: UUID, day: date) -> UUID | None:
    """The version that counts on a day; None where nothing was declared by then."""
    return session.scalar(
        select(ServiceLevelRow.id)
        .where(ServiceLevelRow.centre_id == centre, ServiceLevelRow.since <= day)
        .order_by(ServiceLevelRow.version.desc())
        .limit(1)
    )


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
    """Let nothing else that a provider supplies be entered until this is."""
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
