"""Keeps who set up a centre's cover identities, what they declared, and each identity's limit."""

import re
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from config import journal
from config.database import Sessions
from scheduler import custody, fresh_set
from scheduler.further import Custodian
from scheduler.refused import ChangedMeanwhile, FieldRefused

RISKS = ("", "low", "middling", "high")
MOST_USES = range(1, 101)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def entrust(
    sessions: Sessions,
    centre: UUID,
    liaison: str,
    wanted: Custodian,
    version: int,
    now: datetime,
    today: date,
    actor: str,
    origin: str = "",
) -> None:
    """Name a centre's custodian and the days of their declarations; the journal keeps both states.

    ``liaison`` is the address of the support team's contact, who can't be the custodian. Raises
    FieldRefused, or ChangedMeanwhile when ``version`` isn't the newest.
    """
    if not wanted.name or len(wanted.name) > 200:
        raise FieldRefused("name", "Write the custodian's name, in up to 200 letters.")
    if not _EMAIL.fullmatch(wanted.email) or len(wanted.email) > 254:
        raise FieldRefused("email", "Write an e-mail address, such as name@provider.example.")
    if wanted.email.casefold() == liaison.casefold():
        raise FieldRefused(
            "email", "That is the support team's own address; the custodian stands outside it."
        )
    for field in ("unmarked_on", "consented_on", "uncounted_on"):
        day: date | None = getattr(wanted, field)
        if day is not None and day > today:
            raise FieldRefused(field, "A declaration is dated in the future.")
    with sessions.begin() as session:
        before, _ = custody.custodian(session, centre)
        if not custody.change_custodian(session, centre, wanted, version):
            raise ChangedMeanwhile
        if before != wanted:
            said: dict[str, object] = {"before": _plain(before), "after": _plain(wanted)}
            subject = f"centre {centre}"
            journal.record(
                session, now, actor, "custodian changed", subject, origin=origin, aside=said
            )


def limit(
    sessions: Sessions,
    centre: UUID,
    seen: custody.Wear,
    most_uses: int,
    risk: str,
    now: datetime,
    actor: str,
    origin: str = "",
) -> None:
    """Set after how many calls an identity leaves planning, and how easily it is recognised.

    Raises FieldRefused, or ChangedMeanwhile when limit and risk aren't as they were seen.
    """
    if most_uses not in MOST_USES:
        raise FieldRefused("most_uses", "Write how many calls, from 1 to 100.")
    if risk not in RISKS:
        raise FieldRefused("risk", "Choose a risk of the list.")
    with sessions.begin() as session:
        if seen.identity not in {each.identity for each in custody.wear(session, centre)}:
            raise FieldRefused("most_uses", "The centre has no such identity any more.")
        if not custody.change_wear(session, seen, most_uses, risk):
            raise ChangedMeanwhile
        if (seen.most_uses, seen.risk) != (most_uses, risk):
            detail: dict[str, object] = {
                "before": {"most_uses": seen.most_uses, "risk": seen.risk},
                "after": {"most_uses": most_uses, "risk": risk},
            }
            subject = f"identity {seen.identity}"
            journal.record(session, now, actor, "identity limit changed", subject, detail, origin)


def ask_fresh_set(
    sessions: Sessions, centre: UUID, now: datetime, today: date, actor: str, origin: str = ""
) -> None:
    """Ask a provider for a fresh set of identities; it is told on the first of next month."""
    with sessions.begin() as session:
        if fresh_set.ask(session, centre, today):
            told: dict[str, object] = {"told_from": str(fresh_set.told_from(session, centre))}
            subject = f"centre {centre}"
            journal.record(session, now, actor, "fresh identities asked for", subject, told, origin)


def _plain(value: Custodian | None) -> dict[str, object] | None:
    if value is None:
        return None
    return {key: str(part) if part else None for key, part in asdict(value).items()}
