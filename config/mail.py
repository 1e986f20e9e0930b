"""An outbox of rows: a letter is written in the act's own transaction and sent by the worker later.

A letter is sent once; only where a machine stops between sending and writing that down, or a server
takes it and doesn't say so, is it sent again, with the same Message-ID. Its body is sealed while it
waits and gone once it is sent, because it may hold a single-use link.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from config import journal
from config.clock import Clock
from config.database import Base, Sessions, changed, new_id
from config.vault import Vault, VaultRefused

TABLE = "outbox"
BATCH = 20
LONGEST_ADDRESS, LONGEST_SUBJECT = 254, 200
# After each failure; the first wait is longer than the slowest sending, so that nobody else begins.
WAITS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")


class MailRefused(ValueError):
    """A letter that can't be written or sent; the text says what is wrong with it."""


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given up"


class OutboxRow(Base):
    """One letter; its body is sealed until it is sent, and gone afterwards."""

    __tablename__ = TABLE

    id: Mapped[UUID] = new_id()
    to: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    body_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "body"})
    written_at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is sent; the body may hold a single-use link, so ``repr`` leaves it out."""

    id: UUID
    to: str
    subject: str
    written_at: datetime
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as it is listed: everything but its body."""

    id: UUID
    to: str
    subject: str
    written_at: datetime
    due: datetime
    failures: int
    sent_at: datetime | None
    given_up_at: datetime | None


Send = Callable[[Letter], None]
"""Sends one letter, or raises OSError (smtplib's errors are some) or ValueError."""


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address, with nothing in it that could end a header's line."""
    return len(text) <= LONGEST_ADDRESS and text.isprintable() and bool(ADDRESS.fullmatch(text))


def one_line(text: str) -> str:
    """A text as a subject may hold it: whatever can't be printed is a space, and long ones end."""
    printed = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(printed.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def post(session: Session, vault: Vault, now: datetime, to: str, subject: str, body: str) -> UUID:
    """Write a letter into the outbox; the subject must hold nothing secret.

    Raises MailRefused when address or subject could reach into another header.
    """
    if not is_address(to):
        raise MailRefused(f"{to!r} is not one e-mail address; write it as liaison@example.org")
    if subject != one_line(subject):
        raise MailRefused(f"a subject is one printed line of at most {LONGEST_SUBJECT} signs")
    key = uuid4()
    sealed = vault.seal(body, TABLE, "body", key.hex)
    session.add(
        OutboxRow(
            id=key,
            to=to,
            subject=subject,
            body_sealed=sealed,
            written_at=now,
            due=now,
            failures=0,
        )
    )
    return key


# --- sending ------------------------------------------------------------------------------------


def deliver(sessions: Sessions, vault: Vault, send: Send, clock: Clock) -> int:
    """Send what is due, each letter outside of any transaction; answers how many were sent.

    A letter is pushed back before it is sent, so that a crash delays it and nothing else; one that
    keeps failing is given up and stays visible. The first failure ends the round: a server that is
    down is asked once a round, and a letter that can't be sent keeps no other waiting for long.
    """
    with sessions.reading() as session:
        due = session.scalars(
            select(OutboxRow.id)
            .where(OutboxRow.due <= clock(), *_IN_STATE[LetterState.WAITING])
            .order_by(OutboxRow.due, OutboxRow.written_at)
            .limit(BATCH)
        ).all()
    sent = 0
    for key in due:
        outcome = _deliver(sessions, vault, send, key, clock)
        if outcome is False:
            break
        sent += outcome is True
    return sent


_IN_STATE: dict[LetterState, tuple[ColumnElement[bool], ...]] = {
    LetterState.WAITING: (OutboxRow.sent_at.is_(None), OutboxRow.given_up_at.is_(None)),
    LetterState.SENT: (OutboxRow.sent_at.is_not(None),),
    LetterState.GIVEN_UP: (OutboxRow.given_up_at.is_not(None),),
}


def _deliver(sessions: Sessions, vault: Vault, send: Send, key: UUID, clock: Clock) -> bool | None:
    """Whether the letter was sent; None when somebody else has claimed it meanwhile."""
    with sessions.begin() as session:
        now = clock()
        row = session.get_one(OutboxRow, key)
        failures = row.failures
        claim = update(OutboxRow).where(
            OutboxRow.id == key,
            OutboxRow.due <= now,
            *_IN_STATE[LetterState.WAITING],
        )
        wait = WAITS[min(failures, len(WAITS) - 1)]
        if changed(session, claim.values(failures=failures + 1, due=now + wait)) != 1:
            return None
        to, subject, written_at, sealed = row.to, row.subject, row.written_at, row.body_sealed
    try:
        body = vault.open(sealed, TABLE, "body", key.hex)
        send(Letter(key, to, subject, written_at, body))
    except (OSError, ValueError, VaultRefused):
        if failures + 1 > len(WAITS):
            _settle(sessions, key, given_up_at=clock())
        return False
    _settle(sessions, key, sent_at=clock(), body_sealed="")
    return True


def _settle(sessions: Sessions, key: UUID, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == key).values(**values))


def try_again(sessions: Sessions, key: UUID, now: datetime, actor: str) -> bool:
    """Let a letter that was given up be sent anew; False when there is no such letter."""
    with sessions.begin() as session:
        again = update(OutboxRow).where(OutboxRow.id == key, *_IN_STATE[LetterState.GIVEN_UP])
        if changed(session, again.values(given_up_at=None, failures=0, due=now)) != 1:
            return False
        journal.record(session, now, actor, "letter tried again", f"letter {key}")
        return True


# --- looking ------------------------------------------------------------------------------------


def listed(session: Session, state: LetterState, limit: int) -> tuple[Listed, ...]:
    """The letters in a state, the newest first, without their bodies."""
    columns = (
        *(OutboxRow.id, OutboxRow.to, OutboxRow.subject, OutboxRow.written_at, OutboxRow.due),
        *(OutboxRow.failures, OutboxRow.sent_at, OutboxRow.given_up_at),
    )
    rows = session.execute(
        select(*columns)
        .where(*_IN_STATE[state])
        .order_by(OutboxRow.written_at.desc(), OutboxRow.id)
        .limit(limit)
    )
    return tuple(Listed(*row) for row in rows)


def count(session: Session, state: LetterState) -> int:
    """How many letters are in a state."""
    query = select(func.count()).select_from(OutboxRow).where(*_IN_STATE[state])
    return session.scalar(query) or 0
