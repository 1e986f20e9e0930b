"""Builds what a plan is drawn from, with sane defaults: February 2027, four of every weekday."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from config.clock import Month
from scheduler.centre import OpenSpan
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid

FEBRUARY = Month(2027, 2)
ALWAYS = tuple(OpenSpan(day, 0, 1440) for day in range(7))
OFFICE = tuple(OpenSpan(day, 540, 1020) for day in range(5))
FLAT = ((1,) * 24,) * 7
LONG_AGO, LONG_AFTER = date(2026, 1, 1), date(2029, 1, 1)
POOL = (UUID(int=901), UUID(int=902))
SCENARIOS = (UUID(int=801), UUID(int=802), UUID(int=803))


def valid(number: int, first: date = LONG_AGO, last: date | None = None) -> Valid:
    """Something that may be used from a day to a day."""
    return Valid(UUID(int=number), first, last)


def a_centre(number: int = 1, **changes: object) -> CentreInputs:
    """An always open centre of a provider of its own; of each thing it has a few."""
    own = 1000 * number
    centre = CentreInputs(
        centre=UUID(int=own),
        provider=UUID(int=own + 1),
        zone="Europe/London",
        spans=ALWAYS,
        closures=(),
        volume=FLAT,
        since=FEBRUARY.first,
        accredited=(LONG_AGO, LONG_AFTER),
        notices=((LONG_AGO, LONG_AFTER),),
        numbers=(valid(own + 10), valid(own + 11)),
        identities=(valid(own + 20), valid(own + 21), valid(own + 22)),
        levels=(valid(own + 30),),
        scenarios=SCENARIOS,
    )
    return replace(centre, **changes)  # type: ignore[arg-type]


def a_person(number: int, **changes: object) -> PersonInputs:
    """Somebody who offers every hour."""
    person = PersonInputs(UUID(int=number), "Europe/London", ALWAYS, per_day=4, per_week=15)
    return replace(person, **changes)  # type: ignore[arg-type]


def inputs(
    centres: Iterable[CentreInputs] | None = None,
    people: Iterable[PersonInputs] | None = None,
    **changes: object,
) -> Inputs:
    """One centre and four people, with a mean of 8 and a floor of 3."""
    whole = Inputs(
        first=FEBRUARY,
        months=1,
        mean=Fraction(8),
        floor=3,
        ceiling=None,
        zone="Europe/London",
        centres=tuple((a_centre(),) if centres is None else centres),
        people=tuple(map(a_person, range(1, 5)) if people is None else people),
        ties=(),
        heard=(),
        held=(),
        caller_numbers=POOL,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
