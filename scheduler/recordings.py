"""The place of recordings: each step is one conditional UPDATE, so twice is once."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from config.vault import Vault
from scheduler.diary_rows import AttemptRow
from scheduler.outcome import Ending
from scheduler.recording import TOLD_WITHIN, Recording, RecordingState, back_off
from scheduler.recording_rows import RecordingPlayRow, RecordingRow
from scheduler.sound import Sound

S = RecordingState


def expect(session: Session, attempt: UUID, call: UUID, now: datetime) -> None:
    """Remember that a call is being recorded, in the transaction of its gate."""
    row = RecordingRow(
        id=uuid4(),
        attempt_id=attempt,
        call_id=call,
        state=S.EXPECTED,
        expected_at=now,
        next_try_at=now,
    )
    insert_once(session, row)


def told(session: Session, attempt: UUID, sid: str, now: datetime) -> bool:
    """expected → told: the network has it under this sid."""
    which = RecordingRow.attempt_id == attempt
    return _move(session, which, (S.EXPECTED,), state=S.TOLD, sid=sid, next_try_at=now, tries=0)


def absent(session: Session, attempt: UUID) -> bool:
    """expected → absent: nothing was recorded."""
    return _move(session, RecordingRow.attempt_id == attempt, (S.EXPECTED,), state=S.ABSENT)


def given_up(session: Session, recording: UUID) -> bool:
    """expected or told → absent: a person knows that it never comes."""
    return _move(session, RecordingRow.id == recording, (S.EXPECTED, S.TOLD), state=S.ABSENT)


def stored(
    session: Session,
    vault: Vault,
    recording: UUID,
    file: str,
    key: bytes,
    size: int,
    sha256: str,
    sound: Sound,
    now: datetime,
) -> bool:
    """told → stored: the sound lies in our storage, sealed by a key that the vault seals."""
    person = sound.person
    return _move(
        session,
        RecordingRow.id == recording,
        (S.TOLD,),
        state=S.STORED,
        stored_at=now,
        file=file,
        size=size,
        sha256=sha256,
        key_sealed=vault.seal(key.hex(), "recording", "key", recording.hex),
        milliseconds=round(sound.length * 1000),
        person_ms=None if person is None else round(person * 1000),
        parts=json.dumps([[part, round(at * 1000)] for part, at in sound.parts]),
        next_try_at=now,
        tries=0,
        failure=None,
    )


def removed(session: Session, recording: UUID, now: datetime) -> bool:
    """stored → kept: the network has deleted its copy."""
    which = RecordingRow.id == recording
    return _move(session, which, (S.STORED,), state=S.KEPT, removed_at=now, failure=None)


def claim(session: Session, recording: Recording, now: datetime) -> bool:
    """Take a step on oneself, once for all workers; the next try waits longer than this one did."""
    return _move(
        session,
        (RecordingRow.id == recording.id) & (RecordingRow.next_try_at == recording.next_try_at),
        (recording.state,),
        tries=RecordingRow.tries + 1,
        next_try_at=now + back_off(recording.tries),
    )


def failed(session: Session, recording: Recording, why: str) -> None:
    """Remember why a step didn't succeed."""
    which = RecordingRow.id == recording.id
    _move(session, which, (recording.state,), failure=why[:200])


def deleted(session: Session, recording: UUID) -> bool:
    """stored or kept → deleted: the key is destroyed, so nobody can read the sound again."""
    return _move(
        session,
        RecordingRow.id == recording,
        (S.STORED, S.KEPT),
        state=S.DELETED,
        key_sealed=None,
        parts=None,
    )


def to_sweep(session: Session, limit: int) -> tuple[Recording, ...]:
    """The deleted recordings whose files may still lie in our storage."""
    return _select(
        session, RecordingRow.state == S.DELETED, RecordingRow.file.is_not(None), limit=limit
    )


def swept(session: Session, recording: UUID, now: datetime) -> None:
    """The file of a deleted recording is gone."""
    _move(session, RecordingRow.id == recording, (S.DELETED,), file=None, deleted_at=now)


