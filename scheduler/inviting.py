"""Lets administrators invite people and change what they may do; mails the single-use links."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import journal, mail
from config.database import Sessions, one_at_a_time
from config.vault import Vault
from scheduler import password, people, register, sign_ins, single_use_links
from scheduler.access import Person, Role, why_not_roles
from scheduler.notices import Letterhead
from scheduler.people import Stated
from scheduler.refused import ChangedMeanwhile
from scheduler.securing import keep_password, new_token
from scheduler.single_use_links import Link, Purpose

LOCK = 0x696E7669  # two who invite one address at once: the second is told
LETTERS, LETTERS_WITHIN = 3, timedelta(hours=1)  # of resets, an address; the last link still works
FROM_ONE_PLACE = 20  # resets that one place may ask for in that time


class InvitingRefused(ValueError):
    """Why nobody was invited or changed, and what to do."""


class LinkEnded(Exception):
    """A link that was used, replaced or too old, or that never was one."""


def invite(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    email: str,
    stated: Stated,
    now: datetime,
    actor: UUID,
) -> UUID:
    """Enter a person without a password, and mail them the link with which they set one.

    Raises InvitingRefused where the roles don't go together or the address is taken.
    """
    _check(stated)
    email = email.strip().lower()
    if not mail.is_address(email):
        raise InvitingRefused("That is no e-mail address. Write it as name@example.org.")
    with sessions.begin() as session:
        _check_provider(session, stated)
        one_at_a_time(session, LOCK)
        if people.is_known(session, email):
            raise InvitingRefused("Somebody has that address already. Look for them on the list.")
        person = people.add_person(
            session,
            vault,
            now,
            name=stated.name,
            email=email,
            zone=stated.zone,
            roles=stated.roles,
            password_hash=None,
            telephone=stated.telephone or None,
            provider=stated.provider,
            offered=stated.offered,
            country=stated.country,
        )
        detail: dict[str, object] = {"roles": sorted(stated.roles)}
        journal.record(session, now, str(actor), "person invited", f"person {person}", detail)
        _post_link(session, vault, head, _known(session, person), Purpose.WELCOME, now)
        return person


def invite_again(
    sessions: Sessions, vault: Vault, head: Letterhead, person: UUID, now: datetime, actor: UUID
) -> None:
    """Mail a new link to somebody who has no password yet; the older link ends.

    Raises InvitingRefused for somebody who has one, or is no longer active.
    """
    with sessions.begin() as session:
        found = people.profile(session, person)
        if found is None or not found.active or found.has_password:
            raise InvitingRefused("They have a password already; they can ask for a reset.")
        _post_link(session, vault, head, found.person, Purpose.WELCOME, now)
        journal.record(session, now, str(actor), "person invited again", f"person {person}")


def change(
    sessions: Sessions,
    vault: Vault,
    person: UUID,
    stated: Stated,
    version: int,
    now: datetime,
    actor: UUID,
) -> None:
    """Write what an administrator states of a person; before and after are journalled.

    Raises InvitingRefused where roles don't go together, or who acts gives up their own, and
    ChangedMeanwhile when ``version`` isn't the newest.
    """
    _check(stated)
    if person == actor and Role.ADMINISTRATOR not in stated.roles:
        raise InvitingRefused(
            "You can't take the administrator's role from yourself; another administrator can."
        )
    with sessions.begin() as session:
        _check_provider(session, stated)
        before = people.profile(session, person)
        if before is None or before.person.erased:
            raise InvitingRefused("There is no such person.")
        if not people.change_person(session, vault, person, stated, version):
            raise ChangedMeanwhile
        old = before.person
        moved = {
            "name": old.name != stated.name,
            "zone": old.zone != stated.zone,
            "country": old.country != stated.country,
            "provider": old.provider != stated.provider,
            "hours": before.offered != tuple(sorted(stated.offered)),
            "telephone": bool(stated.telephone),
        }
        detail: dict[str, object] = {
            "before": _for_journal(old.roles, old.provider),
            "after": _for_journal(stated.roles, stated.provider),
            "changed": sorted(name for name, is_other in moved.items() if is_other),
        }
        journal.record(session, now, str(actor), "person changed", f"person {person}", detail)


def let_in(sessions: Sessions, person: UUID, active: bool, now: datetime, actor: UUID) -> bool:
    """Let somebody in, or no longer; then their sessions and links end. False: nothing changed.

    Raises InvitingRefused for oneself.
    """
    if person == actor:
        raise InvitingRefused("You can't end your own access; another administrator can.")
    with sessions.begin() as session:
        found = people.profile(session, person)
        if found is not None and found.person.erased:
            raise InvitingRefused("They were erased. Invite them anew, as somebody else.")
        if not people.set_active(session, person, active):
            return False
        sign_ins.end_every(session, person, now)
        single_use_links.end_links(session, person, now)
        action = "person let in" if active else "access ended"
        journal.record(session, now, str(actor), action, f"person {person}")
        return True


def _check(stated: Stated) -> None:
    if reason := why_not_roles(stated.roles, provider=stated.provider is not None):
        raise InvitingRefused(reason)
    if Role.ASSESSOR not in stated.roles and (stated.offered or stated.telephone):
        raise InvitingRefused("Only an assessor has a telephone and offered hours. Leave them out.")


def _check_provider(session: Session, stated: Stated) -> None:
    known = {centre.provider for centre in register.centres(session)}
    if stated.provider is not None and stated.provider not in known:
        raise InvitingRefused("That provider isn't on the register. Choose one of the list.")


def _for_journal(roles: Collection[Role], provider: UUID | None) -> dict[str, object]:
    return {"roles": sorted(roles), "provider": str(provider) if provider else ""}


def _known(session: Session, person: UUID) -> Person:
    found = people.find_person(session, person)
    assert found is not None
    return found


# --- links --------------------------------------------------------------------------------------


def ask_for_reset(
    sessions: Sessions, vault: Vault, head: Letterhead, email: str, now: datetime, origin: str
) -> None:
    """Mail a reset link to an address that is somebody's; whoever asks can't tell whether it is.

    Beyond a few letters an hour nothing more is sent, and the last link goes on working. For an
    address that is nobody's a letter is written to somebody else and taken back, so that the answer
    takes as long.
    """
    email = email.strip().lower()
    of_address, of_place = (
        sha256(f"reset\n{key}".encode()).hexdigest()
        for key in (email, f"from {sign_ins.place_of(origin)}")
    )
    with sessions.begin() as session:
        place = sign_ins.spend_try(session, of_place, now, FROM_ONE_PLACE, LETTERS_WITHIN)
        may_write = place and sign_ins.spend_try(session, of_address, now, LETTERS, LETTERS_WITHIN)
        anybody = people.by_address_or_anybody(session, email)
        person = anybody if anybody and anybody.email == email else None
        noted = may_write or sign_ins.worth_noting(session, "reset", origin, now)
        if may_write and anybody:
            with session.begin_nested() as letter:
                _post_link(session, vault, head, anybody, Purpose.RESET, now)
                session.flush()
                if person is None:
                    letter.rollback()
        if noted:  # last, as of a sign-in: who holds the person waits for the journal
            subject = f"person {person.id}" if person and may_write else ""
            journal.record(session, now, "nobody", "reset asked for", subject, origin=origin)


def look(sessions: Sessions, token: str, now: datetime) -> Link | None:
    """The link behind a token, if it works. Looking changes nothing: mail scanners look too."""
    with sessions.reading() as session:
        return single_use_links.find_link(session, token, now)


def set_password(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    token: str,
    typed: str,
    now: datetime,
    origin: str,
) -> None:
    """Keep the password that somebody chose behind a link, once; every session of theirs ends.

    Raises LinkEnded, and InvitingRefused when the password isn't accepted, which leaves the link.
    """
    link = look(sessions, token, now)
    if link is None:
        raise LinkEnded
    if reason := password.why_not(typed, link.person.email):
        raise InvitingRefused(reason)
    hashed, person = password.hashed(typed), link.person.id
    with sessions.begin() as session:
        people.hold(session, person)
        if not single_use_links.use_link(session, token, now):
            raise LinkEnded
        keep_password(session, vault, head, person, hashed, now)
        detail: dict[str, object] = {"by": link.purpose}
        subject = f"person {person}"
        journal.record(session, now, str(person), "password set", subject, detail, origin)


def _post_link(
    session: Session,
    vault: Vault,
    head: Letterhead,
    person: Person,
    purpose: Purpose,
    now: datetime,
) -> None:
    token = new_token()
    until = single_use_links.write_link(session, token, person.id, purpose, now)
    ends = until.astimezone(ZoneInfo(person.zone))
    values = {
        "name": person.name,
        "institute": head.institute,
        "link": f"{head.site}/{purpose}/{token}",
        "until": f"{ends:%A} {ends.day} {ends:%B %Y}, {ends:%H:%M} ({person.zone})",
    }
    subject, body = LETTERS_OF[purpose]
    mail.post(
        session,
        vault,
        now,
        person.email,
        mail.one_line(subject.format(**values)),
        body.format(**values),
    )


LETTERS_OF = {
    Purpose.WELCOME: (
        "{institute}: set your password",
        """{name},

{institute} has invited you to Unannounced, its workspace for call sampling. Choose a password
here:

{link}

The link works once, until {until}. If you didn't expect this letter, leave it: without you the
link does nothing.
""",
    ),
    Purpose.RESET: (
        "{institute}: set a new password",
        """{name},

somebody asked for a new password for your address at {institute}'s workspace. If it was you,
choose one here:

{link}

The link works once, until {until}. If it wasn't you, leave this letter: your password stays as
it is.
""",
    ),
}
