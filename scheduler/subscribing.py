"""Lets a person's own calendar read the moments of their calls at a secret address.

It tells what a letter of offer tells, date and time, and nothing that isn't theirs: who declined a
call, or gave it to somebody else, finds it gone.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import calendar_addresses, diary, offers, people
from scheduler.access import Role
from scheduler.busy_calendar import Block, calendar_of
from scheduler.offers import Answer, Offer
from scheduler.outcome import Disposition

TOKEN_BYTES = 32
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=30), timedelta(days=60)
MOST = 200  # blocks in a calendar
GONE = frozenset({Disposition.WITHDRAWN, Disposition.MISSED})


def make_address(sessions: Sessions, person: UUID, token: str, now: datetime) -> None:
    """Make a person's address, of a token of chance; an older one ends."""
    with sessions.begin() as session:
        calendar_addresses.write(session, person, token, now)
        journal.record(session, now, str(person), "calendar address made", f"person {person}")


def end_address(sessions: Sessions, person: UUID, now: datetime) -> bool:
    """End a person's address; False when they have none."""
    with sessions.begin() as session:
        ended = calendar_addresses.end(session, person)
        if ended:
            journal.record(session, now, str(person), "calendar address ended", f"person {person}")
        return ended


def own_calendar(sessions: Sessions, token: str, now: datetime) -> bytes | None:
    """The calendar file behind an address; None where it is nobody's, or not an assessor's now."""
    with sessions.reading() as session:
        person = calendar_addresses.whose(session, token)
        who = people.find_person(session, person) if person else None
        if who is None or Role.ASSESSOR not in who.roles:
            return None
        offered = offers.offers(
            session, person=who.id, since=now - LOOKS_BACK, until=now + LOOKS_AHEAD
        )
        theirs = [each for each in offered if _stands(session, each)]
    return calendar_of(
        Block(_name(token, each.call), each.moment, each.offered_at, each.answer is Answer.ACCEPTED)
        for each in theirs[:MOST]
    )


def _stands(session: Session, offer: Offer) -> bool:
    """Whether an offered call is still theirs at the moment that was offered."""
    call = diary.find_call(session, offer.call)
    return (
        call is not None
        and call.assessor == offer.person
        and call.moment == offer.moment
        and offer.answer in (None, Answer.ACCEPTED)
        and call.disposition not in GONE
        and (call.ended_at is None or call.ended_at >= call.moment)  # else a repeat never made
    )


def _name(token: str, call: UUID) -> str:
    """A name of a call that stays, and that only who has the address can tie to anything."""
    return hmac.new(token.encode(), call.bytes, "sha256").hexdigest()[:32] + "@unannounced"
