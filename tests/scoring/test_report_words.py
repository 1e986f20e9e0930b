import doctest
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from scheduler.outcome import Disposition
from scoring import figure_words
from scoring.figure_words import whole
from scoring.report import CentreReport, Standing, centre_report
from scoring.report_call import ReportCall
from scoring.report_view import FigureView, ReportView
from scoring.report_words import RESULTS, view
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

SIX = ["86.3", "72.5", "91.0", "64.4", "88.8", "79.1"]


def report(calls: list[ReportCall]) -> CentreReport:
    return centre_report("Northgate", "Coventry", JANUARY, calls)


def seen(calls: list[ReportCall]) -> ReportView:
    return view(report(calls))


def figure(figures: tuple[FigureView, ...], label: str) -> FigureView:
    (found,) = (each for each in figures if each.label == label)
    return found


def test_the_examples_come_out_as_printed() -> None:
    result = doctest.testmod(figure_words)
    assert result.attempted
    assert not result.failed


def test_every_outcome_has_words() -> None:
    assert set(RESULTS) == set(Outcome)


def test_no_scored_call_says_so() -> None:
    found = seen([unscored_call(1, Disposition.BUSY)])
    assert found.verdict == ("None of the month's calls could be scored.",)
    assert figure(found.figures, "Was served").text == "0 of 1"
    assert figure(found.figures, "Was served").note == "1 busy; no percentage below 12 calls"
    assert figure(found.figures, "Right answer").text == "not yet"


@pytest.mark.parametrize(
    ("n", "sentence"),
    [
        (1, "1 call scored: not enough calls yet for an average."),
        (3, "3 calls scored: not enough calls yet for an average."),
    ],
)
def test_up_to_three_calls_are_listed_without_a_mean(n: int, sentence: str) -> None:
    found = seen([scored_call(number) for number in range(n)])
    assert found.verdict == (
        sentence,
        f"Standard 75: not enough calls yet ({n} of 12 in twelve months).",
    )
    assert len(found.calls) == n
    assert figure(found.rubrics[0].figures, "Average").text == "not yet"
    assert found.rubrics[0].months[0].text in ("1 call", "3 calls")


def test_six_calls_have_an_average_with_its_range_and_no_percentage() -> None:
    calls = [scored_call(n, score) for n, score in enumerate(SIX)]
    calls[3] = replace(calls[3], outcome=Outcome.FAIL_SCORE)
    found = seen(calls)
    assert found.verdict == (
        "Average 80 (between 69 and 92 would be consistent with these 6 calls).",
        "Standard 75: not enough calls yet (6 of 12 in twelve months).",
        "Advice was right on every one of 6 calls.",
    )
    assert figure(found.rubrics[0].figures, "Passed") == FigureView(
        "Passed", "5 of 6", "no percentage below 12 calls", 5, 6
    )
    critical = figure(found.rubrics[0].figures, "Critical failures")
    assert critical.text == "none in 6 calls"
    assert critical.note == "still allows a rate of up to 39 %"
    assert "%" not in "".join(each.text for each in found.figures)


def test_from_twelve_calls_on_the_rate_and_the_standing_are_told() -> None:
    calls = [
        scored_call(n, outcome=Outcome.PASS if n < 10 else Outcome.FAIL_SECTION) for n in range(12)
    ]
    found = seen(calls)
    assert found.verdict[:2] == (
        "Average 80 (between 73 and 87 would be consistent with these 12 calls).",
        "Three months: 80 (73 to 87), 12 calls; standard 75: cannot tell.",
    )
    assert found.rubrics[0].standing == Standing.CANNOT_TELL
    assert figure(found.rubrics[0].figures, "Passed") == FigureView(
        "Passed", "10 of 12", "83 % (55 to 95)", 10, 12, 55, 95
    )


def test_two_rubrics_are_told_apart_by_name_and_two_versions_by_number() -> None:
    new = replace(HANDLING, version=2, fingerprint="a2" * 32)
    calls = [scored_call(n) for n in range(4)]
    coached = [scored_call(10 + n, rubric=COACHING) for n in range(2)]
    newer = [scored_call(20 + n, rubric=new) for n in range(4)]
    found = seen([*calls, *coached, *newer])
    assert [rubric.label for rubric in found.rubrics] == [
        "Remote coaching",
        "Call handling, version 1",
        "Call handling, version 2",
    ]
    assert found.verdict[0].startswith("Remote coaching: 2 calls scored")
    assert found.verdict[2].startswith("Call handling, version 1: average 80 (between")
    assert found.rubrics[0].picture_title == "Average score by month: Remote coaching"


