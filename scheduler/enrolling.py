"""Takes a provider's return into the register: the whole statement, or nothing of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import codes, register
from scheduler.centre import Return


class ReturnRefused(Exception):
    """A statement that can't be accepted; says nothing of another provider."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an accepted return changed."""

    centre: UUID
    provider: UUID
    new: bool
    identities_begun: int
    identities_changed: int
    identities_ended: int
    service_level_version: int | None


def enrol(
    sessions: Sessions,
    vault: Vault,
    stated: Return,
    now: datetime,
    actor: str,
    zone: str,
    *,
    invented: bool = False,
) -> Enrolled:
    """Enter a return as of the institute's civil date in ``zone``; doing it twice changes nothing.

    Raises ReturnRefused when a number is held by somebody else; the journal then says by whom the
    number was stated, and the institute looks.
    """
    today = civil_date(now, zone)
    with sessions.begin() as session:
        register.alone(session)
        held = register.held_elsewhere(session, stated)
        if held:
            detail: dict[str, object] = {"stated_for": stated.centre, "numbers": list(held)}
            journal.record(session, now, actor, "return refused", "number held elsewhere", detail)
        else:
            return _enter(session, vault, stated, now, today, actor, invented=invented)
    raise ReturnRefused(
        f"{', '.join(held)} can't be accepted; the institute has been told. "
        "Check the number, or leave it out"
    )


def _enter(
    session: Session,
    vault: Vault,
    stated: Return,
    now: datetime,
    today: date,
    actor: str,
    *,
    invented: bool,
) -> Enrolled:
    provider, centre, new = register.enter_centre(session, stated, now, invented=invented)
    begun, changed, ended = codes.enter_identities(session, vault, centre, stated.identities, today)
    register.enter_numbers(session, centre, stated.numbers, today)
    register.enter_hours(session, centre, stated.hours, today)
    register.enter_closures(session, centre, stated.closures, now, today)
    register.enter_notice(session, centre, stated.notice_given_on)
    version = register.enter_service_level(session, centre, stated.service_level, today)
    detail: dict[str, object] = {
        "new": new,
        "numbers": len(stated.numbers),
        "identities": {"begun": begun, "changed": changed, "ended": ended},
        "service_level_version": version,
    }
    journal.record(session, now, actor, "return entered", f"centre {centre}", detail)
    return Enrolled(centre, provider, new, begun, changed, ended, version)
