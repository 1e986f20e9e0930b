"""What every page needs, handed in once, and who is behind the request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, render_template

from assessor.rail import rail
from config.clock import Clock
from config.database import Sessions
from config.limits import Limits
from config.prices import Prices
from config.settings import Line
from config.storage import Storage
from config.vault import Vault
from scheduler.access import Person, SignedIn
from scheduler.issuer import Issuer
from scheduler.notices import Letterhead
from scheduler.softphone_twilio import Softphone
from scheduler.telephone import Telephone


@dataclass(frozen=True, slots=True)
class WebDesk:
    """The parts of the installation that pages use."""

    sessions: Sessions
    vault: Vault = field(repr=False)
    clock: Clock
    line: Line
    institute: str
    zone: str
    secure: bool  # served over https
    site: str  # the workspace's own address, which mailed links begin with
    storage: Storage  # of recordings
    telephone: Telephone  # to hang up with; only the worker rings
    mail_folder: Path | None = None  # where letters lie; None where a server takes them
    proxies: int = 0  # of our own before the workspace, which tell a visitor's address
    issuer: Issuer | None = None  # the institute's own sign-in service, where there is one
    retention: dict[str, int] = field(default_factory=dict)  # days by kind that differ from usual
    public_source: str = ""  # of the public value of plans; "" where none is mixed in
    softphone: Softphone | None = None  # None: no browser calls in
    trainer_link: Callable[[], str] | None = None  # to steer practice calls; None elsewhere
    personas_mailbox: str = ""  # the address that a persona gives; "" where there is none
    prices: Prices = field(default_factory=Prices)  # of calls and hours
    limits: Limits = field(default_factory=Limits)  # of the telephone network

    @property
    def head(self) -> Letterhead:
        """What letters say of the institute."""
        return Letterhead(self.institute, self.site)


def desk() -> WebDesk:
    """The desk that the application was made with."""
    found = current_app.extensions["desk"]
    assert isinstance(found, WebDesk)
    return found


def signed_in() -> SignedIn:
    """Who is behind a page that isn't public."""
    found = g.signed_in
    assert isinstance(found, SignedIn)
    return found


def person() -> Person:
    """The person behind a page that isn't public."""
    return signed_in().person


def hear_the_network() -> None:
    """Let the page behind this request speak with the live telephone network, and nobody else."""
    g.hears_the_network = desk().line is Line.LIVE


def local(moment: datetime, zone: str) -> datetime:
    """A moment as the clock in a zone shows it."""
    return moment.astimezone(ZoneInfo(zone))


def page(template: str, current: str, **values: Any) -> str:
    """Render a signed-in page; ``current`` is the address of its place on the rail."""
    own = desk()
    who = signed_in()
    with own.sessions.reading() as session:
        items = rail(session, who.person, current, own.clock())
    roles = ", ".join(sorted(who.person.roles))
    return render_template(
        template,
        rail=items,
        telephone=TELEPHONES[own.line],
        telephone_live=own.line is Line.LIVE,
        person={
            "id": who.person.id.hex,
            "name": who.person.name,
            "role": roles[:1].upper() + roles[1:],
        },
        institute=own.institute,
        now_iso=own.clock().isoformat(),
        **values,
    )


TELEPHONES = {
    Line.PRACTICE: "practice exchange",
    Line.STAND_IN: "stand-in telephone",
    Line.LIVE: "live telephone",
}