def test_a_month_without_a_score_still_tells_how_the_centre_stands() -> None:
    earlier = [scored_call(n, month=JANUARY.next(-1)) for n in range(12)]
    found = seen([*earlier, unscored_call(20, Disposition.MISSED)])
    assert found.verdict == (
        "None of the month's calls could be scored.",
        "Three months: 80 (73 to 87), 12 calls; standard 75: cannot tell.",
    )
    assert found.rubrics[0].picture_text == "Dec 2026: 80 (73 to 87), 12 calls; Jan 2027: 0 calls"
    assert figure(found.figures, "Calls made").note == "1 planned; ours, not counted: 1 missed"


def test_what_was_met_least_often_is_what_to_work_on() -> None:
    calls = [scored_call(n, given=answers(greets=2, checks=n)) for n in range(1, 5)]
    found = seen(calls)
    assert found.rubrics[0].work_on == "Met least often: Says who is speaking (0 of 4)."
    assert [b.text for b in found.rubrics[0].behaviours] == ["0 of 4", "4 of 4", "2 of 4"]
    assert seen([scored_call(n) for n in range(4)]).rubrics[0].work_on == ""


def test_a_call_is_listed_with_its_day_its_result_and_what_was_not_met() -> None:
    failed = scored_call(
        11, "69.6", outcome=Outcome.FAIL_CRITICAL, given=answers(right=0, checks=None)
    )
    (call,) = seen([failed]).calls
    assert (call.date, call.day) == ("2027-01-12", "12 January")
    assert (call.result, call.score, call.coverage) == ("failed: critical", "69.6", "100 %")
    assert call.critical_failed == call.not_met == ("The advice was right",)
    assert [answer.text for answer in call.answers] == ["4 of 4", "no", "N/A"]


def test_a_critical_failure_without_a_score_is_listed_outside_the_mean() -> None:
    failed = scored_call(1, None, outcome=Outcome.FAIL_CRITICAL, given=answers(right=0))
    (call,) = seen([failed]).calls
    assert (call.in_pass_rate, call.in_mean, call.score) == (True, False, "")


def test_a_void_call_is_named_and_shown_with_its_coverage() -> None:
    void = scored_call(
        1, "87.5", outcome=Outcome.VOID_COVERAGE, coverage=Fraction(11, 60), given=answers(None)
    )
    found = seen([void, unscored_call(2, Disposition.COMPLETED)])
    assert found.calls[0].coverage == "18.3 %"
    assert not found.calls[0].in_pass_rate
    assert figure(found.figures, "Scored").text == "0 of 2"
    assert figure(found.figures, "Scored").note == (
        "1 void: less than half could be assessed; 1 waiting for a score"
    )


def test_what_is_assumed_is_said() -> None:
    notes = " ".join(seen([scored_call(1)]).notes)
    assert "standard deviation 12.5 points) is assumed" in notes
    assert "severity (standard deviation 4 points) is assumed" in notes
    measured = centre_report(
        "Northgate",
        "Coventry",
        JANUARY,
        [scored_call(1)],
        call_variances={HANDLING: 100.0},
        severity_variance=9.0,
    )
    said = " ".join(view(measured).notes)
    assert "assumed" not in said
    assert "standard deviation 10 points) is that of all centres' calls" in said


@given(months_of_calls)
def test_the_views_numbers_are_the_reports(calls: list[ReportCall]) -> None:
    said = report(calls)
    found = view(said)
    assert figure(found.figures, "Calls made").value == said.counts.made == len(found.calls)
    assert sum(call.in_pass_rate for call in found.calls) == said.counts.scored
    for shown, figures in zip(found.rubrics, said.rubrics, strict=True):
        average = figure(shown.figures, "Average")
        assert (average.value is None) == (figures.estimate is None)
        if figures.estimate is not None:
            assert average.value == whole(figures.estimate.mean)
            assert average.text == f"{average.value} ({average.low} to {average.high})"
            assert (average.value, average.low, average.high) == (
                shown.months[-1].mean,
                shown.months[-1].low,
                shown.months[-1].high,
            )
            mine = [c for c in found.calls if c.in_mean and c.rubric == shown.label]
            assert average.n == len(mine)
            mean = sum(Decimal(c.score) for c in mine) / len(mine)
            assert average.value == whole(mean)
        for behaviour in shown.behaviours:
            mine = [c for c in found.calls if c.in_pass_rate and c.rubric == shown.label]
            heard = [a for c in mine for a in c.answers if a.title == behaviour.title]
            assert behaviour.n == sum(a.value is not None for a in heard)
            assert behaviour.met == sum(
                a.value is not None and 4 * a.value >= 3 * a.top for a in heard
            )
