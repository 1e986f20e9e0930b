"""Examines an installation without changing it: each part is fine, or lacks something."""

import shutil
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import available_timezones

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.canary import CanaryRow, check_canary
from config.clock import system_clock
from config.database import Sessions, connect
from config.settings import Settings, SettingsRefused, read_settings
from config.vault import VaultRefused, load_vault
from scheduler import line_state, worklist
from scheduler.high_water import HighWater, MarkUnreadable
from scripts.database import alembic_config, key_path
from scripts.examining_network import TIMEOUT, examine_network
from scripts.finding import Finding, advised, fine, needed
from scripts.wiring import network

SILENT = timedelta(seconds=30)  # of a worker, until it counts as stopped
ROOM = 2**30  # bytes of disk


def examine() -> list[Finding]:
    """Every finding, what is needed first; the order within is that of the remedies."""
    try:
        settings = read_settings()
    except SettingsRefused as refusal:
        return [needed("settings", str(refusal), "Correct the setting, then try again.")]
    found = [fine("settings", f"read; the {settings.line} telephone")]
    found += _database(settings)
    net = network(settings)
    found += examine_network(settings, net)
    for see in (_mail, _zones, _disk):
        found += see(settings)
    return sorted(found, key=lambda each: each.weight)


def _database(settings: Settings) -> Iterator[Finding]:
    sqlite = settings.database_url.removeprefix("sqlite:///")
    if sqlite != settings.database_url and not Path(sqlite).exists():
        yield needed("database", f"none at {sqlite}", "Type 'scripts/start': it makes one.")
        return
    sessions = connect(settings.database_url)
    try:
        yield from _at_head(sessions)
        with sessions.reading() as session:
            yield _keys(settings, sessions, session)
            yield _heartbeat(session)
            yield _mark(settings, session)
    except SQLAlchemyError as error:
        yield needed(
            "database",
            f"can't be read ({type(error).__name__})",
            "See that its server runs and DATABASE_URL names it, then type 'scripts/start'.",
        )
    finally:
        sessions.engine.dispose()


def _at_head(sessions: Sessions) -> Iterator[Finding]:
    with sessions.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        head = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    if revision == head:
        yield fine("database", f"at version {head}")
    else:
        yield needed(
            "database",
            f"at version {revision}, and this program needs {head}",
            "Make a backup, then start web or worker: either brings the database forward.",
        )


def _keys(settings: Settings, sessions: Sessions, session: Session) -> Finding:
    path = key_path(settings)
    try:
        vault = load_vault(path, create=False)
        if session.scalar(select(CanaryRow.id)) is not None:
            check_canary(sessions, vault, system_clock())
    except VaultRefused as refusal:
        return needed("key", str(refusal), f"Put the key ring back at {path}; see docs/secrecy.md.")
    return fine("key", f"opens this database, at {path}")


def _heartbeat(session: Session) -> Finding:
    beat, now = line_state.last_beat(session, "worker"), system_clock()
    if beat is None or now - beat > SILENT:
        since = f"silent since {beat:%Y-%m-%d %H:%M} UTC" if beat else "has never run"
        return needed("worker", since, "Start it: 'scripts/start', or the service that runs it.")
    stop = line_state.stopped(session)
    if stop:
        return needed(
            "worker", f"runs, but dialling is stopped: {stop[1]}", "Resume it on the page Line."
        )
    return fine("worker", "runs")


def _mark(settings: Settings, session: Session) -> Finding:
    try:
        mark = HighWater(settings.high_water).attempt()
    except MarkUnreadable as unreadable:
        return needed("high-water mark", str(unreadable), "Then try again.")
    if mark is not None and not worklist.was_claimed(session, mark):
        return needed(
            "high-water mark",
            "the database is older than the last call, so nothing is dialled",
            "Leave the worker to compare it, or stop it and type 'scripts/unannounced settle'.",
        )
    if settings.high_water.parent == settings.var:
        return advised(
            "high-water mark",
            f"beside the database, in {settings.var}",
            "Set UNANNOUNCED_HIGH_WATER to a file on another disk, or a restored disk takes it "
            "back as well.",
        )
    return fine("high-water mark", f"kept at {settings.high_water}")


def _mail(settings: Settings) -> Iterator[Finding]:
    server = settings.mail_server
    if server is None:
        yield advised(
            "mail",
            f"no server is set: letters lie in {settings.mail_folder}",
            "Set SMTP_HOST and MAIL_FROM; see docs/mail.md.",
        )
        return
    try:
        smtplib.SMTP(server.host, server.port, timeout=TIMEOUT).close()
    except (OSError, smtplib.SMTPException) as error:
        yield advised(
            "mail",
            f"{server.host}:{server.port} doesn't answer ({type(error).__name__})",
            "See that SMTP_HOST and SMTP_PORT are right. Letters wait meanwhile.",
        )
    else:
        yield fine("mail", f"{server.host}:{server.port} answers")


def _zones(settings: Settings) -> Iterator[Finding]:
    known = len(available_timezones())
    if known > 300:
        yield fine("time zones", f"{known} known")
    else:
        yield needed("time zones", f"only {known} known", "Install the package tzdata.")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.var if settings.var.exists() else settings.var.parent
    free = shutil.disk_usage(folder).free
    if free > ROOM:
        yield fine("disk", f"{free / ROOM:.0f} GB free at {folder}")
    else:
        yield needed("disk", f"{free // 2**20} MB free at {folder}", "Make room: 1 GB at least.")
