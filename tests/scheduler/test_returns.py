"""A provider's return: a statement, or every fault in it, and no secret in either's telling."""

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.centre import Closure, CodeKind, ContactNumber, Kind, OpenSpan
from scheduler.returns import read_workbook
from tests.scheduler.readings import only_fault, read, stated
from tests.workbooks import TODAY, a_book, saved, write_return


def test_a_clean_return_is_a_statement_without_a_note() -> None:
    reading = read()
    assert (reading.name, reading.faults, reading.notes) == ("penzance.xlsx", (), ())
    statement = reading.statement
    assert statement is not None
    assert (statement.provider, statement.centre) == (
        "Penzance Software Ltd",
        "Penzance service desk",
    )
    assert (statement.kind, statement.zone, statement.country) == (
        Kind.EXTERNAL,
        "Europe/London",
        "GB",
    )
    assert statement.contact_email == "liaison@penzance.example"
    assert (statement.accredited_from, statement.accredited_until) == (
        date(2026, 1, 1),
        date(2028, 12, 31),
    )
    assert statement.notice_given_on == date(2026, 9, 1)
    assert statement.recording_permitted
    assert statement.numbers == (
        ContactNumber("Main line", "+442079460101", "ww2w1", date(2026, 9, 1), None),
        ContactNumber("Out of hours", "+441632960101"),
    )
    assert [identity.code.text for identity in statement.identities] == [
        "0420",
        "Harbour Wall7",
        "TX/00417/A",
    ]
    assert [identity.code.kind for identity in statement.identities] == [
        CodeKind.PIN,
        CodeKind.PASSWORD,
        CodeKind.CONTRACT_NUMBER,
    ]
    assert statement.hours == (
        *(OpenSpan(day, 480, 1080) for day in range(5)),
        OpenSpan(5, 540, 780),
    )
    assert statement.closures == (
        Closure(date(2026, 12, 24), date(2026, 12, 27), "Christmas"),
        Closure(date(2027, 1, 1), date(2027, 1, 1)),
    )
    assert statement.service_level.answer_within == 30
    assert statement.service_level.answered_percent == 80
    assert statement.service_level.escalation_within == 60
    assert statement.service_level.exclusions == "None"


def test_a_file_is_read_from_its_path_too(tmp_path: Path) -> None:
    reading = read_workbook(write_return(tmp_path / "penzance.xlsx"), "penzance.xlsx", TODAY)
    assert reading.statement == stated()


def test_an_empty_validity_is_now_and_open() -> None:
    identity = stated().identities[1]
    assert (identity.valid_from, identity.valid_until) == (None, None)


def test_every_fault_of_a_file_is_found_in_one_pass_in_the_order_of_its_places() -> None:
    reading = read(
        {
            "Hours!B3": "25:00",
            "Centre!B4": "Europe/Lundon",
            "Numbers!B2": "020 7946",
            "Identities!A3": None,
            "Closures!A2": "31/02/2026",
            "Service level!B5": 140,
            "Centre!B1": "=A1",
            "Service level!B2": "=A2",
        }
    )
    assert reading.statement is None
    assert [(fault.sheet, fault.row, fault.column) for fault in reading.faults] == [
        ("Centre", 1, "B"),
        ("Centre", 4, "B"),
        ("Numbers", 2, "B"),
        ("Identities", 3, "A"),
        ("Hours", 3, "B"),
        ("Closures", 2, "A"),
        ("Service level", 2, "B"),
        ("Service level", 5, "B"),
    ]


def test_a_fault_names_its_place_and_its_remedy() -> None:
    assert only_fault({"Hours!B3": "25:00"}) == (
        "Hours, row 3, column B (Opens): 25:00 is no time of day; write it as 09:00"
    )


@pytest.mark.parametrize(
    ("emptied", "note"),
    [
        ("Numbers", "Numbers: no contact number is stated"),
        ("Identities", "Identities: no identity is stated"),
        ("Hours", "Hours: no hours are stated"),
    ],
)
def test_a_centre_may_state_nothing_on_a_sheet_and_a_note_says_what_follows(
    emptied: str, note: str
) -> None:
    book = a_book()
    book[emptied].delete_rows(2, 9)
    reading = read_workbook(saved(book), "penzance.xlsx", TODAY)
    assert reading.statement is not None
    assert next(str(found) for found in reading.notes).startswith(note)


def test_no_fault_or_note_repeats_what_an_identity_holds() -> None:
    secret = "Wheal4711"
    texts = []
    for column in "ABCDEF":
        for value in (secret, f"{secret}\n", f" {secret} ", f"{secret}\u200b", secret * 40):
            for rows in ((1,), (2, 3)):
                reading = read({f"Identities!{column}{row}": value for row in rows})
                texts += [str(found) for found in (*reading.faults, *reading.notes)]
                texts.append(repr(reading))
    assert len(texts) > 100
    assert not [text for text in texts if secret in text]


@pytest.mark.parametrize("column", ["C", "D", "E", "F"])
def test_no_fault_repeats_a_code_that_became_a_number(column: str) -> None:
    reading = read({f"Identities!{column}{row}": 471147 for row in (1, 2, 3)})
    assert reading.faults
    assert not [fault for fault in reading.faults if "471147" in str(fault)]


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).filter(
        lambda text: not text.startswith("=")
    ),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)),
    st.times(),
)
PLACES = st.sampled_from(["Centre", "Numbers", "Identities", "Hours", "Closures", "Service level"])


@settings(max_examples=60, deadline=None)
@given(PLACES, st.sampled_from("ABCDEFG"), st.integers(1, 12), CELLS)
def test_any_value_in_any_cell_ends_in_a_statement_or_in_faults(
    sheet: str, column: str, row: int, value: object
) -> None:
    reading = read({f"{sheet}!{column}{row}": value})
    assert (reading.statement is None) == bool(reading.faults)
    assert all(fault.problem and fault.remedy for fault in reading.faults)
