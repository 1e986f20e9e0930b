"""Whether a centre can be called: what its provider must have supplied, and what lapses next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from scheduler.centre import OpenSpan

SOON = 30  # days
ONE_DAY = timedelta(days=1)

Span = tuple[date, date | None]
"""The first and the last day on which something is in force, both included; None is open."""


class Need(StrEnum):
    """What the institute needs of a centre before it may call it."""

    STATUS = "status"
    ACCREDITATION = "accreditation"
    NOTICE = "notice to staff"
    NUMBER = "contact number"
    PROOF = "proving check"
    IDENTITY = "cover identity"
    HOURS = "hours"
    SERVICE_LEVEL = "service level"

    @property
    def turn(self) -> "Turn":
        """Who has to act where the need isn't met."""
        institute = self in (Need.STATUS, Need.ACCREDITATION, Need.PROOF)
        return Turn.INSTITUTE if institute else Turn.PROVIDER


class Turn(StrEnum):
    """Whose turn it is."""

    PROVIDER = "the provider's"
    INSTITUTE = "the institute's"


class Validity(StrEnum):
    """How one dated thing stands on a day."""

    LATER = "later"
    IN_FORCE = "in force"
    LAPSING = "lapsing"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Supplied:
    """What stands on the register of one centre.

    ``why_not`` is why its provider as a whole can't be called. ``proved`` is when some number is
    valid and proved by a check; None where no check is asked for, or there is no number to check.
    """

    accredited: Span
    notices: tuple[Span, ...]
    numbers: tuple[Span, ...]
    identities: tuple[Span, ...]
    hours: tuple[OpenSpan, ...]
    levels: tuple[Span, ...]
    why_not: str = ""
    proved: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one need stands on a day.

    Where it is met, ``last`` is the last day without a gap, None for no end, and ``days_left`` how
    many days that is away (0 is today). Where it isn't, ``last`` is the last day on which it was
    met and ``begins`` the next on which it will be, None for never.
    """

    need: Need
    met: bool
    last: date | None = None
    begins: date | None = None
    days_left: int | None = None
    why: str = ""  # it isn't met, where that is more than nothing in force

    @property
    def lapsing(self) -> bool:
        """Whether it is met and ends within 30 days."""
        return self.met and self.days_left is not None and self.days_left <= SOON


@dataclass(frozen=True, slots=True)
class Readiness:
    """Every need of a centre, in a steady order."""

    standings: tuple[Standing, ...]

    @property
    def ready(self) -> bool:
        """Whether the centre can be called as far as its provider is concerned."""
        return not self.missing

    @property
    def missing(self) -> tuple[Standing, ...]:
        """The needs that aren't met."""
        return tuple(each for each in self.standings if not each.met)

    @property
    def lapsing(self) -> tuple[Standing, ...]:
        """The needs that end within 30 days, the first to end first."""
        soon = (each for each in self.standings if each.lapsing)
        return tuple(sorted(soon, key=lambda each: each.days_left or 0))


def readiness(supplied: Supplied, today: date) -> Readiness:
    """What is missing on a day, and what lapses after it."""
    always: Sequence[Span] = ((date.min, None),)
    spans: dict[Need, Sequence[Span]] = {
        Need.STATUS: () if supplied.why_not else always,
        Need.ACCREDITATION: (supplied.accredited,),
        Need.NOTICE: supplied.notices,
        Need.NUMBER: supplied.numbers,
        Need.PROOF: supplied.proved or (),
        Need.IDENTITY: supplied.identities,
        Need.HOURS: always if supplied.hours else (),
        Need.SERVICE_LEVEL: supplied.levels,
    }
    asked = [n for n in Need if n is not Need.PROOF or supplied.proved is not None]
    standings = {need: _standing(need, spans[need], today) for need in asked}
    if supplied.why_not:
        standings[Need.STATUS] = replace(standings[Need.STATUS], why=supplied.why_not)
    return Readiness(tuple(standings.values()))


def validity(span: Span, today: date) -> Validity:
    """How one dated thing stands on a day; lapsing is in force for 30 days or fewer."""
    first, last = span
    if today < first:
        return Validity.LATER
    if last is None or (last - today).days > SOON:
        return Validity.IN_FORCE
    return Validity.LAPSED if last < today else Validity.LAPSING


def _standing(need: Need, spans: Iterable[Span], today: date) -> Standing:
    in_order = sorted(spans, key=lambda span: span[0])
    last = today - ONE_DAY  # the last day that is reached without a gap
    for first, end in in_order:
        if first - last > ONE_DAY:
            break
        if end is None:
            return Standing(need, met=True)
        last = max(last, end)
    if last >= today:
        return Standing(need, met=True, last=last, days_left=(last - today).days)
    return Standing(
        need,
        met=False,
        last=max((end for _, end in in_order if end is not None and end < today), default=None),
        begins=min((first for first, _ in in_order if first > today), default=None),
    )
