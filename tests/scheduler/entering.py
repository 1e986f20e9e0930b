"""For tests of access: an institute with letters, and what its people type."""

import re
from datetime import datetime

import pyotp
from sqlalchemy import select

from config import journal
from config.mail import OutboxRow
from scheduler import admitting, people, second_steps
from scheduler.access import Admitted
from scheduler.notices import Letterhead
from tests.builders import Institute

HEAD = Letterhead("Test institute", "https://calls.institute.example")
HERE, THERE = "198.51.100.7", "203.0.113.9"
LINK = re.compile(r"https://calls\.institute\.example/(welcome|reset)/([\w-]{43})\n")


def letters(institute: Institute, to: str) -> list[tuple[str, str]]:
    """Subject and body of the letters to an address, in the order they were written."""
    with institute.sessions.reading() as session:
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.to == to).order_by(OutboxRow.written_at)
        )
        return [
            (row.subject, institute.vault.open(row.body_sealed, "outbox", "body", row.id.hex))
            for row in rows
        ]


def link(institute: Institute, to: str) -> str:
    """The token of the last link mailed to an address."""
    found = LINK.search(letters(institute, to)[-1][1])
    assert found is not None
    return found[2]


def acts(institute: Institute) -> list[str]:
    """What the journal says was done, the last last."""
    with institute.sessions.reading() as session:
        return [entry.action for entry in journal.entries(session)]


def sign_in(institute: Institute, email: str, password: str, now: datetime) -> Admitted:
    """Sign in from here."""
    return admitting.sign_in(institute.sessions, email, password, now, HERE)


def code(institute: Institute, email: str, now: datetime, *, confirmed: bool = True) -> str:
    """What somebody's app shows."""
    with institute.sessions.reading() as session:
        person = people.find_by_address(session, email)
        assert person is not None
        secret = second_steps.secret_of(session, institute.vault, person.id, confirmed=confirmed)
    assert secret is not None
    return str(pyotp.TOTP(secret).at(now))
