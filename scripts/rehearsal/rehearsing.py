"""A rehearsed month from the register to the reports of its centres."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from config.clock import Month, Period, midnight, system_clock
from scheduler import diary, planning, register
from scheduler.enrolling import enrol
from scoring import reporting
from scoring.report_csv import write_csv
from scripts import planting
from scripts.database import Installation
from scripts.rehearsal.inventing import invented_return
from scripts.rehearsal.playing import Played, play

ENROLLED_BEFORE = timedelta(days=60)
INVENTED = 12  # centres, where none is asked for and none is ready


class RehearsalRefused(Exception):
    """Why a month can't be rehearsed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A played month and where its reports lie, in the order of the centres' names."""

    played: Played
    reports: tuple[Path, ...]


def rehearse_month(
    installation: Installation,
    month: Month,
    centres: int | None,
    progress: Callable[[int, int], None],
    closed: int = 0,
) -> Rehearsed:
    """Play a month with so many centres and write their reports under ``var/reports``.

    So many of them are ``closed``, the last ones that were chosen.

    Raises RehearsalRefused or PlanRefused when the month can't be played.
    """
    with installation.sessions.reading() as session:
        if diary.covering(session, Period(month, 1)):
            raise RehearsalRefused(f"A plan covers {month} already; choose another month.")
    planting.plant_pool(installation)
    planting.plant_assessors(installation, system_clock())
    chosen = enough_centres(installation, month, centres)
    if closed > len(chosen):
        raise RehearsalRefused(f"{closed} closed centres of {len(chosen)} can't be; ask for fewer")
    shut = frozenset(chosen[len(chosen) - closed :])
    played = play(installation, month, frozenset(chosen), progress, closed=shut)
    return Rehearsed(played, write_reports(installation, month, frozenset(chosen)))


def write_reports(
    installation: Installation, month: Month, centres: frozenset[UUID]
) -> tuple[Path, ...]:
    """Publish the reports of a month and write each as CSV; answers the paths."""
    folder = installation.settings.var / "reports" / str(month)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for published in reporting.publish_month(
        installation.sessions,
        month,
        centres,
        system_clock(),
        "rehearsal",
        installation.settings.zone,
    ):
        name = f"{slug(published.seen.provider)}--{slug(published.seen.centre)}"
        namesakes = sum(path.stem.split("~")[0] == name for path in paths)
        path = folder / f"{name}{f'~{namesakes + 1}' if namesakes else ''}.csv"
        with path.open("wb") as file:
            write_csv(published.seen, file)
        paths.append(path)
    return tuple(paths)


def invent_centres(
    installation: Installation, count: int, since: datetime, *, rehearsal: bool
) -> None:
    """Enrol so many invented centres that aren't on the register yet, as of a moment.

    No plan calls those of a ``rehearsal`` but rehearsals.
    """
    zone = installation.settings.zone
    with installation.sessions.reading() as session:
        known = {(c.provider_name, c.name) for c in register.centres(session)}
    returns = (invented_return(number, since.date()) for number in itertools.count())
    new = (each for each in returns if (each.provider, each.centre) not in known)
    for stated in itertools.islice(new, count):
        enrol(
            installation.sessions,
            installation.vault,
            stated,
            since,
            "rehearsal",
            zone,
            invented=True,
            rehearsal=rehearsal,
        )


def slug(name: str) -> str:
    """A name in any script as a part of a file's name: lower case, words joined by hyphens."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def enough_centres(
    installation: Installation, month: Month, wanted: int | None
) -> tuple[UUID, ...]:
    """The ready centres first, then invented ones until there are as many as wanted.

    With no number wanted it is those that are ready, or a dozen invented ones where none is.
    """
    zone = installation.settings.zone
    period = Period(month, 1)
    since = midnight(period.start, zone) - ENROLLED_BEFORE
    ready = planning.ready_centres(installation.sessions, period, zone)
    if wanted is None:
        wanted = len(ready) or INVENTED
    if len(ready) < wanted:
        invent_centres(installation, wanted - len(ready), since, rehearsal=True)
        ready = planning.ready_centres(installation.sessions, period, zone)
    if len(ready) < wanted:
        raise RehearsalRefused(f"only {len(ready)} centres are ready in {month}; ask for fewer")
    return tuple(ready[:wanted])
