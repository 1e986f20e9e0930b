"""The doctor names what is missing, the most important first, each with its remedy."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from twilio.rest import Client

from assessor.app import create_hooks
from assessor.hooks import HookDesk
from config.clock import system_clock
from config.settings import read_settings
from scheduler import caller_pool, line_state
from scheduler.high_water import HighWater
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from scheduler.telephone_twilio import OriginClient
from scripts.command.main import unannounced
from scripts.database import Installation, prepare
from scripts.practice_account import practice_account
from scripts.practice_line import POOL


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    """The telephone network of the installation."""
    for name in ("DATABASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    own = practice_account(read_settings())
    return Exchange(own.account, own.token, Ledger(tmp_path / "ledger.jsonl"), system_clock, POOL)


@pytest.fixture
def well(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation whose web, worker and exchange answer."""
    own = practice_account(read_settings())
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    monkeypatch.setenv("EXCHANGE_PORT", server.origin.rpartition(":")[2])
    apps: list[Flask] = []
    web = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
    monkeypatch.setenv("PUBLIC_ORIGIN", web.origin)
    opened = prepare(read_settings())
    apps.append(
        create_hooks(HookDesk(opened.sessions, system_clock, web.origin, own.account, own.token))
    )
    with opened.sessions.begin() as session:
        line_state.beat(session, "worker", system_clock())
    yield opened
    web.close()
    server.close()
    opened.sessions.engine.dispose()


def findings(*, code: int) -> dict[str, tuple[str, str, str]]:
    """Weight, words and remedy of each part; each weight in its order."""
    result = CliRunner().invoke(unannounced, ["doctor", "--json"])
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    order = ["needed", "advised", "fine"]
    weights = [order.index(each["weight"]) for each in found]
    assert weights == sorted(weights)
    assert all(each["remedy"] or each["weight"] == "fine" for each in found)
    return {each["what"]: (each["weight"], each["said"], each["remedy"]) for each in found}


def test_an_installation_that_can_call_lacks_nothing_needed(well: Installation) -> None:
    found = findings(code=0)
    parts = ("settings", "database", "key", "worker", "credentials", "number pool", "hooks")
    assert {part: found[part][0] for part in parts} == dict.fromkeys(parts, "fine")
    assert found["mail"][0] == found["telephone"][0] == "advised"


def test_a_new_folder_is_told_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("EXCHANGE_PORT", "9")
    monkeypatch.setenv("PUBLIC_ORIGIN", "http://127.0.0.1:9")
    found = findings(code=1)
    for part in ("database", "credentials", "hooks"):
        weight, _, remedy = found[part]
        assert weight == "needed"
        assert "scripts/start" in remedy or "PUBLIC_ORIGIN" in remedy


def test_a_wrong_setting_is_the_only_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    assert list(findings(code=1)) == ["settings"]


