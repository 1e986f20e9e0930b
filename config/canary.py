"""A sealed word in the database that stops the start when the key is wrong."""

from datetime import datetime

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Sessions
from config.vault import Vault, VaultRefused

WORD = "the moment is not announced"


class CanaryRow(Base):
    """One row: the word, sealed by the key with which this database was begun."""

    __tablename__ = "vault_canary"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(Text, info={"sealed": "sealed"})
    written_at: Mapped[datetime]


def begun(sessions: Sessions) -> bool:
    """Whether this database holds anything that a key has sealed."""
    with sessions.reading() as session:
        return session.scalar(select(CanaryRow.id)) is not None


def check_canary(sessions: Sessions, vault: Vault, now: datetime) -> None:
    """Write the word on the first start; raise VaultRefused when it doesn't open."""
    with sessions.begin() as session:
        row = session.scalar(select(CanaryRow))
        if row is None:
            sealed = vault.seal(WORD, "vault_canary", "sealed", "1")
            session.add(CanaryRow(id=1, sealed=sealed, written_at=now))
            return
        sealed = row.sealed
    try:
        opened = vault.open(sealed, "vault_canary", "sealed", "1")
    except VaultRefused as error:
        raise VaultRefused(
            "the key file is not the one with which this database was begun; "
            "restore the right one, or the security codes stay closed"
        ) from error
    if opened != WORD:
        raise VaultRefused("the canary in the database is not ours; restore the database")
