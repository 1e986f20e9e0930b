"""What a provider's contact does: sends a return's files, tells of a notice, reports an incident.

No statement here touches a plan or a call, so that neither an answer nor its delay tells of one.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import incidents, register, register_entry, uploads
from scheduler.access import Person
from scheduler.register import Centre

KEPT = timedelta(hours=24)  # a file between its preview and its entry
MOST_HOURS = 24
MOST_WORDS = 500


class NotTheirs(Exception):
    """Nothing of the person's own provider."""


class SupplyRefused(Exception):
    """Something that can't be taken; ``field`` names what of it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def keep(
    sessions: Sessions,
    vault: Vault,
    person: Person,
    name: str,
    files: tuple[tuple[str, bytes], ...],
    now: datetime,
    centre: UUID | None = None,
) -> UUID:
    """Keep what was sent, sealed, until it is entered, replaced, or retention ends it.

    It is the files of a return, or what was typed into a form of a ``centre``.
    """
    with sessions.begin() as session:
        return uploads.keep_upload(session, vault, person.id, name, files, now, centre)


def kept(
    session: Session, vault: Vault, person: Person, upload: UUID, now: datetime
) -> uploads.Upload:
    """What a person sent within a day. Raises NotTheirs."""
    found = uploads.find_upload(session, vault, upload, person.id)
    if found is None or found.sent_at < now - KEPT:
        raise NotTheirs
    return found


def forget(sessions: Sessions, upload: UUID) -> None:
    """Forget files that were entered."""
    with sessions.begin() as session:
        uploads.drop_upload(session, upload)


def acknowledge_notice(
    sessions: Sessions, person: Person, centre: UUID, given_on: date, now: datetime
) -> None:
    """Keep the day on which a centre's staff were told. Raises NotTheirs and SupplyRefused."""
    with sessions.begin() as session:
        register.alone(session)
        own = own_centre(session, person, centre)
        today = civil_date(now, own.zone)
        if given_on > today:
            raise SupplyRefused("given_on", "This day is to come. Enter it once staff were told.")
        if given_on <= today - timedelta(days=register.NOTICE_DAYS):
            raise SupplyRefused(
                "given_on", "A notice counts for a year from its day. Tell staff anew."
            )
        register_entry.enter_notice(session, centre, given_on)
        detail: dict[str, object] = {"given_on": str(given_on)}
        journal.record(
            session, now, str(person.id), "notice acknowledged", f"centre {centre}", detail
        )


def report_incident(
    sessions: Sessions, person: Person, centre: UUID, hours: int, what: str, now: datetime
) -> datetime:
    """Let nothing be dialled to a centre for some hours; answers until when.

    Raises NotTheirs and SupplyRefused. Reporting what is reported already changes nothing.
    """
    with sessions.begin() as session:
        register.alone(session)
        own_centre(session, person, centre)
        if not 1 <= hours <= MOST_HOURS:
            raise SupplyRefused("hours", f"Write a whole number of hours from 1 to {MOST_HOURS}.")
        words = " ".join(what.split())
        if not words or len(words) > MOST_WORDS:
            raise SupplyRefused("what", f"Say what happened, in at most {MOST_WORDS} characters.")
        until = now + timedelta(hours=hours)
        known = incidents.paused_until(session, centre, now)
        if known is not None and known >= until - timedelta(minutes=1):
            return known
        incidents.add_incident(session, centre, person.id, now, until, words)
        detail: dict[str, object] = {"hours": hours}
        subject, said = f"centre {centre}", {"what": words}
        journal.record(
            session, now, str(person.id), "incident reported", subject, detail, aside=said
        )
        return until


def own_centre(session: Session, person: Person, centre: UUID) -> Centre:
    """A centre of the person's own provider. Raises NotTheirs."""
    found = next(
        (each for each in register.centres_of(session, person.provider) if each.id == centre), None
    )
    if found is None:
        raise NotTheirs
    return found
