import doctest
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from scoring import estimate
from scoring.estimate import (
    Interval,
    moderated_t,
    pooled_variance,
    upper_rate_without_failure,
    wilson,
)

scores = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=1, max_size=30)


def test_the_published_examples_come_out_as_printed() -> None:
    result = doctest.testmod(estimate)
    assert result.attempted
    assert not result.failed


@pytest.mark.shared
def test_the_reference_cases_come_out_as_printed(shared: Path) -> None:
    cases: list[dict[str, Any]] = json.loads(
        (shared / "data" / "reference_cases.json").read_text(encoding="utf-8")
    )
    known = {
        "wilson": lambda given: wilson(given["x"], given["n"]),
        "moderated_t": lambda given: moderated_t(
            given["scores"], [len(given["scores"])], given["s_pool_squared"], 0
        ),
    }
    checked = [case for case in cases if case["topic"] in known]
    assert {case["topic"] for case in checked} == set(known)
    for case in checked:
        found = known[case["topic"]](case["input"])
        assert [found.low, found.high] == pytest.approx(case["expected"], abs=case["tolerance"]), (
            case["id"]
        )


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_the_librarys_and_holds_the_rate(tally: tuple[int, int]) -> None:
    x, n = tally
    found = wilson(x, n)
    assert (found.low, found.high) == pytest.approx(
        proportion_confint(x, n, method="wilson"), abs=1e-12
    )
    assert x / n in found
    assert 0 <= found.low < found.high <= 1


def test_four_passes_of_four_still_allow_a_rate_of_51_percent() -> None:
    assert wilson(4, 4).low == pytest.approx(0.51, abs=0.005)
    assert wilson(4, 4).high == 1.0


@pytest.mark.parametrize(("x", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_tally_has_no_rate(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        wilson(x, n)


@given(scores)
def test_the_range_of_a_mean_holds_the_mean_and_stays_within_the_scale(found: list[float]) -> None:
    interval = moderated_t(found, [len(found)])
    mean = math.fsum(found) / len(found)
    assert 0 <= interval.low <= mean + 1e-9
    assert mean - 1e-9 <= interval.high <= 100


@given(st.integers(1, 40))
def test_more_calls_make_a_narrower_range(n: int) -> None:
    def width(n: int) -> float:
        interval = moderated_t([50.0] * n, [1] * n)
        return interval.high - interval.low

    assert width(n + 1) < width(n) or width(n) == 100


def test_calls_shared_by_more_assessors_make_a_narrower_range() -> None:
    one, three = (moderated_t([60.0, 70.0, 80.0] * 3, by) for by in ([9], [3, 3, 3]))
    assert three.high - three.low < one.high - one.low


def test_a_mean_needs_a_score_and_each_call_an_assessor() -> None:
    with pytest.raises(ValueError, match="no score"):
        moderated_t([], [])
    with pytest.raises(ValueError, match="count each call once"):
        moderated_t([50.0, 60.0], [3])


@given(st.integers(1, 500))
def test_no_failure_in_n_calls_has_one_chance_in_twenty_at_the_rate_still_allowed(n: int) -> None:
    assert (1 - upper_rate_without_failure(n)) ** n == pytest.approx(0.05)


def test_no_call_allows_nothing_to_be_said() -> None:
    with pytest.raises(ValueError, match="at least one"):
        upper_rate_without_failure(0)


@pytest.mark.parametrize(
    ("groups", "variance"),
    [
        pytest.param([[70.0, 80.0] * 5] * 4, None, id="four centres"),
        pytest.param([[70.0, 80.0] * 3 + [75.0]] * 5, None, id="35 calls"),
        pytest.param([[70.0, 80.0] * 5] * 4 + [[75.0]], None, id="a fifth centre of one call"),
        pytest.param([[70.0, 80.0] * 4] * 5, 200 / 7, id="five centres, forty calls"),
        pytest.param([[60.0] * 8, [70.0] * 8, [75.0] * 8, [80.0] * 8, [90.0] * 8], 0, id="between"),
    ],
)
def test_the_spread_within_centres_is_measured_from_five_centres_and_forty_calls_on(
    groups: list[list[float]], variance: float | None
) -> None:
    assert pooled_variance(groups) == (None if variance is None else pytest.approx(variance))


def test_both_ends_belong_to_a_range() -> None:
    assert 70.0 in Interval(70.0, 80.0)
    assert 80.0 in Interval(70.0, 80.0)
    assert 80.1 not in Interval(70.0, 80.0)
