import math
from dataclasses import replace

import pytest

from config.clock import Month
from scheduler.measured import Figure, Source
from scheduler.outcome import Disposition
from scoring.estimate import Interval, Tally, median_with_range
from scoring.report import centre_report
from scoring.report_call import ReportCall
from scoring.report_view import FigureView, ReportView
from scoring.report_words import view
from scoring.waits import Waits, waits
from tests.scoring.report_calls import JANUARY, scored_call, unscored_call

LINE, PERSON = "time to answer", "time to a person"


def waited(
    number: int,
    line: float = 11,
    person: float | None = 24,
    source: Source = Source.MARK,
    month: Month = JANUARY,
) -> ReportCall:
    """A scored call, measured against 30 declared seconds."""
    by_hand = source is Source.BY_HAND
    figures = [Figure(LINE, line, Source.BY_HAND if by_hand else Source.NETWORK, 30)]
    if person is not None:
        figures.append(Figure(PERSON, person, source, 30))
    figures.append(Figure("on hold", 83, source))
    figures.append(Figure("length", 439, figures[0].source))
    return replace(scored_call(number, month=month), measured=tuple(figures), by_hand=by_hand)


def of(name: str, *calls: ReportCall) -> Waits:
    return waits(name, calls)


def seen(*calls: ReportCall) -> ReportView:
    return view(centre_report("Northgate", "Coventry", JANUARY, calls))


def figure(found: ReportView, label: str) -> FigureView:
    (one,) = (each for each in found.service if each.label == label)
    return one


def test_the_line_is_judged_apart_from_the_person() -> None:
    calls = [waited(1), waited(2, person=95), waited(3, line=40, person=95)]
    assert of(LINE, *calls).in_time == Tally(2, 3)
    assert of(PERSON, *calls).in_time == Tally(1, 3)


def test_what_is_too_close_or_untold_is_named_and_in_no_count() -> None:
    found = of(PERSON, waited(1), waited(2, person=28), waited(3, person=None))
    assert (found.in_time, found.timed, found.close, found.untold) == (Tally(1, 1), 2, 1, 1)


def test_a_first_try_that_reached_nobody_was_not_in_time() -> None:
    again = replace(waited(2), tried_again=True, served=False)
    for name in (LINE, PERSON):
        found = of(name, waited(1), again, unscored_call(3, Disposition.BUSY))
        assert found.in_time == Tally(1, 3)


def test_a_person_who_refused_the_code_was_there_whether_marked_or_not() -> None:
    assert of(PERSON, unscored_call(1, Disposition.CODE_REFUSED)).timed == 0
    assert of(PERSON, unscored_call(1, Disposition.CLOSED)).in_time == Tally(0, 1)


@pytest.mark.parametrize("ours", [Disposition.ABORTED, Disposition.MISSED, Disposition.RUNNING])
def test_calls_that_were_not_made_tell_nothing(ours: Disposition) -> None:
    assert of(LINE, replace(unscored_call(1, ours), measured=waited(1).measured)).timed == 0


def test_there_is_no_median_below_twelve_calls() -> None:
    assert of(LINE, *(waited(n) for n in range(11))).median is None
    found = of(LINE, *(waited(n, line=n + 1) for n in range(12)))
    assert found.median == 7
    assert found.range == Interval(3, 10)


def test_whoever_was_never_answered_waited_longest() -> None:
    never = [unscored_call(n, Disposition.NO_ANSWER) for n in range(20, 24)]
    found = of(LINE, *(waited(n, line=n + 1) for n in range(8)), *never)
    assert found.median == 7
    assert found.range is not None
    assert found.range.high == math.inf


def test_five_values_give_no_range_of_a_median() -> None:
    with pytest.raises(ValueError, match="at least six"):
        median_with_range(range(5))


# --- in words -------------------------------------------------------------------------------------


def test_a_month_says_how_many_of_how_many_and_no_median_yet() -> None:
    found = seen(*(waited(n) for n in range(5)), waited(6, source=Source.BY_HAND, person=95))
    line = figure(found, "Line answered in time")
    assert (line.text, line.value, line.n, line.low) == ("6 of 6", 6, 6, None)
    assert line.note == "declared: within 30 s; 1 timed by hand; no percentage below 12 calls"
    assert figure(found, "Person reached in time").text == "5 of 6"
    median = figure(found, "Median time to a person, twelve months")
    assert (median.text, median.value) == ("not yet", None)


def test_a_year_says_the_median_with_its_range() -> None:
    calls = [waited(n, month=JANUARY.next(-n)) for n in range(12)]
    found = seen(*calls)
    assert figure(found, "Line answered in time").text == "1 of 1"
    assert figure(found, "Line answered in time, twelve months").text == "12 of 12"
    median = figure(found, "Median time to answer, twelve months")
    assert (median.text, median.value, median.n) == ("10 s", 10, 12)
    assert median.note == "10 s to 10 s would be consistent with these 12 calls"


def test_a_call_says_source_and_precision_and_only_coarsely_how_long() -> None:
    (call,) = seen(waited(1, line=11.4, person=71)).calls
    said = {each.name: each for each in call.measured}
    line, person = said[LINE], said[PERSON]
    assert (line.text, line.seconds, line.source, line.precision) == ("10 s", 10, "network", "1")
    assert (line.declared, line.kept) == ("30 s", "in time")
    assert (person.text, person.source, person.precision, person.kept) == (
        *("1 min 10 s", "mark", "3"),
        "not in time",
    )
    assert (said["on hold"].text, said["on hold"].kept) == ("1 min 25 s", "")
    assert (said["length"].text, said["length"].seconds) == ("8 min", 480)
    assert not call.by_hand


def test_a_call_by_hand_is_marked_and_a_report_without_times_is_silent() -> None:
    assert seen(waited(1, source=Source.BY_HAND)).calls[0].by_hand
    silent = seen(scored_call(1))
    assert silent.service == ()
    assert not any("timed by hand" in note for note in silent.notes)
