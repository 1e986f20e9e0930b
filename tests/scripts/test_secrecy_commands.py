"""The commands for the key, the backup and the journal, as a person types them."""

import csv
import json
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from config.anchors import keep
from config.canary import check_canary
from config.database import Sessions
from config.settings import CHECKOUT, read_settings
from config.vault import load_vault
from scoring import report_heads, reporting
from scripts.command.main import unannounced
from scripts.database import anchors_path
from tests.assessor.month_of_calls import OCTOBER, assess_all, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute

SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def institute(sessions: Sessions, tmp_path: Path) -> Institute:
    """An institute in a folder of its own, with two centres."""
    institute = an_institute(sessions, load_vault(tmp_path / "var/keys/vault.json", create=True))
    check_canary(sessions, institute.vault, NOW)
    institute.centre(1)
    institute.centre(2, centre="=Centre 2", contact_email="'a@provider.example")
    return institute


@pytest.fixture
def var(
    institute: Institute, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Its folder; the commands find it there."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "UNANNOUNCED_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    return tmp_path / "var"


def run(*words: str, code: int = 0) -> Result:
    """Run a command."""
    result = CliRunner().invoke(unannounced, words)
    assert result.exit_code == code, result.output
    return result


def tamper(sessions: Sessions, statement: str) -> None:
    """Do behind the journal what the database refuses."""
    with sessions.begin() as session:
        if sessions.engine.dialect.name == "sqlite":
            for name in ("no_update", "no_delete", "no_replace"):
                session.execute(text(f"DROP TRIGGER IF EXISTS journal_{name}"))
        else:
            session.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(text(statement))


def test_the_key_is_rotated_and_says_so(institute: Institute, var: Path) -> None:
    said = run("rotate-keys").stdout
    assert re.fullmatch(r"key k2 added; \d+ values encrypted anew\n", said)
    told = json.loads(run("rotate-keys", "--json").stdout)
    assert (told["key"], told["added"], told["closed"]) == ("k3", True, [])
    assert told["values"] > 5
    assert institute.vault.current == "k3"


def test_a_key_can_be_added_alone_and_used_later(institute: Institute, var: Path) -> None:
    assert "key k2 added; start web and worker anew" in run("rotate-keys", "--key-only").stdout
    assert "key k2 was there: an earlier rotation is finished" in run("rotate-keys").stdout


def test_a_value_that_nothing_opens_ends_with_exit_code_1(institute: Institute, var: Path) -> None:
    with institute.sessions.begin() as session:
        session.execute(text("UPDATE cover_identity SET code_sealed = name_sealed"))
    said = run("rotate-keys", code=1).stdout
    assert said.count("opens with no key on the ring; it is left as it is") == 2


def test_a_key_from_systemd_is_not_written_here(
    institute: Institute, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(var))
    (var / "unannounced-vault").write_bytes((var / "keys" / "vault.json").read_bytes())
    (var / "unannounced-vault").chmod(0o600)
    assert "UNANNOUNCED_KEY_FILE naming the file" in run("rotate-keys", code=1).output
    assert institute.vault.current == "k1"


def test_a_backup_is_whole_holds_no_key_and_overwrites_nothing(
    institute: Institute, var: Path, tmp_path: Path
) -> None:
    out = tmp_path / "backups.d" / "copy.db"
    if institute.sessions.engine.dialect.name == "postgresql":
        said = run("backup", str(out), code=1).output
        assert "pg_dump --format=custom" in said
        assert f"--file={out}" in said
        assert "postgresql://" in said
        assert not out.exists()
        return
    assert "nothing was written" in run("backup", str(out), code=1).output
    out.parent.mkdir()
    assert run("backup", str(out)).stdout.startswith(f"{out}: ")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    ring = institute.vault.ring
    for key in (*ring.keys.values(), ring.steady):
        assert key not in before
    assert "is there already" in run("backup", str(out), code=1).output
    assert out.read_bytes() == before
    assert [each.name for each in out.parent.iterdir()] == ["copy.db"]
    other = out.with_name("other.db")
    assert json.loads(run("backup", "--json", str(other)).stdout)["bytes"] == len(before)
    with closing(sqlite3.connect(out)) as copy, institute.sessions.reading() as session:
        for table in ("journal", "cover_identity", "centre", "person"):
            count = f"SELECT count(*) FROM {table}"
            assert copy.execute(count).fetchone()[0] == session.scalar(text(count))


def test_a_backup_is_restored_by_putting_it_in_place(
    institute: Institute, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if institute.sessions.engine.dialect.name == "postgresql":
        return
    keep(institute.sessions, anchors_path(read_settings()), NOW)
    run("backup", str(tmp_path / "copy.db"))
    run("rotate-keys")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'copy.db'}")
    assert json.loads(run("journal", "verify", "--json").stdout)["faults"] == []
    assert "was there: an earlier rotation is finished" in run("rotate-keys").stdout


def test_the_password_of_the_database_is_not_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://user:melon-anchor@db.example/name?password=melon"
    )
    said = run("backup", str(tmp_path / "out put"), code=1).output
    assert "melon" not in said
    assert "--dbname=postgresql://user@db.example/name" in said
    assert f"'--file={tmp_path / 'out put'}'" in said


