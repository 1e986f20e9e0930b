"""The place of passkeys: the public keys with which people sign in, and when each was last used."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.passkey_proof import PublicKey
from scheduler.people_rows import PasskeyRow


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a person, by the name that they gave it."""

    id: UUID
    person: UUID
    name: str
    added_at: datetime
    used_at: datetime | None
    key: PublicKey = field(repr=False)


def add_passkey(
    session: Session, person: UUID, key: PublicKey, name: str, now: datetime
) -> UUID | None:
    """Keep a passkey; None where its credential is known already, whoever's it is."""
    row = PasskeyRow(
        id=uuid4(),
        person_id=person,
        credential_id=key.credential,
        public_key=key.text,
        sign_count=key.count,
        name=name,
        added_at=now,
    )
    return row.id if insert_once(session, row) else None


def passkeys(session: Session, person: UUID) -> tuple[Passkey, ...]:
    """The passkeys of a person, the oldest first."""
    rows = session.scalars(
        select(PasskeyRow)
        .where(PasskeyRow.person_id == person)
        .order_by(PasskeyRow.added_at, PasskeyRow.id)
    )
    return tuple(_passkey(row) for row in rows)


def by_credential(session: Session, credential: str) -> Passkey | None:
    """The passkey with a credential's id in base64url, or None."""
    row = session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential))
    return _passkey(row) if row else None


def note_use(session: Session, passkey: Passkey, count: int, now: datetime) -> bool:
    """Keep a newer sign count; False where the passkey, or its count, isn't any more as it was."""
    seen = update(PasskeyRow).where(
        PasskeyRow.id == passkey.id, PasskeyRow.sign_count == passkey.key.count
    )
    return changed(session, seen.values(sign_count=count, used_at=now)) == 1


def remove_passkey(session: Session, person: UUID, passkey: UUID) -> bool:
    """Take a passkey of a person away; False when they have none such."""
    gone = delete(PasskeyRow).where(PasskeyRow.id == passkey, PasskeyRow.person_id == person)
    return changed(session, gone) == 1


def remove_every(session: Session, person: UUID) -> int:
    """Take all passkeys of a person away; answers how many."""
    return changed(session, delete(PasskeyRow).where(PasskeyRow.person_id == person))


def _passkey(row: PasskeyRow) -> Passkey:
    key = PublicKey(row.credential_id, row.public_key, row.sign_count)
    return Passkey(row.id, row.person_id, row.name, row.added_at, row.used_at, key)
