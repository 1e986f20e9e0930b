"""Any inputs of a plan, for properties: parts of the month, of the week and of the world."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st

from scheduler.centre import Closure, OpenSpan
from scheduler.plan_inputs import CentreInputs, Inputs, Valid
from tests.scheduler.inputs import (
    ALWAYS,
    FEBRUARY,
    LONG_AFTER,
    LONG_AGO,
    OFFICE,
    POOL,
    SCENARIOS,
    a_centre,
    a_person,
    inputs,
    valid,
)

ONE_DAY = timedelta(days=1)
FIRST = FEBRUARY.first
MORNINGS = tuple(OpenSpan(day, 540, 720) for day in range(7))

days = st.integers(-20, 50).map(lambda n: FIRST + n * ONE_DAY)
stretches = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))
often = st.just((LONG_AGO, LONG_AFTER)) | stretches
spans = st.builds(
    lambda weekday, opens, length: OpenSpan(weekday, opens, opens + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(60, 1440),
)
weeks = st.sampled_from([ALWAYS, OFFICE, MORNINGS]) | st.lists(spans, max_size=5).map(tuple)
languages = st.sampled_from([("en",), ("no",), ("en", "no")])
zones = st.sampled_from(["Europe/London", "Asia/Kolkata", "America/St_Johns"])


@st.composite
def centres(draw: st.DrawFn, number: int) -> CentreInputs:
    own = 1000 * number
    numbers = draw(st.lists(often, max_size=2))
    identities = draw(st.lists(often, max_size=3))
    return a_centre(
        number,
        # Two centres may be of one provider.
        provider=UUID(int=draw(st.integers(1, 2))),
        zone=draw(zones),
        spans=draw(weeks),
        closures=tuple(Closure(*s) for s in draw(st.lists(stretches, max_size=1))),
        since=draw(st.just(FIRST) | days),
        accredited=draw(often),
        notices=tuple(draw(st.lists(often, max_size=2))),
        numbers=tuple(valid(own + 10 + n, *span) for n, span in enumerate(numbers)),
        identities=tuple(valid(own + 20 + n, *span) for n, span in enumerate(identities)),
        languages=draw(st.just(()) | languages),
    )


@st.composite
def certificates(draw: st.DrawFn) -> tuple[Valid, ...]:
    certified = draw(st.lists(st.tuples(st.sampled_from(SCENARIOS), days), min_size=1, max_size=3))
    return tuple(Valid(key, date.min, until) for key, until in sorted(dict(certified).items()))


@st.composite
def everything(draw: st.DrawFn) -> Inputs:
    people = [
        a_person(
            number,
            zone=draw(zones),
            spans=draw(weeks),
            per_day=draw(st.integers(1, 3)),
            per_week=draw(st.integers(1, 6)),
            languages=draw(st.none() | languages),
            scenarios=draw(st.none() | certificates()),
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    ]
    moments = st.datetimes(datetime(2027, 1, 25), datetime(2027, 3, 5), timezones=st.just(UTC))
    return inputs(
        [draw(centres(number)) for number in range(1, draw(st.integers(1, 3)) + 1)],
        people,
        mean=Fraction(draw(st.integers(3, 20))),
        floor=draw(st.integers(0, 3)),
        ties=tuple(
            (UUID(int=person), UUID(int=provider))
            for person, provider in draw(
                st.sets(st.tuples(st.integers(1, 4), st.integers(1, 2)), max_size=3)
            )
        ),
        held=tuple(
            (UUID(int=person), UUID(int=77), UUID(int=provider), moment)
            for person, provider, moment in draw(
                st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), moments), max_size=4)
            )
        ),
        caller_numbers=draw(st.sampled_from([POOL, ()])),
        spoken=tuple((key, draw(languages)) for key in SCENARIOS),
    )
