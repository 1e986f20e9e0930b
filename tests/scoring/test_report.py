from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import Month
from scheduler.outcome import Disposition
from scoring.estimate import ASSUMED_CALL_VARIANCE, Tally, moderated_t, wilson
from scoring.report import CentreReport, RubricFigures, Standing, centre_report
from scoring.report_call import ReportCall, RubricVersion
from scoring.score import Outcome
from tests.scoring.report_calls import (
    COACHING,
    HANDLING,
    JANUARY,
    answers,
    months_of_calls,
    scored_call,
    unscored_call,
)


def report(calls: list[ReportCall], variance: float | None = None) -> CentreReport:
    return centre_report(
        "Northgate", "Coventry", JANUARY, calls, call_variances={HANDLING: variance}
    )


def figures(calls: list[ReportCall], variance: float | None = None) -> RubricFigures:
    (found,) = report(calls, variance).rubrics
    return found


@settings(max_examples=200)
@given(months_of_calls)
def test_every_count_adds_up(calls: list[ReportCall]) -> None:
    found = report(calls)
    counts, month = found.counts, [c for c in calls if Month.of(c.day) == JANUARY]
    ours, centres = (sum(n for _, n in reasons) for reasons in (counts.ours, counts.centres))
    assert counts.planned == len(month) == counts.made + ours + counts.open
    assert counts.made == len(found.calls) == counts.completed + centres + counts.detected
    void = sum(n for _, n in counts.void)
    assert counts.completed == counts.scored + void + counts.waiting
    assert counts.scored == sum(each.scored for each in found.rubrics)
    assert counts.verified.n == counts.second_scored.n == counts.scored
    for tally in (counts.served, counts.verified, counts.second_scored):
        assert 0 <= tally.x <= tally.n
    for each in found.rubrics:
        for behaviour in each.behaviours:
            assert 0 <= behaviour.met.x <= behaviour.met.n <= each.scored


@settings(max_examples=200)
@given(months_of_calls)
def test_no_more_is_said_than_so_few_calls_can_say(calls: list[ReportCall]) -> None:
    for each in report(calls).rubrics:
        if each.scored < 4:
            assert each.estimate is None
            assert (each.passed, each.right_answer, each.critical_rate_allowed) == (None,) * 3
            assert (each.procedure, each.coaching, each.behaviours) == (None, None, ())
        else:
            assert each.passed is not None
            assert each.passed.n == each.scored
            assert (each.passed.rate is None) == (each.scored < 12)
        if each.estimate is not None:
            assert each.estimate.n >= 4
            assert sum(each.estimate.by_assessor) == each.estimate.n
            assert 0 <= each.estimate.range.low <= float(each.estimate.mean) + 1e-9
            assert float(each.estimate.mean) - 1e-9 <= each.estimate.range.high <= 100
        assert (each.against.estimate is None) == (each.against.standing is Standing.TOO_FEW)
        assert each.against.estimate is None or each.against.n >= 12
        assert each.months[-1].month == JANUARY
        assert len(each.months) <= 12
        assert each.months[-1].estimate == each.estimate


@given(months_of_calls.flatmap(lambda calls: st.tuples(st.just(calls), st.permutations(calls))))
def test_the_order_in_which_calls_are_handed_in_changes_nothing(
    orders: tuple[list[ReportCall], list[ReportCall]],
) -> None:
    one, other = orders
    assert report(one) == report(other)


def test_a_month_is_counted_by_whose_each_ending_was() -> None:
    found = report(
        [
            scored_call(1, verified=True),
            scored_call(2, "40.0", outcome=Outcome.VOID_COVERAGE, coverage=Fraction(1, 3)),
            unscored_call(3, Disposition.COMPLETED),
            unscored_call(4, Disposition.BUSY),
            unscored_call(5, Disposition.BUSY),
            unscored_call(6, Disposition.CODE_REFUSED),
            unscored_call(7, Disposition.DETECTED),
            unscored_call(8, Disposition.MISSED),
            unscored_call(9, Disposition.UNKNOWN),
            unscored_call(10, Disposition.AWAITING),
        ]
    ).counts
    assert (found.planned, found.made, found.completed, found.scored) == (10, 7, 3, 1)
    assert (found.waiting, found.detected, found.open, found.assessors) == (1, 1, 1, 1)
    assert found.void == ((Outcome.VOID_COVERAGE, 1),)
    assert found.centres == (("busy", 2), ("code refused", 1))
    assert found.ours == (("missed", 1), ("unknown", 1))
    assert found.served == Tally(3, 6)
    assert found.verified == Tally(1, 1)


def test_only_the_first_try_counts_in_was_served() -> None:
    later = unscored_call(1, Disposition.COMPLETED)
    first = ReportCall(later.id, later.day, later.disposition, served=False)
    assert report([first]).counts.served == Tally(0, 1)


