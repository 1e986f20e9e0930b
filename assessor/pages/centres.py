"""The centres of the register: who can be called, what each supplied, and its months."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from assessor.desk import desk, page, person
from assessor.hiding import hidden
from assessor.pages.centre_more import complained, more
from assessor.pages.centre_record import Refused, record
from assessor.pages.centre_supplied import supplied
from assessor.policy import allow
from assessor.told import told
from assessor.wording import day
from assessor.wording_supplies import (
    closure_in_words,
    span_of_days,
    validity_in_words,
    week_in_words,
)
from config.clock import Month, civil_date
from config.settings import Line as LineKind
from scheduler import register, tally
from scheduler.access import Role
from scheduler.gathering import readiness_of
from scheduler.readiness import Readiness, Turn
from scheduler.readiness_words import NEEDS, lapse_in_words, standing_in_words, why_missing

pages = Blueprint("centres", __name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A centre on the list."""

    centre: register.Centre
    ready: bool
    why_not: tuple[tuple[str, Turn], ...]  # each reason with whose turn it is
    lapsing: tuple[str, ...]


@pages.get("/centres")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def every() -> str:
    """Every centre; first those that can't be called, then those that soon won't."""
    own = desk()
    now = own.clock()
    with own.sessions.reading() as session:
        listed = [
            _listed(centre, _stands(session, centre, civil_date(now, centre.zone)))
            for centre in register.centres(session)
        ]
    listed.sort(key=lambda each: (each.ready, not each.lapsing))
    return page(
        "centres/list.html",
        "/centres",
        centres=listed,
        waiting=[
            (turn, sum(turn in {whose for _, whose in each.why_not} for each in listed))
            for turn in Turn
        ],
        ready=sum(each.ready for each in listed),
        lapsing=sum(bool(each.lapsing) for each in listed),
    )


def _stands(session: Session, centre: register.Centre, today: date) -> Readiness:
    real = desk().line is LineKind.LIVE
    return readiness_of(session, centre, today, proved_everything=not real)


def _listed(centre: register.Centre, found: Readiness) -> Listed:
    return Listed(
        centre,
        found.ready,
        tuple((why_missing(each), each.need.turn) for each in found.missing),
        tuple(lapse_in_words(each) for each in found.lapsing),
    )


@dataclass(frozen=True, slots=True)
class Level:
    """A version of the service level and the days on which it was, or is, in force."""

    declared: register.DeclaredLevel
    days: str


@pages.get("/centres/<uuid:centre>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one(centre: UUID) -> str:
    """One centre."""
    return shown(centre)


def shown(centre: UUID, refused: Refused | None = None, more_refused: str = "") -> str:
    """The page of a centre; a form that came back holds what was typed."""
    own = desk()
    with own.sessions.reading() as session:
        found = register.find_centre(session, centre)
        if found is None:
            abort(404)
        today = civil_date(own.clock(), found.zone)
        stands = _stands(session, found, today)
        lines = register.lines(session, centre)
        kept_back = hidden(session)
        months = kept_back.left_of_months(tally.months_of_centre(session, centre), centre=centre)
        return page(
            "centres/centre.html",
            "/centres",
            centre=found,
            stands=_listed(found, stands),
            needs=[(NEEDS[each.need][0], standing_in_words(each)) for each in stands.standings],
            numbers=[
                (
                    each.number.label,
                    each.number.e164,
                    each.number.menu_keys,
                    *_validity(each.number.valid_from, each.number.valid_until, today),
                )
                for each in lines
            ],
            week=week_in_words(register.hours(session, centre)),
            closures=[
                closure_in_words(each)
                for each in register.closures(session, centre)
                if each.last >= today
            ],
            levels=_levels(session, centre),
            staff_told=[
                span_of_days(span) for span in reversed(register.notice_spans(session, centre))
            ],
            record=record(
                session, found, today, refused, proved_everything=own.line is not LineKind.LIVE
            ),
            may_change=Role.ADMINISTRATOR in person().roles,
            notices=told(),
            months=months,
            shut={each for each in months if kept_back.keeps_back(centre, each, Month.of(today))},
            hidden=kept_back.sentence if centre in kept_back.centres else "",
            supplied=supplied(session, found, months, today),
            complaints=complained(session, centre),
            more=more(session, found, months, today, more_refused),
        )


def _validity(first: date | None, last: date | None, today: date) -> tuple[str, str]:
    span = (first or today, last)
    return span_of_days(span), validity_in_words(span, today)


def _levels(session: Session, centre: UUID) -> list[Level]:
    """The versions of the service level, the newest first."""
    declared = register.service_levels(session, centre)
    ends = [*(day(each.since) for each in declared[1:]), ""]
    return [
        Level(
            each, f"{day(each.since)} until {end}" if end else f"in force since {day(each.since)}"
        )
        for each, end in zip(declared, ends, strict=True)
    ][::-1]
