"""One road: from a provider's workbook to a line in a published report, on both databases."""

import csv
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.clock import Month
from config.database import Sessions, connect
from scheduler import attempts, diary, register
from scheduler.outcome import LATEST_DIAL, Disposition
from scheduler.practice.ledger import Ledger
from scoring import ledger
from scoring.report_view import from_json
from scripts.command.main import unannounced
from tests.workbooks import a_book

MONTH = Month(2027, 1)


@pytest.fixture
def var(tmp_path: Path, bare_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for an installation on an empty database."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", bare_database_url)
    return tmp_path / "var"


def run(*words: str) -> Result:
    """Run a command as a person does."""
    result = CliRunner().invoke(unannounced, words)
    assert result.exit_code == 0, result.output
    return result


def test_a_return_becomes_calls_dialled_once_scored_verified_and_a_published_line(
    var: Path, tmp_path: Path, bare_database_url: str
) -> None:
    workbook = tmp_path / "penzance.xlsx"
    a_book().save(workbook)
    run("returns", "import", str(workbook))
    paths = run("rehearse", "--month", str(MONTH), "--centres", "1").stdout.split()
    sessions = connect(bare_database_url)
    try:
        follow(sessions, var, Path(paths[0]))
    finally:
        sessions.engine.dispose()
    assert len(paths) == 1
    finding = json.loads(run("journal", "verify", "--json").stdout)
    assert finding["faults"] == []
    assert finding["entries"] > 10


def follow(sessions: Sessions, var: Path, path: Path) -> None:
    """Follow the calls from the diary over the exchange's ledger to the report."""
    witness = Ledger(var / "exchange" / f"rehearsal-{MONTH}.jsonl")
    with sessions.reading() as session:
        centre = register.centres(session)[0]
        numbers = {line.number.e164 for line in register.lines(session, centre.id)}
        calls = diary.calls(session, months=[MONTH])
        tries = {call.id: attempts.of_call(session, call.id) for call in calls}
        official = ledger.assessments(session, calls=[c.id for c in calls], official=True)
        issue = ledger.issues(session, centres=[centre.id])[0]
    assert centre.name == "Penzance service desk"
    assert len(calls) >= 3
    assert not any(call.disposition.open for call in calls)

    for call in calls:
        attempt = tries[call.id][-1]
        rings = witness.dials(leg="assessor", url_part=attempt.token)
        assert len(rings) == 1
        dials = witness.dials(leg="centre", parent_sid=rings[0]["call_sid"])
        assert len(dials) == 1, "the centre is dialled exactly once"
        assert dials[0]["to"] in numbers
        assert attempt.claimed_at is not None
        assert timedelta(0) <= attempt.claimed_at - call.drawn_moment <= LATEST_DIAL

    completed = [call for call in calls if call.disposition is Disposition.COMPLETED]
    assert {assessment.call for assessment in official} == {call.id for call in completed}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [row for row in rows if row["kind"] == "call"]
    made = Counter(str(a.score) for a in official)
    assert Counter(row["value"] for row in lines if row["value"]) == made
    published = from_json(issue.content)
    assert published.centre == centre.name
    assert len(published.calls) == len(lines)


def test_no_security_code_is_anywhere_in_clear(
    var: Path, tmp_path: Path, bare_database_url: str
) -> None:
    workbook = tmp_path / "penzance.xlsx"
    a_book({"Identities!C2": "zebra-crossing-4711"}).save(workbook)
    run("returns", "import", str(workbook))
    run("rehearse", "--month", str(MONTH), "--centres", "1")
    for path in var.rglob("*"):
        if path.is_file():
            assert b"zebra-crossing" not in path.read_bytes(), path
