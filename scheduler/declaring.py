"""Takes down ties to providers and refusals of centres; only administrators end a tie."""

from datetime import datetime, timedelta
from uuid import UUID

from config import journal
from config.database import Sessions
from scheduler import leaves, people, register
from scheduler.access import TiedTo

LONGEST_REASON = 500
LONGEST_LEAVE = timedelta(days=92)
TIED_TOO = "You have a tie to this provider too; another administrator can."


class DeclaringRefused(ValueError):
    """What is missing in a declaration."""


def declare(
    sessions: Sessions, person: UUID, provider: UUID, to: TiedTo, reason: str, now: datetime
) -> None:
    """Take down a person's own tie to a provider; from then on they call and review none of it.

    Raises DeclaringRefused without a reason or for a provider that isn't on the register.
    """
    said = _said(reason, "Say in a few words what ties you to them.")
    with sessions.begin() as session:
        if provider not in {centre.provider for centre in register.centres(session)}:
            raise DeclaringRefused("Choose a provider of the list.")
        tie = people.declare_tie(session, person, provider, said, now, to)
        detail: dict[str, object] = {"provider": str(provider), "to": to, "tie": str(tie)}
        journal.record(session, now, str(person), "tie declared", f"person {person}", detail)


def end_tie(
    sessions: Sessions, person: UUID, tie: UUID, reason: str, now: datetime, actor: UUID
) -> bool:
    """End a person's tie with an administrator's reason; False when they have none such.

    Raises DeclaringRefused without a reason, for a tie of one's own, and where a tie binds the
    administrator to the same provider.
    """
    said = _said(reason, "Say why the tie no longer counts.")
    if person == actor:
        raise DeclaringRefused("You can't end your own tie; another administrator can.")
    with sessions.begin() as session:
        providers = {each.provider for each in people.ties_of(session, person) if each.id == tie}
        if any(people.tied(session, actor, each) for each in providers):
            raise DeclaringRefused(TIED_TOO)
        ended = people.end_tie(session, person, tie, said, now)
        if ended:
            detail: dict[str, object] = {"tie": str(tie)}
            subject, why = f"person {person}", {"reason": said}
            journal.record(session, now, str(actor), "tie ended", subject, detail, aside=why)
        return ended


def give_leave(
    sessions: Sessions,
    person: UUID,
    centre: UUID,
    until: datetime,
    reason: str,
    now: datetime,
    actor: UUID,
) -> None:
    """Let a person act for a centre in spite of a tie, until a moment, for a reason.

    Raises DeclaringRefused without a reason, without a tie, for more than LONGEST_LEAVE, for
    oneself, and where a tie binds the administrator to the same provider.
    """
    said = _said(reason, "Say why nobody else can, and what keeps the judgement fair.")
    if person == actor:
        raise DeclaringRefused("You can't lift your own tie; another administrator can.")
    if not now < until <= now + LONGEST_LEAVE:
        raise DeclaringRefused(f"Choose a day within the next {LONGEST_LEAVE.days} days.")
    with sessions.begin() as session:
        found = register.find_centre(session, centre)
        if found is None or not people.tied(session, person, found.provider):
            raise DeclaringRefused("No tie keeps them from that centre. Choose one of the list.")
        if people.tied(session, actor, found.provider):
            raise DeclaringRefused(TIED_TOO)
        leave = leaves.give_leave(session, person, centre, until, said, actor, now)
        detail: dict[str, object] = {
            "leave": str(leave),
            "centre": str(centre),
            "until": until.isoformat(),
        }
        subject, why = f"person {person}", {"reason": said}
        journal.record(session, now, str(actor), "tie lifted", subject, detail, aside=why)


def take_leave_back(
    sessions: Sessions, person: UUID, leave: UUID, now: datetime, actor: UUID
) -> bool:
    """End a leave before its time; False when they have none such in force."""
    with sessions.begin() as session:
        ended = leaves.take_back(session, person, leave, now)
        if ended:
            detail: dict[str, object] = {"leave": str(leave)}
            subject = f"person {person}"
            journal.record(session, now, str(actor), "tie binds again", subject, detail)
        return ended


def refuse(sessions: Sessions, person: UUID, centre: UUID, now: datetime) -> None:
    """Take down that an assessor doesn't call a centre; no reason is asked for.

    Raises DeclaringRefused for a centre that isn't on the register.
    """
    with sessions.begin() as session:
        if register.find_centre(session, centre) is None:
            raise DeclaringRefused("Choose a centre of the list.")
        if people.refuse_centre(session, person, centre, now):
            detail: dict[str, object] = {"centre": str(centre)}
            journal.record(session, now, str(person), "centre refused", f"person {person}", detail)


def accept(sessions: Sessions, person: UUID, centre: UUID, now: datetime) -> bool:
    """Take a refusal back; False when there was none."""
    with sessions.begin() as session:
        gone = people.accept_centre(session, person, centre)
        if gone:
            detail: dict[str, object] = {"centre": str(centre)}
            subject = f"person {person}"
            journal.record(session, now, str(person), "refusal taken back", subject, detail)
        return gone


def _said(reason: str, missing: str) -> str:
    said = " ".join(reason.split())
    if not said:
        raise DeclaringRefused(missing)
    if len(said) > LONGEST_REASON:
        raise DeclaringRefused(f"Keep the reason to {LONGEST_REASON} signs.")
    return said
