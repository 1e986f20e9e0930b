"""Keeps recordings: finds those that nobody told of, fetches, checks, seals, stores, and only then
deletes them from the network.

No transaction is open while the network or the storage is asked. Each step is written down and may
be done twice: what lost the race is deleted, and what is deleted is deleted already.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID, uuid4

from config import journal
from config.clock import Clock
from config.database import Sessions
from config.sealed_file import new_key, opened, sealed
from config.storage import Storage, StorageFailed
from config.vault import Vault
from scheduler import recordings
from scheduler.recording import Recording, RecordingState
from scheduler.sound import SoundRefused, read_sound
from scheduler.telephone import PerhapsPlaced, Recorder

LONGEST_REASON = 300  # characters
BATCH = 5  # of one tick; each may be tens of megabytes
log = logging.getLogger(__name__)


class GivingUpRefused(ValueError):
    """Why a recording is waited for still; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What keeping needs: handed in once by the outermost caller."""

    sessions: Sessions
    vault: Vault = field(repr=False)
    recorder: Recorder
    storage: Storage
    clock: Clock


def keep_due(keeper: Keeper) -> int:
    """Take every recording that is due one step on; answers how many steps succeeded."""
    with keeper.sessions.reading() as session:
        now = keeper.clock()
        untold = recordings.untold(session, now, BATCH)
        told = recordings.due(session, RecordingState.TOLD, now, BATCH)
        stored = recordings.due(session, RecordingState.STORED, now, BATCH)
        deleted = recordings.to_sweep(session, BATCH)
    steps: list[tuple[Recording, Callable[[], None]]] = [
        *((each, partial(_ask, keeper, each, sid, answered)) for each, sid, answered in untold),
        *((each, partial(_fetch, keeper, each)) for each in told),
        *((each, partial(_remove, keeper, each)) for each in stored),
    ]
    return sum(_tried(keeper, each, act) for each, act in steps) + _sweep(keeper, deleted)


def give_up(sessions: Sessions, recording: UUID, reason: str, now: datetime, actor: str) -> None:
    """Wait no longer for a recording that can't be fetched; raises GivingUpRefused."""
    reason = reason.strip()
    if not reason:
        raise GivingUpRefused("Say why it never comes: whoever reads the journal has to know.")
    if len(reason) > LONGEST_REASON:
        raise GivingUpRefused(f"Shorten the reason to {LONGEST_REASON} characters.")
    with sessions.begin() as session:
        found = next((each for each in recordings.alarming(session) if each.id == recording), None)
        if found is None or not recordings.given_up(session, recording):
            raise GivingUpRefused("It has come meanwhile, or was given up already.")
        subject = f"call {found.call}"
        journal.record(session, now, actor, "recording given up", subject, aside={"why": reason})


def _sweep(keeper: Keeper, deleted: tuple[Recording, ...]) -> int:
    """Delete the files of what retention ended: their keys are destroyed, so no hurry is needed."""
    for recording in deleted:
        keeper.storage.delete(recording.file)
        with keeper.sessions.begin() as session:
            recordings.swept(session, recording.id, keeper.clock())
    return len(deleted)


def _tried(keeper: Keeper, recording: Recording, act: Callable[[], None]) -> bool:
    with keeper.sessions.begin() as session:
        if not recordings.claim(session, recording, keeper.clock()):
            return False  # another worker has it
    try:
        act()
    except (PerhapsPlaced, StorageFailed, SoundRefused) as error:
        log.warning("the recording %s: %s; it is tried again", recording.id, error)
        with keeper.sessions.begin() as session:
            recordings.failed(session, recording, str(error))
        return False
    return True


def _ask(keeper: Keeper, recording: Recording, call_sid: str, answered: bool) -> None:
    """Look for a recording whose callback never came; without an answer there is none."""
    found = keeper.recorder.recordings_of(call_sid)
    if not found and answered:
        raise PerhapsPlaced("the network lists no recording of the call")
    with keeper.sessions.begin() as session:
        if not found or found[0].absent:
            recordings.absent(session, recording.attempt)
        elif found[0].complete:
            recordings.told(session, recording.attempt, found[0].sid, keeper.clock())


def _fetch(keeper: Keeper, recording: Recording) -> None:
    assert recording.sid is not None
    body = keeper.recorder.sound(recording.sid)
    sound = read_sound(body)
    digest, key, name = sha256(body).hexdigest(), new_key(), uuid4().hex
    keeper.storage.put(name, sealed(body, key, name))
    with keeper.sessions.begin() as session:
        now = keeper.clock()
        ours = recordings.stored(
            session, keeper.vault, recording.id, name, key, len(body), digest, sound, now
        )
        if ours:
            detail: dict[str, object] = {"sha256": digest, "bytes": len(body)}
            journal.record(
                session, now, "worker", "recording stored", f"call {recording.call}", detail
            )
    if not ours:
        keeper.storage.delete(name)


def _remove(keeper: Keeper, recording: Recording) -> None:
    assert recording.sid is not None
    keeper.recorder.delete_recording(recording.sid)
    with keeper.sessions.begin() as session:
        recordings.removed(session, recording.id, keeper.clock())


def play(
    sessions: Sessions, vault: Vault, storage: Storage, call: UUID, person: UUID, now: datetime
) -> tuple[Recording, Callable[[int, int], Iterator[bytes]]] | None:
    """The recording of a call and what gives its bytes from a place up to another, or None.

    That it is played is journalled first, once an hour. Who may play it, the caller decides.
    """
    with sessions.begin() as session:
        found = recordings.of_call(session, call)
        key = recordings.key_of(session, vault, found.id) if found else None
        if found is None or key is None or not found.playable:
            return None
        if recordings.note_play(session, found.id, person, now):
            journal.record(session, now, str(person), "recording played", f"call {call}")
    size, name = found.size or 0, found.file

    def part(start: int, end: int) -> Iterator[bytes]:
        return opened(lambda a, b: storage.read(name, a, b), size, key, name, start, end)

    return found, part
