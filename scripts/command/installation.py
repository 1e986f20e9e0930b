"""Opens the installation for a command, and turns refusals into a sentence and exit code 1."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from config.settings import Line, SettingsRefused, read_settings
from config.vault import VaultRefused
from scheduler.auditing import AuditRefused
from scheduler.disclosing import DisclosureRefused
from scheduler.enrolling import ReturnRefused
from scheduler.sealing import Planner, PlanRefused
from scheduler.withdrawing import WithdrawalRefused
from scoring.reporting import ReportRefused
from scoring.retention import RetentionRefused
from scripts.database import Installation, prepare
from scripts.worker import WorkerRefused

ACTOR = "command line"
REFUSALS = (
    SettingsRefused,
    VaultRefused,
    ReturnRefused,
    PlanRefused,
    WithdrawalRefused,
    DisclosureRefused,
    AuditRefused,
    ReportRefused,
    RetentionRefused,
    WorkerRefused,
)


@contextmanager
def installation() -> Iterator[Installation]:
    """The migrated database and its vault; a refusal inside becomes a sentence on stderr."""
    try:
        opened = prepare(read_settings())
        try:
            yield opened
        finally:
            opened.sessions.engine.dispose()
    except REFUSALS as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OperationalError as error:
        raise click.ClickException(
            f"The database can't be used ({error.orig}). See whether DATABASE_URL names the right "
            "one and its server runs."
        ) from error


def planner(opened: Installation) -> Planner:
    """Who types, as somebody who seals and draws plans."""
    settings = opened.settings
    return Planner(
        opened.sessions,
        opened.vault,
        ACTOR,
        settings.zone,
        proved_everything=settings.line is not Line.LIVE,
        public_source=settings.public_source,
        institute=settings.institute,
    )


def print_json(value: object) -> None:
    """Write JSON alone to stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
