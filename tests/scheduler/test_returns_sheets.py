"""The rules of the sheets Centre, Numbers and Identities."""

from collections.abc import Mapping
from datetime import date, datetime, time

import pytest

from scheduler.centre import CodeKind
from scheduler.returns import read_workbook
from tests.scheduler.readings import only_fault, only_note, places, read, stated
from tests.workbooks import TODAY, Formatted, a_book, saved


@pytest.mark.parametrize("row", range(1, 9))
def test_what_a_centre_must_state_may_not_be_empty(row: int) -> None:
    assert f"Centre, row {row}, column B" in only_fault({f"Centre!B{row}": None})


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("Centre!B3", "extern", "extern is no kind; write external, if that is meant"),
        ("Centre!B3", "both", "both is no kind; write external or internal"),
        ("Centre!B4", "Europe/Lundon", "is no time zone; write Europe/London, if that is meant"),
        ("Centre!B4", "Lunar", "Lunar is no time zone; write it as Europe/London"),
        ("Centre!B5", "XX", "XX is no country; write its two letters, such as GB"),
        ("Centre!B6", "liaison at penzance", "is no e-mail address"),
        ("Centre!B6", "a@b@penzance.example", "is no e-mail address"),
        ("Centre!B7", "31/02/2026", "is no date, as February 2026 has 28 days"),
        ("Centre!B8", datetime(2025, 12, 31), "31 December 2025 is before it begins"),
        ("Centre!B8", datetime(2026, 11, 24), "it ended on 24 November 2026"),
        ("Centre!B9", datetime(2026, 11, 26), "26 November 2026 is in the future"),
        ("Centre!B10", "perhaps", "perhaps is no answer; write yes or no"),
    ],
)
def test_what_a_centre_may_not_state(place: str, value: object, fault: str) -> None:
    assert fault in only_fault({place: value})


@pytest.mark.parametrize(
    ("place", "value", "note"),
    [
        ("Centre!B3", "EXTERNAL", "read as external"),
        ("Centre!B4", "europe/london", "read as Europe/London"),
        ("Centre!B5", "UK", "read as GB"),
        ("Centre!B5", "gb", "read as GB"),
        ("Centre!B7", "01/01/2026", "read as 1 January 2026, the day first"),
        ("Centre!B9", None, "no notice has been given"),
        ("Centre!B10", None, "read as no"),
        ("Centre!B10", True, "read as yes"),
    ],
)
def test_what_a_centre_states_untidily_is_understood_with_a_note(
    place: str, value: object, note: str
) -> None:
    assert note in only_note({place: value})


def test_what_ends_today_and_a_notice_of_today_are_still_good() -> None:
    changes = {"Centre!B8": datetime(2026, 11, 25), "Centre!B9": datetime(2026, 11, 25)}
    assert stated(changes).accredited_until == TODAY


def test_a_national_number_is_read_by_the_centres_country() -> None:
    changes = {"Centre!B4": "America/New_York", "Centre!B5": "US"}
    changes |= {"Numbers!B2": "312 555 0156", "Numbers!B3": "+44 20 7946 0101"}
    assert [number.e164 for number in stated(changes).numbers] == ["+13125550156", "+442079460101"]


def test_national_numbers_wait_for_a_country_that_is_not_known() -> None:
    reading = read({"Centre!B5": "Atlantis", "Numbers!B3": "+44 20 7946"})
    assert places(reading) == {("Centre", 5, "B"), ("Numbers", 3, "B")}


@pytest.mark.parametrize("column", ["A", "B"])
def test_a_number_needs_a_label_and_digits(column: str) -> None:
    assert f"column {column}" in only_fault({f"Numbers!{column}2": None})


def test_a_number_that_is_stated_twice_is_a_fault() -> None:
    assert only_fault({"Numbers!B3": "+44 (0)20 7946 0101"}).startswith(
        "Numbers, row 3, column B (Number): the same number stands in row 2 already"
    )


def test_an_untidy_number_and_untidy_keys_are_shown_as_they_were_understood() -> None:
    assert "read as +442079460101" in only_note({"Numbers!B2": " (020) 7946-0 101 "})
    assert "read as 2ww1" in only_note({"Numbers!C2": "press 2, then 1"})


def test_keys_that_can_not_be_sent_are_a_fault() -> None:
    assert only_fault({"Numbers!C2": "2x#Q"}).startswith("Numbers, row 2, column C (Menu keys)")


def test_a_single_key_may_be_a_number_and_more_may_have_lost_a_zero() -> None:
    assert "read as 2" in only_note({"Numbers!C2": 2})
    assert stated({"Numbers!C2": 2}).numbers[0].menu_keys == "2"
    assert "turned into a number" in only_fault({"Numbers!C2": 12})


@pytest.mark.parametrize("value", [2079460101, 442079460101, 2079460101.0, "2079460101.0"])
def test_a_telephone_number_that_became_a_number_is_a_fault(value: object) -> None:
    assert "leading zeros may be lost" in only_fault({"Numbers!B2": value})


