"""The ledger: a file that only grows."""

from datetime import UTC, datetime
from pathlib import Path

from scheduler.practice.ledger import Ledger

MOMENT = datetime(2027, 1, 4, 9, tzinfo=UTC)


def test_rows_are_numbered_and_leave_out_what_is_unknown(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new" / "ledger.jsonl")
    assert ledger.rows() == []
    ledger.write("dial", MOMENT, to="+441134960001", leg="centre", url="/a", parent_sid=None)
    ledger.write("notice", MOMENT, text="é")
    assert ledger.rows(after=1) == [
        {"seq": 2, "at": "2027-01-04T09:00:00+00:00", "kind": "notice", "text": "é"}
    ]
    assert "parent_sid" not in ledger.rows()[0]
    ledger.close()


def test_a_ledger_opened_again_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for n in (1, 2):
        ledger = Ledger(path)
        ledger.write("notice", MOMENT, n=n)
        ledger.close()
    assert [(row["seq"], row["n"]) for row in Ledger(path).rows()] == [(1, 1), (2, 2)]


def test_a_line_that_was_never_finished_was_never_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"seq": 1, "kind": "notice"}\n{"seq": 2, "ki')
    ledger = Ledger(path)
    assert len(ledger.rows()) == 1
    ledger.write("notice", MOMENT)
    assert [row["seq"] for row in ledger.rows()] == [1, 2]
    ledger.close()


def test_dials_are_found_by_number_leg_parent_and_address(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for to, leg, parent, url in (
        ("+447700900001", "assessor", None, "http://127.0.0.1/voice/aaa"),
        ("+441134960001", "centre", "CA1", "http://127.0.0.1/voice/aaa"),
        ("+441134960001", "centre", "CA2", "http://127.0.0.1/voice/bbb"),
    ):
        ledger.write("dial", MOMENT, to=to, leg=leg, parent_sid=parent, url=url)
    ledger.close()
    assert len(ledger.dials()) == 3
    assert len(ledger.dials("+441134960001")) == 2
    assert len(ledger.dials(leg="assessor")) == 1
    assert len(ledger.dials(url_part="/aaa")) == 2
    assert [row["seq"] for row in ledger.dials(parent_sid="CA2", url_part="/bbb")] == [3]
