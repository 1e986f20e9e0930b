"""Stops every dial by one switch, and lets dialling go on; both are journalled with the person."""

from datetime import datetime

from config import journal
from config.database import Sessions
from scheduler import line_state

LONGEST_REASON = 300  # characters


class StoppingRefused(Exception):
    """Why the switch stays as it is; the text says what to do."""


def stop_dialling(sessions: Sessions, reason: str, now: datetime, actor: str) -> None:
    """Let nothing be dialled from now on; a call that is on the line goes on.

    Raises StoppingRefused without a reason, or when dialling is stopped already.
    """
    reason = reason.strip()
    if not reason:
        raise StoppingRefused("Say why dialling is stopped: whoever resumes it has to know.")
    if len(reason) > LONGEST_REASON:
        raise StoppingRefused(f"Shorten the reason to {LONGEST_REASON} characters.")
    with sessions.begin() as session:
        if not line_state.stop(session, reason, now):
            raise StoppingRefused("Dialling is stopped already. The first reason stays.")
        journal.record(session, now, actor, "dialling stopped", "line", aside={"why": reason})


def resume_dialling(sessions: Sessions, now: datetime, actor: str) -> None:
    """Let dialling go on; doing so twice changes nothing."""
    with sessions.begin() as session:
        stopped = line_state.stopped(session)
        if stopped is None or not line_state.resume(session):
            return
        detail: dict[str, object] = {"since": stopped[0].isoformat()}
        why = {"why": stopped[1]}
        journal.record(session, now, actor, "dialling resumed", "line", detail, aside=why)
