"""The place of files that a provider's contact sent and has not yet entered; they lie sealed."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.vault import Vault
from scheduler.supplies_rows import UploadRow

TABLE = "upload"


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody sent: the name and the bytes of each file, or of a form of a ``centre``."""

    id: UUID
    sent_at: datetime
    name: str
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    centre: UUID | None = None


def keep_upload(
    session: Session,
    vault: Vault,
    person: UUID,
    name: str,
    files: Iterable[tuple[str, bytes]],
    now: datetime,
    centre: UUID | None = None,
) -> UUID:
    """Keep what a person sent in the place of what they sent before.

    ``centre`` is whose form it is; None is the files of a return.
    """
    session.execute(delete(UploadRow).where(UploadRow.person_id == person))
    key = uuid4()
    body = json.dumps([[file, base64.b64encode(data).decode()] for file, data in files])
    session.add(
        UploadRow(
            id=key,
            person_id=person,
            sent_at=now,
            name=name[:200],
            centre_id=centre,
            body_sealed=vault.seal(body, TABLE, "body", key.hex),
        )
    )
    return key


def find_upload(session: Session, vault: Vault, upload: UUID, person: UUID) -> Upload | None:
    """What this person sent under this id, or None."""
    row = session.scalar(
        select(UploadRow).where(UploadRow.id == upload, UploadRow.person_id == person)
    )
    if row is None:
        return None
    files = json.loads(vault.open(row.body_sealed, TABLE, "body", row.id.hex))
    return Upload(
        row.id,
        row.sent_at,
        row.name,
        tuple((file, base64.b64decode(data)) for file, data in files),
        row.centre_id,
    )


def drop_upload(session: Session, upload: UUID) -> None:
    """Forget what was sent."""
    session.execute(delete(UploadRow).where(UploadRow.id == upload))
