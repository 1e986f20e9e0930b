"""The ties that administrators lifted: for whom and which centre, how long, why, and by whom."""

from dataclasses import dataclass

from flask import Blueprint

from assessor.desk import desk, page, person
from assessor.policy import allow
from scheduler import leaves, people, register
from scheduler.access import Role
from scheduler.leaves import Leave

pages = Blueprint("lifted_ties", __name__)


@dataclass(frozen=True, slots=True)
class Lifted:
    """One leave as it is listed; a name is "" where nobody stands on record any more."""

    leave: Leave
    who: str
    centre: str
    provider: str
    by: str
    counts: bool


@pages.get("/ties-lifted")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def every() -> str:
    """Every tie that was lifted, the newest first."""
    own, who = desk(), person()
    now = own.clock()
    with own.sessions.reading() as session:
        given = leaves.leaves(session)
        everybody = (*people.everybody(session), *people.everybody(session, active=False))
        centres = {centre.id: centre for centre in register.centres(session)}
    names = {str(each.id): each.name for each in everybody}
    listed = [
        Lifted(
            leave,
            names.get(str(leave.person), ""),
            centres[leave.centre].name if leave.centre in centres else "",
            centres[leave.centre].provider_name if leave.centre in centres else "",
            names.get(leave.given_by, ""),
            leave.counts(now),
        )
        for leave in given
    ]
    current = "/ties-lifted" if Role.AUDITOR in who.roles else "/people"
    return page(
        "people/lifted_ties.html",
        current,
        listed=listed,
        zone=who.zone,
        manages=Role.ADMINISTRATOR in who.roles,
    )
