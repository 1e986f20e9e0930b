from datetime import date

from assessor.wording_supplies import (
    closure_in_words,
    hours_in_words,
    span_in_words,
    validity_in_words,
    week_in_words,
)
from scheduler.centre import Closure, OpenSpan

TODAY = date(2027, 3, 1)


def test_a_span_over_midnight_says_that_it_ends_the_next_day() -> None:
    assert span_in_words(OpenSpan(0, 8 * 60, 18 * 60)) == "08:00 to 18:00"
    assert span_in_words(OpenSpan(0, 22 * 60, 30 * 60)) == "22:00 to 06:00 the next day"
    assert span_in_words(OpenSpan(0, 0, 1440)) == "all day"
    assert span_in_words(OpenSpan(0, 12 * 60, 1440)) == "12:00 to 24:00"


def test_a_week_names_every_day_and_a_split_day_both_its_spans() -> None:
    assert week_in_words([OpenSpan(0, 780, 1020), OpenSpan(0, 540, 720)]) == [
        ("Monday", "09:00 to 12:00 and 13:00 to 17:00"),
        ("Tuesday to Sunday", "closed"),
    ]


def test_days_with_equal_hours_go_together() -> None:
    workdays = [OpenSpan(day, 480, 1080) for day in range(5)]
    assert hours_in_words([*workdays, OpenSpan(5, 540, 780)]) == (
        "Monday to Friday 08:00 to 18:00; Saturday 09:00 to 13:00"
    )
    assert hours_in_words(OpenSpan(day, 0, 1440) for day in range(7)) == "Every day all day"
    assert hours_in_words([]) == ""


def test_a_closure_of_one_day_names_one_day() -> None:
    assert closure_in_words(Closure(TODAY, TODAY, "stock taking")) == "1 March 2027: stock taking"
    assert closure_in_words(Closure(TODAY, date(2027, 3, 3))) == "1 March 2027 to 3 March 2027"


def test_one_validity_is_said_in_words() -> None:
    assert validity_in_words((TODAY, None), TODAY) == "in force"
    assert validity_in_words((TODAY, date(2027, 3, 2)), TODAY) == "1 day left"
    assert validity_in_words((TODAY, date(2027, 3, 31)), TODAY) == "30 days left"
    assert validity_in_words((date(2027, 2, 1), date(2027, 2, 2)), TODAY) == "lapsed"
    assert validity_in_words((date(2027, 4, 1), None), TODAY) == "not yet in force"
