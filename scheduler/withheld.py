"""Gathers which centres a month could not sample because their provider did not supply something.

From what was stated alone: the answer is published, and tells nothing of what was used.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Month, Period
from scheduler import diary, register
from scheduler.readiness import Need, Span
from scheduler.supply_history import ever_supplied


def withheld(session: Session, month: Month) -> dict[UUID, tuple[Need, ...]]:
    """The centres to which the month's plan gave no call in it, with what was there on none of its
    days.

    A centre for which everything was there on some day is left out: that it has no call is chance,
    or ours. So is one that wasn't accredited on any day, and one that no plan has looked at.
    """
    months = Period(month, 1)
    found: dict[UUID, tuple[Need, ...]] = {}
    for plan in diary.covering(session, months):
        if plan.purpose != "sampling" or plan.drawn_at is None:
            continue
        keys = (plan.id, *(each.id for each in diary.additions(session, plan.id)))
        looked_at = {centre for key in keys for centre in diary.plan_centres(session, key)}
        called = {call.centre for call in diary.calls(session, months=[month], sampled=True)}
        for centre in register.centres(session):
            accredited = (centre.accredited_from, centre.accredited_until)
            if centre.id in looked_at - called and _in_force(accredited, months):
                missing = _missing(session, centre.id, months)
                if missing:
                    found[centre.id] = missing
    return found


def _missing(session: Session, centre: UUID, months: Period) -> tuple[Need, ...]:
    spans: dict[Need, tuple[Span, ...]] = {
        Need.NOTICE: register.notice_spans(session, centre),
        **ever_supplied(session, centre),
    }
    return tuple(
        need for need, known in spans.items() if not any(_in_force(s, months) for s in known)
    )


def _in_force(span: Span, months: Period) -> bool:
    """Whether something holds on any day."""
    first, last = span
    return first < months.end and (last is None or months.start <= last)
