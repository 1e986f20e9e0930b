"""Reminds providers 30, 14 and 0 days before something lapses, by the date of lapse alone."""

from datetime import datetime

from sqlalchemy.orm import Session

from config import journal, mail
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import letter_log, people, register
from scheduler.access import Role
from scheduler.gathering import readiness_told
from scheduler.register import Centre
from scheduler.reminder import Reminder, body, due, subject


def remind(sessions: Sessions, vault: Vault, now: datetime, origin: str, institute: str) -> int:
    """Write the letters that today calls for; doing it twice writes nothing twice.

    Each goes to the centre's contact address and to its provider's contacts, and knows what the
    provider knows: what was stated, whatever was used since. Answers how many were written.
    """
    with sessions.reading() as session:
        found = [
            (centre, due(readiness_told(session, vault, centre, civil_date(now, centre.zone))))
            for centre in register.centres(session)
        ]
    written = 0
    for centre, reminders in found:
        if reminders:
            with sessions.begin() as session:
                written += _write(session, vault, now, centre, reminders, origin, institute)
    return written


def _write(
    session: Session,
    vault: Vault,
    now: datetime,
    centre: Centre,
    reminders: tuple[Reminder, ...],
    origin: str,
    institute: str,
) -> int:
    """One letter for everything that is new, to each address; without one, nothing is noted."""
    addresses = _addresses(session, centre)
    if not addresses:
        return 0
    new = [r for r in reminders if letter_log.note_reminder(session, centre.id, r, now)]
    if not new:
        return 0
    head = mail.one_line(subject(centre.name, new))
    text = body(centre.provider_name, centre.name, new, origin, institute)
    for address in addresses:
        mail.post(session, vault, now, address, head, text)
    detail: dict[str, object] = {
        "letters": len(addresses),
        "lapses": {each.need: each.last.isoformat() for each in new},
    }
    journal.record(session, now, "worker", "reminder written", f"centre {centre.id}", detail)
    return len(addresses)


def _addresses(session: Session, centre: Centre) -> list[str]:
    """The contact address first, then the provider's contacts, each address once."""
    contacts = [
        person.email
        for person in people.holders(session, Role.PROVIDER_CONTACT)
        if person.provider == centre.provider
    ]
    own = {each.lower(): each for each in (centre.contact_email, *contacts)}
    return [each for each in own.values() if mail.is_address(each)]
