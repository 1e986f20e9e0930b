"""Reads the meter for a rule on the institute's own calendars, and what its crew can't do."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from config.clock import Period
from scheduler import accreditation, gathering, people, register
from scheduler.access import Role
from scheduler.centre import OpenSpan
from scheduler.field import offered_slots
from scheduler.hazards import MeterRefused
from scheduler.hours import Calendar, Volume, open_slots
from scheduler.meter import lifts
from scheduler.rule import Rule, period_of
from scheduler.rule_limits import Busy, Offered, hours_short, limits
from scheduler.rule_reading import Figures, Ground, design_of, ground_of, plain_ground, worst
from scheduler.shape import BY_VOLUME
from scheduler.volume import trusted

MOST_CALENDARS = 6  # of the institute's own, those of the most centres
_MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Crew:
    """How many centres there are, and what the assessors offered."""

    centres: int
    assessors: tuple[Offered, ...]


def next_period(today: date, months: int) -> Period:
    """The next period of a rule that begins after a day's month."""
    return Period(period_of(today, months).first.next(months), months)


def centre_ground(
    session: Session, centre: register.Centre, rule: Rule, today: date, zone: str
) -> Ground:
    """The open hours of a centre in the rule's next period, with what assessors offered of them."""
    inputs = gathering.gather_hours(session, next_period(today, rule.months), rule, zone, centre)
    slots, offered = offered_slots(inputs, inputs.centres[0])
    return ground_of(centre.name, slots, inputs.centres[0].volume, offered)


def figures(session: Session, rule: Rule, today: date, also: Ground | None = None) -> Figures:
    """The worst figures of a rule: on plain months, on a ground, and on the institute's calendars.

    Where the rule's weight is the ordinary calls alone a calendar hardly matters, and plain months
    and the ground are enough. Raises MeterRefused where the rule can't be measured on plain months.
    """
    centres = register.sampled(session)
    grounds = [plain_ground(rule.months), *([also] if also else [])]
    if rule.shape != BY_VOLUME:
        grounds += _own(session, rule, next_period(today, rule.months), centres)
    found = []
    for number, ground in enumerate(grounds):
        try:
            design = design_of(rule, ground, max(1, len(centres)))
            found.append(Figures(*lifts(design, ground.hours), ground.name))
        except MeterRefused:
            if number == 0:
                raise
    return worst(found)


def crew(session: Session) -> Crew:
    """The centres to call and the assessors who call them."""
    holders = people.holders(session, Role.ASSESSOR)
    names = {each.id: each.name for each in holders}
    offers = people.offers(session, sorted(names))
    return Crew(
        len(register.sampled(session)),
        tuple(
            sorted(
                (Offered(names[offer.person], _hours(offer.spans)) for offer in offers),
                key=lambda each: each.name,
            )
        ),
    )


def limits_of(session: Session, rule: Rule, centres: int | None = None) -> tuple[str, ...]:
    """What the institute can't have with a rule, in sentences.

    ``centres`` is how many get calls; without it, all on the register.
    """
    own = crew(session)
    declared = []
    for centre in register.sampled(session):
        stated = accreditation.volume(session, centre.id)[0]
        if stated is not None:
            a_week = sum(map(sum, stated.volume))
            declared.append(Busy(f"{centre.provider_name}, {centre.name}", a_week))
    return limits(rule, own.centres if centres is None else centres, own.assessors, declared)


def short_of_hours(session: Session, rule: Rule) -> str:
    """How many hours a week all assessors together offer too few for a rule; "" where enough."""
    own = crew(session)
    return hours_short(rule, own.centres, own.assessors)


def _own(
    session: Session, rule: Rule, period: Period, centres: tuple[register.Centre, ...]
) -> list[Ground]:
    """The calendars that most centres share, without holidays and closures."""
    alike: Counter[tuple[tuple[OpenSpan, ...], Volume]] = Counter()
    names: dict[tuple[tuple[OpenSpan, ...], Volume], tuple[str, str]] = {}
    for centre in centres:
        spans = register.hours(session, centre.id)
        own = spans, trusted(accreditation.volume(session, centre.id)[0], spans)
        if spans:
            alike[own] += 1
            names.setdefault(own, (centre.name, centre.zone))
    grounds = []
    for (spans, volume), _ in alike.most_common(MOST_CALENDARS):
        name, zone = names[spans, volume]
        slots = open_slots(Calendar(zone, spans), period)
        grounds.append(ground_of(name, slots, volume))
    return grounds


def _hours(spans: tuple[OpenSpan, ...]) -> Fraction:
    return Fraction(sum(span.closes - span.opens for span in spans), _MINUTES_AN_HOUR)
