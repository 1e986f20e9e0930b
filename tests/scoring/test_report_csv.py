import csv
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.outcome import Disposition
from scheduler.promise import Kept
from scoring.estimate import moderated_t
from scoring.figure_words import whole
from scoring.report import centre_report
from scoring.report_call import ReportCall
from scoring.report_csv import COLUMNS, FORMULA, write_csv
from scoring.report_words import view
from scoring.score import Outcome
from tests.scoring.report_calls import (
    HANDLING,
    JANUARY,
    answers,
    months_of_calls,
    scored_call,
    unscored_call,
)


def written(calls: list[ReportCall], provider: str = "Northgate") -> bytes:
    file = BytesIO()
    write_csv(view(centre_report(provider, "Coventry", JANUARY, calls)), file)
    return file.getvalue()


def rows(calls: list[ReportCall], provider: str = "Northgate") -> list[dict[str, str]]:
    text = written(calls, provider).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_spreadsheets_know_it_as_utf_8_and_every_row_has_every_column() -> None:
    found = written([scored_call(1)], provider="Zürich & Söhne")
    assert found.startswith(b"\xef\xbb\xbfkind,")
    assert "Zürich & Söhne".encode() in found
    lines = list(csv.reader(StringIO(found.decode("utf-8-sig"), newline="")))
    assert tuple(lines[0]) == COLUMNS
    assert {len(line) for line in lines} == {len(COLUMNS)}


def test_a_reader_can_recompute_the_report_from_its_calls() -> None:
    scores = ["86.3", "72.5", "91.0", "64.4", "88.8", "79.1"]
    calls = [scored_call(n, score, given=answers(checks=n % 5)) for n, score in enumerate(scores)]
    table = rows([*calls, unscored_call(9, Disposition.BUSY)])
    value = {(row["kind"], row["item"]): row["value"] for row in table}
    average = next(row for row in table if row["item"] == "Average")

    counted = [row for row in table if row["kind"] == "call" and row["in_mean"] == "yes"]
    found = [Decimal(row["value"]) for row in counted]
    by_assessor = [int(n) for n in average["note"].partition("by assessor ")[2].split(", ")]
    spread = float(value["rubric", "standard deviation within a centre"])
    severity = float(value["report", "standard deviation between assessors"])
    interval = moderated_t(found, by_assessor, spread**2, severity**2)
    assert int(average["value"]) == whole(sum(found, Decimal(0)) / len(found))
    assert [average["low"], average["high"]] == [
        str(whole(end)) for end in (interval.low, interval.high)
    ]
    coached = [row for row in table if row["kind"] == "answer" and row["note"] == "coaching"]
    met = sum(int(row["value"]) >= 3 for row in coached)
    behaviour = next(r for r in table if r["kind"] == "behaviour" and r["note"] == "coaching")
    assert (int(behaviour["value"]), int(behaviour["n"])) == (met, len(coached))


def test_a_call_stands_with_its_day_and_without_a_time() -> None:
    failed = scored_call(11, "69.6", outcome=Outcome.FAIL_CRITICAL, given=answers(right=0))
    (call,) = (row for row in rows([failed]) if row["kind"] == "call")
    assert call == {
        "kind": "call",
        "rubric": HANDLING.title,
        "call": "1",
        "date": "2027-01-12",
        "item": "completed",
        "value": "69.6",
        "n": "",
        "low": "",
        "high": "",
        "outcome": "fail_critical",
        "coverage": "100 %",
        "in_pass_rate": "yes",
        "in_mean": "yes",
        "verified": "no",
        "note": "critical: The advice was right",
    }


@pytest.mark.parametrize("start", FORMULA)
def test_what_a_spreadsheet_would_run_is_written_as_text(start: str) -> None:
    (provider,) = (row for row in rows([], f"{start}1+1") if row["item"] == "provider")
    assert provider["value"] == f"'{start}1+1"


@given(months_of_calls, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_cell_begins_as_a_formula(calls: list[ReportCall], provider: str) -> None:
    for row in rows(calls, provider):
        assert not any(cell.startswith(FORMULA) for cell in row.values())


def test_a_promise_has_a_row_of_its_own_beside_its_call() -> None:
    kept = replace(scored_call(1), promise=Kept.LATE)
    table = rows([kept, scored_call(2)])
    (promise,) = [row for row in table if row["kind"] == "promise"]
    (call,) = [row for row in table if row["kind"] == "call" and row["call"] == promise["call"]]
    assert (promise["value"], call["value"]) == ("late", "80.0")
