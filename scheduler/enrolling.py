"""Takes a provider's return into the register: the whole statement, or nothing of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import (
    accreditation,
    codes,
    custody,
    fresh_set,
    register,
    register_entry,
    register_further,
)
from scheduler.centre import ON_FILE, Return
from scheduler.changes import (
    SINGLE,
    Change,
    Registered,
    before_and_after,
    changes,
    digest,
    names_somebody,
)
from scheduler.further import Further, Work


class ReturnRefused(Exception):
    """A statement that can't be accepted; says nothing of another provider."""


class NotOwnCentre(Exception):
    """A statement about what is no centre of the provider's, whether or not it is somebody's."""


class ChangesDiffer(Exception):
    """Entering would change something else than was agreed to."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a provider's contact agreed to: the provider, and the digest of the changes."""

    provider: UUID | None
    changes: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an accepted return changed."""

    centre: UUID
    provider: UUID
    new: bool
    identities_begun: int
    identities_changed: int
    identities_ended: int
    service_level_version: int | None


def enrol(
    sessions: Sessions,
    vault: Vault,
    stated: Return,
    now: datetime,
    actor: str,
    zone: str,
    *,
    invented: bool = False,
    rehearsal: bool = False,
    agreed: Agreed | None = None,
) -> Enrolled:
    """Enter a return as of the institute's civil date in ``zone``; doing it twice changes nothing.

    Raises ReturnRefused when a number is held by somebody else; the journal then says by whom the
    number was stated, and the institute looks. Raises NotOwnCentre or ChangesDiffer for anything
    else than was ``agreed``, where it has to be.
    """
    today = civil_date(now, zone)
    with sessions.begin() as session:
        register.alone(session)
        if agreed is not None:
            stated, found = weigh(session, vault, stated, agreed.provider, today)
            if digest(found) != agreed.changes:
                raise ChangesDiffer
        held = _held(session, stated, now, actor)
        if not held:
            return _enter(
                session,
                vault,
                stated,
                now,
                today,
                actor,
                invented=invented,
                rehearsal=rehearsal,
            )
    raise ReturnRefused(_held_in_words(held))


def consider(
    sessions: Sessions,
    vault: Vault,
    stated: Return,
    provider: UUID | None,
    now: datetime,
    actor: str,
    zone: str,
) -> None:
    """See whether a return could be entered for a provider now; changes nothing in the register.

    Raises NotOwnCentre and ReturnRefused, as ``enrol`` does.
    """
    with sessions.begin() as session:
        weigh(session, vault, stated, provider, civil_date(now, zone))
        held = _held(session, stated, now, actor)
    if held:
        raise ReturnRefused(_held_in_words(held))


def weigh(
    session: Session, vault: Vault, stated: Return, provider: UUID | None, today: date
) -> tuple[Return, tuple[Change, ...]]:
    """A provider's own return as it may be entered, and what that would change.

    The term of accreditation is the institute's: it stays as it stands. Raises NotOwnCentre, and
    ReturnRefused when a name or code is left as it is and none is on file.
    """
    centre = next(
        (
            each
            for each in register.centres_of(session, provider)
            if (each.provider_name, each.name) == (stated.provider, stated.centre)
        ),
        None,
    )
    if centre is None:
        raise NotOwnCentre
    _refuse_identities(session, vault, stated, centre.id)
    stated = replace(
        stated,
        accredited_from=centre.accredited_from,
        accredited_until=centre.accredited_until,
    )
    identities = codes.identity_changes(session, vault, centre.id, stated.identities, today)
    return stated, changes(registered(session, centre), stated, identities, today)


def registered(session: Session, centre: register.Centre | None) -> Registered:
    """What stands on the register of a centre, but for its identities; nothing of no centre."""
    if centre is None:
        return Registered(dict.fromkeys(SINGLE), (), (), (), (), None)
    levels = register.service_levels(session, centre.id)
    return Registered(
        centre={name: getattr(centre, name) for name in SINGLE},
        notices=tuple(first for first, _ in register.notice_spans(session, centre.id)),
        numbers=tuple(
            replace(line.number, reach=line.reach) for line in register.lines(session, centre.id)
        ),
        hours=register.hours(session, centre.id),
        closures=register.closures(session, centre.id),
        level=levels[-1].level if levels else None,
        further=_further(session, centre.id),
    )


def _further(session: Session, centre: UUID) -> Further:
    exceptions = register.holiday_exceptions(session, centre)
    return Further(
        register_further.products(session, centre),
        register_further.permissions(session, centre),
        accreditation.holidays_kept(session, centre, exceptions)[0],
        custody.custodian(session, centre)[0],
        Work(*accreditation.volume(session, centre)),
    )


def _refuse_identities(session: Session, vault: Vault, stated: Return, centre: UUID) -> None:
    count = codes.lacking(session, vault, centre, stated.identities)
    if count:
        raise ReturnRefused(
            f"Identities: {'1 row says' if count == 1 else f'{count} rows say'} {ON_FILE} of an "
            "account that has nothing on file; write its name and security code"
        )
    if places := codes.repeated(session, vault, centre, stated.identities):
        which = " and ".join(map(str, places))
        raise ReturnRefused(
            f"Identities, Security code: identity {which} of those stated has the code of another "
            "one that stays as it is on file; write a code of its own"
        )


def _held(session: Session, stated: Return, now: datetime, actor: str) -> tuple[str, ...]:
    """The stated numbers that somebody else holds; the journal then says who stated them."""
    held = register.held_elsewhere(session, stated)
    if held:
        detail: dict[str, object] = {"stated_for": stated.centre, "numbers": list(held)}
        journal.record(session, now, actor, "return refused", "number held elsewhere", detail)
    return held


def _held_in_words(held: tuple[str, ...]) -> str:
    return (
        f"{', '.join(held)} can't be accepted; the institute has been told. "
        "Check the number, or leave it out"
    )


def _enter(
    session: Session,
    vault: Vault,
    stated: Return,
    now: datetime,
    today: date,
    actor: str,
    *,
    invented: bool,
    rehearsal: bool,
) -> Enrolled:
    before = registered(session, register.centre_named(session, stated.provider, stated.centre))
    provider, centre, new = register_entry.enter_centre(
        session, stated, now, invented=invented, rehearsal=rehearsal
    )
    _refuse_identities(session, vault, stated, centre)
    begun, changed, ended = codes.enter_identities(session, vault, centre, stated.identities, today)
    register_entry.enter_numbers(session, centre, stated.numbers, today)
    register_entry.enter_hours(session, centre, stated.hours, today)
    register_entry.enter_closures(session, centre, stated.closures, now, today)
    register_entry.enter_notice(session, centre, stated.notice_given_on)
    version = register_entry.enter_service_level(session, centre, stated.service_level, today)
    _enter_further(session, centre, stated.further)
    if begun:
        fresh_set.answered(session, centre)
    found = changes(before, stated, (), today)
    personal = [each for each in found if names_somebody(each)]
    detail: dict[str, object] = {
        "new": new,
        "changes": before_and_after(each for each in found if each not in personal),
        "identities_begun": [str(each) for each in begun],
        "identities_changed": [str(each) for each in changed],
        "identities_ended": [str(each) for each in ended],
        "service_level_version": version,
    }
    said = {"changes of contacts": before_and_after(personal)} if personal else None
    journal.record(session, now, actor, "return entered", f"centre {centre}", detail, aside=said)
    return Enrolled(centre, provider, new, len(begun), len(changed), len(ended), version)


def _enter_further(session: Session, centre: UUID, stated: Further) -> None:
    """Write what is stated besides; a form that the institute opened before counts as stale."""
    if stated.products is not None:
        register_further.enter_products(session, centre, stated.products)
    if stated.permissions is not None:
        register_further.enter_permissions(session, centre, stated.permissions)
    before = _further(session, centre)
    if stated.holidays is not None and stated.holidays != before.holidays:
        _, version = accreditation.holidays_kept(session, centre, {})
        accreditation.change_holidays(session, centre, stated.holidays, version)
    if stated.custodian is not None and stated.custodian != before.custodian:
        _, version = custody.custodian(session, centre)
        custody.change_custodian(session, centre, stated.custodian, version)
    if stated.work is not None and stated.work != before.work:
        accreditation.change_volume(session, centre, stated.work.declared, stated.work.analysts)
