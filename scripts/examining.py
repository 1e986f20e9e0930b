"""Examines an installation without changing it: each part is fine, or lacks something."""

import secrets
import shutil
import smtplib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from zoneinfo import available_timezones

import requests
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.canary import CanaryRow, check_canary
from config.clock import system_clock
from config.database import Sessions, connect
from config.settings import Line, Settings, SettingsRefused, read_settings
from config.vault import VaultRefused, load_vault
from scheduler import attempts, line_state
from scheduler.caller_pool import VOICE_HOOK
from scheduler.high_water import HighWater, MarkUnreadable
from scheduler.signature import signature_of
from scheduler.telephone import OwnedNumber, PerhapsPlaced
from scripts.database import alembic_config, key_path
from scripts.wiring import Network, network

TIMEOUT = 10.0  # seconds
SILENT = timedelta(seconds=30)  # of a worker, until it counts as stopped
ROOM = 2**30  # bytes of disk


class Weight(IntEnum):
    """How much a finding matters; the lower, the more."""

    NEEDED = 0
    ADVISED = 1
    FINE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, what was seen of it, and what to do."""

    weight: Weight
    what: str
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as JSON."""
        return {
            "weight": self.weight.name.lower(),
            "what": self.what,
            "said": self.said,
            "remedy": self.remedy,
        }


def needed(what: str, said: str, remedy: str) -> Finding:
    """Without it no call can be made."""
    return Finding(Weight.NEEDED, what, said, remedy)


def advised(what: str, said: str, remedy: str) -> Finding:
    """Something will be amiss one day."""
    return Finding(Weight.ADVISED, what, said, remedy)


def fine(what: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(Weight.FINE, what, said)


def examine() -> list[Finding]:
    """Every finding, what is needed first; the order within is that of the remedies."""
    try:
        settings = read_settings()
    except SettingsRefused as refusal:
        return [needed("settings", str(refusal), "Correct the setting, then try again.")]
    found = [fine("settings", f"read; the {settings.line} telephone")]
    found += _database(settings)
    net = network(settings)
    for look in (_telephone, _hooks):
        found += look(settings, net)
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
            "worker", f"runs, but dialling is stopped: {stop[1]}", "Resume on the page Live line."
        )
    return fine("worker", "runs")


def _mark(settings: Settings, session: Session) -> Finding:
    try:
        mark = HighWater(settings.high_water).attempt()
    except MarkUnreadable as unreadable:
        return needed("high-water mark", str(unreadable), "Then try again.")
    if mark is not None and not attempts.was_claimed(session, mark):
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


def _telephone(settings: Settings, net: Network) -> Iterator[Finding]:
    if net.line is not Line.LIVE:
        yield advised(
            "telephone",
            f"the {net.line}: no real telephone rings",
            "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN when you are ready for real calls.",
        )
    try:
        with closing(net.telephone()) as telephone:
            owned = telephone.owned()
    except PerhapsPlaced as error:
        yield needed(
            "credentials",
            f"the telephone network doesn't answer this account ({error})",
            "See that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are right and the network is "
            "reached; on the practice telephone, start the exchange with 'scripts/start'.",
        )
        return
    yield fine("credentials", "the telephone network knows this account")
    if owned:
        yield fine("number pool", f"{len(owned)} caller numbers")
        yield _ring_here(settings, owned)
    else:
        yield needed(
            "number pool",
            "the account owns no number to call from",
            "Buy numbers in the account; the worker takes them up within a minute.",
        )


def _ring_here(settings: Settings, owned: tuple[OwnedNumber, ...]) -> Finding:
    ours = f"{settings.public_origin}{VOICE_HOOK}"
    elsewhere = [each.number for each in owned if each.voice_url != ours]
    if not elsewhere:
        return fine("ring-backs", "every caller number rings at this workspace")
    named = ", ".join(elsewhere[:5]) + (f" and {len(elsewhere) - 5} more" if elsewhere[5:] else "")
    return advised(
        "ring-backs",
        f"{named} don't ring at this workspace",
        "Type 'scripts/unannounced pool adopt': a centre that rings back finds nobody there.",
    )


def _hooks(settings: Settings, net: Network) -> Iterator[Finding]:
    """A post for a token that nobody has changes nothing, and is answered all the same."""
    url = f"{settings.public_origin}/hooks/calls/{secrets.token_hex(16)}/status"
    form = {"AccountSid": net.account, "CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
    signature = signature_of(net.token, url, form)
    remedy = (
        "See that web runs, that PUBLIC_ORIGIN is the address by which the network reaches it, and "
        "that your proxy hands on path and query untouched."
    )
    try:
        taken = _post(url, form, signature)
        refused = _post(url, form, "a wrong signature")
    except requests.RequestException as error:
        reason = type(error).__name__
        yield needed("hooks", f"{settings.public_origin} doesn't answer ({reason})", remedy)
        return
    if taken != 204:
        yield needed("hooks", f"a signed post was answered with {taken}, not 204", remedy)
    elif refused != 403:
        yield needed(
            "hooks",
            f"a post with a wrong signature was answered with {refused}, not 403",
            "Something before this program answers for it: take it away.",
        )
    else:
        yield fine("hooks", f"{settings.public_origin} takes signed posts and refuses others")


def _post(url: str, form: dict[str, str], signature: str) -> int:
    answer = requests.post(
        url,
        data=form,
        headers={"X-Twilio-Signature": signature},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    return answer.status_code


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
