"""What the journal says of people, kept beside its chain, so that it can be erased.

The chain holds a salted commitment, SHA-256 over a salt of 256 random bits and the value; salt and
value stand here. Once this row is gone nothing in the chain tells what the value was, and the chain
holds as before. While it is there, whoever alters it is found.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import ColumnElement, Integer, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.database import Base, changed

NAME = "aside"  # of the commitment in an entry's detail


class AsideRow(Base):
    """The personal values of one entry, as JSON, with the salt of their commitment."""

    __tablename__ = "journal_aside"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)

    def commitment(self) -> str:
        """What the chain must hold."""
        return commitment(self.salt, self.body)


def commitment(salt: str, body: str) -> str:
    """The commitment to a text."""
    return sha256(f"{salt}\n{body}".encode()).hexdigest()


def set_aside(values: Mapping[str, object]) -> tuple[str, str, str]:
    """Salt, text and commitment of an entry's personal values."""
    salt = secrets.token_hex(32)
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return salt, body, commitment(salt, body)


def asides(session: Session, seqs: Iterable[int]) -> dict[int, dict[str, object]]:
    """What is still kept beside entries, by their number."""
    rows = session.scalars(select(AsideRow).where(AsideRow.seq.in_(list(seqs))))
    return {row.seq: json.loads(row.body) for row in rows}


def commitments(session: Session) -> dict[int, str]:
    """What every row that is still kept commits to, by the number of its entry."""
    return {row.seq: row.commitment() for row in session.scalars(select(AsideRow))}


def drop(session: Session, *wanted: ColumnElement[bool]) -> int:
    """Erase what is kept beside the entries that fit; answers how many."""
    return changed(session, delete(AsideRow).where(*wanted))
