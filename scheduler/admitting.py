"""Signs people in and out, in one step or two, and says who is behind a session."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from config import journal
from config.database import Sessions
from config.vault import Vault
from scheduler import password as passwords
from scheduler import people, second_steps, sign_ins
from scheduler.access import Admitted, Role, SignedIn, SignInRefused
from scheduler.centre import OpenSpan
from scheduler.notices import Letterhead
from scheduler.securing import (
    SecuringRefused,
    check_code,
    is_password,
    key_of,
    new_token,
    note_refused,
)

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_AFTER = timedelta(seconds=60)  # so that reading a page rarely writes
HALF = timedelta(minutes=10)  # how long a right password waits for its code


class HalfOver(SignInRefused):
    """No right password waits for a code any more."""


def sign_in(sessions: Sessions, email: str, password: str, now: datetime, origin: str) -> Admitted:
    """Check a password; open a session, or wait for a code where there is a second step.

    Raises SignInRefused after a wrong password, or after too many from one place.
    """
    try:
        known = is_password(sessions, email, password, now, origin)
    except SecuringRefused as refusal:
        raise SignInRefused(str(refusal)) from refusal
    token = new_token()
    with sessions.begin() as session:
        person = known.person if known and known.still(session) else None
        if person and second_steps.confirmed(session, person):
            sign_ins.open_half(session, key_of(token), person, now)
            return Admitted(token, waits_for_code=True)
        if person:
            sign_ins.open_sign_in(session, key_of(token), person, now)
            journal.record(
                session, now, str(person), "signed in", f"person {person}", origin=origin
            )
            return Admitted(token, waits_for_code=False)
    note_refused(sessions, "sign-in refused", "", now, origin)
    raise SignInRefused("That address and password don't go together. Check both.")


def is_half(sessions: Sessions, token: str, now: datetime) -> bool:
    """Whether a right password waits for its code behind a token."""
    with sessions.reading() as session:
        return sign_ins.find_half(session, key_of(token), now - HALF) is not None


def sign_in_by_code(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    token: str,
    code: str,
    now: datetime,
    origin: str,
) -> str:
    """Take the second step; answers a new token, since the old one has done its work.

    Raises SignInRefused for a wrong code or too many, and HalfOver when no password waits.
    """
    half, fresh = key_of(token), new_token()
    with sessions.begin() as session:
        person = sign_ins.find_half(session, half, now - HALF)
        if person is None:
            raise HalfOver("You were away for long. Sign in with your password again.")
        checked = check_code(session, vault, head, person, code, now, confirmed=True)
        subject, detail = f"person {person}", {"second step": str(checked.value)}
        if checked.right and sign_ins.end_half(session, half):
            sign_ins.open_sign_in(session, key_of(fresh), person, now)
            journal.record(session, now, str(person), "signed in", subject, {**detail}, origin)
            return fresh
        if sign_ins.worth_noting(session, f"second step of {person}", origin, now):
            journal.record(session, now, "nobody", "second step refused", subject, origin=origin)
    raise SignInRefused(str(checked.value))


def confirm(sessions: Sessions, token: str, password: str, now: datetime, origin: str) -> str:
    """Prove anew who is behind a session; answers the token of the session that goes on from it.

    Raises SignInRefused for a wrong password, too many, or a session that has ended.
    """
    signed_in = who(sessions, token, now)
    if signed_in is None:
        raise SignInRefused("You were signed out meanwhile. Sign in again.")
    try:
        known = is_password(sessions, signed_in.person.email, password, now, origin)
    except SecuringRefused as refusal:
        raise SignInRefused(str(refusal)) from refusal
    fresh = new_token()
    with sessions.begin() as session:
        subject = f"person {signed_in.person.id}"
        person = known.person if known and known.still(session) else None
        if person is None:
            journal.record(session, now, "nobody", "confirmation refused", subject, origin=origin)
        elif sign_ins.end_sign_in(session, key_of(token), now):
            sign_ins.open_sign_in(session, key_of(fresh), person, now, signed_in.since)
            journal.record(session, now, str(person), "sign-in confirmed", subject, origin=origin)
            return fresh
    raise SignInRefused("That isn't your password. Type the one you sign in with.")


def who(sessions: Sessions, token: str, now: datetime) -> SignedIn | None:
    """Who is behind a session's token, or None when it has ended, idled or aged out."""
    key = key_of(token)
    with sessions.reading() as session:
        found = sign_ins.find_sign_in(session, key)
    if found is None:
        return None
    signed_in, seen_at = found
    if now - seen_at > IDLE or now - signed_in.since > LONGEST:
        return None
    if now - seen_at > TOUCH_AFTER:
        with sessions.begin() as session:
            sign_ins.touch_sign_in(session, key, now)
    return signed_in


def sign_out(sessions: Sessions, token: str, now: datetime) -> None:
    """End a session."""
    key = key_of(token)
    with sessions.begin() as session:
        found = sign_ins.find_sign_in(session, key)
        if found and sign_ins.end_sign_in(session, key, now):
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
    country: str = "",
) -> UUID:
    """Enter a person."""
    hashed = passwords.hashed(password) if password else None
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
            country=country,
        )
        detail: dict[str, object] = {"roles": sorted(roles), "planted": planted}
        journal.record(session, now, actor, "person entered", f"person {person}", detail)
        return person
