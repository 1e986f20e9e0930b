"""A plan that can't place every call says exactly what is short, and what would mend it."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.barrier import Barrier
from scheduler.plan import DrawnPlan, make_plan
from scheduler.plan_inputs import Inputs
from scheduler.shortfall import Lack, hours_short, lacks_in_words, week_in_words
from tests.scheduler.any_inputs import everything
from tests.scheduler.inputs import SCENARIOS, a_centre, a_person, inputs

TUESDAY = date(2027, 1, 5)
NOBODY = re.compile(r"week of .*?: (\d+) calls? ha(?:s|ve) no")


def plan(whole: Inputs, number: int = 1) -> DrawnPlan:
    return make_plan(whole, number.to_bytes(32, "big"), b"")


def short(whole: Inputs) -> str:
    return "\n".join(sentence for _, sentence in plan(whole).short)


@settings(max_examples=40)
@given(everything(), st.integers(0, 99))
def test_every_call_with_nobody_is_counted_and_explained(whole: Inputs, number: int) -> None:
    drawn = plan(whole, number)
    nobody = Counter(draft.centre for draft in drawn.calls if draft.assessor is None)
    told: Counter[UUID] = Counter()
    for centre, sentence in drawn.short:
        if found := NOBODY.match(sentence):
            told[centre] += int(found[1])
            assert "nobody offered the hour" not in sentence  # such hours aren't drawn
            assert "mend it" in sentence or " would place " in sentence
    assert told == nobody


def test_what_would_place_calls_stands_with_hours_zone_and_skill() -> None:
    week_full = ((Barrier.LANGUAGE, 1), (Barrier.WEEK, 2))
    lacks = [Lack(TUESDAY, hour, week_full) for hour in (18, 19)]
    assert lacks_in_words(lacks, "Europe/Oslo", "Norwegian") == (
        "week of 4 January 2027: 2 calls have nobody: of those who offered the hour 1 speaks no "
        "Norwegian, 2 have a week full of calls. 2 more hours on Tuesday 18:00 to 20:00 "
        "(Europe/Oslo) from somebody else who speaks Norwegian would place them.",
    )


def test_weeks_and_causes_stand_apart() -> None:
    lacks = [
        Lack(TUESDAY + timedelta(days=7), 9, ()),
        Lack(TUESDAY, 9, ((Barrier.SHARE, 1),)),
        Lack(TUESDAY, 10, (), line_taken=True),
    ]
    first, second, third = lacks_in_words(lacks, "Europe/London", "English")
    assert "1 has as many of its calls as one person may. 1 more hour on Tuesday" in first
    assert "1 call has no free line" in second
    assert "week of 11 January 2027: 1 call has nobody: nobody offered the hour." in third


def test_hours_are_fifty_minutes_a_call_by_the_week_of_the_institute() -> None:
    moments = [
        datetime(2027, 1, 10, 23, 30, tzinfo=UTC),  # Monday in Oslo
        datetime(2027, 1, 12, 9, tzinfo=UTC),
        datetime(2027, 1, 20, 9, tzinfo=UTC),
    ]
    first, second = hours_short(moments, "Europe/Oslo")
    assert (
        week_in_words(first) == "week of 11 January 2027: 2 calls have nobody, 1.7 assessor hours"
    )
    assert (second.monday, second.calls) == (date(2027, 1, 18), 1)


SPOKEN = tuple((key, ("en", "no")) for key in SCENARIOS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"people": [a_person(1, per_week=1)]}, "1 has a week full of calls"),
        (
            {
                "people": [a_person(1, per_week=1), a_person(2, languages=("en",))],
                "centres": [a_centre(1, languages=("no",))],
                "spoken": SPOKEN,
            },
            "1 speaks no Norwegian, 1 has a week full of calls",
        ),
        (
            {
                "people": [a_person(1, per_week=1), a_person(2)],
                "ties": ((UUID(int=2), a_centre(1).centre),),
            },
            "1 has a tie to it or left it out, 1 has a week full of calls",
        ),
    ],
)
def test_the_binding_constraint_is_named(changes: dict[str, object], said: str) -> None:
    whole = inputs(mean=Fraction(20), floor=12, **changes)  # type: ignore[arg-type]
    assert said in short(whole)
