"""The place of promises and of what came back: rows in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from config.vault import Vault
from scheduler.diary_rows import PlannedCallRow
from scheduler.promise import Basis, CameBack, Kept, Promise, Way
from scheduler.promise_rows import CameBackRow, InboundCallRow, PromiseRow

HOPED_FOR = (
    PromiseRow.closed_at.is_(None),
    PromiseRow.outcome.is_(None) | (PromiseRow.outcome == str(Kept.BROKEN)),
)
ASSESSOR, VOICEMAIL, NEUTRAL = "assessor", "voicemail", "neutral"  # what a call is answered with


def add(session: Session, promise: Promise) -> bool:
    """Write a promise; False when the call has one, which stays."""
    return insert_once(
        session,
        PromiseRow(
            id=promise.id,
            call_id=promise.call,
            way=promise.way,
            what=promise.what,
            basis=promise.basis,
            promised_at=promise.promised_at,
            due=promise.due,
        ),
    )


def take_back(session: Session, call: UUID) -> None:
    """Delete a promise that was entered by mistake."""
    session.delete(session.scalars(select(PromiseRow).where(PromiseRow.call_id == call)).one())


def of_call(session: Session, call: UUID) -> Promise | None:
    """The promise that a call ended in, or None."""
    found = _select(session, PromiseRow.call_id == call)
    return found[0] if found else None


def of_calls(session: Session, calls: Iterable[UUID]) -> dict[UUID, Promise]:
    """The promises of calls."""
    found = _select(session, PromiseRow.call_id.in_(list(calls)))
    return {promise.call: promise for promise in found}


def of_assessor(session: Session, person: UUID) -> tuple[Promise, ...]:
    """The promises on an assessor's calls that aren't settled or whose ticket is still open."""
    return _select(
        session,
        PromiseRow.cancelled_at.is_(None),
        PlannedCallRow.assessor_id == person,
    )


def unsettled(session: Session) -> tuple[Promise, ...]:
    """The promises whose outcome isn't known, the earliest due first."""
    return _select(session, PromiseRow.outcome.is_(None))


def from_number(session: Session, number: UUID) -> tuple[Promise, ...]:
    """The promises on calls from a number of the pool that may still be kept or come late."""
    return _select(session, PlannedCallRow.caller_number_id == number, *HOPED_FOR)


def hoped_for(session: Session) -> tuple[Promise, ...]:
    """Every promise that may still be kept or come late, the earliest due first."""
    return _select(session, *HOPED_FOR)


def settle(session: Session, call: UUID, outcome: Kept, now: datetime) -> bool:
    """Keep an outcome; False when it stands already."""
    settled = (
        update(PromiseRow)
        .where(
            PromiseRow.call_id == call,
            PromiseRow.closed_at.is_(None),
            PromiseRow.outcome.is_(None) | (PromiseRow.outcome != str(outcome)),
        )
        .values(outcome=outcome, settled_at=now)
    )
    return changed(session, settled) == 1


def close(session: Session, call: UUID, now: datetime) -> None:
    """Let the outcome stay: the assessment that bears it is submitted."""
    session.execute(update(PromiseRow).where(PromiseRow.call_id == call).values(closed_at=now))


def cancel(session: Session, call: UUID, now: datetime) -> bool:
    """Remember that the ticket was cancelled in role; the first time counts."""
    cancelled = update(PromiseRow).where(
        PromiseRow.call_id == call, PromiseRow.cancelled_at.is_(None)
    )
    return changed(session, cancelled.values(cancelled_at=now)) == 1


# --- what came back -----------------------------------------------------------------------------


def add_inbound(
    session: Session,
    vault: Vault,
    sid: str,
    number: str,
    caller: str,
    now: datetime,
    *,
    call: UUID | None,
    counts: bool,
    answer: str,
) -> bool:
    """Keep a call to the pool once; False when the network told it before."""
    key = uuid4()
    row = InboundCallRow(
        id=key,
        sid=sid,
        call_id=call,
        number=number[:16],
        caller_sealed=vault.seal(caller, "inbound_call", "caller", key.hex) if caller else None,
        received_at=now,
        answer=answer,
        counts=counts,
        talked=False,
    )
    return insert_once(session, row)


def inbound(session: Session, sid: str) -> InboundCallRow | None:
    """The row of a call to the pool, or None."""
    return session.scalar(select(InboundCallRow).where(InboundCallRow.sid == sid))


