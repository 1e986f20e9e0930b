"""Takes in mail that may be what an analyst promised; the assessor says whether it is."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from config import journal
from config.clock import Clock
from config.database import Sessions
from config.mailbox import Arrived
from config.vault import Vault
from scheduler import codes, diary, promises, register
from scheduler.promise import Promise, Way


def take_in(sessions: Sessions, vault: Vault, messages: Iterable[Arrived], clock: Clock) -> int:
    """Keep each message that belongs to a promise once; answers how many were new."""
    with sessions.begin() as session:
        hoped = promises.hoped_for(session)
        return sum(_take(session, vault, message, hoped, clock) for message in messages)


def _take(
    session: Session, vault: Vault, message: Arrived, hoped: tuple[Promise, ...], clock: Clock
) -> bool:
    promise = _whose(session, vault, message, hoped)
    if promise is None:
        return False
    new = promises.add_came_back(
        session,
        vault,
        promise.call,
        Way.WRITE,
        "mailbox",
        message.at,
        f"{message.subject}: {message.text}",
        counts=False,  # it may be no more than a receipt
        message=message.key,
    )
    if new:
        journal.record(session, clock(), "worker", "mail came back", f"call {promise.call}")
    return new


def _whose(
    session: Session, vault: Vault, message: Arrived, hoped: tuple[Promise, ...]
) -> Promise | None:
    """The promise of the centre from whose domain a message comes.

    Of several, the one whose persona is written to; None where that doesn't name one.
    """
    domain = message.sender.rpartition("@")[2]
    theirs = [
        promise
        for promise in hoped
        if message.at >= promise.promised_at and domain and domain == _domain(session, promise)
    ]
    if len(theirs) > 1:
        said = f"{message.to} {message.subject} {message.text}".casefold()
        theirs = [each for each in theirs if _persona(session, vault, each).casefold() in said]
    return theirs[0] if len(theirs) == 1 else None


def _domain(session: Session, promise: Promise) -> str:
    call = diary.find_call(session, promise.call)
    centre = register.find_centre(session, call.centre) if call else None
    return centre.contact_email.lower().rpartition("@")[2] if centre else ""


def _persona(session: Session, vault: Vault, promise: Promise) -> str:
    call = diary.find_call(session, promise.call)
    assert call is not None
    return codes.open_persona(session, vault, call.identity)[0]
