"""What the worker does each night about personal data: it ends what has been kept long enough."""

from datetime import datetime

from config.clock import Clock
from config.mail_doors import out_of_folder
from scheduler.ticker import Tick
from scoring import erasing
from scoring.erasing import Ended
from scoring.retention import rules
from scripts.database import Installation
from scripts.letters import once_a_day

HOUR = 2  # of the institute's clock


def run(installation: Installation, now: datetime, actor: str = "worker") -> tuple[Ended, ...]:
    """Delete what is due; answers what went. Raises RetentionRefused for unfit settings."""
    settings = installation.settings
    return erasing.retain(
        installation.sessions,
        rules(settings.retention),
        now,
        out_of_folder(settings.mail_folder),
        actor=actor,
    )


def ticks(installation: Installation, clock: Clock) -> tuple[Tick, ...]:
    """The tick about what is kept: a name, seconds, a callable."""
    zone = installation.settings.zone

    def retain(now: datetime) -> None:
        run(installation, now)

    return (("retention", 60.0, once_a_day(retain, clock, zone, HOUR)),)
