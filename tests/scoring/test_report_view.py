from pathlib import Path

from hypothesis import given

from scoring.report import centre_report
from scoring.report_call import ReportCall
from scoring.report_view import from_json, to_json
from scoring.report_words import view
from tests.scoring.report_calls import JANUARY, months_of_calls


@given(months_of_calls)
def test_a_stored_issue_is_read_as_it_was_written(calls: list[ReportCall]) -> None:
    seen = view(centre_report("Northgate", "Coventry", JANUARY, calls))
    assert from_json(to_json(seen)) == seen


def test_an_issue_from_before_times_were_measured_still_reads_and_is_written_on() -> None:
    old = from_json((Path(__file__).parent / "old_issue.json").read_text())
    assert (old.centre, old.month, len(old.calls)) == ("Coventry", "2027-01", 5)
    assert old.service == ()
    assert {each.standing for each in old.rubrics} == {""}
    assert all(call.measured == () and not call.by_hand for call in old.calls)
    assert from_json(to_json(old)) == old
