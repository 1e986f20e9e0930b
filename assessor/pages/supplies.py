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
from assessor.wording_supplies import (
    closure_in_words,
    hours_in_words,
    span_of_days,
    validity_in_words,
)
from config.clock import civil_date
from config.vault import Vault
from scheduler import codes, register
from scheduler.access import Role
from scheduler.centre import ServiceLevel
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
    closures: tuple[str, ...]
    level: ServiceLevel | None
    level_since: date | None
    notice: str


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
            for each in codes.stated_identities(session, vault, centre.id)
        ),
        hours=hours_in_words(register.hours(session, centre.id)),
        closures=tuple(
            closure_in_words(each)
            for each in register.closures(session, centre.id)
            if each.last >= today
        ),
        level=levels[-1].level if levels else None,
        level_since=levels[-1].since if levels else None,
        notice=span_of_days(notices[-1]) if notices else "",
    )


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
        )
        for standing in sorted(found.standings, key=urgency)
    )


def _validity(first: date | None, last: date | None, today: date) -> tuple[str, str]:
    span = (first or today, last)
    return span_of_days(span), validity_in_words(span, today)
