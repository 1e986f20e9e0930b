"""The card of a promise: what was promised, by when, what came back and what that makes of it."""

from sqlalchemy.orm import Session

from config.vault import Vault
from scheduler import promises, register
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scheduler.promise import Basis, Kept, Way

WAYS = ((Way.RING, "ring back"), (Way.WRITE, "write"))
BACK = {Way.RING: "rang", Way.WRITE: "wrote"}
OUTCOMES = {
    Kept.KEPT: ("kept", "They came back in time."),
    Kept.LATE: ("late", "They came back after the time that was promised."),
    Kept.BROKEN: ("broken", "Nothing came by the time that was promised."),
}


def promise_values(session: Session, call: PlannedCall, vault: Vault) -> dict[str, object]:
    """What the promise's card shows of a call; whether one can be entered is the line's to say."""
    promise = promises.of_call(session, call.id)
    outcome = promise.outcome if promise else None
    minutes = register.service_level(session, call.service_level).escalation_within
    return {
        "promise": promise,
        "came_back": promises.came_back(session, call.id, vault) if promise else (),
        "back": BACK,
        "outcome": OUTCOMES[outcome] if outcome else None,
        "promisable": promise is None and call.disposition is Disposition.COMPLETED,
        "ways": WAYS,
        "bases": (
            (Basis.ESCALATION, "They escalate it", f"{minutes} minutes of opening time, declared"),
            (Basis.WORKING_DAYS, "They named no time", "2 working days"),
            (Basis.NAMED, "They named a time", ""),
        ),
    }
