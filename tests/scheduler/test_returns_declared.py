"""The rules of the sheets Hours, Closures and Service level."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pytest

from scheduler.centre import Closure, OpenSpan
from tests.scheduler.readings import only_fault, only_note, places, read, stated
from tests.workbooks import Formatted


def hours(*rows: tuple[object, object, object]) -> Mapping[str, object]:
    changes: dict[str, object] = {
        f"Hours!{column}{row}": None for row in (2, 3) for column in "ABC"
    }
    for number, row in enumerate(rows, start=2):
        changes |= {
            f"Hours!{column}{number}": value for column, value in zip("ABC", row, strict=True)
        }
    return changes


@pytest.mark.parametrize(
    "days", ["Funday", "Mon-", "M-F", "T", "Mon-Wed-Fri", "Mon-Fri except holidays", ",", 1]
)
def test_what_names_no_days_is_a_fault(days: str | int) -> None:
    assert "Hours, row 2, column A (Days)" in only_fault(hours((days, "09:00", "17:00")))


def test_times_of_the_spreadsheet_are_read_without_a_note() -> None:
    reading = read(
        hours(
            ("Mon", time(9, 0), time(17, 30)),
            ("Tue", time(9, 0), Formatted(timedelta(days=1), "[h]:mm")),
            ("Wed", time(9, 0), Formatted(1, "hh:mm")),
        )
    )
    assert (reading.faults, reading.notes) == ((), ())
    assert reading.statement is not None
    assert reading.statement.hours == (
        OpenSpan(0, 540, 1050),
        OpenSpan(1, 540, 1440),
        OpenSpan(2, 540, 1440),
    )


def test_hours_over_midnight_belong_to_the_day_on_which_they_open() -> None:
    assert stated(hours(("Fri", "22:00", "06:00"))).hours == (OpenSpan(4, 1320, 1800),)


def test_a_whole_day_and_an_evening_until_midnight_are_good() -> None:
    assert stated(hours(("Mon-Sun", "00:00", "24:00"))).hours[6] == OpenSpan(6, 0, 1440)
    assert stated(hours(("Mon", "18:00", "24:00"))).hours == (OpenSpan(0, 1080, 1440),)
    assert stated(hours(("Mon", "18:00", "00:00"))).hours == (OpenSpan(0, 1080, 1440),)


def test_hours_that_close_when_they_open_are_a_fault() -> None:
    assert only_fault(hours(("Tue", "10:00", "10:00"))).startswith(
        "Hours, row 2, column C (Closes): it closes when it opens, at 10:00"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Mon", "09:00", "17:00"), ("Mon", "16:59", "18:00")),
        (("Mon", "09:00", "17:00"), ("Mon-Fri", "10:00", "11:00")),
        (("Mon", "22:00", "06:00"), ("Tue", "05:59", "12:00")),
        (("Sun", "22:00", "06:00"), ("Mon", "05:00", "12:00")),
        (("Mon", "05:00", "12:00"), ("Sun", "22:00", "06:00")),
        (("Mon", "09:00", "09:01"), ("Mon", "09:00", "08:59")),
    ],
)
def test_hours_that_overlap_are_a_fault(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    fault = only_fault(hours(first, second))
    assert fault.startswith("Hours, row 3, column A (Days): the hours of ")
    assert "overlap those of row 2" in fault


def test_hours_that_touch_do_not_overlap() -> None:
    rows = (("Mon", "09:00", "12:00"), ("Mon", "12:00", "17:00"), ("Sun", "22:00", "09:00"))
    assert len(stated(hours(*rows)).hours) == 3


@pytest.mark.parametrize(("opens", "closes"), [("closed", None), ("Closed", "closed")])
def test_days_that_are_said_to_be_closed_open_no_hours(opens: str, closes: str | None) -> None:
    changes = hours(("Mon", "09:00", "17:00"), ("Sun", opens, closes))
    assert stated(changes).hours == (OpenSpan(0, 540, 1020),)
    assert "read as not open" in only_note(changes)


def test_a_closure_without_an_end_is_one_day_and_closures_may_overlap() -> None:
    closures = stated({"Closures!A3": "25 December 2026", "Closures!C3": "Bank holiday"}).closures
    assert closures[1] == Closure(date(2026, 12, 25), date(2026, 12, 25), "Bank holiday")


def test_closures_with_an_open_day_between_them_are_good() -> None:
    changes = {
        "Closures!B2": datetime(2027, 6, 30),
        "Closures!A3": datetime(2027, 7, 2),
        "Closures!B3": datetime(2027, 12, 31),
    }
    assert len(stated(changes).closures) == 2


def test_a_closure_that_is_over_is_good() -> None:
    assert stated({"Closures!A3": datetime(2026, 1, 1)}).closures[1].last == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Closures!A2": None}, "Closures, row 2, column A (From): this is empty"),
        ({"Closures!B2": datetime(2026, 12, 23)}, "23 December 2026 is before it begins"),
        ({"Closures!B3": datetime(2027, 12, 31)}, "it lasts a year or longer"),
        (
            {"Closures!B2": datetime(2027, 6, 30), "Closures!B3": datetime(2027, 12, 31)}
            | {"Closures!A3": datetime(2027, 7, 1)},
            "Closures, row 3, column B (Until): with those before it the centre is shut from "
            "24 December 2026 for a year",
        ),
        ({"Closures!A2": "24/13/2026"}, "has no such month"),
    ],
)
def test_what_a_closure_may_not_state(changes: Mapping[str, object], fault: str) -> None:
    assert fault in only_fault(changes)


@pytest.mark.parametrize("row", range(2, 10))
def test_a_service_level_states_every_item(row: int) -> None:
    assert f"Service level, row {row}, column B" in only_fault({f"Service level!B{row}": None})


@pytest.mark.parametrize(
    ("row", "value", "fault"),
    [
        (4, -5, "-5 is negative"),
        (4, 0, "0 is not between 1 and 86400"),
        (4, 90_000, "is not between"),
        (4, 30.5, "30.5 is no whole number of seconds"),
        (4, "1,000", "is no whole number of seconds"),
        (4, "at once", "is no whole number of seconds"),
        (4, "3 hours", "is no whole number of seconds"),
        (4, True, "is no whole number of seconds"),
        (4, datetime(2026, 1, 1), "is no whole number of seconds"),
        (5, 140, "140 is not between 1 and 100"),
        (5, 0, "is not between 1 and 100"),
        (5, 0.8, "0.8 is no whole number of %"),
        (6, -1, "is negative"),
    ],
)
def test_what_a_service_level_may_not_state(row: int, value: object, fault: str) -> None:
    assert fault in only_fault({f"Service level!B{row}": value})


@pytest.mark.parametrize(
    ("row", "value", "note"),
    [
        (4, "2 minutes", "read as 120 seconds"),
        (4, "30s", "read as 30 seconds"),
        (5, Formatted(0.8, "0%"), "read as 80 %"),
        (5, "80 %", "read as 80 %"),
        (6, "4 hours", "read as 240 minutes"),
    ],
)
def test_a_figure_with_its_unit_is_understood_with_a_note(
    row: int, value: object, note: str
) -> None:
    assert note in only_note({f"Service level!B{row}": value})


def test_an_item_that_is_stated_again_is_a_fault_and_its_figure_is_looked_at() -> None:
    reading = read({"Service level!A10": "Answer within (seconds)", "Service level!B10": -5})
    assert places(reading) == {("Service level", 10, "A"), ("Service level", 10, "B")}
