"""The place of cover identities and security codes: the only reader of what is sealed there."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.vault import Vault
from scheduler.centre import ON_FILE, CodeKind, CoverIdentity, SecurityCode
from scheduler.changes import About, Became, Change
from scheduler.register_rows import CoverIdentityRow, IdentityUseRow

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
    """The identities of a centre that are neither ended, burnt nor worn out, in a steady order.

    One is worn out when as many sampled calls as its limit allows may have let it be heard.
    """
    uses = (
        select(func.count())
        .select_from(IdentityUseRow)
        .where(IdentityUseRow.identity_id == CoverIdentityRow.id)
        .scalar_subquery()
    )
    rows = session.scalars(
        select(CoverIdentityRow)
        .where(
            CoverIdentityRow.centre_id == centre,
            CoverIdentityRow.ended_on.is_(None),
            CoverIdentityRow.burnt_on.is_(None),
            uses < CoverIdentityRow.most_uses,
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


def burn(session: Session, identity: UUID, day: date) -> bool:
    """Let an identity be used no more; False when it was burnt before."""
    row = session.get_one(CoverIdentityRow, identity)
    if row.burnt_on is not None:
        return False
    row.burnt_on = day
    return True


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
) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Make the stated identities the usable ones; answers which began, changed and ended.

    None of them may lack anything (see ``lacking``).
    """
    rows = _by_account(session, centre)
    began, changed, ended = [], [], []
    kept: set[str] = set()
    for identity in stated:
        index = _account_index(vault, identity, centre)
        kept.add(index)
        row = rows.get(index)
        if row is None:
            row = CoverIdentityRow(
                id=uuid4(),
                centre_id=centre,
                account_index=index,
                burnt_on=_burnt_before(session, centre, index),
            )
            _write(vault, row, identity, centre, today)
            session.add(row)
            began.append(row.id)
        elif _differing(vault, row, identity, centre, today):
            _write(vault, row, identity, centre, today)
            changed.append(row.id)
    for index, row in rows.items():
        if index not in kept:
            row.ended_on = today
            ended.append(row.id)
    return began, changed, ended


def lacking(session: Session, vault: Vault, centre: UUID, stated: tuple[CoverIdentity, ...]) -> int:
    """How many of the stated identities leave a name or code as it is where none is on file."""
    known = _by_account(session, centre)
    return sum(each.on_file and _account_index(vault, each, centre) not in known for each in stated)


def repeated(
    session: Session, vault: Vault, centre: UUID, stated: tuple[CoverIdentity, ...]
) -> tuple[int, ...]:
    """Which of the stated identities, from 1, state a code that another of them keeps on file."""
    known = _by_account(session, centre)
    kept = {
        known[index].code_index
        for each in stated
        if each.code.text == ON_FILE and (index := _account_index(vault, each, centre)) in known
    }
    return tuple(
        place
        for place, each in enumerate(stated, start=1)
        if each.code.text != ON_FILE and _code_index(vault, each, centre) in kept
    )


def identity_changes(
    session: Session, vault: Vault, centre: UUID, stated: tuple[CoverIdentity, ...], today: date
) -> tuple[Change, ...]:
    """What entering the stated identities would change, by account; no code is opened."""
    rows = _by_account(session, centre)
    found = []
    for identity in stated:
        row = rows.pop(_account_index(vault, identity, centre), None)
        if row is None:
            found.append(Change(About.IDENTITY, identity.account, Became.BEGUN))
        elif differing := _differing(vault, row, identity, centre, today):
            words = ", ".join(differing)
            found.append(Change(About.IDENTITY, identity.account, Became.CHANGED, None, words))
    for row in rows.values():
        account = vault.open(row.account_sealed, TABLE, "account", row.id.hex)
        found.append(Change(About.IDENTITY, account, Became.ENDED))
    return tuple(sorted(found, key=lambda change: change.item))


def _by_account(session: Session, centre: UUID) -> dict[str, CoverIdentityRow]:
    """The identities of a centre that have not ended, by the index of their account."""
    rows = session.scalars(
        select(CoverIdentityRow).where(
            CoverIdentityRow.centre_id == centre, CoverIdentityRow.ended_on.is_(None)
        )
    )
    return {row.account_index: row for row in rows}


def _burnt_before(session: Session, centre: UUID, index: str) -> date | None:
    """When an account that ended was burnt: stating it again makes it no fresher."""
    return session.scalar(
        select(func.max(CoverIdentityRow.burnt_on)).where(
            CoverIdentityRow.centre_id == centre, CoverIdentityRow.account_index == index
        )
    )


def _account_index(vault: Vault, identity: CoverIdentity, centre: UUID) -> str:
    return vault.index(identity.account, TABLE, "account", centre.hex)


def _code_index(vault: Vault, identity: CoverIdentity, centre: UUID) -> str:
    return vault.index(identity.code.text, TABLE, "code", centre.hex)


def _differing(
    vault: Vault, row: CoverIdentityRow, identity: CoverIdentity, centre: UUID, today: date
) -> tuple[str, ...]:
    """What of an identity differs from its row, in words."""
    code_stays = identity.code.text == ON_FILE or row.code_index == _code_index(
        vault, identity, centre
    )
    begins = identity.valid_from or min(row.valid_from, today)
    name = vault.open(row.name_sealed, TABLE, "name", row.id.hex)
    differs = {
        "name": identity.name not in (ON_FILE, name),
        "kind of code": row.code_kind != identity.code.kind,
        "security code": not code_stays,
        "first day": row.valid_from != begins,
        "last day": row.valid_until != identity.valid_until,
    }
    return tuple(what for what, differing in differs.items() if differing)


def _write(
    vault: Vault, row: CoverIdentityRow, identity: CoverIdentity, centre: UUID, today: date
) -> None:
    key = row.id.hex
    if identity.name != ON_FILE:
        row.name_sealed = vault.seal(identity.name, TABLE, "name", key)
    row.account_sealed = vault.seal(identity.account, TABLE, "account", key)
    if identity.code.text != ON_FILE:
        row.code_sealed = vault.seal(identity.code.text, TABLE, "code", key)
        row.code_index = _code_index(vault, identity, centre)
    row.code_kind = identity.code.kind
    row.valid_from = identity.valid_from or min(row.valid_from or today, today)
    row.valid_until = identity.valid_until
