"""Withdraws a plan: what of it hasn't begun is not made, and nothing is drawn in its place.

What was dialled stays as it is. A call whose assessor is being rung just now ends at the gate. The
plan's months stay taken, so that nobody can draw until a plan pleases.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import journal, mail
from config.database import Sessions, one_at_a_time
from config.vault import Vault
from scheduler import attempts, diary, offers, people
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition, Ending, State
from scheduler.repeat import after_all
from scheduler.sealing import LOCK

LONGEST_REASON = 300  # characters
WHY_NOT = "the plan was withdrawn"
STANDING = ("drawn", "running")
GIVEN_UP = (offers.Answer.DECLINED, offers.Answer.EXCUSED)


class WithdrawalRefused(Exception):
    """A plan that isn't withdrawn; the text says why and what to do."""


def withdraw(
    sessions: Sessions, vault: Vault, plan: UUID, reason: str, now: datetime, actor: str
) -> int:
    """Withdraw a plan with what was added to it; answers how many calls are not made by that.

    Raises WithdrawalRefused without a reason, before the draw, after its end, or a second time.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise WithdrawalRefused("Say why: whoever reads the journal has to know.")
    if len(reason) > LONGEST_REASON:
        raise WithdrawalRefused(f"Shorten the reason to {LONGEST_REASON} characters.")
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        found, added = diary.plan(session, plan), diary.additions(session, plan)
        if found.purpose != "sampling" or found.adds_to or found.state not in STANDING:
            raise WithdrawalRefused("Only a drawn plan whose period goes on can be withdrawn.")
        if any(each.drawn_at is None for each in added):
            raise WithdrawalRefused("What was added to it is sealed and not drawn: draw it first.")
        if not diary.withdraw(session, plan, now):
            raise WithdrawalRefused("It is withdrawn already.")
        keys = [plan, *(each.id for each in added)]
        for key in keys[1:]:
            diary.withdraw(session, key, now)
        planned = [
            call
            for key in keys
            for call in diary.calls(session, plan=key, dispositions=(Disposition.PLANNED,))
        ]
        ended = [call for call in planned if _end(session, call, now)]
        detail: dict[str, object] = {"calls": len(ended)}
        aside = {"why": reason}
        journal.record(session, now, actor, "plan withdrawn", f"plan {plan}", detail, aside=aside)
        _tell(session, vault, ended, now)
        return len(ended)


def _end(session: Session, call: PlannedCall, now: datetime) -> bool:
    """End a call that nobody has claimed; where a worker was quicker, False: the gate ends it."""
    tries = attempts.of_call(session, call.id)
    last = tries[-1].id
    if not attempts.end(session, last, State.INTENT, Ending.REFUSED, now, refusal=WHY_NOT):
        return False
    return diary.dispose(session, call.id, after_all(tries, Disposition.WITHDRAWN), now)


def _tell(session: Session, vault: Vault, ended: Iterable[PlannedCall], now: datetime) -> None:
    """Write one letter to each person who was offered a moment, or has taken it."""
    told = {
        (offer.call, offer.person, offer.moment)
        for offer in offers.offers(session, since=now)
        if offer.answer not in GIVEN_UP
    }
    off: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for call in ended:
        if call.assessor and (call.id, call.assessor, call.moment) in told:
            off[call.assessor].append(call.moment)
    for person, moments in off.items():
        who = people.find_person(session, person)
        if who is None or not mail.is_address(who.email):
            continue
        local = [moment.astimezone(ZoneInfo(who.zone)) for moment in sorted(moments)]
        listed = "\n".join(f"  {at:%A %d %B %Y} at {at:%H:%M} ({who.zone})" for at in local)
        body = f"{who.name},\n\nno call is made at these moments, and you are free:\n\n{listed}\n"
        mail.post(session, vault, now, who.email, "Calls were withdrawn", body)
