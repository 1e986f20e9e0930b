"""The place of challenges: what a browser was asked to prove, once, and not for long.

A challenge belongs to the token that the browser holds; the row's key is a hash of it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.people_rows import ChallengeRow

LASTS = timedelta(minutes=10)


class Asked(StrEnum):
    """What a challenge is for; one that was set for something else doesn't serve."""

    NEW_PASSKEY = "new passkey"
    PASSKEY = "passkey"
    OUTSIDE = "outside account"
    OUTSIDE_ANEW = "outside account, to confirm"


def set_challenge(session: Session, asked: Asked, token: str, value: str, now: datetime) -> None:
    """Keep a challenge in the place of an older one; those that are over are forgotten."""
    session.execute(delete(ChallengeRow).where(ChallengeRow.at < now - LASTS))
    key = _key(asked, token)
    if not insert_once(session, ChallengeRow(id=key, value=value, at=now)):
        newer = update(ChallengeRow).where(ChallengeRow.id == key)
        session.execute(newer.values(value=value, at=now))


def take_challenge(session: Session, asked: Asked, token: str, now: datetime) -> str | None:
    """Use a challenge up; None where there is none, or where it is over."""
    key = _key(asked, token)
    value = session.scalar(
        select(ChallengeRow.value).where(ChallengeRow.id == key, ChallengeRow.at >= now - LASTS)
    )
    was_there = changed(session, delete(ChallengeRow).where(ChallengeRow.id == key)) == 1
    return value if was_there else None


def _key(asked: Asked, token: str) -> str:
    return sha256(f"{asked}\n{token}".encode()).hexdigest()