def inbound_calls(session: Session, limit: int) -> tuple[InboundCallRow, ...]:
    """The calls to the pool, the newest first."""
    newest = InboundCallRow.received_at.desc()
    return tuple(session.scalars(select(InboundCallRow).order_by(newest).limit(limit)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that still lies at the network; it may be here as well."""

    id: UUID
    sid: str
    is_here: bool
    received_at: datetime


def messages_waiting(session: Session, before: datetime | None = None) -> tuple[Waiting, ...]:
    """The messages that still lie at the network, or those of them that came before a moment."""
    asked = select(
        InboundCallRow.id,
        InboundCallRow.recording_sid,
        InboundCallRow.message_sealed.is_not(None),
        InboundCallRow.received_at,
    ).where(InboundCallRow.recording_sid.is_not(None), InboundCallRow.removed_at.is_(None))
    if before is not None:
        asked = asked.where(InboundCallRow.received_at < before)
    rows = session.execute(asked)
    return tuple(Waiting(key, sid or "", is_here, at) for key, sid, is_here, at in rows)


def keep_message(session: Session, vault: Vault, key: UUID, sound: str) -> bool:
    """Keep a message sealed; False when it is kept already."""
    sealed = vault.seal(sound, "inbound_call", "message", key.hex)
    kept = update(InboundCallRow).where(
        InboundCallRow.id == key, InboundCallRow.message_sealed.is_(None)
    )
    return changed(session, kept.values(message_sealed=sealed)) == 1


def message_removed(session: Session, key: UUID, now: datetime) -> None:
    """The network has deleted its copy of a message, or it is given up."""
    which = update(InboundCallRow).where(InboundCallRow.id == key)
    session.execute(which.values(removed_at=now))


def message(session: Session, vault: Vault, call: UUID, key: UUID) -> str | None:
    """The sound of a message left for a call, as it was kept, or None."""
    sealed = session.scalar(
        select(InboundCallRow.message_sealed).where(
            InboundCallRow.id == key, InboundCallRow.call_id == call
        )
    )
    return vault.open(sealed, "inbound_call", "message", key.hex) if sealed else None


def add_came_back(
    session: Session,
    vault: Vault,
    call: UUID,
    way: Way,
    source: str,
    at: datetime,
    gist: str,
    *,
    counts: bool,
    message: str = "",
) -> bool:
    """Keep a mail, or what was entered by hand; False for a message that is kept already."""
    key = uuid4()
    return insert_once(
        session,
        CameBackRow(
            id=key,
            call_id=call,
            way=way,
            source=source,
            key=sha256(message.encode()).hexdigest() if message else f"hand {key.hex}",
            at=at,
            counts=counts,
            gist_sealed=vault.seal(gist, "came_back", "gist", key.hex),
        ),
    )


def came_back(session: Session, call: UUID, vault: Vault | None = None) -> tuple[CameBack, ...]:
    """Whatever came back to a call, in order; what was written is opened with the vault alone."""
    rang = session.scalars(select(InboundCallRow).where(InboundCallRow.call_id == call))
    noted = session.scalars(select(CameBackRow).where(CameBackRow.call_id == call))
    every = [
        *(
            CameBack(
                row.id,
                call,
                Way.RING,
                row.received_at,
                row.counts,
                "line",
                _answered(row),
                message=row.removed_at is not None,
            )
            for row in rang
        ),
        *(
            CameBack(
                row.id,
                call,
                Way(row.way),
                row.at,
                row.counts,
                row.source,
                vault.open(row.gist_sealed, "came_back", "gist", row.id.hex) if vault else "",
            )
            for row in noted
        ),
    ]
    return tuple(sorted(every, key=lambda each: each.at))


def let_count(session: Session, call: UUID, key: UUID) -> bool:
    """Let something that came back count as what was promised."""
    for row in (InboundCallRow, CameBackRow):
        counted = update(row).where(row.id == key, row.call_id == call, ~row.counts)
        if changed(session, counted.values(counts=True)):
            return True
    return False


def _answered(row: InboundCallRow) -> str:
    if row.talked:
        return "you took the call"
    if row.answer == NEUTRAL:
        return "they heard the neutral message"
    if row.recording_sid:
        return f"they left a message of {row.seconds or 0} s"
    return "they heard your voicemail"


def _select(session: Session, *conditions: ColumnElement[bool]) -> tuple[Promise, ...]:
    rows = session.scalars(
        select(PromiseRow)
        .join(PlannedCallRow, PromiseRow.call_id == PlannedCallRow.id)
        .where(*conditions)
        .order_by(PromiseRow.due, PromiseRow.id)
    )
    return tuple(
        Promise(
            id=row.id,
            call=row.call_id,
            way=Way(row.way),
            what=row.what,
            basis=Basis(row.basis),
            promised_at=row.promised_at,
            due=row.due,
            settled_at=row.settled_at,
            outcome=Kept(row.outcome) if row.outcome else None,
            cancelled_at=row.cancelled_at,
        )
        for row in rows
    )
