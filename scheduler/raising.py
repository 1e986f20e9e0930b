"""Raises what is drawn for a centre for a reason, and ends the reason; plans made keep theirs."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from config import journal
from config.clock import civil_date
from config.database import Sessions
from scheduler import extra_sampling, register
from scheduler.extra_sampling import Why, last_day

LONGEST_WORDS = 500
STRONGEST = 4


class RaisingRefused(ValueError):
    """What is missing or wrong in a reason; the text says what to do."""


def raise_sampling(
    sessions: Sessions,
    centre: UUID,
    why: Why,
    words: str,
    factor: Fraction,
    months: int,
    now: datetime,
    actor: str,
) -> UUID:
    """Count a reason in the plans of a centre that are sealed from now on, for so many months.

    Raises RaisingRefused without words, for a factor outside 1 to 4 and an unknown centre.
    """
    said = _said(words, "Say in a few words why the centre is sampled more.")
    if not 1 < factor <= STRONGEST:
        raise RaisingRefused(f"The factor must be over 1 and at most {STRONGEST}.")
    if not 1 <= months <= 12:
        raise RaisingRefused("A reason counts for 1 to 12 months.")
    with sessions.begin() as session:
        found = register.find_centre(session, centre)
        if found is None:
            raise RaisingRefused("Choose a centre of the register.")
        first = civil_date(now, found.zone)
        days = first, last_day(first, months)
        key = extra_sampling.add(session, centre, why, said, factor, days, now, actor)
        assert key is not None
        detail: dict[str, object] = {"reason": str(key), "why": why, "factor": str(factor)}
        subject = f"centre {centre}"
        journal.record(
            session, now, actor, "extra sampling begun", subject, detail, aside={"words": said}
        )
        return key


def end_extra(sessions: Sessions, key: UUID, words: str, now: datetime, actor: str) -> bool:
    """End a reason before its last day; False when there is none such. Raises RaisingRefused."""
    said = _said(words, "Say in a few words why it no longer counts.")
    with sessions.begin() as session:
        ended = extra_sampling.end(session, key, said, now, actor)
        if ended:
            subject = f"reason {key}"
            journal.record(
                session, now, actor, "extra sampling ended", subject, aside={"words": said}
            )
        return ended


def _said(words: str, missing: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise RaisingRefused(missing)
    if len(said) > LONGEST_WORDS:
        raise RaisingRefused(f"Keep the words to {LONGEST_WORDS} signs.")
    return said
