"""What the worker does about letters: writes those that the day calls for, and sends what waits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config import mail
from config.clock import Clock
from config.mail_doors import sending
from config.mailbox import arrived
from config.settings import Line
from scheduler import mail_back
from scheduler.anchoring import write_anchor_letter
from scheduler.reminding import remind
from scheduler.ticker import Tick
from scoring.summarising import write_monday_letter
from scripts.database import Installation

MAIL_LOOKED_BACK = timedelta(days=7)
HOUR = 8  # of the institute's clock: from then on the day's letters are written


def ticks(installation: Installation, clock: Clock) -> tuple[Tick, ...]:
    """The ticks about letters: a name, seconds, a callable."""
    settings, sessions, vault = installation.settings, installation.sessions, installation.vault
    origin, institute = settings.public_origin, settings.institute

    def remind_providers(now: datetime) -> None:
        remind(sessions, vault, now, origin, institute)

    def tell_administrators(now: datetime) -> None:
        write_monday_letter(
            sessions,
            vault,
            now,
            settings.zone,
            origin,
            institute,
            proved_everything=settings.line is not Line.LIVE,
        )

    def mail_head(now: datetime) -> None:
        write_anchor_letter(sessions, vault, now, settings.zone, settings.anchors_to, institute)

    def take_in() -> None:
        if settings.mailbox is not None:
            since = (clock() - MAIL_LOOKED_BACK).date()
            mail_back.take_in(sessions, vault, arrived(settings.mailbox, since), clock)

    return (
        ("mail", 10.0, delivering(installation, clock)),
        ("mailbox", 60.0, take_in),
        ("reminders", 60.0, once_a_day(remind_providers, clock, settings.zone)),
        ("monday", 60.0, once_a_day(tell_administrators, clock, settings.zone)),
        ("head", 60.0, once_a_day(mail_head, clock, settings.zone)),
    )


def delivering(installation: Installation, clock: Clock) -> Callable[[], None]:
    """What sends the letters that wait."""
    settings = installation.settings
    send = sending(settings.mail_server, settings.mail_from, settings.mail_folder)

    def deliver() -> None:
        mail.deliver(installation.sessions, installation.vault, send, clock)

    return deliver


def once_a_day(
    act: Callable[[datetime], None], clock: Clock, zone: str, hour: int = HOUR
) -> Callable[[], None]:
    """Act on the first tick after an hour, by default eight; one that fails is tried again.

    A process that starts anew acts once more, which the acts themselves must bear.
    """
    done: list[date] = []

    def tick() -> None:
        now = clock()
        local = now.astimezone(ZoneInfo(zone))
        if local.hour >= hour and done != [local.date()]:
            act(now)
            done[:] = [local.date()]

    return tick