def test_a_proxy_that_changes_the_address_is_found(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = well.settings.public_origin.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("PUBLIC_ORIGIN", other)
    weight, said, _ = findings(code=1)["hooks"]
    assert (weight, "403, not 204" in said) == ("needed", True)


def test_something_that_answers_for_this_program_is_found(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def yes(environ: object, start: object) -> list[bytes]:
        start("204 No Content", [])  # type: ignore[operator]
        return []

    liar = Listener(yes, "127.0.0.1", 0)
    monkeypatch.setenv("PUBLIC_ORIGIN", liar.origin)
    try:
        assert "204, not 403" in findings(code=1)["hooks"][1]
    finally:
        liar.close()


def test_a_stopped_line_and_an_old_backup_are_named(well: Installation) -> None:
    with well.sessions.begin() as session:
        line_state.stop(session, "a test", system_clock())
    HighWater(well.settings.high_water).note(uuid4(), system_clock())
    found = findings(code=1)
    assert "a test" in found["worker"][1]
    assert "settle" in found["high-water mark"][2]


def test_a_lost_key_is_named(well: Installation, tmp_path: Path) -> None:
    (tmp_path / "var" / "keys" / "vault.json").unlink()
    weight, _, remedy = findings(code=1)["key"]
    assert (weight, "docs/secrecy.md" in remedy) == ("needed", True)


def test_the_words_are_plain(well: Installation) -> None:
    result = CliRunner().invoke(unannounced, ["doctor"])
    assert result.exit_code == 0
    assert "fine     hooks: " in result.output
    assert "better   mail: " in result.output


def test_numbers_that_ring_elsewhere_are_named_until_they_are_adopted(well: Installation) -> None:
    weight, said, remedy = findings(code=0)["ring-backs"]
    assert (weight, POOL[0] in said, "pool adopt" in remedy) == ("advised", True, True)
    adopted = CliRunner().invoke(unannounced, ["pool", "adopt"])
    assert adopted.exit_code == 0, adopted.output
    assert f"{POOL[0]} rings here now, before: nowhere" in adopted.output
    assert findings(code=0)["ring-backs"][0] == "fine"
    again = CliRunner().invoke(unannounced, ["pool", "adopt"])
    assert again.output == "Every number rings here already.\n"


def test_a_refused_number_is_listed_and_restored_by_a_command(well: Installation) -> None:
    with well.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, POOL[:2])
        caller_pool.refuse(session, POOL[0], system_clock())
    shown = CliRunner().invoke(unannounced, ["pool", "show"]).output.splitlines()
    assert shown[0].startswith(f"{POOL[0]}  refused on ")
    assert shown[1] == f"{POOL[1]}  in the pool"
    restore = ["pool", "restore", POOL[0]]
    codes = [CliRunner().invoke(unannounced, restore).exit_code for _ in range(2)]
    assert codes == [0, 1]


@pytest.fixture
def softphone(well: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The same with browsers that call in over an app; answers who may change the account."""
    own = practice_account(well.settings)
    origin = well.settings.exchange_origin
    client = Client(own.account, own.token, http_client=OriginClient(origin, 5))
    app = client.applications.create(
        voice_url=f"{well.settings.public_origin}/hooks/softphone", voice_method="POST"
    )
    for name, value in (
        ("TWILIO_ACCOUNT_SID", own.account),
        ("TWILIO_AUTH_TOKEN", own.token),
        ("TWILIO_API_ORIGIN", origin),
        ("TWILIO_API_KEY", "SK" + "0" * 32),
        ("TWILIO_API_SECRET", "secret-of-a-test"),
        ("TWILIO_TWIML_APP", app.sid),
    ):
        monkeypatch.setenv(name, value)
    yield client
    client.http_client.session.close()


def test_an_app_that_asks_this_workspace_by_post_is_fine(softphone: Client) -> None:
    weight, said, _ = findings(code=0)["softphone"]
    assert (weight, "/hooks/softphone" in said) == ("fine", True)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"voice_method": "GET"}, "asks GET http"),
        ({"voice_url": "https://elsewhere.example/voice"}, "asks POST https://elsewhere"),
        ({"voice_url": ""}, "asks nobody"),
    ],
)
def test_an_app_that_asks_somebody_else_is_named_with_what_to_set(
    softphone: Client, change: dict[str, str], seen: str
) -> None:
    (app,) = softphone.applications.list()
    app.update(**change)
    weight, said, remedy = findings(code=1)["softphone"]
    assert (weight, seen in said) == ("needed", True)
    assert "let its voice request be POST http" in remedy


def test_an_app_that_the_account_does_not_have_is_named(
    softphone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_TWIML_APP", "AP" + "f" * 32)
    assert "no TwiML App AP" in findings(code=1)["softphone"][1]


def test_a_refused_account_and_an_unreached_network_are_told_apart(
    softphone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "f" * 32)
    assert "refuses this account" in findings(code=1)["credentials"][1]
    monkeypatch.setenv("TWILIO_API_ORIGIN", "http://127.0.0.1:9")
    assert "doesn't answer" in findings(code=1)["credentials"][1]


def test_an_empty_pool_is_fine_where_every_call_is_made_by_hand(
    well: Installation, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.own(owned=())
    assert findings(code=1)["number pool"][0] == "needed"
    monkeypatch.setenv("BY_HAND", "yes")
    assert findings(code=0)["number pool"][0] == "fine"
