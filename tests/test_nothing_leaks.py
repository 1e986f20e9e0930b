"""1,000 planted codes: none is in a database, log, letter, backup, page, export or error."""

import base64
import logging
import re
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from assessor.policy import roles_of
from config import mail, mail_doors
from config.database import Base, Sessions, connect
from config.vault import load_vault
from scheduler import reminding
from scheduler.access import Role
from scheduler.centre import CodeKind, SecurityCode
from scheduler.enrolling import enrol
from scoring import reporting
from scripts.command.main import unannounced
from tests.assessor.month_of_calls import OCTOBER, assess_all, draw_month, verify
from tests.builders import NOW, ZONE, Institute, a_return, an_institute
from tests.fakes import SettableClock
from tests.planted import HEAD, NEEDLES, TAIL, codes, identities, leaks
from tests.scheduler.stored import rows
from tests.workbooks import write_return
from tests.workspace import PASSWORD, client, workspace

COUNT, CENTRES = 1000, 4
PLANTED = codes(COUNT)
ROLES = {role: f"{role} of the walk" for role in Role}
HREF = re.compile(r'(?:href|action|hx-get)="(/[^"#]*)')


@dataclass
class World:
    """A workspace with all the codes, and everything that it wrote."""

    institute: Institute
    app: Flask
    call: UUID
    var: Path
    clock: SettableClock

    def client(self, role: Role) -> FlaskClient:
        """Somebody of a role, signed in."""
        email = f"{ROLES[role].replace(' ', '.')}@institute.example"
        return client(self.app, email)

    def files(self) -> dict[Path, bytes]:
        """Every file in the folder but the key."""
        found = (each for each in self.var.rglob("*") if each.is_file())
        return {path: path.read_bytes() for path in found if path.parent.name != "keys"}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log of everything that anybody says, SQL included."""
    path = tmp_path / "var" / "logs" / "all.log"
    path.parent.mkdir(parents=True)
    handler = logging.FileHandler(path)
    loggers = [logging.getLogger(name) for name in (None, "sqlalchemy.engine", "flask.app")]
    levels = [each.level for each in loggers]
    logging.getLogger().addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    yield path
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)
    logging.getLogger().removeHandler(handler)
    handler.close()


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database, in the folder of the installation where it is a file."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "UNANNOUNCED_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    if database_url.startswith("sqlite"):
        data = tmp_path / "var" / "data"
        data.mkdir(parents=True)
        (tmp_path / "unannounced.db").rename(data / "unannounced.db")
        database_url = f"sqlite:///{data / 'unannounced.db'}"
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def own(log: Path, url: str) -> Iterator[Sessions]:
    """Opens transactions on it."""
    sessions = connect(url)
    yield sessions
    sessions.engine.dispose()


@pytest.fixture
def world(own: Sessions, tmp_path: Path) -> World:
    """Four centres with 1,000 codes, a month that is published, and a call that is due."""
    sessions = own
    vault = load_vault(tmp_path / "var" / "keys" / "vault.json", create=True)
    institute = an_institute(sessions, vault)
    share = COUNT // CENTRES
    centres = []
    for number in range(CENTRES):
        entitled = identities(PLANTED[number * share : (number + 1) * share])
        centres.append(institute.centre(number, identities=entitled))
    with sessions.reading() as session:
        provider = session.scalar(text("SELECT id FROM provider WHERE name = 'Provider 0'"))
    for role, name in ROLES.items():
        more = {"provider": UUID(str(provider))} if role is Role.PROVIDER_CONTACT else {}
        key = institute.person(name, role, password=PASSWORD, **more)
        institute.assessor = key if role is Role.ASSESSOR else institute.assessor
        institute.verifier = key if role is Role.VERIFIER else institute.verifier
    draw_month(institute, centres[0])
    verify(institute, *assess_all(institute))
    reporting.publish(sessions, centres[0], OCTOBER, NOW, "test", ZONE)
    clock = SettableClock(NOW)
    call = institute.call(centres[0], due=timedelta(minutes=9))
    return World(institute, workspace(institute, clock), call, tmp_path / "var", clock)


def reveal(world: World, browser: FlaskClient, **headers: str) -> Any:
    """The one click that shows a code, with all that has to come before it."""
    browser.post(f"/calls/{world.call}/briefing")
    return browser.post(f"/calls/{world.call}/code", headers=headers)


def addresses(world: World, role: Role) -> list[str]:
    """Every address of a GET page that a role may open, with ids out of every table."""
    with world.institute.sessions.reading() as session:
        ids = [
            key
            for table in Base.metadata.sorted_tables
            if [column.type.python_type for column in table.primary_key] == [UUID]
            for key in session.scalars(select(*table.primary_key).limit(1))
        ]
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
            continue
        roles = roles_of(world.app.view_functions[rule.endpoint])
        if roles is not None and role in roles:
            kinds = {name: type(each).__name__ for name, each in rule._converters.items()}
            words = [w for each in rule._converters.values() for w in getattr(each, "items", ())]
            keys = [world.call, *ids] if "UUIDConverter" in kinds.values() else [world.call]
            for key, word in product(keys, words or [""]):
                samples = {"UUIDConverter": key, "IntegerConverter": 1, "AnyConverter": word}
                values = {name: samples.get(kind, str(OCTOBER)) for name, kind in kinds.items()}
                with world.app.test_request_context():
                    built = rule.build(values)
                assert built is not None
                found.append(built[1])
    return found


def walk(world: World, role: Role, browser: FlaskClient) -> int:
    """Open every page of a role, and what they link to; answers how many there were."""
    waiting = deque(dict.fromkeys(addresses(world, role)))
    seen = set(waiting)
    opened = 0
    while waiting:
        address = waiting.popleft()
        answer = browser.get(address)
        assert leaks(answer.data) == [], (role, address)
        assert leaks(str(answer.headers)) == [], (role, address)
        if answer.status_code == 200:
            opened += 1
            if answer.mimetype == "text/html":
                links = {link.replace("&amp;", "&") for link in HREF.findall(answer.text)}
                fresh = sorted(link for link in links - seen if not link.startswith("/static/"))
                seen.update(fresh)
                waiting.extend(fresh)
    return opened


@pytest.mark.parametrize("name", NEEDLES)
def test_the_search_finds_a_code_in_each_form(name: str) -> None:
    assert leaks(b"...".join([b"before", NEEDLES[name], b"after"])) != []


@pytest.mark.parametrize("beside", ["", "a", "ab", "abc"])
def test_the_search_finds_an_encoded_code_wherever_it_begins(beside: str) -> None:
    whole = f"{beside}{PLANTED[7]}{beside}".encode()
    for encoded in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
        assert {name.partition(" ")[0] for name in leaks(encoded)} & {"base64", "base64url"}
    assert leaks(whole.hex())
    assert leaks(whole.hex().upper())
    assert not leaks(HEAD[:5] + TAIL[:5])


def test_no_page_of_any_role_and_nothing_that_was_written_holds_a_code(
    world: World, log: Path, url: str, tmp_path: Path
) -> None:
    sessions, vault = world.institute.sessions, world.institute.vault
    shown = reveal(world, world.client(Role.ASSESSOR))
    assert [code for code in PLANTED if code in shown.text], "the one answer that holds a code"
    opened = {role: walk(world, role, world.client(role)) for role in Role}
    assert all(opened.values()), opened
    assert sum(opened.values()) > 40

    reminding.remind(sessions, vault, NOW, "http://127.0.0.1", "Test institute")
    with sessions.begin() as session:
        mail.post(session, vault, NOW, "a@institute.example", "Subject", "Body")
    folder = mail_doors.into_folder(world.var / "mail", "institute@localhost")
    sent = mail.deliver(sessions, vault, folder, lambda: NOW)
    assert sent >= 1
    if url.startswith("sqlite"):
        run = CliRunner().invoke(unannounced, ["backup", str(world.var / "backup.db")])
        assert run.exit_code == 0, run.output
    run = CliRunner().invoke(unannounced, ["journal", "export", str(world.var / "journal.csv")])
    assert run.exit_code == 0, run.output

    assert leaks(repr(rows(sessions))) == []
    files = world.files()
    names = {path.name for path in files}
    assert {"all.log", "journal.csv"} <= names
    assert any(name.endswith(".eml") for name in names)
    if url.startswith("sqlite"):
        assert {"unannounced.db", "unannounced.db-wal", "backup.db"} <= names
    assert b"cover_identity" in files[log], "the log holds the SQL"
    for path, content in files.items():
        assert leaks(content) == [], path


def test_a_page_that_breaks_with_a_code_in_its_hand_tells_nothing(
    world: World, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_template: str, **values: object) -> str:
        assert any(code in str(vars_of(values)) for code in PLANTED), "it holds a code"
        raise RuntimeError("the template broke")

    def vars_of(values: dict[str, object]) -> list[object]:
        return [each.text if isinstance(each, SecurityCode) else each for each in values.values()]

    browser = world.client(Role.ASSESSOR)
    monkeypatch.setattr(import_module("assessor.pages.calls"), "render_template", broken)
    answer = reveal(world, browser, **{"HX-Request": "true"})
    assert answer.status_code == 500
    assert leaks(answer.data) == []
    assert "the template broke" in log.read_text()
    assert leaks(log.read_bytes()) == []


@pytest.mark.parametrize("statement", ["INSERT INTO nowhere VALUES (:code)", "SELECT :code + nil"])
def test_a_statement_that_fails_shows_no_parameter(
    sessions: Sessions, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Exception, match="SQL parameters hidden") as failed, sessions.begin() as own:
        own.execute(text(statement), {"code": PLANTED[0]})
    assert leaks("".join(traceback.format_exception(failed.value))) == []
    assert leaks(caplog.text) == []


def test_a_return_that_fails_on_its_way_shows_no_code(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    twice = identities(PLANTED[:1]) * 2
    with pytest.raises(Exception, match=r"(?i)unique") as failed:
        enrol(sessions, institute.vault, a_return(identities=twice), NOW, "test", ZONE)
    assert leaks("".join(traceback.format_exception(failed.value))) == []
    assert leaks(repr(twice)) == []
    assert leaks(repr(SecurityCode(CodeKind.PASSWORD, PLANTED[0]))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Identities!C2": PLANTED[0] * 20},
        {"Identities!C2": f"{PLANTED[0]}\n"},
        {"Identities!C2": f"\u200b{PLANTED[0]}"},
        {"Identities!C2": f'="{PLANTED[0]}"'},
        {"Identities!C2": PLANTED[0], "Identities!D2": "guess"},
        {"Identities!C2": PLANTED[0], "Identities!B2": None},
        {"Identities!C2": PLANTED[0], "Identities!C3": PLANTED[0]},
        {"Identities!C2": PLANTED[0], "Identities!B3": "400101"},
        {"Identities!C2": PLANTED[0], "Identities!E2": "soon"},
    ],
)
def test_what_is_said_of_a_faulty_return_shows_no_code(
    changes: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = write_return(tmp_path / "faulty.xlsx", changes)
    told = CliRunner().invoke(unannounced, ["returns", "import", str(path)])
    assert "faulty.xlsx" in told.output
    assert leaks(told.output) == []
