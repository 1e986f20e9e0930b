"""Shows a security code to an administrator who says why; to nobody else, and once."""

from datetime import datetime
from uuid import UUID

from config import journal
from config.database import Sessions
from config.vault import Vault
from scheduler import codes, custody, leaves
from scheduler.access import Role, SignedIn
from scheduler.centre import CoverIdentity
from scheduler.refused import FieldRefused

LONGEST_REASON = 500


class ConfirmFirst(Exception):
    """The sign-in is too old for a code: it has to be confirmed."""


def reveal(
    sessions: Sessions,
    vault: Vault,
    centre: UUID,
    identity: UUID,
    who: SignedIn,
    reason: str,
    now: datetime,
    origin: str,
) -> CoverIdentity | None:
    """An identity of a centre in clear, for an administrator's reason; None: there is none such.

    The journal's row is committed first: if it can't be written, nothing is shown. Raises
    FieldRefused without a reason or where a tie binds them, and ConfirmFirst.
    """
    said = " ".join(reason.split())
    with sessions.begin() as session:
        known = {each.identity for each in custody.wear(session, centre)}
        if Role.ADMINISTRATOR not in who.person.roles or identity not in known:
            return None
        if leaves.is_bound(session, who.person.id, centre, now):
            raise FieldRefused(
                "reason", "You have a tie to this provider; another administrator can look."
            )
        if not said:
            raise FieldRefused("reason", "Say why you need the code; the journal keeps it.")
        if len(said) > LONGEST_REASON:
            raise FieldRefused("reason", f"Keep the reason to {LONGEST_REASON} signs.")
        if not who.recently(now):
            raise ConfirmFirst
        actor, detail = str(who.person.id), {"centre": str(centre)}
        subject, why = f"identity {identity}", {"reason": said}
        act = "code shown to administrator"
        journal.record(session, now, actor, act, subject, {**detail}, origin, aside=why)
    with sessions.reading() as session:
        return codes.open_identity(session, vault, identity)
