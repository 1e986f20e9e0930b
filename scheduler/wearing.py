"""Counts in how many sampled calls an identity may have been heard, and burns what is recognised.

Where a call was recognised its centre is sampled more as well, from the next plan on.

Rehearsals and practice calls reach no real analyst, so they wear nothing out. An identity that
reached its limit leaves planning; a call that was drawn with it before is still made.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from scheduler import codes, custody, diary, extra_sampling, rules
from scheduler.call import PlannedCall
from scheduler.extra_sampling import USUAL, Why


def heard(session: Session, call: PlannedCall, now: datetime) -> None:
    """The call's code was shown or its gate passed: its identity may be heard."""
    if _sampled(session, call):
        custody.note_use(session, call.identity, call.id, now)


def recognised(session: Session, call: PlannedCall, why: str, now: datetime, actor: str) -> None:
    """The analyst saw through the call, or seemed to: its identity is burnt, once."""
    if _sampled(session, call) and codes.burn(session, call.identity, civil_date(now, call.zone)):
        detail: dict[str, object] = {"why": why, "call": str(call.id)}
        subject = f"identity {call.identity}"
        journal.record(session, now, actor, "identity burnt", subject, detail)
    if _sampled(session, call):
        _sample_more(session, call, why, now, actor)


def _sample_more(session: Session, call: PlannedCall, why: str, now: datetime, actor: str) -> None:
    first = civil_date(now, call.zone)
    days = first, extra_sampling.last_day(first, rules.in_force(session).months)
    words = f"the analyst {'seemed to suspect' if why == 'suspected' else 'recognised'} a call"
    factor = USUAL[Why.SUSPECTED]
    added = extra_sampling.add(
        session, call.centre, Why.SUSPECTED, words, factor, days, now, actor, call.id
    )
    if added is not None:
        detail: dict[str, object] = {
            "reason": str(added),
            "why": Why.SUSPECTED,
            "factor": str(factor),
            "call": str(call.id),
        }
        subject = f"centre {call.centre}"
        journal.record(session, now, actor, "extra sampling begun", subject, detail)


def _sampled(session: Session, call: PlannedCall) -> bool:
    return diary.plan(session, call.plan).purpose == "sampling"
