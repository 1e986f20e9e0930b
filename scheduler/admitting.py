"""Signs people in and out, and says who is behind a session."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config import journal
from config.database import Sessions
from config.vault import Vault
from scheduler import people
from scheduler.access import Role, SignedIn
from scheduler.centre import OpenSpan

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_AFTER = timedelta(seconds=60)  # so that reading a page rarely writes
TRIES, TRIES_WITHIN = 10, timedelta(minutes=5)
HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")  # as slow for an unknown address as for a known


class SignInRefused(Exception):
    """Why somebody isn't let in, in words that don't tell whether the address is known."""


def sign_in(sessions: Sessions, email: str, password: str, now: datetime, origin: str) -> str:
    """Check a password and open a session; answers its token, for the cookie.

    Raises SignInRefused after a wrong password, or after too many from one place.
    """
    key = sha256(f"{email.strip().lower()}\n{origin}".encode()).hexdigest()
    with sessions.reading() as session:
        if people.refusals_since(session, key, now - TRIES_WITHIN) >= TRIES:
            raise SignInRefused("Too many tries. Wait five minutes, then try again.")
        known = people.password_of(session, email.strip())
    person = known[0] if known and _matches(known[1], password) else None
    if known is None:
        _matches(NOBODY, password)
    with sessions.begin() as session:
        if person is None:
            people.note_refusal(session, key, now, now - TRIES_WITHIN)
            journal.record(session, now, "nobody", "sign-in refused", "", origin=origin)
        else:
            token = secrets.token_urlsafe(32)
            people.open_sign_in(session, _key(token), person, now)
            journal.record(
                session, now, str(person), "signed in", f"person {person}", origin=origin
            )
            return token
    raise SignInRefused("That address and password don't go together. Check both.")


def who(sessions: Sessions, token: str, now: datetime) -> SignedIn | None:
    """Who is behind a session's token, or None when it has ended, idled or aged out."""
    key = _key(token)
    with sessions.reading() as session:
        found = people.find_sign_in(session, key)
    if found is None:
        return None
    signed_in, seen_at = found
    if now - seen_at > IDLE or now - signed_in.since > LONGEST:
        return None
    if now - seen_at > TOUCH_AFTER:
        with sessions.begin() as session:
            people.touch_sign_in(session, key, now)
    return signed_in


def sign_out(sessions: Sessions, token: str, now: datetime) -> None:
    """End a session."""
    key = _key(token)
    with sessions.begin() as session:
        found = people.find_sign_in(session, key)
        if found and people.end_sign_in(session, key, now):
            person = str(found[0].person.id)
            journal.record(session, now, person, "signed out", f"person {person}")


def admit(
    sessions: Sessions,
    vault: Vault,
    now: datetime,
    actor: str,
    *,
    name: str,
    email: str,
    zone: str,
    roles: Iterable[Role],
    password: str | None,
    telephone: str | None = None,
    provider: UUID | None = None,
    offered: Iterable[OpenSpan] = (),
    planted: bool = False,
) -> UUID:
    """Enter a person."""
    hashed = HASHER.hash(password) if password else None
    roles = tuple(roles)
    with sessions.begin() as session:
        person = people.add_person(
            session,
            vault,
            now,
            name=name,
            email=email,
            zone=zone,
            roles=roles,
            password_hash=hashed,
            telephone=telephone,
            provider=provider,
            offered=offered,
            planted=planted,
        )
        detail: dict[str, object] = {"roles": sorted(roles), "planted": planted}
        journal.record(session, now, actor, "person entered", f"person {person}", detail)
        return person


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
