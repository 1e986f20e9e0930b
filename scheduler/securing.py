"""Lets people secure their own way in: password, one-time codes, recovery codes, open sessions."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from config.origins import is_loopback_host
from config.vault import Vault
from scheduler import (
    one_time_code,
    passkeys,
    password,
    people,
    second_steps,
    sign_ins,
    single_use_links,
)
from scheduler.notices import Letterhead, Notice, post_notice

TRIES, TRIES_WITHIN = 10, timedelta(minutes=5)
TRIES_OF_PLACE = 100  # for whichever addresses: each costs a slow hash
CODE_TRIES, CODE_TRIES_WITHIN = 5, timedelta(minutes=5)
MANY_CODES, A_DAY = 10, timedelta(days=1)  # wrong ones, from which the wait is longer
LONGER = timedelta(hours=1)
TOO_MANY = "Too many tries. Wait five minutes, then try again."
TOO_MANY_CODES = "Too many wrong codes since yesterday. Wait an hour, then try again."
WRONG_CODE = "That code isn't right, or it was used before. Wait for the next one."
WRONG_PASSWORD = "The present password is wrong. Type the one you signed in with."
NEWER_PROOF = "Your sign-in is older than two hours. Confirm first that it is you."


class SecuringRefused(ValueError):
    """Why nothing was changed, and what to do."""


class Checked(Enum):
    """What became of a code that somebody typed."""

    CODE = "one-time code"
    RECOVERY_CODE = "recovery code"
    WRONG = WRONG_CODE
    TOO_MANY = TOO_MANY
    TOO_MANY_CODES = TOO_MANY_CODES

    @property
    def right(self) -> bool:
        """Whether the code was right, and is used up."""
        return self in (Checked.CODE, Checked.RECOVERY_CODE)


class ByPassword(NamedTuple):
    """Whose password was typed, and the hash for which it was right."""

    person: UUID
    hashed: str

    def still(self, session: Session) -> bool:
        """Whether it is their password by now; until this transaction ends it stays so."""
        return people.hold(session, self.person) == self.hashed


def key_of(token: str) -> str:
    """The key under which a session is kept."""
    return sha256(token.encode()).hexdigest()


def is_password(
    sessions: Sessions, email: str, typed: str, now: datetime, origin: str
) -> ByPassword | None:
    """The active person whose address and password these are; None when they don't go together.

    Checking takes a while, in which another password may be set: what is opened or changed by it
    asks whether it is theirs ``still``.

    Raises SecuringRefused after too many tries for that address from that place, or from there for
    any addresses, so that a stranger elsewhere locks nobody out.
    """
    with sessions.begin() as session:
        spent = _spend_tries(session, email.strip().lower(), origin, now)
        known = people.password_of(session, email.strip())
    if not spent:
        raise SecuringRefused(TOO_MANY)
    right = password.matches(known[1] if known else None, typed)
    if not (known and right):
        return None
    with sessions.begin() as session:
        for each in spent:
            sign_ins.give_back(session, each)
    return ByPassword(*known)


def _spend_tries(session: Session, email: str, origin: str, now: datetime) -> tuple[UUID, ...]:
    """Count a try for its address and its place; () where too many were, which counts none.

    This machine is no place: from it comes whoever is let through by a proxy that isn't trusted.
    """
    place = sign_ins.place_of(origin)
    limits = [(f"{email}\n{place}", TRIES)]
    if not is_loopback_host(origin):
        limits.append((f"from {place}", TRIES_OF_PLACE))
    spent: list[UUID] = []
    for said, most in limits:
        key = sha256(said.encode()).hexdigest()
        one = sign_ins.spend_try(session, key, now, most, TRIES_WITHIN)
        if one is None:
            for each in spent:
                sign_ins.give_back(session, each)
            return ()
        spent.append(one)
    return tuple(spent)


def check_code(
    session: Session,
    vault: Vault,
    head: Letterhead,
    person: UUID,
    typed: str,
    now: datetime,
    *,
    confirmed: bool,
) -> Checked:
    """Use up a code of the second step that is ``confirmed``, or of the one that waits to be.

    A recovery code serves too; there are none before a second step is confirmed. The person is held
    from then on. Many wrong ones in a day have to wait longer, and a letter tells the person, once
    a day: whoever types them has the password.
    """
    key, told = (sha256(f"{what}\n{person}".encode()).hexdigest() for what in ("code", "codes"))
    many = sign_ins.refusals_since(session, key, now - A_DAY) >= MANY_CODES
    spent = sign_ins.spend_try(session, key, now, CODE_TRIES, LONGER if many else CODE_TRIES_WITHIN)
    if spent is None:
        return Checked.TOO_MANY_CODES if many else Checked.TOO_MANY
    people.hold(session, person)
    checked = _use_up(session, vault, person, typed, now, confirmed=confirmed)
    if checked.right:
        sign_ins.give_back(session, spent)
    elif (
        sign_ins.refusals_since(session, key, now - A_DAY) >= MANY_CODES
        and sign_ins.spend_try(session, told, now, 1, A_DAY) is not None
    ):
        post_notice(session, vault, head, person, Notice.WRONG_CODES, now)
    return checked


def note_refused(sessions: Sessions, what: str, subject: str, now: datetime, origin: str) -> None:
    """Journal that somebody was refused, unless many are; no person is held meanwhile."""
    with sessions.begin() as session:
        if sign_ins.worth_noting(session, what, origin, now):
            journal.record(session, now, "nobody", what, subject, origin=origin)


def _use_up(
    session: Session, vault: Vault, person: UUID, typed: str, now: datetime, *, confirmed: bool
) -> Checked:
    secret = second_steps.secret_of(session, vault, person, confirmed=confirmed)
    if secret is None:
        return Checked.WRONG
    step = one_time_code.step(secret, typed, now)
    if step is not None:
        newer = second_steps.spend_step(session, person, step)
        return Checked.CODE if newer else Checked.WRONG
    key = one_time_code.recovery_key(typed)
    if second_steps.spend_recovery_code(session, person, key, now):
        return Checked.RECOVERY_CODE
    return Checked.WRONG


# --- the password -------------------------------------------------------------------------------


def change_password(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    email: str,
    old: str,
    new: str,
    now: datetime,
    origin: str,
) -> None:
    """Keep a new password of one's own; every session ends, and mailed links with them.

    A letter tells of it, as of the other changes below.

    Raises SecuringRefused when the old one is wrong or the new one isn't accepted.
    """
    if reason := password.why_not(new, email):
        raise SecuringRefused(reason)
    known = is_password(sessions, email, old, now, origin)
    if known is None:
        raise SecuringRefused(WRONG_PASSWORD)
    if old == new:
        raise SecuringRefused("That is the present password. Choose another.")
    hashed, person = password.hashed(new), known.person
    with sessions.begin() as session:
        if not known.still(session):
            raise SecuringRefused(WRONG_PASSWORD)
        keep_password(session, vault, head, person, hashed, now)
        journal.record(
            session, now, str(person), "password changed", f"person {person}", origin=origin
        )


def keep_password(
    session: Session, vault: Vault, head: Letterhead, person: UUID, hashed: str, now: datetime
) -> None:
    """Keep the hash of a new password, and end whatever the old one, or a link, had opened."""
    if people.set_password(session, person, hashed):
        post_notice(session, vault, head, person, Notice.PASSWORD, now)
    sign_ins.end_every(session, person, now)
    single_use_links.end_links(session, person, now)


# --- the second step ----------------------------------------------------------------------------


def begin_second_step(
    sessions: Sessions, vault: Vault, person: UUID, chance: bytes, now: datetime
) -> None:
    """Make a secret of 20 bytes of chance that waits for its first code.

    Raises SecuringRefused when one is in use; take that away first.
    """
    with sessions.begin() as session:
        people.hold(session, person)
        secret = one_time_code.secret(chance)
        if not second_steps.begin(session, vault, person, secret, now):
            raise SecuringRefused("A second step is in use already. Take it away first.")
        journal.record(session, now, str(person), "second step begun", f"person {person}")


def confirm_second_step(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    person: UUID,
    typed: str,
    token: str,
    chance: Callable[[int], bytes],
    now: datetime,
) -> tuple[str, ...]:
    """Let the first code prove the app; answers the recovery codes, which are never shown again.

    Every other session of the person ends. Raises SecuringRefused when the code is wrong.
    """
    with sessions.begin() as session:
        checked = check_code(session, vault, head, person, typed, now, confirmed=False)
        codes: tuple[str, ...] = ()
        if checked.right and second_steps.confirm(session, person, now):
            codes = _recovery_codes(session, person, chance)
            sign_ins.end_every(session, person, now, but=key_of(token))
            journal.record(session, now, str(person), "second step confirmed", f"person {person}")
    if not codes:
        raise SecuringRefused(str(checked.value))
    return codes


def new_recovery_codes(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    person: UUID,
    typed: str,
    chance: Callable[[int], bytes],
    now: datetime,
) -> tuple[str, ...]:
    """Put new recovery codes in the place of the old ones, for a right code."""
    with sessions.begin() as session:
        checked = check_code(session, vault, head, person, typed, now, confirmed=True)
        codes = _recovery_codes(session, person, chance) if checked.right else ()
        if codes:
            journal.record(session, now, str(person), "recovery codes made", f"person {person}")
            post_notice(session, vault, head, person, Notice.RECOVERY_CODES, now)
    if not codes:
        raise SecuringRefused(str(checked.value))
    return codes


def remove_second_step(
    sessions: Sessions, vault: Vault, head: Letterhead, person: UUID, typed: str, now: datetime
) -> None:
    """Take the own second step away, for a right code. Raises SecuringRefused otherwise."""
    with sessions.begin() as session:
        checked = check_code(session, vault, head, person, typed, now, confirmed=True)
        if checked.right:
            second_steps.remove(session, person)
            journal.record(session, now, str(person), "second step removed", f"person {person}")
            post_notice(session, vault, head, person, Notice.SECOND_STEP_GONE, now)
    if not checked.right:
        raise SecuringRefused(str(checked.value))


def remove_second_step_of(
    sessions: Sessions,
    vault: Vault,
    head: Letterhead,
    person: UUID,
    reason: str,
    now: datetime,
    actor: UUID,
) -> bool:
    """Let an administrator take away a second step whose telephone and codes are lost.

    Passkeys go as well, since they may have been on that telephone.
    """
    if not reason.strip():
        raise SecuringRefused("Say why, and how you know that it is they who ask.")
    with sessions.begin() as session:
        people.hold(session, person)
        keys = passkeys.remove_every(session, person)
        removed = second_steps.remove(session, person) or keys > 0
        if removed:
            sign_ins.end_every(session, person, now)
            subject, why = f"person {person}", {"reason": reason.strip()}
            journal.record(session, now, str(actor), "second step removed", subject, aside=why)
            post_notice(session, vault, head, person, Notice.SECOND_STEP_GONE, now)
        return removed


def _recovery_codes(
    session: Session, person: UUID, chance: Callable[[int], bytes]
) -> tuple[str, ...]:
    codes = tuple(
        one_time_code.recovery_code(chance(one_time_code.RECOVERY_BYTES))
        for _ in range(one_time_code.RECOVERY_CODES)
    )
    keys = [one_time_code.recovery_key(code) for code in codes]
    second_steps.keep_recovery_codes(session, person, keys)
    return codes


# --- sessions -----------------------------------------------------------------------------------


def end_session(sessions: Sessions, person: UUID, handle: UUID, now: datetime, actor: UUID) -> bool:
    """End one session of a person; False when they have none such."""
    with sessions.begin() as session:
        ended = sign_ins.end_by_handle(session, person, handle, now)
        if ended:
            journal.record(session, now, str(actor), "session ended", f"person {person}")
        return ended


def end_sessions(
    sessions: Sessions, person: UUID, now: datetime, actor: UUID, *, but: str = ""
) -> int:
    """End the sessions of a person, all but a token's; answers how many."""
    with sessions.begin() as session:
        ended = sign_ins.end_every(session, person, now, but=key_of(but) if but else "")
        detail: dict[str, object] = {"sessions": ended}
        journal.record(session, now, str(actor), "sessions ended", f"person {person}", detail)
        return ended


def new_token() -> str:
    """A session's or link's token: 256 bits of chance."""
    return secrets.token_urlsafe(32)
