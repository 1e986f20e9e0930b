"""The place of second steps: the sealed secret of one-time codes, and recovery codes as hashes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.database import changed
from config.vault import Vault
from scheduler.people_rows import RecoveryCodeRow, SecondStepRow

TABLE = "second_step"


def begin(session: Session, vault: Vault, person: UUID, secret: str, now: datetime) -> bool:
    """Keep a secret that waits for its first code; False when one is confirmed already."""
    if confirmed(session, person):
        return False
    session.execute(delete(SecondStepRow).where(SecondStepRow.person_id == person))
    session.add(
        SecondStepRow(
            person_id=person,
            secret_sealed=vault.seal(secret, TABLE, "secret", person.hex),
            last_step=0,
            begun_at=now,
        )
    )
    return True


def secret_of(session: Session, vault: Vault, person: UUID, *, confirmed: bool) -> str | None:
    """The secret that is confirmed, or the one that waits; None where there is no such."""
    row = session.get(SecondStepRow, person)
    if row is None or (row.confirmed_at is not None) != confirmed:
        return None
    return vault.open(row.secret_sealed, TABLE, "secret", person.hex)


def confirmed(session: Session, person: UUID) -> datetime | None:
    """Since when signing in asks a person for a code; None when it doesn't."""
    return session.scalar(
        select(SecondStepRow.confirmed_at).where(SecondStepRow.person_id == person)
    )


def confirm(session: Session, person: UUID, now: datetime) -> bool:
    """Let the secret that waits count from now on; False when none waits."""
    waiting = update(SecondStepRow).where(
        SecondStepRow.person_id == person, SecondStepRow.confirmed_at.is_(None)
    )
    return changed(session, waiting.values(confirmed_at=now)) == 1


def spend_step(session: Session, person: UUID, step: int) -> bool:
    """Use the code of a step up; False when it, or a later one, was used before."""
    newer = update(SecondStepRow).where(
        SecondStepRow.person_id == person, SecondStepRow.last_step < step
    )
    return changed(session, newer.values(last_step=step)) == 1


def remove(session: Session, person: UUID) -> bool:
    """Take the secret and the recovery codes away; answers whether there was a secret."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person))
    gone = delete(SecondStepRow).where(SecondStepRow.person_id == person)
    return changed(session, gone) == 1


def keep_recovery_codes(session: Session, person: UUID, keys: Iterable[str]) -> None:
    """Keep the hashes of new recovery codes in the place of the old ones."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person))
    session.add_all(RecoveryCodeRow(id=uuid4(), person_id=person, key=key) for key in keys)


def spend_recovery_code(session: Session, person: UUID, key: str, now: datetime) -> bool:
    """Use a recovery code up; False when it is none of theirs, or was used before."""
    unused = update(RecoveryCodeRow).where(
        RecoveryCodeRow.person_id == person,
        RecoveryCodeRow.key == key,
        RecoveryCodeRow.used_at.is_(None),
    )
    return changed(session, unused.values(used_at=now)) == 1


def recovery_codes_left(session: Session, person: UUID) -> int:
    """How many recovery codes are unused."""
    query = select(func.count()).where(
        RecoveryCodeRow.person_id == person, RecoveryCodeRow.used_at.is_(None)
    )
    return session.scalar(query) or 0
