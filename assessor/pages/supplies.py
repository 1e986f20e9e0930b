"""What a provider supplies, for the provider: what the institute needs, and what lapses next.

Nothing here is read from plans, calls or their uses, so that nothing here can tell of them.
"""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from sqlalchemy.orm import Session

from assessor.desk import desk, page, person
from assessor.policy import allow
from assessor.told import told
from assessor.wording_changes import value_in_words
from assessor.wording_forms import TITLES
from assessor.wording_supplies import (
    closure_in_words,
    hours_in_words,
    span_of_days,
    validity_in_words,
)
from config.clock import civil_date
from config.vault import Vault
from scheduler import codes, fresh_set, register
from scheduler.access import Role
from scheduler.centre import ServiceLevel
from scheduler.changes import Registered
from scheduler.enrolling import registered
from scheduler.further import What
from scheduler.gathering import readiness_told
from scheduler.readiness import Need, Readiness, Standing
from scheduler.readiness_words import NEEDS, standing_in_words

pages = Blueprint("supplies", __name__)


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing that the institute needs, and how it stands."""

    need: Need
    name: str
    stands: str
    missing: bool
    lapsing: bool
    form: str  # the part of the address of the form that renews it; "" is the institute's


FORMS = {
    Need.NOTICE: "notice",
    Need.NUMBER: "numbers",
    Need.IDENTITY: "identities",
    Need.HOURS: "hours",
    Need.SERVICE_LEVEL: "service-level",
}


@dataclass(frozen=True, slots=True)
class SuppliedCentre:
    """Everything that a provider stated of one centre."""

    centre: register.Centre
    needed: tuple[Needed, ...]
    missing: int
    lapsing: int
    numbers: tuple[tuple[str, str, str, str, str], ...]  # line, E.164, keys, days, standing
    identities: tuple[tuple[str, str, str, str], ...]  # account, kind of code, days, standing
    hours: str
    level: ServiceLevel | None
    level_since: date | None
    notice: str
    fresh_set: bool  # the institute asks for new identities
    kept: tuple[tuple[str, str, str], ...]  # what else is kept current: form, name, how it stands


@pages.get("/supplies")
@allow(Role.PROVIDER_CONTACT)
def own_centres() -> str:
    """Every centre of the own provider, the one that lacks most first."""
    own = desk()
    provider = person().provider
    with own.sessions.reading() as session:
        centres = [
            _supplied(session, own.vault, centre, civil_date(own.clock(), centre.zone))
            for centre in register.centres(session)
            if centre.provider == provider
        ]
    centres.sort(key=lambda each: (-each.missing, -each.lapsing))
    return page(
        "supplies/supplies.html",
        "/supplies",
        centres=centres,
        missing=sum(each.missing for each in centres),
        lapsing=sum(each.lapsing for each in centres),
        notices=told(),
    )


def _supplied(
    session: Session, vault: Vault, centre: register.Centre, today: date
) -> SuppliedCentre:
    found = readiness_told(session, vault, centre, today)
    levels = register.service_levels(session, centre.id)
    notices = register.notice_spans(session, centre.id)
    identities = codes.stated_identities(session, vault, centre.id)
    return SuppliedCentre(
        centre=centre,
        needed=_needed(found),
        missing=len(found.missing),
        lapsing=len(found.lapsing),
        numbers=tuple(
            (
                line.number.label,
                line.number.e164,
                line.number.menu_keys,
                *_validity(line.number.valid_from, line.number.valid_until, today),
            )
            for line in register.lines(session, centre.id)
        ),
        identities=tuple(
            (each.account, each.kind, *_validity(each.valid_from, each.valid_until, today))
            for each in identities
        ),
        hours=hours_in_words(register.hours(session, centre.id)),
        level=levels[-1].level if levels else None,
        level_since=levels[-1].since if levels else None,
        notice=span_of_days(notices[-1]) if notices else "",
        fresh_set=fresh_set.wanted(
            session, centre.id, [each.valid_from for each in identities], today
        ),
        kept=tuple(
            (form, TITLES[form], words)
            for form, words in _kept(registered(session, centre), today).items()
        ),
    )


def _kept(stands: Registered, today: date) -> dict[str, str]:
    """How everything stands that lapses on no day, by its form."""
    single, further = stands.centre, stands.further
    closures = [closure_in_words(each) for each in stands.closures if each.last >= today]
    listening = any(each.what is What.LISTENING for each in further.permissions or ())
    recorded = "permitted" if single["recording_permitted"] else "not permitted"
    return {
        "closures": "; ".join(closures) or "none to come",
        "holidays": value_in_words(further.holidays),
        "custodian": value_in_words(further.custodian),
        "volume": value_in_words(further.work),
        "products": "; ".join(map(value_in_words, further.products or ())) or "none",
        "permissions": f"recording {recorded}; "
        f"live listening {'permitted' if listening else 'not permitted'}",
        "contacts": f"{single['contact_email']}; {single['kind']}, {single['zone']}, "
        f"{single['country']}",
    }


def _needed(found: Readiness) -> tuple[Needed, ...]:
    """What is missing first, then what lapses next, then what is fresh."""

    def urgency(standing: Standing) -> tuple[bool, bool, int]:
        return standing.met, standing.days_left is None, standing.days_left or 0

    return tuple(
        Needed(
            standing.need,
            NEEDS[standing.need][0],
            standing_in_words(standing),
            not standing.met,
            standing.lapsing,
            FORMS.get(standing.need, ""),
        )
        for standing in sorted(found.standings, key=urgency)
    )


def _validity(first: date | None, last: date | None, today: date) -> tuple[str, str]:
    span = (first or today, last)
    return span_of_days(span), validity_in_words(span, today)
