"""Who looks for alarms: a worker, or the web process while no worker lives."""

from collections.abc import Callable

from config.alarm_door import posting
from config.clock import Clock
from scheduler import alarming
from scheduler.ticker import Tick
from scripts import letters
from scripts.database import Installation

SECONDS = 15.0


def ticks(installation: Installation, clock: Clock) -> tuple[Tick, ...]:
    """The worker's ticks."""
    return (("alarms", SECONDS, looking(installation, clock)),)


def looking(installation: Installation, clock: Clock) -> Callable[[], None]:
    """What raises, ends and tells alarms."""
    settings, sessions = installation.settings, installation.sessions
    post = posting(settings.alarm_webhook) if settings.alarm_webhook else None

    def tick() -> None:
        alarming.look(sessions, installation.vault, clock(), settings.public_origin)
        if post is not None:
            alarming.tell(sessions, post, clock)

    return tick


def watching(installation: Installation, clock: Clock) -> Callable[[], None]:
    """What the web process does in the place of a worker that stopped: look, and send the letters.

    Only the second look in a row that finds none counts: a machine that wakes up finds old
    heartbeats.
    """
    look, deliver = looking(installation, clock), letters.delivering(installation, clock)
    quiet = [0]

    def tick() -> None:
        with installation.sessions.reading() as session:
            lives = alarming.worker_lives(session, clock())
        quiet[0] = 0 if lives else quiet[0] + 1
        if quiet[0] > 1:
            look()
            deliver()

    return tick
