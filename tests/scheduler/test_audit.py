"""The audit: fair plans pass it, planted patterns are each found by their own statistic."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit import Kind, audit, holm, p_value
from scheduler.audit_calls import Calls, Simulation, calls_of, chance_of
from scheduler.audit_design import Design, Drawing, Place
from scheduler.audit_statistics import Ruler, together
from scheduler.draw import draw
from scheduler.keystream import Keystream
from tests.scheduler.audited import (
    DESIGNS,
    DRAWING,
    NOTHING,
    a_plan,
    audited,
    finding,
    moved_to,
    planted,
)

values = st.lists(st.integers(1, 1000).map(lambda n: n / 1000), min_size=1, max_size=8)


def really_drawn(number: int) -> Calls:
    """Calls that the planner's own draw gave, with minutes and seconds."""
    found = []
    for centre, design in enumerate(DESIGNS):
        weights = [round(share * 10**12) for share in design.share]
        keystream = Keystream((number * 100 + centre).to_bytes(32, "little"))
        for call in draw(design.slots, weights, design.rule, keystream):
            place = design.place(call.moment)
            assert place is not None
            assert place.slot == call.slot
            found.append((centre, place))
    return calls_of(found)


def test_fair_plans_have_every_p_value_equally_often() -> None:
    plans = 80
    found = [audited(really_drawn(n), 99, f"seal {n}").drawn.findings for n in range(plans)]
    for kind in range(5):
        p = np.sort([each[kind].p for each in found])
        distance = np.abs(p - (np.arange(plans) + 0.5) / plans).max()
        assert distance < 1.63 / plans**0.5, found[0][kind].kind  # one in a hundred lies further
    raised = [min(each.holm for each in findings) <= 0.05 for findings in found]
    assert sum(raised) <= 10  # of 80 some 4 are expected, and more than 10 once in 300


def all_on_mondays() -> Calls:
    return moved_to(a_plan(), lambda d: np.flatnonzero((d.weekday == 0) & (d.share > 0)))


def every_call_at_ten() -> Calls:
    return moved_to(a_plan(), lambda d: np.flatnonzero((d.hour == 10) & (d.share > 0)))


def evenly_spaced() -> Calls:
    return planted(lambda _: (np.arange(21) + 0.5) / 21)


def exactly_six_a_month() -> Calls:
    chance = np.random.default_rng(5)

    def times(design: Design) -> list[float]:
        months = [design.share[design.month == month].sum() for month in range(3)]
        starts = np.concatenate(([0], np.cumsum(months)))
        return [
            starts[month] + months[month] * each for month in range(3) for each in chance.random(6)
        ]

    return planted(times)


def short_and_long_gaps_in_turn() -> Calls:
    return planted(lambda _: np.cumsum([0.01, 0.075] * 11)[:-1])


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (all_on_mondays, Kind.WEEKDAY),
        (every_call_at_ten, Kind.HOUR),
        (evenly_spaced, Kind.GAPS),
        (exactly_six_a_month, Kind.MONTHS),
        (short_and_long_gaps_in_turn, Kind.ECHO),
    ],
)
def test_a_planted_pattern_is_found_by_its_own_statistic(plan: object, kind: Kind) -> None:
    assert callable(plan)
    assert finding(audited(plan()).drawn, kind).holm < 0.01


def test_the_same_seal_gives_the_same_audit_and_another_seal_another() -> None:
    plan = a_plan()
    assert audited(plan, 150) == audited(plan, 150)
    assert audited(plan, 150) != audited(plan, 150, "another")


def test_calls_that_were_all_made_need_no_second_answer() -> None:
    found = audited(a_plan(), 99)
    assert found.made is None
    assert found.missed is None


def test_where_every_call_was_missed_only_the_draw_is_judged() -> None:
    plan = a_plan()
    found = audit([DRAWING], plan, NOTHING, plan, chance_of("a seal"), 99)
    assert found.made is None
    assert found.missed is None
    assert found.drawn == audited(plan, 99).drawn


def test_misses_that_lie_on_mondays_are_found_and_scattered_ones_pass() -> None:
    plan = a_plan(7)
    monday = Ruler(DESIGNS).weekday_of(plan) == 0
    scattered = np.arange(plan.plan.size) % 5 == 0
    found = {}
    for name, missed in (("monday", monday), ("scattered", scattered)):
        found[name] = audit(
            [DRAWING], plan, plan.where(~missed), plan.where(missed), chance_of("a seal")
        )
    assert finding(found["monday"].missed, Kind.WEEKDAY).holm < 0.01
    assert finding(found["monday"].made, Kind.WEEKDAY).holm < 0.01
    assert all(each.holm > 0.05 for each in found["monday"].drawn.findings)
    for question in (found["scattered"].made, found["scattered"].missed):
        assert question is not None
        assert all(each.holm > 0.05 for each in question.findings)


def test_calls_that_were_made_at_another_hour_are_found_though_the_plan_was_fair() -> None:
    plan = a_plan(3)
    late = moved_to(plan, lambda d: np.flatnonzero((d.hour == 16) & (d.share > 0)))
    found = audit([DRAWING], plan, late, plan.where(np.zeros(plan.plan.size, bool)), bytes(32))
    assert finding(found.made, Kind.HOUR).holm < 0.01
    assert finding(found.drawn, Kind.HOUR).holm > 0.05


def test_a_plan_of_one_call_is_told_what_it_can_be_told() -> None:
    one = calls_of([(0, Place(3, 0.5))])
    kinds = {each.kind for each in audited(one, 99).drawn.findings}
    assert kinds == {Kind.WEEKDAY, Kind.HOUR, Kind.MONTHS}


def test_the_stated_departure_is_found_in_four_of_five_plans() -> None:
    factor = finding(audited(a_plan()).drawn, Kind.WEEKDAY).power[0]
    ruler = Ruler(DESIGNS)
    free = together(map(ruler.measure, Simulation([DRAWING], bytes(32)).portions(999)))
    busy = tuple([_busier(design, factor) for design in DESIGNS])
    far = together(map(ruler.measure, Simulation([Drawing(busy, None)], b"1" * 32).portions(400)))
    found = np.mean(far.weekday_fit > np.quantile(free.weekday_fit, 0.99))
    assert 0.72 < found < 0.9


def _busier(design: Design, factor: float) -> Design:
    """A design with the busiest weekday, Monday, so many times as often and the rest less."""
    monday = design.weekday == 0
    share = float(design.share[monday].sum())
    rest = (1 - factor * share) / (1 - share)
    under = design.under * np.where(monday, factor, rest)
    return replace(design, under=under.astype(np.uint64))


@given(values, st.integers(1, 999).map(lambda n: n / 1000))
@settings(max_examples=50, deadline=None)
def test_holms_values_reject_what_his_steps_reject(p: list[float], level: float) -> None:
    rejected = set()
    for step, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        if (len(p) - step) * p[place] > level:
            break
        rejected.add(place)
    assert {place for place, each in enumerate(holm(p)) if each <= level} == rejected


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(0, 5))
@settings(max_examples=50, deadline=None)
def test_a_p_value_counts_the_plan_itself(simulated: list[int], value: int) -> None:
    far = sum(each >= value for each in simulated)
    assert p_value(value, np.array(simulated, float)) == pytest.approx(
        (1 + far) / (1 + len(simulated))
    )
