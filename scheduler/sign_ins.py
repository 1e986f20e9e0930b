"""The place of sign-ins: sessions, right passwords that wait for a code, and refused tries.

A session's key is a hash of the cookie's token. Pages and addresses name a session by its handle,
which is made of the key and opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.database import changed, one_at_a_time
from scheduler import people
from scheduler.access import SignedIn
from scheduler.people_rows import HalfSignInRow, RefusedSignInRow, SignInRow

# Tries are counted one at a time, so that none slips through beside another. Who holds it may then
# hold a person, and never the other way round: two would wait for each other.
LOCK = 0x74727973
FORGET_AFTER = timedelta(days=1)  # no limit counts further back
NOTED_WITHIN, MOST_NOTED = timedelta(minutes=5), 20


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A session of a person that has not ended."""

    handle: UUID
    since: datetime
    seen_at: datetime


def handle_of(key: str) -> UUID:
    """The name of a session on pages."""
    return UUID(bytes=sha256(f"handle\n{key}".encode()).digest()[:16])


def open_sign_in(
    session: Session, key: str, person: UUID, now: datetime, since: datetime | None = None
) -> None:
    """Begin a session, proved now; ``since`` where it goes on from an earlier one.

    Whoever calls this holds the person, so that it ends with what ends every session of theirs.
    """
    session.add(
        SignInRow(id=key, person_id=person, since=since or now, confirmed_at=now, seen_at=now)
    )


def find_sign_in(session: Session, key: str) -> tuple[SignedIn, datetime] | None:
    """Who is behind a session that has not ended, and when it was last seen."""
    row = session.get(SignInRow, key)
    if row is None or row.ended_at is not None:
        return None
    person = people.find_person(session, row.person_id)
    return (SignedIn(person, row.since, row.confirmed_at), row.seen_at) if person else None


def open_sign_ins(
    session: Session, person: UUID, *, seen_after: datetime, since_after: datetime
) -> tuple[OpenSignIn, ...]:
    """A person's sessions that neither ended nor idled nor aged out, the newest first."""
    rows = session.scalars(
        select(SignInRow)
        .where(
            SignInRow.person_id == person,
            SignInRow.ended_at.is_(None),
            SignInRow.seen_at >= seen_after,
            SignInRow.since >= since_after,
        )
        .order_by(SignInRow.since.desc(), SignInRow.id)
    )
    return tuple(OpenSignIn(handle_of(row.id), row.since, row.seen_at) for row in rows)


def touch_sign_in(session: Session, key: str, now: datetime) -> None:
    """Remember that a session is in use."""
    session.execute(update(SignInRow).where(SignInRow.id == key).values(seen_at=now))


def end_sign_in(session: Session, key: str, now: datetime) -> bool:
    """End a session; answers whether there was one to end."""
    ended = update(SignInRow).where(SignInRow.id == key, SignInRow.ended_at.is_(None))
    return changed(session, ended.values(ended_at=now)) == 1


def end_by_handle(session: Session, person: UUID, handle: UUID, now: datetime) -> bool:
    """End a session of a person by its handle; answers whether there was one to end."""
    keys = session.scalars(
        select(SignInRow.id).where(SignInRow.person_id == person, SignInRow.ended_at.is_(None))
    )
    key = next((each for each in keys if handle_of(each) == handle), None)
    return key is not None and end_sign_in(session, key, now)


def end_every(session: Session, person: UUID, now: datetime, *, but: str = "") -> int:
    """End a person's sessions, all but one key's, and what waits for a code; answers how many.

    Those that begin at the same moment end too.
    """
    people.hold(session, person)
    session.execute(delete(HalfSignInRow).where(HalfSignInRow.person_id == person))
    ended = update(SignInRow).where(
        SignInRow.person_id == person, SignInRow.ended_at.is_(None), SignInRow.id != but
    )
    return changed(session, ended.values(ended_at=now))


# --- a right password that waits for its code ---------------------------------------------------


def open_half(session: Session, key: str, person: UUID, now: datetime) -> None:
    """Remember a right password, of a person that is held; older ones are forgotten."""
    session.execute(delete(HalfSignInRow).where(HalfSignInRow.since < now - FORGET_AFTER))
    session.add(HalfSignInRow(id=key, person_id=person, since=now))


def find_half(session: Session, key: str, since: datetime) -> UUID | None:
    """The active person whose right password waits, if it was given since a moment."""
    row = session.get(HalfSignInRow, key)
    if row is None or row.since < since or people.find_person(session, row.person_id) is None:
        return None
    return row.person_id


def end_half(session: Session, key: str) -> bool:
    """Take it away; answers whether it was there, so that it leads to one session only."""
    return changed(session, delete(HalfSignInRow).where(HalfSignInRow.id == key)) == 1


# --- tries --------------------------------------------------------------------------------------


def refusals_since(session: Session, key: str, since: datetime) -> int:
    """How many tries with a key were refused since a moment."""
    query = select(func.count()).where(RefusedSignInRow.key == key, RefusedSignInRow.at >= since)
    return session.scalar(query) or 0


def note_refusal(session: Session, key: str, now: datetime, forget_before: datetime) -> UUID:
    """Count a refused try, and forget the old ones."""
    session.execute(delete(RefusedSignInRow).where(RefusedSignInRow.at < forget_before))
    row = RefusedSignInRow(id=uuid4(), key=key, at=now)
    session.add(row)
    return row.id


def spend_try(
    session: Session, key: str, now: datetime, most: int, within: timedelta
) -> UUID | None:
    """Count a try as refused before it is looked at; None where too many were.

    Counted first, so that tries side by side can't slip past the limit together.
    """
    one_at_a_time(session, LOCK)
    if refusals_since(session, key, now - within) >= most:
        return None
    return note_refusal(session, key, now, now - FORGET_AFTER)


def worth_noting(session: Session, what: str, origin: str, now: datetime) -> bool:
    """Whether a refusal goes into the journal: the first of its kind from a place, in a while.

    The journal is for good, and a stranger could fill it otherwise; so there is a limit for all
    places together as well.
    """
    of_place, of_all = (
        sha256(f"noted\n{what}\n{place}".encode()).hexdigest() for place in (place_of(origin), "")
    )
    return (
        spend_try(session, of_place, now, 1, NOTED_WITHIN) is not None
        and spend_try(session, of_all, now, MOST_NOTED, NOTED_WITHIN) is not None
    )


def place_of(origin: str) -> str:
    """From where somebody comes, for counting: one who holds an IPv6 network is in one place."""
    try:
        address = ip_address(origin)
    except ValueError:
        return origin
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else origin


def give_back(session: Session, spent: UUID) -> None:
    """Take a try back that was right."""
    session.execute(delete(RefusedSignInRow).where(RefusedSignInRow.id == spent))
