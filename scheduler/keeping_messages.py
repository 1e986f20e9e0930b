"""Keeps what was spoken on a persona's voicemail: fetched, sealed, and only then deleted there.

A message is short, so it lies in its own row and goes with it.
"""

import base64
import io
import logging
import wave
from datetime import datetime, timedelta
from uuid import UUID

from config import journal
from config.clock import Clock
from config.database import Sessions
from config.vault import Vault
from scheduler import promises
from scheduler.telephone import PerhapsPlaced, Recorder

GIVEN_UP_AFTER = timedelta(days=7)
LARGEST = 8 * 1024 * 1024  # bytes; two minutes have 2 million
log = logging.getLogger(__name__)


def keep_messages(sessions: Sessions, vault: Vault, recorder: Recorder, clock: Clock) -> int:
    """Take in every message that lies at the network; answers how many were taken.

    One that can't be had within a week is given up, which is journalled.
    """
    with sessions.reading() as session:
        waiting = promises.messages_waiting(session)
    taken = 0
    for each in waiting:
        try:
            if not each.is_here:
                body = recorder.sound(each.sid, channels=1)
                _check(body)
                with sessions.begin() as session:
                    promises.keep_message(session, vault, each.id, base64.b64encode(body).decode())
            recorder.delete_recording(each.sid)
        except (PerhapsPlaced, ValueError) as error:
            _try_again_or_give_up(sessions, each, error, clock())
            continue
        with sessions.begin() as session:
            promises.message_removed(session, each.id, clock())
        taken += 1
    return taken


def _try_again_or_give_up(
    sessions: Sessions, message: promises.Waiting, why: Exception, now: datetime
) -> None:
    if now - message.received_at < GIVEN_UP_AFTER:
        log.warning("the message %s: %s; it is tried again", message.id, why)
        return
    with sessions.begin() as session:
        promises.message_removed(session, message.id, now)
        detail: dict[str, object] = {"why": str(why), "kept here": message.is_here}
        journal.record(session, now, "worker", "message given up", f"message {message.id}", detail)


def play_message(
    sessions: Sessions, vault: Vault, call: UUID, key: UUID, person: UUID, now: datetime
) -> bytes | None:
    """The sound of a message left for a call, or None; that it is played is journalled first."""
    with sessions.begin() as session:
        kept = promises.message(session, vault, call, key)
        if kept is not None:
            journal.record(session, now, str(person), "message played", f"call {call}")
    return base64.b64decode(kept) if kept is not None else None


def _check(body: bytes) -> None:
    """Raise ValueError for what is no sound, or longer than any message."""
    if len(body) > LARGEST:
        raise ValueError("longer than any message")
    try:
        with wave.open(io.BytesIO(body)) as file:
            file.getnframes()
    except (wave.Error, EOFError) as error:
        raise ValueError("no WAV file") from error
