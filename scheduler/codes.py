"""The place of cover identities and security codes: the only reader of what is sealed there."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.vault import Vault
from scheduler.centre import CodeKind, CoverIdentity, SecurityCode
from scheduler.register_rows import CoverIdentityRow

TABLE = "cover_identity"


@dataclass(frozen=True, slots=True)
class EntitledIdentity:
    """A cover identity as planning sees it: when it serves, and nothing that could be said."""

    id: UUID
    valid_from: date
    valid_until: date | None

    def serves(self, day: date) -> bool:
        """Whether the identity may be used on a day (both ends included)."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def usable_identities(session: Session, centre: UUID) -> tuple[EntitledIdentity, ...]:
    """The identities of a centre that are neither ended nor burnt, in a steady order."""
    rows = session.scalars(
        select(CoverIdentityRow)
        .where(
            CoverIdentityRow.centre_id == centre,
            CoverIdentityRow.ended_on.is_(None),
            CoverIdentityRow.burnt_on.is_(None),
        )
        .order_by(CoverIdentityRow.id)
    )
    return tuple(EntitledIdentity(row.id, row.valid_from, row.valid_until) for row in rows)


@dataclass(frozen=True, slots=True)
class StatedIdentity:
    """A cover identity as its provider stated it: no name, no code, and nothing of its use."""

    account: str = field(repr=False)
    kind: CodeKind
    valid_from: date
    valid_until: date | None


def stated_identities(session: Session, vault: Vault, centre: UUID) -> tuple[StatedIdentity, ...]:
    """What the provider stated of a centre's identities, by account.

    A burnt one stands among the others: its absence would tell that a call has used it.
    """
    rows = session.scalars(
        select(CoverIdentityRow).where(
            CoverIdentityRow.centre_id == centre, CoverIdentityRow.ended_on.is_(None)
        )
    )
    stated = (
        StatedIdentity(
            vault.open(row.account_sealed, TABLE, "account", row.id.hex),
            CodeKind(row.code_kind),
            row.valid_from,
            row.valid_until,
        )
        for row in rows
    )
    return tuple(sorted(stated, key=lambda each: each.account))


def identity_serves(session: Session, identity: UUID, day: date) -> bool:
    """Whether an identity is neither ended nor burnt and valid on a day."""
    row = session.get_one(CoverIdentityRow, identity)
    usable = row.burnt_on is None and (row.ended_on is None or day < row.ended_on)
    return usable and EntitledIdentity(row.id, row.valid_from, row.valid_until).serves(day)


def open_identity(session: Session, vault: Vault, identity: UUID) -> CoverIdentity:
    """An identity in clear; whoever calls this has written the journal first."""
    row = session.get_one(CoverIdentityRow, identity)
    key = row.id.hex
    return CoverIdentity(
        name=vault.open(row.name_sealed, TABLE, "name", key),
        account=vault.open(row.account_sealed, TABLE, "account", key),
        code=SecurityCode(CodeKind(row.code_kind), vault.open(row.code_sealed, TABLE, "code", key)),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def open_persona(session: Session, vault: Vault, identity: UUID) -> tuple[str, str, CodeKind]:
    """Name, account and kind of code of an identity, without the code."""
    row = session.get_one(CoverIdentityRow, identity)
    key = row.id.hex
    return (
        vault.open(row.name_sealed, TABLE, "name", key),
        vault.open(row.account_sealed, TABLE, "account", key),
        CodeKind(row.code_kind),
    )


def enter_identities(
    session: Session, vault: Vault, centre: UUID, stated: tuple[CoverIdentity, ...], today: date
) -> tuple[int, int, int]:
    """Make the stated identities the usable ones; answers how many began, changed and ended."""
    rows = {
        row.account_index: row
        for row in session.scalars(
            select(CoverIdentityRow).where(
                CoverIdentityRow.centre_id == centre, CoverIdentityRow.ended_on.is_(None)
            )
        )
    }
    began = changed = 0
    kept: set[str] = set()
    for identity in stated:
        index = vault.index(identity.account, TABLE, "account", centre.hex)
        kept.add(index)
        row = rows.get(index)
        if row is None:
            row = CoverIdentityRow(id=uuid4(), centre_id=centre, account_index=index)
            _write(vault, row, identity, centre, today)
            session.add(row)
            began += 1
        elif not _same(vault, row, identity, centre, today):
            _write(vault, row, identity, centre, today)
            changed += 1
    gone = [row for index, row in rows.items() if index not in kept]
    for row in gone:
        row.ended_on = today
    return began, changed, len(gone)


def _code_index(vault: Vault, identity: CoverIdentity, centre: UUID) -> str:
    return vault.index(identity.code.text, TABLE, "code", centre.hex)


def _same(
    vault: Vault, row: CoverIdentityRow, identity: CoverIdentity, centre: UUID, today: date
) -> bool:
    name = vault.open(row.name_sealed, TABLE, "name", row.id.hex)
    begins = identity.valid_from or min(row.valid_from, today)
    return (name, row.code_kind, row.code_index, row.valid_from, row.valid_until) == (
        identity.name,
        identity.code.kind,
        _code_index(vault, identity, centre),
        begins,
        identity.valid_until,
    )


def _write(
    vault: Vault, row: CoverIdentityRow, identity: CoverIdentity, centre: UUID, today: date
) -> None:
    key = row.id.hex
    row.name_sealed = vault.seal(identity.name, TABLE, "name", key)
    row.account_sealed = vault.seal(identity.account, TABLE, "account", key)
    row.code_sealed = vault.seal(identity.code.text, TABLE, "code", key)
    row.code_kind = identity.code.kind
    row.code_index = _code_index(vault, identity, centre)
    row.valid_from = identity.valid_from or min(row.valid_from or today, today)
    row.valid_until = identity.valid_until
