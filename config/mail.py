"""An outbox of rows: mail is written in the act's own transaction and sent by the worker later.

It goes out over SMTP where a server is set, else into a folder of files that a person can read.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.database import Base, Sessions, changed, new_id
from config.vault import Vault

TABLE = "outbox"
TIMEOUT = 20.0  # seconds
BATCH = 50
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 720))  # after each failure


class OutboxRow(Base):
    """One message; its body is sealed until it is sent, and gone afterwards."""

    __tablename__ = TABLE

    id: Mapped[UUID] = new_id()
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body_sealed: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is sent; the body may hold a single-use link, so ``repr`` leaves it out."""

    id: UUID
    to: str
    subject: str
    body: str = field(repr=False)


Send = Callable[[Letter], None]
"""Sends one letter, or raises OSError (smtplib's errors are OSErrors)."""


def post(session: Session, vault: Vault, now: datetime, to: str, subject: str, body: str) -> UUID:
    """Write a letter into the outbox."""
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


def deliver(sessions: Sessions, vault: Vault, send: Send, now: datetime) -> int:
    """Send what is due, each letter outside of any transaction; answers how many were sent.

    A letter is pushed back before it is sent, so that a crash delays it and nothing else; one that
    keeps failing is given up and stays visible.
    """
    with sessions.reading() as session:
        due = session.scalars(
            select(OutboxRow.id)
            .where(OutboxRow.due <= now, *_WAITING)
            .order_by(OutboxRow.due)
            .limit(BATCH)
        ).all()
    return sum(_deliver(sessions, vault, send, key, now) for key in due)


_WAITING = (OutboxRow.sent_at.is_(None), OutboxRow.given_up_at.is_(None))


def _deliver(sessions: Sessions, vault: Vault, send: Send, key: UUID, now: datetime) -> bool:
    with sessions.begin() as session:
        row = session.get_one(OutboxRow, key)
        failures = row.failures
        wait = WAITS[min(failures, len(WAITS) - 1)]
        claim = update(OutboxRow).where(
            OutboxRow.id == key, OutboxRow.failures == failures, OutboxRow.due <= now, *_WAITING
        )
        if changed(session, claim.values(failures=failures + 1, due=now + wait)) != 1:
            return False
        letter = Letter(
            key, row.to, row.subject, vault.open(row.body_sealed, TABLE, "body", key.hex)
        )
    try:
        send(letter)
    except OSError:
        if failures + 1 > len(WAITS):
            _settle(sessions, key, given_up_at=now)
        return False
    _settle(sessions, key, sent_at=now, body_sealed="")
    return True


def _settle(sessions: Sessions, key: UUID, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == key).values(**values))


def into_folder(folder: Path) -> Send:
    """Write each letter as a file that a mail program opens."""

    def send(letter: Letter) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{letter.id}"
        draft.write_bytes(_message(letter, "institute@localhost").as_bytes())
        draft.replace(folder / f"{letter.id}.eml")

    return send


def over_smtp(host: str, port: int, sender: str, user: str, password: str) -> Send:
    """Send over a server with STARTTLS; the connection is made anew for each letter."""

    def send(letter: Letter) -> None:
        with smtplib.SMTP(host, port, timeout=TIMEOUT) as server:
            server.starttls()
            if user:
                server.login(user, password)
            server.send_message(_message(letter, sender))

    return send


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.id}@unannounced>"
    message.set_content(letter.body)
    return message
