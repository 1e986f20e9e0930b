"""The statistics of an audit are those of the packages that others use; its draws the planner's."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from scheduler.audit_calls import Calls, Simulation, calls_of
from scheduler.audit_design import Drawing, Place
from scheduler.audit_statistics import Measured, Ruler, together
from scheduler.centre import OpenSpan
from scheduler.draw import draw, draw_often
from scheduler.keystream import Keystream
from tests.scheduler.audited import DESIGNS, DRAWING, six_centres
from tests.scheduler.inputs import a_centre, inputs

SLOTS = np.flatnonzero(DESIGNS[0].share > 0)
RULER = Ruler(DESIGNS)
calls = st.sets(
    st.tuples(st.integers(0, 5), st.integers(0, SLOTS.size - 1)), min_size=12, max_size=60
)


def some(pairs: set[tuple[int, int]]) -> Calls:
    return calls_of(
        [(centre, Place(int(SLOTS[slot]), (slot % 7) / 7)) for centre, slot in sorted(pairs)]
    )


def gaps(found: Calls) -> list[list[float]]:
    """The gaps of each centre as the docstring defines them, one after the other."""
    own = []
    for number, design in enumerate(DESIGNS):
        mine = found.where(found.centre == number)
        time = design.before[mine.slot] + mine.part * design.share[mine.slot]
        own.append([1 - (1 - gap) ** time.size for gap in np.diff(time)])
    return own


@given(calls)
@settings(max_examples=40, deadline=None)
def test_every_statistic_is_the_one_that_it_is_named_for(pairs: set[tuple[int, int]]) -> None:
    found = some(pairs)
    measured = RULER.measure(found)
    of_centre = np.bincount(found.centre, minlength=6)
    for counts, shares, fit in (
        (measured.weekdays[0], RULER.weekday_share, measured.weekday_fit[0]),
        (measured.hours[0], RULER.hour_share, measured.hour_fit[0]),
    ):
        expected = of_centre @ shares
        there = expected > 0
        assert fit == pytest.approx(chisquare(counts[there], expected[there]).statistic)
    own = gaps(found)
    every = [gap for centre in own for gap in centre]
    assert measured.gaps[0] == len(every)
    if every:
        distance = kstest(every, "uniform").statistic
        assert measured.gap_distance[0] == pytest.approx(distance * len(every) ** 0.5)
    pairs_of_gaps = [pair for centre in own for pair in pairwise(centre)]
    if len(pairs_of_gaps) > 2:
        with np.errstate(invalid="ignore", divide="ignore"):
            expected_echo = np.corrcoef(np.array(pairs_of_gaps).T)[0, 1]
        assert measured.gap_echo[0] == pytest.approx(expected_echo, nan_ok=True)
    terms = []
    for number, design in enumerate(DESIGNS):
        for month in range(3):
            e = design.mean * design.share[design.month == month].sum()
            n = np.sum((found.centre == number) & (design.month[found.slot] == month))
            terms.append((n - e) ** 2 / e)
    assert measured.spread[0] == pytest.approx(np.mean(terms))


def test_many_plans_are_measured_as_each_alone() -> None:
    portion = next(Simulation([DRAWING], bytes(32)).portions(20))
    alone = [
        RULER.measure(Calls(1, 0 * own.plan, own.centre, own.slot, own.part))
        for n in range(20)
        for own in [portion.where(portion.plan == n)]
    ]
    one_by_one, at_once = together(alone), RULER.measure(portion)
    for name in Measured.__slots__:
        np.testing.assert_allclose(getattr(at_once, name), getattr(one_by_one, name))


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=30, deadline=None)
def test_a_simulated_plan_begins_as_the_planners_own_draw(key: bytes) -> None:
    design = DESIGNS[0]
    weights = [round(share * 10**12) for share in design.share]
    mine = draw(design.slots, weights, design.rule, Keystream(key))
    again = draw_often(design.under, design.rule, Keystream(key), 1)[1]
    assert [call.slot for call in mine] == again.tolist()


def test_no_simulated_plan_breaks_its_rule() -> None:
    tight = Drawing.of(six_centres(floor=20, ceiling=22))
    for portion in Simulation([tight], bytes(32)).portions(150):
        counts = np.bincount(portion.plan * 6 + portion.centre)
        assert counts.size == portion.plans * 6
        assert counts.min() >= 20
        assert counts.max() <= 22


def test_no_simulated_plan_has_more_calls_than_its_cap() -> None:
    capped = Drawing.of(six_centres(capped=True))
    assert capped.cap is not None
    low = Drawing(capped.designs, 126)  # about half of the plans
    counts = [
        np.bincount(each.plan, minlength=each.plans)
        for each in Simulation([low], bytes(32)).portions(250)
    ]
    assert sum(each.size for each in counts) == 250
    assert max(each.max() for each in counts) <= 126
    assert min(each.min() for each in counts) > 0


def test_chance_misses_as_many_calls_of_each_centre_as_were_missed() -> None:
    simulation = Simulation([DRAWING], bytes(32))
    portion = next(simulation.portions(50))
    asked = np.array([0, 1, 2, 3, 50, 0])
    taken = portion.where(simulation.missed(portion, asked))
    found = np.bincount(taken.plan * 6 + taken.centre, minlength=300).reshape(50, 6)
    every = np.bincount(portion.plan * 6 + portion.centre, minlength=300).reshape(50, 6)
    assert (found == np.minimum(every, asked)).all()


def test_a_moment_outside_the_hours_of_a_centre_has_no_place() -> None:
    drawing = Drawing.of(
        inputs(
            [a_centre(1, spans=(OpenSpan(0, 570, 630),), zone="Asia/Kolkata")],
            mean=Fraction(2),
            floor=0,
        )
    )
    (design,) = drawing.designs
    piece = design.slots[0].pieces[0]
    assert design.place(piece[0]) == Place(0, 0.0)
    assert design.place(piece[0] + (piece[1] - piece[0]) / 2) == Place(0, 0.5)
    assert design.place(piece[0].replace(year=2026)) is None
    assert design.place(design.slots[-1].pieces[-1][1]) is None
    assert [design.place(slot.pieces[0][0]).slot for slot in design.slots] == list(  # type: ignore[union-attr]
        range(len(design.slots))
    )
