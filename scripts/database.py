"""Makes and migrates the database, and opens what every program needs of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

# The rows of every room hang on Base, whoever else imports them.
import config.journal
import config.mail  # noqa: F401
import scheduler.alarm_rows
import scheduler.diary_rows
import scheduler.letter_rows
import scheduler.life_rows
import scheduler.people_rows
import scheduler.promise_rows
import scheduler.recording_rows
import scheduler.register_rows
import scheduler.sampling_rows
import scheduler.seal_rows
import scheduler.supplies_rows  # noqa: F401
import scoring.ledger_rows
import scoring.personal_rows  # noqa: F401
from config import anchors
from config.canary import begun, check_canary
from config.clock import system_clock
from config.database import Base, Sessions, connect
from config.settings import CHECKOUT, Settings
from config.vault import Vault, load_vault
from scripts.texts import load_texts

PRIVATE = 0o077  # what a program writes is for its own user alone: plans and telephones lie there
MIGRATIONS = CHECKOUT / "config" / "migrations"


@dataclass(frozen=True, slots=True)
class Installation:
    """A migrated database and the vault that opens what is sealed in it."""

    settings: Settings
    sessions: Sessions
    vault: Vault


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    cfg = Config()
    cfg.set_main_option("script_location", str(MIGRATIONS))
    cfg.set_main_option("path_separator", "os")
    cfg.attributes["connection"] = connection
    cfg.attributes["metadata"] = Base.metadata
    return cfg


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, by default the newest."""
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), revision)
        connection.commit()


def key_path(settings: Settings) -> Path:
    """Where the vault's key lies: with systemd, where the setting says, else in ``var/keys``."""
    return settings.credential or settings.key_file or settings.var / "keys" / "vault.json"


def prepare(settings: Settings) -> Installation:
    """Make or migrate the database, open the vault, check its key, and load the texts.

    A key is made only where nothing has been sealed yet: a missing key never silently becomes a
    new one. Raises VaultRefused with the remedy.
    """
    os.umask(PRIVATE)
    sessions = connect(settings.database_url)
    migrate(sessions.engine)
    create = settings.credential is None and not begun(sessions)
    vault = load_vault(key_path(settings), create=create)
    installation = Installation(settings, sessions, vault)
    _furnish(installation)
    return installation


def anchors_path(settings: Settings) -> Path:
    """Where heads of the journal are kept."""
    return settings.var / anchors.NAME


def start_over(installation: Installation) -> None:
    """Take every table away and make it anew, empty: for a planting that was cut short."""
    anchors_path(installation.settings).unlink(missing_ok=True)
    with installation.sessions.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    migrate(installation.sessions.engine)
    _furnish(installation)


def _furnish(installation: Installation) -> None:
    now = system_clock()
    check_canary(installation.sessions, installation.vault, now)
    load_texts(installation.sessions, now)
