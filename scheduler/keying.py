"""Lets people add passkeys, sign in and confirm with them, and take them away."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from config import journal
from config.database import Sessions
from config.vault import Vault
from scheduler import challenges, passkey_proof, passkeys, people, sign_ins
from scheduler.access import Person, SignedIn
from scheduler.challenges import Asked
from scheduler.notices import Letterhead, Notice, post_notice
from scheduler.passkey_proof import ProofRefused, base64url_to_bytes, bytes_to_base64url
from scheduler.passkeys import Passkey
from scheduler.securing import TOO_MANY, SecuringRefused, key_of, new_token, note_refused

LONGEST_NAME = 100
MOST = 20  # passkeys of one person
ASKS, ASKS_WITHIN = 60, timedelta(minutes=5)  # challenges that one place gets
NOT_PROVED = "That passkey wasn't accepted. Try again, or sign in with your password."
NOT_ADDED = "No passkey was added: the device's answer wasn't accepted. Try again."


def ask_to_register(
    sessions: Sessions, head: Letterhead, person: Person, token: str, chance: bytes, now: datetime
) -> str:
    """What the browser needs to make a passkey, as JSON, bound to the session of a token.

    Raises SecuringRefused where the person has as many as there may be.
    """
    with sessions.begin() as session:
        known = passkeys.passkeys(session, person.id)
        if len(known) >= MOST:
            raise SecuringRefused(f"You have {MOST} passkeys. Take one away first.")
        value = bytes_to_base64url(chance)
        challenges.set_challenge(session, Asked.NEW_PASSKEY, token, value, now)
    return passkey_proof.to_register(
        head.site,
        head.institute,
        person.id,
        person.email,
        person.name,
        chance,
        [each.key.credential for each in known],
    )


def register(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    person: UUID,
    token: str,
    answer: str,
    name: str,
    now: datetime,
) -> None:
    """Keep the passkey that the browser made for the challenge of this session; a letter says so.

    Raises SecuringRefused for a name that is none, and for an answer that proves nothing.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise SecuringRefused(f"Give the passkey a name of at most {LONGEST_NAME} signs.")
    with sessions.begin() as session:
        challenge = challenges.take_challenge(session, Asked.NEW_PASSKEY, token, now)
    if challenge is None:
        raise SecuringRefused("You were away for long. Add the passkey again.")
    try:
        key = passkey_proof.registered(head.site, base64url_to_bytes(challenge), answer)
    except ProofRefused as error:
        raise SecuringRefused(NOT_ADDED) from error
    with sessions.begin() as session:
        added = passkeys.add_passkey(session, person, key, said, now)
        if added is None:
            raise SecuringRefused("That passkey is on file already.")
        detail: dict[str, object] = {"passkey": str(added)}
        journal.record(session, now, str(person), "passkey added", f"person {person}", detail)
        post_notice(session, vault, head, person, Notice.PASSKEY, now)


def remove(
    sessions: Sessions, vault: Vault, head: Letterhead, person: UUID, passkey: UUID, now: datetime
) -> bool:
    """Take one of the own passkeys away; False when there is none such. A letter says so."""
    with sessions.begin() as session:
        gone = passkeys.remove_passkey(session, person, passkey)
        if gone:
            subject, detail = f"person {person}", {"passkey": str(passkey)}
            journal.record(session, now, str(person), "passkey removed", subject, {**detail})
            post_notice(session, vault, head, person, Notice.PASSKEY_GONE, now)
        return gone


def ask_to_sign_in(
    sessions: Sessions, head: Letterhead, token: str, chance: bytes, now: datetime, origin: str
) -> str:
    """What the browser needs to use a passkey, as JSON, bound to a token that it keeps.

    Raises SecuringRefused where one place asks too often.
    """
    place = sha256(f"challenge\n{sign_ins.place_of(origin)}".encode()).hexdigest()
    with sessions.begin() as session:
        spent = sign_ins.spend_try(session, place, now, ASKS, ASKS_WITHIN)
        if spent is not None:
            value = bytes_to_base64url(chance)
            challenges.set_challenge(session, Asked.PASSKEY, token, value, now)
    if spent is None:
        raise SecuringRefused(TOO_MANY)
    return passkey_proof.to_sign_in(head.site, chance)


def sign_in(
    sessions: Sessions, head: Letterhead, token: str, answer: str, now: datetime, origin: str
) -> str:
    """Open a session for whoever proves a passkey, which counts for both steps; its token.

    Raises SecuringRefused.
    """
    found = _proved(sessions, head, token, answer, now)
    fresh = new_token()
    with sessions.begin() as session:
        if found:
            people.hold(session, found[0].person)
        person = found and passkeys.note_use(session, found[0], found[1], now) and found[0].person
        if person and people.find_person(session, person):
            subject, detail = f"person {person}", {"by": "passkey"}
            sign_ins.open_sign_in(session, key_of(fresh), person, now)
            journal.record(session, now, str(person), "signed in", subject, {**detail}, origin)
            return fresh
    subject = f"person {found[0].person}" if found else ""
    note_refused(sessions, "passkey refused", subject, now, origin)
    raise SecuringRefused(NOT_PROVED)


def confirm(
    sessions: Sessions,
    head: Letterhead,
    signed_in: SignedIn,
    session_token: str,
    token: str,
    answer: str,
    now: datetime,
    origin: str,
) -> str:
    """Prove anew who is behind a session, by one of their own passkeys; the token that goes on.

    Raises SecuringRefused.
    """
    found = _proved(sessions, head, token, answer, now)
    person, fresh = signed_in.person.id, new_token()
    with sessions.begin() as session:
        people.hold(session, person)
        theirs = found is not None and found[0].person == person
        if found and theirs and passkeys.note_use(session, found[0], found[1], now):
            if not sign_ins.end_sign_in(session, key_of(session_token), now):
                raise SecuringRefused("You were signed out meanwhile. Sign in again.")
            subject, detail = f"person {person}", {"by": "passkey"}
            sign_ins.open_sign_in(session, key_of(fresh), person, now, signed_in.since)
            act = "sign-in confirmed"
            journal.record(session, now, str(person), act, subject, {**detail}, origin)
            return fresh
    raise SecuringRefused("That isn't one of your passkeys. Use your own, or type your password.")


def _proved(
    sessions: Sessions, head: Letterhead, token: str, answer: str, now: datetime
) -> tuple[Passkey, int] | None:
    """The passkey that an answer proves, and its new count; the challenge is used up anyway."""
    with sessions.begin() as session:
        challenge = challenges.take_challenge(session, Asked.PASSKEY, token, now)
    if challenge is None:
        return None
    try:
        claimed = passkey_proof.claimed(answer)
        with sessions.reading() as session:
            passkey = passkeys.by_credential(session, claimed.credential)
        if passkey is None or claimed.person != passkey.person:
            return None
        asked = base64url_to_bytes(challenge)
        return passkey, passkey_proof.proved(head.site, asked, answer, passkey.key)
    except ProofRefused:
        return None
