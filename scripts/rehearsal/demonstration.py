"""The demonstration institute: six centres, three rehearsed months, and a call to be taken.

Only ``scripts/start`` plants it, only on the practice telephone, and only where nothing is yet.
"""

import json
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from config.clock import Month, Period, civil_date, midnight, system_clock
from config.settings import Line, Settings
from scheduler import admitting, diary, people, planning, register
from scheduler.access import Role
from scheduler.outcome import OPEN
from scripts import planting
from scripts.database import Installation, start_over
from scripts.rehearsal.playing import play
from scripts.rehearsal.rehearsing import ENROLLED_BEFORE, invent_centres, write_reports

CENTRES, MONTHS = 6, 3
BEGUN, DONE = "begun", "done"
DUE_AFTER = timedelta(minutes=10)
LEFT_TO_VERIFY = timedelta(days=6)  # the end of the last month waits for a real verifier
PRACTICE_SCENARIO = "shared-calendar-vanished"
ASSESSOR = "assessor@institute.example"
ADMINISTRATOR = "administrator@institute.example"
PEOPLE = (
    ("Administrator", ADMINISTRATOR, Role.ADMINISTRATOR),
    ("Assessor", ASSESSOR, Role.ASSESSOR),
    ("Verifier", "verifier@institute.example", Role.VERIFIER),
    ("Provider's contact", "contact@provider.example", Role.PROVIDER_CONTACT),
    ("Panel member", "panel@institute.example", Role.PANEL_MEMBER),
    ("Auditor", "auditor@institute.example", Role.AUDITOR),
)
SAY = Callable[[str], None]


def plant(installation: Installation, say: SAY) -> None:
    """Plant the demonstration into an empty database; later, only a new call to be taken.

    A planting that was cut short is begun anew.
    """
    if installation.settings.line is Line.LIVE:
        return
    state = _state(installation.settings)
    with installation.sessions.reading() as session:
        empty = not people.everybody(session) and not register.centres(session)
    if state == BEGUN:
        say("The demonstration was cut short; planting it anew")
        start_over(installation)
    if state == BEGUN or empty:
        _marker(installation.settings).write_text(BEGUN)
        _plant(installation, say)
        _marker(installation.settings).write_text(DONE)
        state = DONE
    if state == DONE:
        _plan_practice_call(installation, system_clock())


def sign_in_lines(installation: Installation) -> list[str]:
    """How to sign in as each role. An empty database gets its first administrator here."""
    settings = installation.settings
    with installation.sessions.reading() as session:
        nobody = not people.holders(session, Role.ADMINISTRATOR)
    if nobody:
        _admit(installation, system_clock(), _password(settings), PEOPLE[:1], None)
    planted = _state(settings) == DONE
    if not planted and not _passwords(settings).exists():
        return []
    password = _password(settings)
    known = PEOPLE if planted else PEOPLE[:1]
    return [f"Sign in as {role}: {email}  password {password}" for _, email, role in known]


def _plant(installation: Installation, say: SAY) -> None:
    zone = installation.settings.zone
    now = system_clock()
    last = Month.of(civil_date(now, zone)).next(-1)
    first = last.next(1 - MONTHS)
    since = midnight(first.first, zone) - ENROLLED_BEFORE
    say("Planting the demonstration institute: six centres, three rehearsed months")
    planting.plant_pool(installation)
    invent_centres(installation, CENTRES, since, rehearsal=False)
    with installation.sessions.reading() as session:
        centres = register.centres(session)
    _admit(installation, since, _password(installation.settings), PEOPLE, centres[0].provider)
    _admit_colleagues(installation, since)
    every = frozenset(centre.id for centre in centres)
    for month in Period(first, MONTHS).month_list:
        until = None
        if month == last:
            until = Period(month, 1).moments(zone)[1] - LEFT_TO_VERIFY
        play(installation, month, every, _told(say, month), verify_until=until)
        write_reports(installation, month, every)


def _told(say: SAY, month: Month) -> Callable[[int, int], None]:
    """Say how far a month is, a line each quarter of it."""
    said = [-1]

    def progress(done: int, of: int) -> None:
        quarter = 4 * done // max(of, 1)
        if quarter > said[0]:
            said[0] = quarter
            say(f"  {month}: {done} of {of} calls played")

    return progress


def _admit(
    installation: Installation,
    now: datetime,
    password: str,
    who: tuple[tuple[str, str, Role], ...],
    provider: UUID | None,
) -> None:
    for name, email, role in who:
        admitting.admit(
            installation.sessions,
            installation.vault,
            now,
            "start",
            name=name,
            email=email,
            zone=installation.settings.zone,
            country="GB",
            roles=(role,),
            password=password,
            telephone=planting.assessor_telephone(100) if role is Role.ASSESSOR else None,
            provider=provider if role is Role.PROVIDER_CONTACT else None,
            offered=planting.ALL_WEEK if role is Role.ASSESSOR else (),
            planted=provider is not None,
        )


def _admit_colleagues(installation: Installation, now: datetime) -> None:
    """Two assessors and a verifier more, who never sign in: one person alone is no panel."""
    for number, (name, role) in enumerate(
        (
            ("Second assessor", Role.ASSESSOR),
            ("Third assessor", Role.ASSESSOR),
            ("Second verifier", Role.VERIFIER),
        )
    ):
        admitting.admit(
            installation.sessions,
            installation.vault,
            now,
            "start",
            name=name,
            email=f"colleague{number + 1}@institute.example",
            zone=installation.settings.zone,
            country="GB",
            roles=(role,),
            password=None,
            telephone=planting.assessor_telephone(101 + number) if role is Role.ASSESSOR else None,
            offered=planting.ALL_WEEK if role is Role.ASSESSOR else (),
            planted=True,
        )


def _plan_practice_call(installation: Installation, now: datetime) -> None:
    """Plan a call due in ten minutes, unless one is still to come."""
    with installation.sessions.reading() as session:
        person = people.password_of(session, ASSESSOR)
        if person is None:
            return
        upcoming = diary.calls(session, assessor=person[0], since=now, dispositions=OPEN)
        # The first centre that never closes: a practice call may be due at any hour.
        centre = next(
            (
                c
                for c in register.centres(session)
                if len(register.hours(session, c.id)) == 7
                and all(s.closes - s.opens == 1440 for s in register.hours(session, c.id))
            ),
            None,
        )
    if upcoming or centre is None:
        return
    planning.practice_call(
        installation.sessions,
        installation.vault,
        now,
        (now + DUE_AFTER).replace(microsecond=0),
        secrets.token_bytes(32),
        "start",
        installation.settings.zone,
        centre=centre.id,
        assessor=person[0],
        scenario=PRACTICE_SCENARIO,
    )


def _marker(settings: Settings) -> Path:
    return settings.var / "keys" / "demonstration"


def _state(settings: Settings) -> str:
    marker = _marker(settings)
    return marker.read_text() if marker.exists() else ""


def _passwords(settings: Settings) -> Path:
    return settings.var / "keys" / "first-password.json"


def _password(settings: Settings) -> str:
    """One password for the demonstration's people, made here and kept beside the keys."""
    path = _passwords(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = {"password": "-".join(secrets.token_hex(2) for _ in range(3))}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(made, file)
    kept = json.loads(path.read_text())
    return str(kept["password"])
