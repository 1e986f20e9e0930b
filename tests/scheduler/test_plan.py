"""A plan: repeatable, only where everything is there, and every centre without a call named."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import civil_date
from scheduler.assignment import BLOCKED
from scheduler.centre import Closure, OpenSpan
from scheduler.hours import Calendar, is_open, open_slots
from scheduler.plan import NO_CALL, Draft, DrawnPlan, make_plan, undrawable
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs
from tests.scheduler.any_inputs import MORNINGS, everything
from tests.scheduler.inputs import (
    ALWAYS,
    FEBRUARY,
    LONG_AFTER,
    LONG_AGO,
    POOL,
    SCENARIOS,
    a_centre,
    a_person,
    inputs,
    valid,
)

ONE_DAY = timedelta(days=1)
FIRST, LAST = FEBRUARY.first, FEBRUARY.next().first - ONE_DAY
HALF = date(2027, 2, 15)


def seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def plan(whole: Inputs, number: int = 1) -> DrawnPlan:
    return make_plan(whole, seed(number), b"")


def day_of(draft: Draft) -> date:
    return civil_date(draft.moment, draft.zone)


def mean_count(whole: Inputs, plans: int = 30) -> float:
    return sum(len(plan(whole, number).calls) for number in range(plans)) / plans


# --- what may happen ----------------------------------------------------------------------------


def supplied(centre: CentreInputs, day: date) -> bool:
    """Whether all that a call needs of a provider is there on a day: said anew, for the test."""
    return (
        centre.since <= day
        and centre.accredited[0] <= day <= centre.accredited[1]
        and any(first <= day <= last for first, last in centre.notices)
        and any(x.first <= day <= (x.last or day) for x in centre.numbers)
        and any(x.first <= day <= (x.last or day) for x in centre.identities)
    )


def takes(whole: Inputs, person: PersonInputs, draft: Draft) -> bool:
    """Whether a person without a tie offered the moment."""
    offered = is_open(Calendar(person.zone, person.spans), draft.moment)
    return offered and (person.person, draft.provider) not in whole.ties


def stand_ins_are_free(drawn: Sequence[Draft]) -> bool:
    """Whether nobody who stands in has, or stands in for, another call close by."""
    return not any(
        one is not other
        and abs(one.moment - other.moment) < BLOCKED
        and one.stand_in in (other.assessor, other.stand_in)
        for one in drawn
        if one.stand_in
        for other in drawn
    ) and all(one.assessor not in (None, one.stand_in) for one in drawn if one.stand_in)


@settings(max_examples=40, deadline=None)
@given(everything(), st.integers(0, 99))
def test_no_call_falls_where_it_may_not(whole: Inputs, number: int) -> None:
    by_key = {centre.centre: centre for centre in whole.centres}
    for draft in plan(whole, number).calls:
        centre, day = by_key[draft.centre], day_of(draft)
        assert whole.period.contains(day)
        assert supplied(centre, day)
        calendar = Calendar(centre.zone, centre.spans, centre.closures)
        assert is_open(calendar, draft.moment)
        assert any(takes(whole, person, draft) for person in whole.people)
        assert draft.number in {x.id for x in centre.numbers if x.on(day)}
        assert draft.identity in {x.id for x in centre.identities if x.on(day)}
        slot = open_slots(calendar, whole.period)[draft.slot]
        assert slot.start == draft.slot_start
        assert any(start <= draft.moment < end for start, end in slot.pieces)


@settings(max_examples=40, deadline=None)
@given(everything(), st.integers(0, 99))
def test_nobody_is_asked_for_what_they_cannot_do(whole: Inputs, number: int) -> None:
    drawn = plan(whole, number).calls
    people = {person.person: person for person in whole.people}
    busy: defaultdict[UUID, list[tuple[datetime, UUID, UUID]]] = defaultdict(list)
    for person, centre, provider, moment in whole.held:
        busy[person].append((moment, provider, centre))
    for draft in drawn:
        for key in (draft.assessor, draft.stand_in):
            assert key is None or takes(whole, people[key], draft)
    for draft in drawn:
        if draft.assessor is None:
            continue
        mine = people[draft.assessor]
        for moment, provider, centre in busy[draft.assessor]:
            assert abs(moment - draft.moment) >= BLOCKED
            if civil_date(moment, whole.zone) == civil_date(draft.moment, whole.zone):
                assert provider != draft.provider or centre == draft.centre
        busy[draft.assessor].append((draft.moment, draft.provider, draft.centre))
        own = [d.moment for d in drawn if d.assessor == draft.assessor]
        own_days = Counter(civil_date(moment, whole.zone) for moment in own)
        assert max(own_days.values()) <= mine.per_day
        weeks = Counter(civil_date(moment, whole.zone).isocalendar()[:2] for moment in own)
        assert max(weeks.values()) <= mine.per_week
    assert stand_ins_are_free(drawn)


@settings(max_examples=40, deadline=None)
@given(everything(), st.integers(0, 99))
def test_every_centre_has_a_call_or_a_reason(whole: Inputs, number: int) -> None:
    drawn = plan(whole, number)
    called = {draft.centre for draft in drawn.calls}
    without = dict(drawn.without)
    assert called | without.keys() == {centre.centre for centre in whole.centres}
    assert not called & without.keys()
    assert all(without.values())
    never = undrawable(whole)
    assert {centre: without[centre] for centre in never} == never


@settings(max_examples=40, deadline=None)
@given(everything(), st.integers(0, 99))
def test_no_hour_of_a_centre_has_two_calls_and_they_come_in_order(
    whole: Inputs, number: int
) -> None:
    drawn = plan(whole, number).calls
    assert max(Counter((d.centre, d.slot_start) for d in drawn).values(), default=1) == 1
    assert list(drawn) == sorted(drawn, key=lambda d: (d.moment, d.centre))
    assert {d.stream for d in drawn} <= {0, 1}
    assert all(d.assessor for d in drawn if d.stream == 1)


@settings(max_examples=30, deadline=None)
@given(everything(), st.integers(0, 99))
def test_the_same_seed_and_inputs_give_the_same_plan(whole: Inputs, number: int) -> None:
    assert plan(whole, number) == plan(whole, number)


def test_another_seed_or_public_value_gives_another_plan() -> None:
    plans = [
        make_plan(inputs(), seed(1), b""),
        make_plan(inputs(), seed(2), b""),
        make_plan(inputs(), seed(1), b"a lottery's numbers"),
    ]
    moments = {tuple(draft.moment for draft in drawn.calls) for drawn in plans}
    assert len(moments) == 3


def test_what_one_centre_gets_does_not_hang_on_the_others() -> None:
    """Else a provider could move its calls by what it states for a second centre."""
    alone = plan(inputs([a_centre(1)])).calls
    beside = plan(inputs([a_centre(1), a_centre(2)], map(a_person, range(1, 9)))).calls
    assert [d.moment for d in beside if d.centre == a_centre(1).centre] == [d.moment for d in alone]


# --- who is without a call, and why -------------------------------------------------------------

MISSING: list[tuple[dict[str, object], str]] = [
    ({"since": LAST + ONE_DAY}, "no day of the period was left"),
    ({"spans": ()}, "no open hour"),
    ({"closures": (Closure(LONG_AGO, LONG_AFTER),)}, "no open hour"),
    ({"accredited": (LONG_AGO, FIRST - ONE_DAY)}, "not accredited"),
    ({"accredited": (LAST + ONE_DAY, LONG_AFTER)}, "not accredited"),
    ({"notices": ()}, "no notice to staff"),
    ({"notices": ((LONG_AGO, FIRST - ONE_DAY),)}, "no notice to staff"),
    ({"numbers": ()}, "no contact number is valid"),
    ({"numbers": (valid(1, LONG_AGO, FIRST - ONE_DAY),)}, "no contact number is valid"),
    ({"identities": ()}, "no cover identity with a security code is valid"),
    ({"identities": (valid(1, LAST + ONE_DAY),)}, "no cover identity with a security code"),
    (
        {"numbers": (valid(1, LONG_AGO, HALF),), "identities": (valid(2, HALF + ONE_DAY),)},
        "never coincide",
    ),
    ({"scenarios": ()}, "no scenario fits"),
    (
        {"spans": (OpenSpan(0, 0, 60),), "closures": (Closure(FIRST, HALF - ONE_DAY),)},
        "under the floor of 3",
    ),
]


@pytest.mark.parametrize(("changes", "said"), MISSING)
def test_a_centre_that_cannot_be_called_is_named_with_the_reason(
    changes: dict[str, object], said: str
) -> None:
    lacking = a_centre(1, **changes)
    drawn = plan(
        inputs([lacking, a_centre(2)], mean=Fraction(9), floor=3 if "floor" in said else 0)
    )
    ((centre, reason),) = drawn.without
    assert centre == lacking.centre
    assert said in reason
    assert {draft.centre for draft in drawn.calls} == {a_centre(2).centre}


@pytest.mark.parametrize(
    ("people", "ties", "said"),
    [
        ([], (), "there is no assessor"),
        ([a_person(1, spans=())], (), "no assessor who may ring it offered"),
        ([a_person(1)], ((UUID(int=1), a_centre().provider),), "1 has a tie to it or left it out"),
        ([a_person(1, languages=("de",))], (), "1 speaks no Norwegian"),
        ([a_person(1, scenarios=())], (), "1 has no certificate for its scenarios"),
    ],
)
def test_a_centre_that_nobody_may_or_can_ring_is_named_with_the_reason(
    people: list[PersonInputs], ties: tuple[tuple[UUID, UUID], ...], said: str
) -> None:
    spoken = tuple((key, ("no",)) for key in SCENARIOS)
    centres = [a_centre(languages=("no",))]
    drawn = plan(inputs(centres, people=people, ties=ties, spoken=spoken))
    assert drawn.calls == ()
    ((_, reason),) = drawn.without
    assert said in reason


def test_a_centre_to_which_chance_gave_no_call_is_named() -> None:
    short = a_centre(since=LAST)
    plans = [plan(inputs([short], [a_person(1)], floor=0), number) for number in range(20)]
    empty = [drawn for drawn in plans if not drawn.calls]
    assert 0 < len(empty) < len(plans)
    assert {drawn.without for drawn in empty} == {((short.centre, NO_CALL),)}
    assert all(drawn.without == () for drawn in plans if drawn.calls)


# --- shares -------------------------------------------------------------------------------------


def test_a_part_that_was_not_supplied_lowers_the_mean_and_the_floor() -> None:
    half = inputs([a_centre(accredited=(HALF, LONG_AFTER))], [a_person(1)])
    assert 3.2 < mean_count(half) < 4.8


def test_hours_that_nobody_offered_do_not_lower_the_mean() -> None:
    mornings = inputs(people=[a_person(1, spans=MORNINGS)])
    assert 7 < mean_count(mornings) < 9


def test_the_share_that_nobody_offered_is_told_exactly() -> None:
    weekdays = tuple(span for span in ALWAYS if span.weekday < 5)
    whole = inputs([a_centre()], [a_person(1, spans=weekdays)])
    assert plan(whole).uncovered == ((a_centre().centre, Fraction(2, 7)),)
    assert plan(inputs()).uncovered == ()


def test_hours_that_only_a_tied_person_offered_count_as_offered_by_nobody() -> None:
    weekend = tuple(span for span in ALWAYS if span.weekday >= 5)
    weekdays = tuple(span for span in ALWAYS if span.weekday < 5)
    people = [a_person(1, spans=weekdays), a_person(2, spans=weekend)]
    drawn = plan(inputs(people=people, ties=((UUID(int=2), a_centre().provider),)))
    assert drawn.uncovered == ((a_centre().centre, Fraction(2, 7)),)
    assert {draft.assessor for draft in drawn.calls} == {UUID(int=1)}
    assert all(day_of(draft).weekday() < 5 for draft in drawn.calls)


# --- placing ------------------------------------------------------------------------------------


def streams(drawn: Sequence[Draft], stream: int) -> set[tuple[UUID, datetime]]:
    return {(d.centre, d.moment) for d in drawn if d.stream == stream}


def test_a_call_that_nobody_could_take_is_drawn_anew() -> None:
    """One person takes a call a day; where people are many, nothing has to be drawn anew."""
    many = [a_centre(number) for number in (1, 2)]
    enough = plan(inputs(many, map(a_person, range(1, 10)))).calls
    short = plan(inputs(many, [a_person(1, per_day=1, per_week=7)])).calls
    assert streams(enough, 1) == set()
    assert streams(short, 0) < streams(enough, 0)
    assert len(streams(short, 1)) > 2
    assert len(short) == len(enough)
    moved = streams(enough, 0) - streams(short, 0)
    assert len(moved) == len(streams(short, 1))


def test_a_call_that_nobody_can_take_anywhere_stays_and_is_short() -> None:
    whole = inputs(people=[a_person(1, per_day=1, per_week=1), a_person(2, per_day=1, per_week=1)])
    drawn = plan(whole).calls
    placed = [draft for draft in drawn if draft.assessor]
    left = [draft for draft in drawn if draft.assessor is None]
    assert len(placed) <= 8
    assert left
    assert all(draft.stream == 0 and draft.stand_in is None for draft in left)


@pytest.mark.parametrize("number", [2, 7, 16])
def test_who_is_given_a_call_that_was_drawn_anew_no_longer_stands_in_close_by(
    number: int,
) -> None:
    centres = [a_centre(each) for each in (1, 2, 3)]
    people = [a_person(each, per_day=3, per_week=9) for each in (1, 2, 3)]
    drawn = plan(inputs(centres, people, mean=Fraction(30)), number).calls
    assert any(draft.stream == 1 for draft in drawn)
    assert stand_ins_are_free(drawn)


def test_a_call_that_was_drawn_anew_leaves_other_calls_their_time() -> None:
    """The one person has a call a day, and one elsewhere on every day but the last."""
    noon = datetime(2027, 2, 1, 12, tzinfo=UTC)
    taken = tuple(
        (UUID(int=1), UUID(int=77), UUID(int=78), noon + n * ONE_DAY)
        for n in range((LAST - FIRST).days)
    )
    drawn = plan(inputs(people=[a_person(1, per_day=1)], held=taken)).calls
    assert [day_of(draft) for draft in drawn if draft.assessor] == [LAST]


def test_who_has_another_call_then_is_not_asked() -> None:
    free = plan(inputs(people=[a_person(1), a_person(2)])).calls
    first = free[0]
    assert first.assessor
    other = (first.assessor, UUID(int=77), UUID(int=78), first.moment + timedelta(minutes=30))
    again = plan(inputs(people=[a_person(1), a_person(2)], held=(other,))).calls
    same = next(draft for draft in again if draft.moment == first.moment)
    assert same.assessor not in (None, first.assessor)
    assert same.stand_in is None


# --- dealing ------------------------------------------------------------------------------------


def many_calls(**changes: object) -> tuple[Draft, ...]:
    people = [a_person(n) for n in range(1, 9)]
    return plan(inputs([a_centre(1, **changes)], people, mean=Fraction(30))).calls


def test_no_scenario_is_played_twice_in_a_row() -> None:
    played = [draft.scenario for draft in many_calls()]
    assert all(one != other for one, other in pairwise(played))
    assert set(played) == set(SCENARIOS)


def test_one_scenario_is_better_than_none() -> None:
    assert {draft.scenario for draft in many_calls(scenarios=SCENARIOS[:1])} == {SCENARIOS[0]}


def test_identities_and_caller_numbers_are_used_evenly() -> None:
    drawn = many_calls()
    for counts in (
        Counter(draft.identity for draft in drawn),
        Counter(draft.caller_number for draft in drawn),
    ):
        assert max(counts.values()) - min(counts.values()) <= 1
    assert {draft.number for draft in drawn} == {each.id for each in a_centre().numbers}
    assert {draft.caller_number for draft in drawn} == set(POOL)


def test_an_identity_that_begins_late_waits_for_its_day() -> None:
    early, late = valid(20, LONG_AGO, HALF - ONE_DAY), valid(21, HALF)
    for draft in many_calls(identities=(early, late)):
        assert draft.identity == (early if day_of(draft) < HALF else late).id


def test_the_yardstick_is_the_service_level_in_force_that_day() -> None:
    first, second = valid(30, LONG_AGO), valid(31, HALF)
    for draft in many_calls(levels=(first, second)):
        assert draft.level == (first if day_of(draft) < HALF else second).id


def test_before_the_first_service_level_the_first_one_is_the_yardstick() -> None:
    levels = (valid(30, LAST + ONE_DAY), valid(31, LAST + ONE_DAY))
    assert {draft.level for draft in many_calls(levels=levels)} == {levels[0].id}


def test_without_a_pool_a_call_has_no_caller_number() -> None:
    drawn = plan(replace(inputs(), caller_numbers=())).calls
    assert {draft.caller_number for draft in drawn} == {None}