def due(session: Session, state: S, now: datetime, limit: int) -> tuple[Recording, ...]:
    """The recordings in a state whose next try is due, the longest due first."""
    return _select(
        session, RecordingRow.state == state, RecordingRow.next_try_at <= now, limit=limit
    )


def untold(session: Session, now: datetime, limit: int) -> tuple[tuple[Recording, str, bool], ...]:
    """The expected recordings of calls that ended a while ago, each with the parent's sid, and
    whether the centre's line was answered: only then is there a sound.
    """
    answered = AttemptRow.answered_at.is_not(None) | (AttemptRow.ending == Ending.COMPLETED)
    query = (
        select(RecordingRow, AttemptRow.call_sid, answered)
        .join(AttemptRow, RecordingRow.attempt_id == AttemptRow.id)
        .where(
            RecordingRow.state == S.EXPECTED,
            RecordingRow.next_try_at <= now,
            AttemptRow.ended_at <= now - TOLD_WITHIN,
        )
        .order_by(RecordingRow.next_try_at)
        .limit(limit)
    )
    return tuple(
        (_recording(row), sid, bool(answered))
        for row, sid, answered in session.execute(query)
        if sid
    )


def of_call(session: Session, call: UUID) -> Recording | None:
    """The recording of a call's last recorded attempt, or None."""
    return of_calls(session, [call]).get(call)


def of_calls(session: Session, calls: Sequence[UUID]) -> dict[UUID, Recording]:
    """The same of several calls, by their keys; a call without one is left out."""
    return {each.call: each for each in _select(session, RecordingRow.call_id.in_(calls))}


def of_attempt(session: Session, attempt: UUID) -> Recording | None:
    """The recording that an attempt's gate asked for, or None."""
    found = _select(session, RecordingRow.attempt_id == attempt)
    return found[0] if found else None


def alarming(session: Session) -> tuple[Recording, ...]:
    """The recordings that can't be fetched."""
    waits = _select(session, RecordingRow.state.in_([str(S.EXPECTED), str(S.TOLD)]))
    return tuple(each for each in waits if each.alarming)


def key_of(session: Session, vault: Vault, recording: UUID) -> bytes | None:
    """The key that opens a recording's file; None once it is destroyed."""
    sealed = session.scalar(select(RecordingRow.key_sealed).where(RecordingRow.id == recording))
    return bytes.fromhex(vault.open(sealed, "recording", "key", recording.hex)) if sealed else None


def note_play(session: Session, recording: UUID, person: UUID, now: datetime) -> bool:
    """Remember that a person plays a recording; False when that was said in this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    row = RecordingPlayRow(id=uuid4(), recording_id=recording, person_id=person, hour=hour)
    return insert_once(session, row)


def _move(
    session: Session, which: ColumnElement[bool], states: Iterable[S], **values: object
) -> bool:
    moved = (
        update(RecordingRow)
        .where(which, RecordingRow.state.in_([str(state) for state in states]))
        .values(**values)
    )
    return changed(session, moved.execution_options(synchronize_session=False)) == 1


def _select(
    session: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Recording, ...]:
    query = select(RecordingRow).where(*conditions).order_by(RecordingRow.expected_at).limit(limit)
    return tuple(_recording(row) for row in session.scalars(query))


def _recording(row: RecordingRow) -> Recording:
    return Recording(
        id=row.id,
        call=row.call_id,
        attempt=row.attempt_id,
        state=S(row.state),
        sid=row.sid,
        expected_at=row.expected_at,
        next_try_at=row.next_try_at,
        tries=row.tries,
        failure=row.failure or "",
        stored_at=row.stored_at,
        file=row.file or "",
        size=row.size,
        sha256=row.sha256 or "",
        length=None if row.milliseconds is None else row.milliseconds / 1000,
        person=None if row.person_ms is None else row.person_ms / 1000,
        parts=tuple((part, at / 1000) for part, at in json.loads(row.parts or "[]")),
    )
