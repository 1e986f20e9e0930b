"""Changes what the institute itself keeps of providers and centres, over what was seen only."""

import json
import re
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import accreditation, register
from scheduler.accreditation import Accreditation
from scheduler.centre import ProviderStatus
from scheduler.further import Declared, HolidaysKept
from scheduler.public_holidays import UnknownRegion, check_region
from scheduler.refused import ChangedMeanwhile, FieldRefused

CODE = "1.01"
"""The version of the code of practice that an undertaking is signed under now."""
_CODE = re.compile(r"\d{1,3}\.\d{1,3}")


def accredit(
    sessions: Sessions,
    provider: UUID,
    wanted: Accreditation,
    version: int,
    now: datetime,
    today: date,
    actor: str,
    origin: str = "",
) -> None:
    """Set a provider's status and its undertaking; the journal keeps both states.

    Raises FieldRefused, or ChangedMeanwhile when ``version`` isn't the newest.
    """
    if wanted.status is ProviderStatus.LAPSED:
        raise FieldRefused(
            "status", "Lapsed follows from the dates of accreditation; choose another status."
        )
    if wanted.signed_on is not None and wanted.signed_on > today:
        raise FieldRefused("signed_on", "The undertaking is signed in the future.")
    if wanted.signed_on is not None and not _CODE.fullmatch(wanted.code):
        raise FieldRefused("code", f"Write the code's version as {CODE}.")
    if wanted.signed_on is None and wanted.code:
        raise FieldRefused("signed_on", "Say when the undertaking was signed.")
    with sessions.begin() as session:
        before, _ = accreditation.accreditation(session, provider)
        if not accreditation.change_accreditation(session, provider, wanted, version):
            raise ChangedMeanwhile
        if before != wanted:
            _record(session, now, actor, f"provider {provider}", before, wanted, origin)


def keep_holidays(
    sessions: Sessions,
    centre: register.Centre,
    wanted: HolidaysKept,
    version: int,
    now: datetime,
    actor: str,
    origin: str = "",
) -> None:
    """Set a centre's region, whether it keeps public holidays, and where it differs from them.

    Raises FieldRefused, or ChangedMeanwhile when ``version`` isn't the newest.
    """
    if wanted.keeps or wanted.region:
        try:
            check_region(centre.country, wanted.region)
        except UnknownRegion as error:
            raise FieldRefused("region", str(error)) from error
    with sessions.begin() as session:
        exceptions = register.holiday_exceptions(session, centre.id)
        before, _ = accreditation.holidays_kept(session, centre.id, exceptions)
        if not accreditation.change_holidays(session, centre.id, wanted, version):
            raise ChangedMeanwhile
        if before != wanted:
            _record(session, now, actor, f"centre {centre.id}", before, wanted, origin)


def declare_volume(
    sessions: Sessions,
    centre: UUID,
    wanted: tuple[Declared | None, int | None],
    seen: str,
    now: datetime,
    actor: str,
    origin: str = "",
) -> None:
    """Set a centre's ordinary calls and its number of analysts.

    ``seen`` is the mark (see ``volume_mark``) of what stood when the form was opened. Raises
    FieldRefused, or ChangedMeanwhile when something else stands by now.
    """
    declared, analysts = wanted
    if declared and declared.weeks is not None and not 1 <= declared.weeks <= 520:
        raise FieldRefused("weeks", "Write the log's length in weeks, from 1 to 520.")
    if analysts is not None and not 1 <= analysts <= 100_000:
        raise FieldRefused("analysts", "Write the number of analysts, from 1.")
    with sessions.begin() as session:
        register.alone(session)
        before = accreditation.volume(session, centre)
        if volume_mark(*before) != seen:
            raise ChangedMeanwhile
        if before == wanted:
            return
        accreditation.change_volume(session, centre, declared, analysts)
        detail: dict[str, object] = {"before": _table(*before), "after": _table(*wanted)}
        subject = f"centre {centre}"
        journal.record(session, now, actor, "volume changed", subject, detail, origin)


def volume_mark(declared: Declared | None, analysts: int | None) -> str:
    """A short mark of what is declared: another declaration has another."""
    return sha256(json.dumps(_table(declared, analysts)).encode()).hexdigest()[:16]


def _table(declared: Declared | None, analysts: int | None) -> dict[str, object]:
    if declared is None:
        return {"analysts": analysts, "weeks": None, "calls": None}
    log = {"weeks": declared.weeks, "source": declared.source}
    return {"analysts": analysts, **log, "calls": declared.volume}


def _record(
    session: Session,
    now: datetime,
    actor: str,
    subject: str,
    before: Accreditation | HolidaysKept,
    after: Accreditation | HolidaysKept,
    origin: str,
) -> None:
    action = "accreditation" if isinstance(after, Accreditation) else "holidays"
    detail: dict[str, object] = {"before": _plain(before), "after": _plain(after)}
    journal.record(session, now, actor, f"{action} changed", subject, detail, origin)


def _plain(value: Accreditation | HolidaysKept) -> dict[str, object]:
    if isinstance(value, Accreditation):
        signed = str(value.signed_on) if value.signed_on else None
        return {"status": value.status, "signed_on": signed, "code": value.code}
    exceptions = {str(day): "open" if is_open else "shut" for day, is_open in value.exceptions}
    return {"region": value.region, "keeps": value.keeps, "exceptions": exceptions}
