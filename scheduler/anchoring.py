"""Mails the journal's head once a day, to where nobody who can write to the database can reach."""

from datetime import datetime

from config import journal, mail
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import letter_log, people
from scheduler.access import Role
from scheduler.readiness_words import day as day_in_words

KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR)
BODY = """The journal's head on {day}:

entry {seq},
{hash}

Keep this letter outside the machine that {institute} runs the workspace on, best unread and
together with the others. A journal whose end was cut, or that was written anew, lacks this entry:

  scripts/unannounced journal verify --anchors LETTER.eml

names it. The letter holds no name and opens nothing.
"""


def write_anchor_letter(
    sessions: Sessions, vault: Vault, now: datetime, zone: str, to: str, institute: str
) -> int:
    """Write the day's letter to an address, or to every administrator and auditor where it is "".

    It is written once a day, and its own entry is the head. Answers how many were written.
    """
    day = civil_date(now, zone)
    with sessions.reading() as session:
        if letter_log.anchor_written(session, day):
            return 0
        keepers = (each.email for role in KEEPERS for each in people.holders(session, role))
        addresses = [to] if to else list(dict.fromkeys(filter(mail.is_address, keepers)))
    if not addresses:
        return 0
    with sessions.begin() as session:
        if not letter_log.note_anchor(session, day, now):
            return 0
        detail: dict[str, object] = {"letters": len(addresses)}
        head = journal.record(session, now, "worker", "head mailed", str(day), detail)
        said = day_in_words(day)
        body = BODY.format(day=said, seq=head.seq, hash=head.hash, institute=institute)
        for address in addresses:
            mail.post(session, vault, now, address, f"The journal's head on {said}", body)
    return len(addresses)
