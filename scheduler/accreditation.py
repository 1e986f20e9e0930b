"""The place of what the institute itself keeps: status, holidays, volume and analysts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.database import changed
from scheduler.centre import ProviderStatus
from scheduler.further import Declared, HolidaysKept
from scheduler.register_rows import CentreRow, HolidayExceptionRow, ProviderRow, VolumeRow


@dataclass(frozen=True, slots=True)
class Accreditation:
    """How a provider stands, and the undertaking that it signed under a version of the code."""

    status: ProviderStatus
    signed_on: date | None
    code: str  # the version of the code of practice, "" where nothing is signed


def accreditation(session: Session, provider: UUID) -> tuple[Accreditation, int]:
    """How a provider stands, and how often the institute has changed that."""
    row = session.get_one(ProviderRow, provider)
    status = ProviderStatus(row.status)
    return Accreditation(status, row.undertaking_signed_on, row.undertaking_code), row.version


def change_accreditation(
    session: Session, provider: UUID, wanted: Accreditation, version: int
) -> bool:
    """Write it over the version that was seen; False where it isn't the newest any more."""
    return bool(
        changed(
            session,
            update(ProviderRow)
            .where(ProviderRow.id == provider, ProviderRow.version == version)
            .values(
                status=wanted.status,
                undertaking_signed_on=wanted.signed_on,
                undertaking_code=wanted.code,
                version=version + 1,
            )
            .execution_options(synchronize_session="fetch"),
        )
    )


def holidays_kept(
    session: Session, centre: UUID, exceptions: dict[date, bool]
) -> tuple[HolidaysKept, int]:
    """What a centre keeps, with its exceptions as they were read, and the version of that."""
    row = session.get_one(CentreRow, centre)
    kept = HolidaysKept(row.region, row.keeps_holidays, tuple(sorted(exceptions.items())))
    return kept, row.version


def change_holidays(session: Session, centre: UUID, wanted: HolidaysKept, version: int) -> bool:
    """Write it over the version that was seen; False where it isn't the newest any more."""
    if not changed(
        session,
        update(CentreRow)
        .where(CentreRow.id == centre, CentreRow.version == version)
        .values(region=wanted.region, keeps_holidays=wanted.keeps, version=version + 1)
        .execution_options(synchronize_session="fetch"),
    ):
        return False
    session.execute(delete(HolidayExceptionRow).where(HolidayExceptionRow.centre_id == centre))
    for day, is_open in wanted.exceptions:
        session.add(HolidayExceptionRow(id=uuid4(), centre_id=centre, day=day, open=is_open))
    session.flush()
    return True


def volume(session: Session, centre: UUID) -> tuple[Declared | None, int | None]:
    """The ordinary calls that a centre declared, if any, and its number of analysts."""
    centre_row = session.get_one(CentreRow, centre)
    calls = {
        (row.weekday, row.hour): row.calls
        for row in session.scalars(select(VolumeRow).where(VolumeRow.centre_id == centre))
    }
    if not calls:
        return None, centre_row.analysts
    table = tuple(tuple(calls.get((day, hour), 0) for hour in range(24)) for day in range(7))
    return Declared(table, centre_row.volume_weeks, centre_row.volume_source), centre_row.analysts


def change_volume(
    session: Session, centre: UUID, declared: Declared | None, analysts: int | None
) -> None:
    """Put another declaration in the place of the one that stands."""
    row = session.get_one(CentreRow, centre)
    row.analysts = analysts
    row.volume_weeks = declared.weeks if declared else None
    row.volume_source = declared.source if declared else ""
    session.execute(delete(VolumeRow).where(VolumeRow.centre_id == centre))
    if declared:
        for day, hours in enumerate(declared.volume):
            for hour, calls in enumerate(hours):
                session.add(VolumeRow(centre_id=centre, weekday=day, hour=hour, calls=calls))
    session.flush()
