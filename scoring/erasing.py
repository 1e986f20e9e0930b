"""Ends what has been kept long enough, erases people, and keeps back what a legal hold protects.

What is deleted leaves a proof in the journal: how many, of which kind, older than when, and the
SHA-256 over their keys, one a line in order. Keys are random, so the proof tells nothing of what
was in them; whoever holds an old backup can compute it again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions, let_go
from scheduler import people
from scoring import dossier, expiry, holds
from scoring.retention import Kept, RetentionRefused, Rule

PROOF = "deleted by retention"
ERASURE = "person erased"
LONGEST_REASON = 500
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """What of a kind goes, or went: the proof of it."""

    kind: Kept
    before: datetime
    count: int
    digest: str


class Letters(Protocol):
    """Takes the files of letters away, by the letters' ids."""

    def __call__(self, letters: Iterable[UUID], /) -> None:
        """Take them away; one that isn't there is no fault."""


def digest(keys: Iterable[Key]) -> str:
    """SHA-256 over keys: each one's parts joined by slashes, sorted, one a line.

    >>> digest([(2,), (1,)]) == digest([(1,), (2,)])
    True
    """
    lines = sorted("/".join(str(part) for part in key) for key in keys)
    return sha256("\n".join(lines).encode()).hexdigest()


# --- by the days of each kind -------------------------------------------------------------------


def to_end(session: Session, rules: Iterable[Rule], now: datetime) -> tuple[Ended, ...]:
    """What a run at a moment would delete, by kind; nothing is changed."""
    found = []
    for rule in rules:
        before = rule.cutoff(now)
        keys = [key for due, _ in _parts(rule.kind) for key in due(session, before)]
        found.append(Ended(rule.kind, before, len(keys), digest(keys)))
    return tuple(found)


def retain(
    sessions: Sessions,
    rules: Iterable[Rule],
    now: datetime,
    letters: Letters,
    actor: str = "worker",
) -> tuple[Ended, ...]:
    """Delete what has been kept long enough and isn't held, a kind at a time, each with its proof.

    Doing it twice deletes nothing twice, and proves nothing where there was nothing.
    """
    done = []
    for rule in rules:
        before = rule.cutoff(now)
        gone: list[UUID] = []
        with sessions.begin() as session:
            keys: list[Key] = []
            for due, end in _parts(rule.kind):
                some = due(session, before)
                gone += end(session, some) or ()
                keys += some
            ended = Ended(rule.kind, before, len(keys), digest(keys))
            if keys:
                detail: dict[str, object] = {
                    "kind": rule.kind,
                    "before": before.isoformat(),
                    "count": ended.count,
                    "sha256": ended.digest,
                }
                journal.record(session, now, actor, PROOF, f"kind {rule.kind}", detail)
        letters(gone)
        if keys:
            done.append(ended)
    let_go(sessions)
    return tuple(done)


Due = Callable[[Session, datetime], list[Key]]
End = Callable[[Session, list[Key]], list[UUID] | None]


def _parts(kind: Kept) -> list[tuple[Due, End]]:
    """Where things of a kind lie: how they are found and ended."""
    found: list[tuple[Due, End]] = []
    if kind is Kept.JOURNAL:
        found.append((expiry.due_asides, expiry.end_asides))
    if kind is Kept.RECORDING:
        found.append((expiry.due_recordings, expiry.end_recordings))
    if kind is Kept.INVITATION:
        found.append((_people(expiry.never_came), _forget))
    if kind is Kept.CONTACT:
        found.append((_people(expiry.left), _forget))
    found += [_of(part) for part in expiry.PARTS if part.kind is kind]
    return found


def _of(part: expiry.Part) -> tuple[Due, End]:
    def due(session: Session, before: datetime) -> list[Key]:
        return expiry.due(session, part, before)

    def end(session: Session, keys: list[Key]) -> list[UUID] | None:
        expiry.end(session, part, keys)
        return [key for (key,) in keys if isinstance(key, UUID)] if part.kind is Kept.LETTER else []

    return due, end


def _people(find: Callable[[Session, datetime], list[UUID]]) -> Due:
    def due(session: Session, before: datetime) -> list[Key]:
        found = find(session, before)
        return [(key,) for key in found if not dossier.still_named(session, key)]

    return due


def _forget(session: Session, keys: list[Key]) -> list[UUID]:
    letters: list[UUID] = []
    for (key,) in keys:
        assert isinstance(key, UUID)
        letters += dossier.forget_person(session, key)[1]
    return letters


# --- one person ---------------------------------------------------------------------------------


def erase(
    sessions: Sessions, person: UUID, reason: str, now: datetime, actor: UUID, letters: Letters
) -> dict[str, int]:
    """Erase what names a person; their work stays under an id. Answers how many rows went.

    Raises RetentionRefused while they have access, a part in the register, a call to make, or a
    legal hold.
    """
    said = _reason(reason)
    with sessions.begin() as session:
        found = people.profile(session, person)
        if found is None or found.person.erased:
            raise RetentionRefused("There is nobody to erase.")
        if found.active:
            raise RetentionRefused("They still have access. End it first.")
        if part := dossier.still_named(session, person):
            raise RetentionRefused(f"The register names them as {part}. Have another one named.")
        if dossier.calls_to_come(session, person):
            raise RetentionRefused("Calls that aren't over are theirs. Wait until they are.")
        if holds.is_held(session, person):
            raise RetentionRefused("A legal hold keeps what is known of them. End it first.")
        counts, gone = dossier.forget_person(session, person)
        detail: dict[str, object] = {"rows": counts, "letters sha256": digest((k,) for k in gone)}
        # After the erasure: the reason isn't theirs to be erased with, but it may name them.
        journal.record(
            session, now, str(actor), ERASURE, f"person {person}", detail, aside={"reason": said}
        )
    letters(gone)
    let_go(sessions)
    return counts


# --- legal holds --------------------------------------------------------------------------------


def hold(
    sessions: Sessions, kind: str, subject: UUID, reason: str, now: datetime, actor: UUID
) -> UUID:
    """Keep back everything of a centre, person or call. Raises RetentionRefused."""
    said = _reason(reason)
    with sessions.begin() as session:
        if not holds.exists(session, kind, subject):
            raise RetentionRefused("There is no such centre, person or call. Check the id.")
        key = holds.place_hold(session, kind, subject, said, now)
        detail: dict[str, object] = {"hold": str(key)}
        about = f"{kind} {subject}"
        why = {"reason": said}
        journal.record(session, now, str(actor), "legal hold placed", about, detail, aside=why)
        return key


def release(sessions: Sessions, key: UUID, reason: str, now: datetime, actor: UUID) -> bool:
    """End a hold, with a reason; False when there is none such. Raises RetentionRefused."""
    said = _reason(reason)
    with sessions.begin() as session:
        found = next((each for each in holds.in_force(session) if each.id == key), None)
        if found is None or not holds.end_hold(session, key, now):
            return False
        about, detail = f"{found.kind} {found.subject}", {"hold": str(key)}
        why = {"reason": said}
        journal.record(session, now, str(actor), "legal hold ended", about, {**detail}, aside=why)
        return True


def _reason(typed: str) -> str:
    said = " ".join(typed.split())
    if not said:
        raise RetentionRefused("Say why; the journal keeps it.")
    if len(said) > LONGEST_REASON:
        raise RetentionRefused(f"Keep the reason to {LONGEST_REASON} signs.")
    return said
