"""A backup is restored, compared and dialled from again: the rehearsal of a bad day."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from config.canary import check_canary
from config.clock import system_clock
from config.database import Sessions, connect
from config.settings import read_settings
from config.vault import load_vault
from scheduler.dialling import is_behind
from scheduler.high_water import HighWater
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import serve
from scripts.command.main import unannounced
from scripts.database import Installation, prepare
from scripts.practice_account import practice_account
from scripts.practice_line import POOL
from scripts.worker import make_desk, worker_lock
from tests.builders import an_institute
from tests.fakes import FakeTelephone


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation in a folder of its own, with an institute."""
    for name in ("DATABASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    settings = read_settings()
    sessions = connect(settings.database_url)
    sessions.engine.dispose()
    vault = load_vault(tmp_path / "var" / "keys" / "vault.json", create=True)
    made = prepare(settings)
    check_canary(made.sessions, vault, system_clock())
    return made


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(unannounced, words)
    assert result.exit_code == code, result.output
    return result


def test_a_backup_is_restored_and_the_database_before_it_kept(
    opened: Installation, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    run("backup", str(backup))
    institute = an_institute(opened.sessions, opened.vault)
    call = institute.call(now=system_clock())
    opened.sessions.engine.dispose()
    told = json.loads(run("restore", str(backup), "--json").stdout)
    assert Path(told["kept"]).is_file()
    restored: Sessions = prepare(read_settings()).sessions
    from scheduler import diary

    with restored.reading() as session:
        assert diary.find_call(session, call) is None
    restored.engine.dispose()


def test_what_is_no_backup_changes_nothing(opened: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("no database")
    before = Path(opened.settings.database_url.removeprefix("sqlite:///")).read_bytes()
    assert "no backup" in run("restore", str(other), code=1).output
    assert Path(opened.settings.database_url.removeprefix("sqlite:///")).read_bytes() == before


def test_nothing_is_restored_beside_a_worker(opened: Installation, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "backup.db"))
    with worker_lock(opened.settings):
        assert "Stop it first" in run("restore", str(tmp_path / "backup.db"), code=1).output


def test_an_old_backup_is_settled_by_the_networks_list(
    opened: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = practice_account(opened.settings)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    exchange = Exchange(own.account, own.token, ledger, system_clock, POOL)
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    monkeypatch.setenv("EXCHANGE_PORT", server.origin.rpartition(":")[2])
    HighWater(opened.settings.high_water).note(uuid4(), system_clock())
    try:
        desk = make_desk(opened, FakeTelephone(system_clock))
        assert is_behind(desk)
        told = json.loads(run("settle", "--json").stdout)
        assert told == {"was_behind": True, "open": 0, "left_to_a_person": 0}
        assert not is_behind(desk)
    finally:
        server.close()