def test_a_telephone_number_whose_format_keeps_its_zeros_is_read() -> None:
    changes = {"Numbers!B2": Formatted(2079460101, "00000000000")}
    assert stated(changes).numbers[0].e164 == "+442079460101"
    assert "read as +442079460101" in only_note(changes)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"Numbers!D2": datetime(2026, 5, 1), "Numbers!E2": datetime(2026, 4, 1)},
            "Numbers, row 2, column E (Valid until): 1 April 2026 is before it begins",
        ),
        ({"Numbers!E3": datetime(2026, 11, 24)}, "it ended on 24 November 2026"),
        ({"Numbers!E3": "30/02/2027"}, "is no date"),
    ],
)
def test_a_number_that_is_not_valid_any_more_is_a_fault(
    changes: Mapping[str, object], fault: str
) -> None:
    assert fault in only_fault(changes)


def test_a_validity_may_be_a_single_day() -> None:
    day = datetime(2026, 11, 30)
    assert stated({"Numbers!D3": day, "Numbers!E3": day}).numbers[1].valid_from == day.date()


def test_a_validity_that_lapses_later_is_good() -> None:
    statement = stated({"Numbers!E2": datetime(2026, 11, 25), "Numbers!D3": datetime(2027, 2, 1)})
    assert statement.numbers[0].valid_until == TODAY
    assert statement.numbers[1].valid_from == date(2027, 2, 1)


@pytest.mark.parametrize("column", ["A", "B", "C", "D"])
def test_an_identity_needs_name_account_code_and_kind(column: str) -> None:
    assert f"Identities, row 3, column {column}" in only_fault({f"Identities!{column}3": None})


def test_names_may_repeat_but_accounts_and_codes_may_not() -> None:
    assert stated().identities[0].name == stated().identities[1].name
    assert only_fault({"Identities!B4": "400101"}).startswith(
        "Identities, row 4, column B (Account): the same account stands in row 2 already"
    )
    assert only_fault({"Identities!C4": "0420"}).startswith(
        "Identities, row 4, column C (Security code): the same security code stands in row 2"
    )


def test_a_code_is_kept_to_the_letter_but_for_how_accents_are_composed() -> None:
    identities = stated(
        {"Identities!C3": "Nai\u0308ve  cafe\u0301 9", "Identities!C4": "tx/00417/a"}
    ).identities
    assert identities[1].code.text == "Na\u00efve  caf\u00e9 9"
    assert identities[2].code.text == "tx/00417/a"


def test_a_code_that_begins_with_an_equals_sign_as_text_is_a_value() -> None:
    book = a_book({"Identities!C3": "x"})
    book["Identities"]["C3"].value = "=sesame"
    book["Identities"]["C3"].data_type = "s"
    statement = read_workbook(saved(book), "penzance.xlsx", TODAY).statement
    assert statement is not None
    assert statement.identities[1].code.text == "=sesame"


@pytest.mark.parametrize(
    ("value", "number_format", "digits"),
    [
        (614, "0000", "0614"),
        (614.0, "0000", "0614"),
        (12345, "0000", "12345"),
        (4017, '"TX"0000', None),
        (417, "000\\ 000", "000 417"),
        (417, "000-000", "000-417"),
        (614, "General", None),
        (614, "@", None),
        (614, "0", None),
        (614, "#,##0", None),
        (614, "0.00", None),
        (6.5, "0000", None),
        (-614, "0000", None),
        (1234567890123456, "0000", None),
    ],
)
@pytest.mark.parametrize("column", ["B", "C"])
def test_digits_that_became_a_number_are_read_only_when_the_format_keeps_leading_zeros(
    column: str, value: float, number_format: str, digits: str | None
) -> None:
    changes = {f"Identities!{column}2": Formatted(value, number_format)}
    if digits is None:
        fault = only_fault(changes)
        assert "was turned into a number, so leading zeros may be lost" in fault
        assert "format the cell as text" in fault
    else:
        identity = stated(changes).identities[0]
        assert (identity.account if column == "B" else identity.code.text) == digits
        assert "with leading zeros" in only_note(changes)


def test_a_pin_with_a_decimal_point_was_a_number_once_but_a_password_is_kept() -> None:
    assert "was a number once" in only_fault({"Identities!C2": "420.0"})
    assert stated({"Identities!C3": "420.0"}).identities[1].code.text == "420.0"


@pytest.mark.parametrize("value", [datetime(2026, 2, 1), True, time(4, 20)])
def test_a_code_that_became_something_else_is_a_fault(value: object) -> None:
    assert "Identities, row 2, column C" in only_fault({"Identities!C2": value})


@pytest.mark.parametrize(
    ("written", "kind"), [("pin", CodeKind.PIN), ("Contract  Number ", CodeKind.CONTRACT_NUMBER)]
)
def test_a_kind_of_code_is_known_whatever_its_case(written: str, kind: CodeKind) -> None:
    assert stated({"Identities!D2": written}).identities[0].code.kind == kind
    assert f"read as {kind}" in only_note({"Identities!D2": written})