def test_a_cut_end_is_found_against_the_anchors_and_named(institute: Institute, var: Path) -> None:
    keep(institute.sessions, anchors_path(read_settings()), NOW)
    told = json.loads(run("journal", "verify", "--json").stdout)
    assert (told["faults"], told["anchors"]) == ([], {"files": 1, "reports": 0})
    last = told["entries"]
    tamper(institute.sessions, f"DELETE FROM journal WHERE seq > {last - 2}")
    kept = f"something is kept beside entry {last}, which is gone"
    assert kept in run("journal", "verify", code=1).stdout
    tamper(institute.sessions, "DELETE FROM journal_aside")
    said = run("journal", "verify", code=1).stdout
    assert f"the journal ends at entry {last - 2}, but line 1 of anchors.jsonl" in said
    copy = var / "kept elsewhere.jsonl"
    anchors_path(read_settings()).rename(copy)
    assert "0 anchors in files" in run("journal", "verify").stdout
    said = run("journal", "verify", "--anchors", str(copy), code=1).stdout
    assert "line 1 of kept elsewhere.jsonl" in said


def test_what_is_kept_beside_the_journal_is_checked_and_may_be_gone(
    institute: Institute, var: Path
) -> None:
    tamper(institute.sessions, "UPDATE journal_aside SET body = '{}' WHERE seq = 4")
    said = run("journal", "verify", code=1).stdout
    assert "what is kept beside entry 4 was altered" in said
    tamper(institute.sessions, "DELETE FROM journal_aside")
    assert "the chain holds" in run("journal", "verify").stdout


def test_a_published_report_is_an_anchor(institute: Institute, var: Path) -> None:
    draw_month(institute, centre := institute.centre(3))
    verify(institute, *assess_all(institute))
    reporting.publish(institute.sessions, centre, OCTOBER, NOW, "test", ZONE)
    with institute.sessions.reading() as session:
        (anchor,) = report_heads.anchored_heads(session)
    assert anchor.where == "issue 1 of the report of Centre 3 for 2026-10"
    told = json.loads(run("journal", "verify", "--json").stdout)
    assert (told["faults"], told["anchors"]) == ([], {"files": 0, "reports": 1})
    assert told["head"] == anchor.hash
    tamper(institute.sessions, f"DELETE FROM journal WHERE seq = {told['entries']}")
    assert "issue 1 of the report of Centre 3 for 2026-10 holds a hash that no entry has" in (
        run("journal", "verify", code=1).stdout
    )


def test_the_export_is_checked_by_the_lines_in_the_docs(
    institute: Institute, var: Path, tmp_path: Path
) -> None:
    (snippet,) = SNIPPET.findall((CHECKOUT / "docs" / "journal.md").read_text())
    assert len(snippet.splitlines()) <= 16
    (tmp_path / "check.py").write_text(snippet)
    whole = tmp_path / "journal.csv"

    def check(path: Path) -> str:
        words = [sys.executable, str(tmp_path / "check.py"), str(path)]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    run("journal", "export", str(whole))
    told = json.loads(run("journal", "verify", "--json").stdout)
    assert check(whole) == f"wrong: nothing last hash: {told['head']}\n"
    with whole.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == told["entries"]
    altered = tmp_path / "altered.csv"
    altered.write_bytes(whole.read_bytes().replace(b"return entered", b"return rntered", 1))
    assert check(altered).startswith("wrong: [")
    lines = whole.read_bytes().splitlines(keepends=True)
    altered.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert check(altered).startswith("wrong: [3")
    assert "is there already" in run("journal", "export", str(whole), code=1).output
    assert "can't be written" in run("journal", "export", str(tmp_path / "a/b"), code=1).output
