"""Tells the assessor who they are on a call, and shows the security code in its moment only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date, midnight
from config.database import Sessions
from config.vault import Vault
from scheduler import caller_pool, codes, dialled_calls, diary, register, scenario_versions, wearing
from scheduler.access import SignedIn
from scheduler.call import PlannedCall
from scheduler.centre import CodeKind, ContactNumber, SecurityCode, ServiceLevel
from scheduler.outcome import Disposition
from scheduler.scenario import Scenario

EARLIEST = timedelta(minutes=10)  # before the attempt is due
LATEST = timedelta(minutes=30)  # after the attempt is due
READING = timedelta(hours=2)  # before a call in the small hours, when its day has hardly begun


class BriefingRefused(Exception):
    """Why something isn't shown; the text says when or how it is."""


class ConfirmFirst(BriefingRefused):
    """The sign-in is too old for the code: the password has to be confirmed."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """All that an assessor needs before and on the call, except the code."""

    call: PlannedCall
    centre: str
    provider: str
    scenario: Scenario
    name: str
    account: str
    code_kind: CodeKind
    service_level: ServiceLevel
    code_from: datetime
    code_until: datetime
    number: ContactNumber | None  # where the assessor dials it
    ring_back: str | None  # the call's own number of the pool, for who asks where to ring back


def briefing(session: Session, vault: Vault, call: UUID, person: UUID) -> Briefing | None:
    """The briefing of a call for the assessor who was drawn, and for nobody else."""
    planned = diary.find_call(session, call)
    if planned is None or planned.assessor != person:
        return None
    centre = register.find_centre(session, planned.centre)
    assert centre is not None
    name, account, kind = codes.open_persona(session, vault, planned.identity)
    begins, ends = code_window(session, planned)
    caller = planned.caller_number
    return Briefing(
        call=planned,
        centre=centre.name,
        provider=centre.provider_name,
        scenario=scenario_versions.scenario(session, planned.scenario),
        name=name,
        account=account,
        code_kind=kind,
        service_level=register.service_level(session, planned.service_level),
        code_from=begins,
        code_until=ends,
        number=register.contact_number(session, planned.number) if planned.by_hand else None,
        ring_back=caller_pool.caller_number(session, caller) if caller else None,
    )


def known_from(call: PlannedCall, zone: str) -> datetime:
    """From when an assessor in a zone may know the centre and the scenario: the call's own day.

    Before, they know its moment and nothing else.
    """
    return min(midnight(civil_date(call.moment, zone), zone), call.moment - READING)


def code_window(session: Session, call: PlannedCall) -> tuple[datetime, datetime]:
    """From when to when the code may be shown: around the due time of the last attempt, to its end.

    A call that awaits a promise is open again, but nobody is on the line any more.
    """
    dialled = dialled_calls.of_call(session, call)
    awaits = call.disposition is Disposition.AWAITING
    latest, ended = dialled.due + LATEST, dialled.ended_at if awaits else call.ended_at
    return dialled.due - EARLIEST, min(latest, ended) if ended else latest


def confirm_briefing(sessions: Sessions, call: UUID, person: UUID, now: datetime) -> None:
    """Remember that the assessor has read it; saying so twice changes nothing."""
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise BriefingRefused("This call is not yours.")
        if diary.mark_briefed(session, call, now):
            journal.record(session, now, str(person), "briefing confirmed", f"call {call}")


def reveal_code(
    sessions: Sessions, vault: Vault, call: UUID, who: SignedIn, now: datetime, origin: str
) -> SecurityCode:
    """The security code in clear, for the drawn assessor, in its window, after the briefing.

    The journal's row is committed first: if it can't be written, nothing is shown. Raises
    ConfirmFirst when the sign-in isn't recent, and BriefingRefused otherwise.
    """
    person = who.person.id
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise BriefingRefused("This call is not yours.")
        begins, ends = code_window(session, planned)
        if planned.briefed_at is None:
            raise BriefingRefused("Confirm first that you have read the briefing.")
        if now < begins:
            raise BriefingRefused("The code opens ten minutes before the call.")
        if now > ends:
            raise BriefingRefused("The call's time is over; the code stays closed.")
        if not who.recently(now):
            raise ConfirmFirst(
                "Your sign-in is older than two hours. Confirm first that it is you."
            )
        journal.record(session, now, str(person), "code shown", f"call {call}", origin=origin)
        wearing.heard(session, planned, now)
    with sessions.reading() as session:
        return codes.open_identity(session, vault, planned.identity).code
