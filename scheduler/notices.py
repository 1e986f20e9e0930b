"""Tells people by letter: each what was changed about their way in, administrators what is amiss.

Nothing secret stands in it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import mail
from config.vault import Vault
from scheduler import people
from scheduler.access import Role


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every letter says of the institute: its name and where its pages are."""

    institute: str
    site: str  # the workspace's own address, from the settings; never what a request says


class Notice(Enum):
    """What was changed or tried, in a letter's words."""

    PASSWORD = "your password was changed"
    SECOND_STEP_GONE = "the second step of your sign-in was taken away"
    RECOVERY_CODES = "new recovery codes were made for your second step; the old ones ended"
    PASSKEY = "a passkey was added, with which your account opens without a password"
    PASSKEY_GONE = "a passkey was taken away from your account"
    WRONG_CODES = "many wrong codes were typed at the second step, after your right password"

    @property
    def subject(self) -> str:
        """What the letter is about."""
        tried = self is Notice.WRONG_CODES
        return "somebody tries codes at your sign-in" if tried else "your sign-in was changed"


def tell_administrators(
    session: Session,
    vault: Vault,
    now: datetime,
    subject: str,
    body: str,
    but: Collection[UUID] = (),
) -> None:
    """Write one letter to every administrator who has an address, but some."""
    for each in people.holders(session, Role.ADMINISTRATOR):
        if mail.is_address(each.email) and each.id not in but:
            mail.post(session, vault, now, each.email, subject, body)


def post_notice(
    session: Session, vault: Vault, head: Letterhead, person: UUID, notice: Notice, now: datetime
) -> None:
    """Write the letter, in the transaction of the change itself."""
    whom = people.profile(session, person)
    assert whom is not None
    at = now.astimezone(ZoneInfo(whom.person.zone))
    moment = f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M} ({whom.person.zone})"
    body = BODY.format(
        name=whom.person.name,
        institute=head.institute,
        moment=moment,
        what=notice.value,
        site=head.site,
    )
    subject = mail.one_line(f"{head.institute}: {notice.subject}")
    mail.post(session, vault, now, whom.person.email, subject, body)


BODY = """{name},

at {institute}'s workspace {what}:
{moment}.

If it was you, or you asked an administrator for it, there is nothing to do. If it wasn't, set a
new password at once and tell an administrator, who can end your sessions:

{site}/forgot
"""
