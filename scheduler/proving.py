"""Keeps proving checks: announced calls that prove a number, its menu and one spare code."""

from datetime import date, datetime, timedelta
from uuid import UUID

from config import journal
from config.database import Sessions
from scheduler import codes, proofs, register
from scheduler.centre import PROOF_DAYS, Reach
from scheduler.proofs import ProvingCheck, Result
from scheduler.refused import FieldRefused

LONGEST_NOTE = 500


def record_check(
    sessions: Sessions,
    centre: UUID,
    check: ProvingCheck,
    now: datetime,
    today: date,
    actor: str,
    origin: str = "",
) -> None:
    """Keep a check, and burn the identity whose code it gave, whatever came of it.

    Raises FieldRefused.
    """
    if check.made_on > today:
        raise FieldRefused("made_on", "The check is dated in the future.")
    if check.made_on <= today - timedelta(days=PROOF_DAYS):
        raise FieldRefused("made_on", "A check proves a number for a year; this one is older.")
    if check.result is Result.PROVED and check.identity is None:
        raise FieldRefused("identity", "Say which identity's code was given: a code is part of it.")
    if len(check.note) > LONGEST_NOTE:
        raise FieldRefused("note", f"Keep the note below {LONGEST_NOTE} letters.")
    with sessions.begin() as session:
        if check.number not in {line.id for line in register.lines(session, centre)}:
            raise FieldRefused("number", "The centre has no such number any more; choose another.")
        usable = {each.id for each in codes.usable_identities(session, centre)}
        if check.identity is not None and check.identity not in usable:
            raise FieldRefused("identity", "That identity is burnt or gone; choose another.")
        proofs.add_check(session, check, now)
        if check.identity is not None:
            codes.burn(session, check.identity, today)
        detail: dict[str, object] = {
            "number": str(check.number),
            "made_on": str(check.made_on),
            "result": check.result,
            "identity_burnt": str(check.identity) if check.identity else None,
        }
        journal.record(session, now, actor, "proving check", f"centre {centre}", detail, origin)


def set_reach(
    sessions: Sessions,
    centre: UUID,
    number: UUID,
    seen: Reach,
    wanted: Reach,
    now: datetime,
    actor: str,
    origin: str = "",
) -> None:
    """Say how far a number reaches. Raises FieldRefused, also when it was changed meanwhile."""
    with sessions.begin() as session:
        if number not in {line.id for line in register.lines(session, centre)}:
            raise FieldRefused("number", "The centre has no such number any more; choose another.")
        if not proofs.change_reach(session, number, seen, wanted):
            raise FieldRefused(
                "reach", "Somebody changed this number's reach meanwhile; look at it and try again."
            )
        if seen is not wanted:
            detail: dict[str, object] = {"number": str(number), "before": seen, "after": wanted}
            journal.record(session, now, actor, "reach changed", f"centre {centre}", detail, origin)
