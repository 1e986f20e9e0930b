"""The append-only, hash-chained record of who saw, changed and decided what.

Each entry's hash is SHA-256 over the entry before it and the canonical JSON of every stored
column, its sequence number included. The database itself refuses UPDATE and DELETE. So an entry
holds ids and no personal values: those stand beside the chain (``config.journal_aside``), as does
the address that somebody acted from.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Integer, String, Text, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from config import journal_aside
from config.database import Base, one_at_a_time
from config.journal_aside import AsideRow

GENESIS = "0" * 64
LOCK = 0x756E616E  # one writer at a time extends the chain


class JournalRow(Base):
    """One entry."""

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))  # ISO 8601 text: its bytes are what is hashed
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128), index=True)
    detail: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(64))
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is read: what is stored, and nothing else."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    origin: str
    prev: str
    hash: str

    def computed(self) -> str:
        """The hash that the stored columns give."""
        columns = [
            self.seq,
            self.at,
            self.actor,
            self.action,
            self.subject,
            self.detail,
        ]
        body = json.dumps([*columns, self.origin], ensure_ascii=False, separators=(",", ":"))
        return sha256(f"{self.prev}\n{body}".encode()).hexdigest()


def record(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: dict[str, object] | None = None,
    origin: str = "",
    aside: Mapping[str, object] | None = None,
) -> Entry:
    """Append an entry in the act's own transaction. ``detail`` must hold nothing secret.

    What names somebody, or may, goes into ``aside``: it can be erased, and the detail can't. The
    origin is kept there as well.
    """
    if now.tzinfo is None:
        raise ValueError("a naive datetime has no moment; give it a zone")
    one_at_a_time(session, LOCK)
    last = session.execute(
        select(JournalRow.seq, JournalRow.hash).order_by(JournalRow.seq.desc()).limit(1)
    ).first()
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    personal = {**(aside or {}), **({"origin": origin} if origin else {})}
    salt, text, committed = journal_aside.set_aside(personal) if personal else ("", "", "")
    said = {**(detail or {}), **({journal_aside.NAME: committed} if personal else {})}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    at = now.astimezone(UTC).isoformat()
    entry = Entry(seq, at, actor, action, subject, body, "", prev, "")
    digest = entry.computed()
    session.add(
        JournalRow(
            seq=seq,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=body,
            origin="",
            prev=prev,
            hash=digest,
        )
    )
    session.flush()
    if personal:
        session.add(AsideRow(seq=seq, salt=salt, body=text))
        session.flush()
    return Entry(seq, at, actor, action, subject, body, "", prev, digest)


def entries(session: Session, *, after: int = 0, limit: int | None = None) -> list[Entry]:
    """The entries after a sequence number, in order."""
    rows = session.scalars(
        select(JournalRow).where(JournalRow.seq > after).order_by(JournalRow.seq).limit(limit)
    )
    return [_entry(row) for row in rows]


def whole(session: Session) -> list[Entry]:
    """Every entry in order, even where somebody has put bytes in it that are no text."""
    raw = session.connection().connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        return entries(session)
    raw.text_factory = lambda stored: stored.decode(errors="surrogateescape")
    try:
        return entries(session)
    finally:
        raw.text_factory = str


def latest(
    session: Session,
    *,
    limit: int,
    before: int | None = None,
    holding: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """The newest entries first, from below a sequence number.

    ``holding`` leaves those whose action or subject holds the text, in either case; ``actor`` those
    of one actor; ``since`` and ``until`` those of a half-open span.
    """
    wanted: list[ColumnElement[bool]] = []
    if before is not None:
        wanted.append(JournalRow.seq < before)
    if holding:
        columns = (JournalRow.action, JournalRow.subject)
        wanted.append(or_(*(c.icontains(holding, autoescape=True) for c in columns)))
    if actor:
        wanted.append(JournalRow.actor == actor)
    if since is not None:
        wanted.append(JournalRow.at >= _second(since))
    if until is not None:
        wanted.append(JournalRow.at < _second(until))
    query = select(JournalRow).where(*wanted).order_by(JournalRow.seq.desc()).limit(limit)
    return [_entry(row) for row in session.scalars(query)]


def newest(session: Session) -> Entry | None:
    """The entry that was written last; None before the first."""
    return next(iter(latest(session, limit=1)), None)


def when(entry: Entry) -> datetime:
    """The moment of an entry."""
    return datetime.fromisoformat(entry.at)


def actors(session: Session) -> tuple[str, ...]:
    """Who has entries, in order."""
    return tuple(session.scalars(select(JournalRow.actor).distinct().order_by(JournalRow.actor)))


def _second(moment: datetime) -> str:
    """A moment as entries begin that were written in its second."""
    return moment.astimezone(UTC).isoformat()[:19]


def faults(chain: Iterable[Entry]) -> list[str]:
    """What is wrong with a whole chain, each naming the entry; empty when it holds."""
    found: list[str] = []
    seq, prev = 0, GENESIS
    for entry in chain:
        seq += 1
        if entry.seq != seq:
            found.append(f"entry {seq} is missing: the next one is numbered {entry.seq}")
            seq = entry.seq
        elif entry.prev != prev:
            found.append(f"entry {entry.seq} doesn't follow the entry before it")
        if not _holds(entry):
            found.append(f"entry {entry.seq} was altered after it was written")
        prev = entry.hash
    return found


def aside_faults(chain: Iterable[Entry], kept: Mapping[int, str]) -> list[str]:
    """Where what is kept beside the chain isn't what an entry committed to.

    ``kept`` holds the commitments that the rows give. A row that is gone was erased, and is no
    fault.
    """
    committed = {entry.seq: _committed(entry) for entry in chain}
    return [
        f"what is kept beside entry {seq} was altered"
        if seq in committed
        else f"something is kept beside entry {seq}, which is gone"
        for seq, found in kept.items()
        if committed.get(seq) != found
    ]


def _committed(entry: Entry) -> object:
    try:
        return json.loads(entry.detail).get(journal_aside.NAME)
    except (ValueError, AttributeError):
        return None


def _holds(entry: Entry) -> bool:
    try:
        return entry.hash == entry.computed()
    except (TypeError, ValueError):  # bytes, or what is no text in UTF-8
        return False


def _entry(row: JournalRow) -> Entry:
    return Entry(
        row.seq,
        row.at,
        row.actor,
        row.action,
        row.subject,
        row.detail,
        row.origin,
        row.prev,
        row.hash,
    )


REFUSAL = "the journal is append-only"
SQLITE_GUARDS = (
    *(
        f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE takes an entry away without asking the guard against DELETE.
    f"CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal "
    f"WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL_GUARDS = (
    f"""CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
)
