"""What a return would change: the register's statement of a centre beside the new one.

Codes and names of identities are compared elsewhere, where they are sealed; here it is only told
that they differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from scheduler.centre import DAYS, Closure, ContactNumber, OpenSpan, Reach, Return, ServiceLevel
from scheduler.further import (
    NOTHING,
    Custodian,
    Further,
    HolidaysKept,
    Permission,
    Product,
    Work,
)

Thing = ContactNumber | Closure | Product | Permission | HolidaysKept | Custodian | Work
Value = str | int | bool | date | Thing | tuple[OpenSpan, ...] | None


class Became(StrEnum):
    """What happens to a thing."""

    BEGUN = "begun"
    CHANGED = "changed"
    ENDED = "ended"


class About(StrEnum):
    """What a change is about."""

    CENTRE = "centre"
    NUMBER = "contact number"
    IDENTITY = "cover identity"
    HOURS = "hours"
    CLOSURE = "closure"
    SERVICE_LEVEL = "service level"
    PRODUCT = "product"
    PERMISSION = "permission"
    HOLIDAYS = "public holidays"
    CUSTODIAN = "custodian"
    WORK = "ordinary calls"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``item`` is a field's name of a Return or a ServiceLevel, a number in E.164, or an account.
    ``before`` and ``after`` are its values; of an identity they are what of it differs.
    """

    about: About
    item: str
    became: Became
    before: Value = None
    after: Value = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What stands on the register of one centre, but for its identities."""

    centre: dict[str, Value]  # the fields of a Return that hold one value
    notices: tuple[date, ...]
    numbers: tuple[ContactNumber, ...]
    hours: tuple[OpenSpan, ...]
    closures: tuple[Closure, ...]
    level: ServiceLevel | None
    further: Further = NOTHING


KEY = ("provider", "centre")  # these name the centre, so they can't differ
NOTICE = "notice_given_on"
MANY = ("numbers", "identities", "hours", "closures", "service_level", "further")
SINGLE = tuple(f.name for f in fields(Return) if f.name not in (*KEY, NOTICE, *MANY))


def changes(
    registered: Registered, stated: Return, identities: Sequence[Change], today: date
) -> tuple[Change, ...]:
    """Every difference that entering the return today would make, in the order of its sheets.

    ``identities`` are the changes to the cover identities, by account.
    """
    return (
        *_single(registered, stated),
        *_numbers(registered.numbers, stated.numbers, today),
        *identities,
        *_hours(registered.hours, stated.hours),
        *_closures(registered.closures, stated.closures, today),
        *_level(registered.level, stated.service_level),
        *_further(registered.further, stated.further),
    )


def digest(found: Iterable[Change]) -> str:
    """A mark of exactly these changes, so that what was shown is what is entered."""
    return sha256(repr(tuple(found)).encode()).hexdigest()


def names_somebody(change: Change) -> bool:
    """Whether a change's values name a person, or may: an address, or the reason of a closure."""
    return change.item == "contact_email" or change.about is About.CLOSURE


def before_and_after(found: Iterable[Change]) -> list[list[object]]:
    """The changes for the journal, each as what it is about, before and after, in plain values.

    None is nothing; of a changed number only what differs is told. Identities are left out.
    """
    told = []
    for change in found:
        if change.about is not About.IDENTITY:
            before, after = _plain(change.before), _plain(change.after)
            if isinstance(before, dict) and isinstance(after, dict):
                differing = [name for name in after if before[name] != after[name]]
                before, after = ({name: of[name] for name in differing} for of in (before, after))
            about = "" if change.about is About.HOURS else f"{change.about} "
            told.append([f"{about}{change.item.replace('_', ' ')}".strip(), before, after])
    return told


def _plain(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, HolidaysKept):
        differs = {str(day): "open" if is_open else "shut" for day, is_open in value.exceptions}
        return {"region": value.region, "keeps": value.keeps, "exceptions": differs}
    if isinstance(value, Work):
        return asdict(value)
    if isinstance(value, tuple):
        return [f"{DAYS[s.weekday]} {_clock(s.opens)}-{_clock(s.closes)}" for s in value] or None
    if isinstance(value, Thing):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _clock(minutes: int) -> str:
    """Minutes after midnight as 09:00; above 24:00 it is the next day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _single(registered: Registered, stated: Return) -> Iterable[Change]:
    for name in SINGLE:
        before, after = registered.centre[name], getattr(stated, name)
        if before != after:
            yield Change(About.CENTRE, name, Became.CHANGED, before, after)
    given_on = stated.notice_given_on
    if given_on is not None and given_on not in registered.notices:
        before = max(registered.notices, default=None)
        yield Change(About.CENTRE, NOTICE, Became.BEGUN, before, given_on)


def _numbers(
    before: Iterable[ContactNumber], after: Iterable[ContactNumber], today: date
) -> Iterable[Change]:
    known = {number.e164: number for number in before}
    for number in after:
        old = known.pop(number.e164, None)
        begins = number.valid_from or min(old.valid_from or today if old else today, today)
        reach = number.reach or (old.reach if old else Reach.PUBLIC)
        new = replace(number, valid_from=begins, reach=reach)
        if old != new:
            became = Became.CHANGED if old else Became.BEGUN
            yield Change(About.NUMBER, number.e164, became, old, new)
    for gone in known.values():
        yield Change(About.NUMBER, gone.e164, Became.ENDED, gone)


def _hours(before: tuple[OpenSpan, ...], after: tuple[OpenSpan, ...]) -> Iterable[Change]:
    if sorted(before) != sorted(after):
        old, new = tuple(sorted(before)), tuple(sorted(after))
        yield Change(About.HOURS, "hours", Became.CHANGED, old, new)


def _closures(before: Iterable[Closure], after: Iterable[Closure], today: date) -> Iterable[Change]:
    old, new = set(before), set(after)
    for closure in sorted(new - old):
        yield Change(About.CLOSURE, str(closure.first), Became.BEGUN, None, closure)
    for closure in sorted(old - new):
        if closure.last >= today:  # a past one stays on record
            yield Change(About.CLOSURE, str(closure.first), Became.ENDED, closure)


def _level(before: ServiceLevel | None, after: ServiceLevel) -> Iterable[Change]:
    for each in fields(ServiceLevel):
        old = getattr(before, each.name) if before else None
        new = getattr(after, each.name)
        if before is None or old != new:
            became = Became.CHANGED if before else Became.BEGUN
            yield Change(About.SERVICE_LEVEL, each.name, became, old, new)


def _further(before: Further, after: Further) -> Iterable[Change]:
    """What is left out of the statement stays as it stands."""
    for about, was, will in (
        (About.PRODUCT, before.products, after.products),
        (About.PERMISSION, before.permissions, after.permissions),
    ):
        old: set[Product | Permission] = set(was or ())
        new: set[Product | Permission] = old if will is None else set(will)
        for thing in sorted(new - old, key=repr):
            yield Change(about, _named(thing), Became.BEGUN, None, thing)
        for thing in sorted(old - new, key=repr):
            yield Change(about, _named(thing), Became.ENDED, thing)
    for each, stood, stated in (
        (About.HOLIDAYS, before.holidays, after.holidays),
        (About.CUSTODIAN, before.custodian, after.custodian),
        (About.WORK, before.work, after.work),
    ):
        if stated is not None and stated != stood:
            became = Became.CHANGED if stood else Became.BEGUN
            yield Change(each, "", became, stood, stated)


def _named(thing: Product | Permission) -> str:
    if isinstance(thing, Permission):
        return f"{thing.what} {thing.country}"
    return f"{thing.name} {thing.version}".strip()