def test_a_mean_is_formed_by_the_calls_the_assessors_and_the_spread() -> None:
    scores = ["86.3", "72.5", "91.0", "64.4", "88.8", "79.1"]
    calls = [scored_call(n, score) for n, score in enumerate(scores)]
    found = figures(calls, variance=100.0)
    assert found.estimate is not None
    assert found.estimate.mean == Decimal("482.1") / 6
    assert found.estimate.by_assessor == (2, 2, 2)
    assert found.estimate.range == moderated_t([float(s) for s in scores], [2, 2, 2], 100.0)
    assert not found.call_variance_assumed
    assert figures(calls).call_variance == ASSUMED_CALL_VARIANCE
    assert figures(calls).call_variance_assumed


def test_a_critical_failure_without_a_score_leaves_the_mean_and_not_the_pass_rate() -> None:
    failed = scored_call(9, None, outcome=Outcome.FAIL_CRITICAL, given=answers(right=0))
    found = figures([*(scored_call(n) for n in range(4)), failed])
    assert found.passed == Tally(4, 5)
    assert found.estimate is not None
    assert found.estimate.n == 4
    assert found.critical == 1
    assert found.critical_rate_allowed is None


def test_no_critical_failure_in_six_calls_still_allows_39_percent() -> None:
    allowed = figures([scored_call(n) for n in range(6)]).critical_rate_allowed
    assert allowed == pytest.approx(0.393, abs=0.001)


def test_the_pass_rate_has_a_range_from_twelve_calls_on() -> None:
    passed = figures([scored_call(n) for n in range(12)]).passed
    assert passed is not None
    assert passed.rate == wilson(12, 12)


def test_right_answers_stand_apart_from_procedure_and_coaching() -> None:
    given = [answers(), answers(right=0), answers(greets=2), answers(checks=None)]
    calls = [scored_call(n, given=each) for n, each in enumerate([*given, answers(right=None)])]
    found = figures(calls)
    assert found.right_answer == Tally(3, 4)
    assert found.procedure == Tally(4, 5)
    assert found.coaching == Tally(4, 4)
    assert [(b.criterion, b.met) for b in found.behaviours] == [
        ("G", Tally(4, 5)),
        ("R", Tally(3, 4)),
        ("C", Tally(4, 4)),
    ]


def test_two_rubrics_stand_side_by_side_and_are_counted_together() -> None:
    calls = [scored_call(n) for n in range(4)]
    coached = [scored_call(n, "60.0", rubric=COACHING) for n in range(10, 12)]
    found = report([*calls, *coached])
    assert [(r.rubric, r.scored) for r in found.rubrics] == [(COACHING, 2), (HANDLING, 4)]
    assert found.rubrics[0].estimate is None
    assert found.counts.scored == 6
    assert found.right_answer == Tally(6, 6)


def test_nothing_is_recomputed_across_versions() -> None:
    new = RubricVersion("handling", "Call handling", 2, "a2" * 32, Decimal(75))
    old_calls = [scored_call(n, month=JANUARY.next(-1)) for n in range(12)]
    found = figures([*old_calls, *(scored_call(20 + n, rubric=new) for n in range(4))])
    assert found.rubric == new
    assert [point.n for point in found.months] == [4]
    assert (found.against.standing, found.against.n) == (Standing.TOO_FEW, 4)


def test_a_rubric_not_used_this_month_keeps_its_series_and_its_standing() -> None:
    found = figures([scored_call(n, month=JANUARY.next(-2)) for n in range(12)])
    assert found.scored == 0
    assert [point.n for point in found.months] == [12, 0, 0]
    assert (found.against.months, found.against.n) == (3, 12)


@pytest.mark.parametrize(
    ("score", "standing"),
    [("100.0", Standing.ABOVE), ("78.0", Standing.CANNOT_TELL), ("20.0", Standing.BELOW)],
)
def test_a_standing_is_told_only_by_a_range_that_excludes_the_standard(
    score: str, standing: Standing
) -> None:
    assert figures([scored_call(n, score) for n in range(12)]).against.standing is standing


def test_the_standing_is_taken_on_the_shortest_run_with_twelve_calls() -> None:
    calls = [scored_call(n, month=JANUARY.next(-n)) for n in range(12)]
    assert figures(calls).against.months == 12
    more = [scored_call(20 + n, month=JANUARY.next(-n)) for n in range(6)]
    assert figures([*calls, *more]).against.months == 6
    assert figures(calls[:-1]).against.standing is Standing.TOO_FEW


@pytest.mark.parametrize(("ago", "months"), [(2, 3), (3, 6), (5, 6), (6, 12), (11, 12)])
def test_a_run_of_months_ends_with_the_reports_own(ago: int, months: int) -> None:
    calls = [scored_call(n, month=JANUARY.next(-ago)) for n in range(12)]
    assert figures(calls).against.months == months


def test_calls_of_other_months_and_after_the_year_are_left_out() -> None:
    outside = [scored_call(1, month=JANUARY.next(1)), scored_call(2, month=JANUARY.next(-12))]
    assert report(outside).rubrics == ()
    assert report(outside).counts.planned == 0


def test_open_calls_and_what_was_ours_are_counted_and_not_listed() -> None:
    found = report([unscored_call(1, Disposition.PLANNED), unscored_call(2, Disposition.MISSED)])
    assert found.calls == ()
    assert (found.counts.open, found.counts.ours) == (1, (("missed", 1),))
