"""Signs people in for whom the institute's own sign-in service vouches; it brings in nobody new.

Somebody who was invited is known by the verified address at first, and from then on by the
service's own, unchanging name for them. A second step that they have here is asked for all the
same.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import challenges, outside_accounts, people, second_steps, sign_ins
from scheduler.access import Admitted, SignedIn, SignInRefused, Vouched
from scheduler.challenges import LASTS, Asked
from scheduler.securing import TOO_MANY, key_of, new_token, note_refused

ASKS, ASKS_WITHIN = 60, timedelta(minutes=5)  # ways to the service that one place is sent
UNKNOWN = (
    "Nobody here has the address with which you signed in there. Ask an administrator to invite "
    "you, or sign in with your password."
)
NOT_THEIRS = "That isn't the account with which you come here. Sign in there with your own."
NOT_ANEW = (
    "The service didn't say that you signed in there anew. Try again, or sign out here and in."
)
SIGNED_OUT = "You were signed out meanwhile. Sign in again."
BROKEN_OFF = "The way there took too long, or began in another window. Sign in again."


def begin(
    sessions: Sessions,
    token: str,
    back: str,
    now: datetime,
    origin: str,
    asked: Asked = Asked.OUTSIDE,
) -> None:
    """Remember that a browser with a token is sent to the service. Raises SignInRefused."""
    place = sha256(f"outside\n{sign_ins.place_of(origin)}".encode()).hexdigest()
    with sessions.begin() as session:
        spent = sign_ins.spend_try(session, place, now, ASKS, ASKS_WITHIN)
        if spent is not None:
            challenges.set_challenge(session, asked, token, back[:500], now)
    if spent is None:
        raise SignInRefused(TOO_MANY)


def come_back(sessions: Sessions, token: str, now: datetime) -> tuple[Asked, str]:
    """Use up that a browser was sent; answers for what, and where it wanted to go.

    Raises SignInRefused.
    """
    with sessions.begin() as session:
        found = [
            (asked, back)
            for asked in (Asked.OUTSIDE, Asked.OUTSIDE_ANEW)
            if (back := challenges.take_challenge(session, asked, token, now)) is not None
        ]
    if not found:
        raise SignInRefused(BROKEN_OFF)
    return found[0]


def confirm(
    sessions: Sessions,
    vouched: Vouched,
    signed_in: SignedIn,
    session_token: str,
    now: datetime,
    origin: str,
) -> str:
    """Prove anew who is behind a session, by their own account; the token that goes on from it.

    Only a sign-in there since they were sent counts, not a session that the service kept open.
    Raises SignInRefused.
    """
    person, fresh = signed_in.person.id, new_token()
    subject, detail = f"person {person}", {"by": "outside account"}
    with sessions.begin() as session:
        people.hold(session, person)
        theirs = outside_accounts.person_of(session, vouched.issuer, vouched.subject) == person
        anew = vouched.proved is not None and vouched.proved >= now - LASTS
        if not (theirs and anew):
            journal.record(
                session, now, "nobody", "confirmation refused", subject, {**detail}, origin
            )
        elif sign_ins.end_sign_in(session, key_of(session_token), now):
            sign_ins.open_sign_in(session, key_of(fresh), person, now, signed_in.since)
            act = "sign-in confirmed"
            journal.record(session, now, str(person), act, subject, {**detail}, origin)
            return fresh
    if not theirs:
        raise SignInRefused(NOT_THEIRS)
    raise SignInRefused(SIGNED_OUT if anew else NOT_ANEW)


def sign_in(sessions: Sessions, vouched: Vouched, now: datetime, origin: str) -> Admitted:
    """Open a session for whoever is vouched for, or wait for their code; raises SignInRefused."""
    token = new_token()
    with sessions.begin() as session:
        person = _whose(session, vouched, now)
        if person:
            people.hold(session, person)
        subject, detail = f"person {person}", {"by": "outside account"}
        if person and second_steps.confirmed(session, person):
            sign_ins.open_half(session, key_of(token), person, now)
            return Admitted(token, waits_for_code=True)
        if person:
            sign_ins.open_sign_in(session, key_of(token), person, now)
            journal.record(session, now, str(person), "signed in", subject, {**detail}, origin)
            return Admitted(token, waits_for_code=False)
    note_refused(sessions, "outside account refused", "", now, origin)
    raise SignInRefused(UNKNOWN)


def _whose(session: Session, vouched: Vouched, now: datetime) -> UUID | None:
    """The active person of an account; an account, and a person, is bound once and for good."""
    bound = outside_accounts.person_of(session, vouched.issuer, vouched.subject)
    if bound is not None:
        return bound if people.find_person(session, bound) else None
    if not (vouched.email and vouched.verified):
        return None
    person = people.find_by_address(session, vouched.email)
    if person is None or not outside_accounts.bind(
        session, vouched.issuer, vouched.subject, person.id, now
    ):
        return None
    subject = f"person {person.id}"
    journal.record(session, now, str(person.id), "outside account bound", subject)
    return person.id
