"""``retention`` as a person types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config import mail
from config.canary import check_canary
from config.database import Sessions
from config.mail_doors import into_folder
from config.vault import load_vault
from scoring.retention import RULES
from scripts.command.main import unannounced
from tests.builders import NOW, Institute, an_institute


@pytest.fixture
def institute(
    sessions: Sessions, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Institute:
    """An institute whose one letter was sent long ago; the commands find it."""
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RETENTION_DAYS", "sign-in=5")
    long_ago = NOW.replace(year=2020)
    institute = an_institute(sessions, load_vault(tmp_path / "var/keys/vault.json", create=True))
    check_canary(sessions, institute.vault, NOW)
    with sessions.begin() as session:
        mail.post(session, institute.vault, long_ago, "a@b.example", "Subject", "Body")
    send = into_folder(tmp_path / "var" / "mail", "institute@localhost")
    mail.deliver(sessions, institute.vault, send, lambda: long_ago)
    return institute


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(unannounced, ["retention", *words])
    assert result.exit_code == code, result.output
    return result


def test_the_table_says_what_is_due_and_changes_nothing(institute: Institute) -> None:
    for _ in range(2):
        told = json.loads(run("show", "--json").stdout)
        assert len(told["kinds"]) == len(RULES)
        due = {kind["kind"]: kind["due"] for kind in told["kinds"] if kind["due"]}
        assert due == {"letter": 1}
    said = run("show").stdout
    assert "letter       90 days after they were sent or given up: 1 due" in said
    assert "sign-in       5 days" in said


def test_a_run_deletes_with_the_file_and_tells_its_proof(
    institute: Institute, tmp_path: Path
) -> None:
    assert len(list((tmp_path / "var" / "mail").glob("*.eml"))) == 1
    (proof,) = json.loads(run("run", "--json").stdout)
    assert (proof["kind"], proof["count"], len(proof["sha256"])) == ("letter", 1, 64)
    assert list((tmp_path / "var" / "mail").glob("*.eml")) == []
    assert "Nothing was due." in run("run").stdout
    verified = CliRunner().invoke(unannounced, ["journal", "verify"])
    assert verified.exit_code == 0, verified.output


def test_days_for_a_kind_that_is_none_end_with_a_sentence(
    institute: Institute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "letters=5")
    assert "RETENTION_DAYS names 'letters'" in run("show", code=1).output
