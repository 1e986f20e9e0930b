"""An institute of any size as a plan's inputs: office hours, part-time assessors, a few ties."""

from fractions import Fraction
from random import Random
from uuid import UUID

from config.clock import Month
from scheduler.centre import OpenSpan
from scheduler.hours import SECTOR_VOLUME
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid
from tests.scheduler.inputs import LONG_AFTER, LONG_AGO

CALLS = 20  # a centre and quarter
_OFFICE = tuple(OpenSpan(day, 540, 1080) for day in range(5))


def institute(centres: int, assessors: int) -> Inputs:
    """A quarter's inputs; each person offers eight of ten half days and has a tie or two."""
    chance = Random(centres)
    first = Month(2027, 1)
    people = [
        PersonInputs(
            UUID(int=number),
            "Europe/London",
            tuple(
                sorted(
                    OpenSpan(half // 2, *((540, 810), (810, 1080))[half % 2])
                    for half in chance.sample(range(10), 8)
                )
            ),
            per_day=6,
            per_week=25,
        )
        for number in range(assessors)
    ]
    return Inputs(
        first=first,
        months=3,
        mean=Fraction(CALLS),
        floor=11,
        ceiling=None,
        zone="Europe/London",
        centres=tuple(
            CentreInputs(
                centre=UUID(int=(1 << 100) + number),
                provider=UUID(int=(2 << 100) + number),
                zone="Europe/London",
                spans=_OFFICE,
                closures=(),
                volume=SECTOR_VOLUME,
                since=first.first,
                accredited=(LONG_AGO, LONG_AFTER),
                notices=((LONG_AGO, LONG_AFTER),),
                numbers=(Valid(UUID(int=1), LONG_AGO, None),),
                identities=tuple(Valid(UUID(int=10 + n), LONG_AGO, None) for n in range(3)),
                levels=(Valid(UUID(int=20), LONG_AGO, None),),
                scenarios=tuple(UUID(int=30 + n) for n in range(6)),
            )
            for number in range(centres)
        ),
        people=tuple(people),
        ties=tuple(
            (person.person, UUID(int=(2 << 100) + chance.randrange(centres)))
            for person in people
            for _ in range(2)
        ),
        heard=(),
        held=(),
        caller_numbers=tuple(UUID(int=40 + n) for n in range(20)),
    )
