"""Keeps the pool of caller numbers as the account has it; tells administrators what is amiss."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import caller_pool, notices

EMPTY = """The telephone network says that the account owns no number.

The workspace keeps the numbers that it knew, so calls go on where the network still takes them.
See that the account is the right one and its numbers weren't released or moved. This letter comes
once a day while it lasts.

{origin}/line
"""
REFUSED = """The telephone network refused {number} as a caller number.

It has left the pool; calls go on from the other {others}. Where the number is the institute's after
all, bring it back with: scripts/unannounced pool restore {number}

{origin}/line
"""


def keep_pool(
    sessions: Sessions, vault: Vault, owned: Iterable[str], now: datetime, zone: str, origin: str
) -> None:
    """Make the owned numbers the pool. An empty list leaves it as it is, and is told once a day."""
    owned = tuple(owned)
    with sessions.begin() as session:
        if owned:
            caller_pool.keep_caller_numbers(session, owned)
        elif caller_pool.caller_numbers(session):
            subject = "The telephone account owns no number"
            _tell(session, vault, now, zone, "empty", subject, EMPTY.format(origin=origin))
        for number, refused_at in caller_pool.refused(session):
            others = len(caller_pool.caller_numbers(session))
            body = REFUSED.format(number=number, others=others, origin=origin)
            subject = f"{number} was refused as a caller number"
            _tell(session, vault, refused_at, zone, number, subject, body)


def refuse(session: Session, number: str, now: datetime) -> None:
    """Take a number out of the pool that the network refuses; the next look tells of it."""
    if caller_pool.refuse(session, number, now):
        journal.record(session, now, "worker", "caller number refused", "pool", {"number": number})


def _tell(
    session: Session, vault: Vault, at: datetime, zone: str, what: str, subject: str, body: str
) -> None:
    """Write to every administrator, once for a thing and a day."""
    if not caller_pool.note_letter(session, what, civil_date(at, zone)):
        return
    notices.tell_administrators(session, vault, at, subject, body)
    journal.record(session, at, "worker", "pool alarm", "pool", {"what": what})
