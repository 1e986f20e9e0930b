"""Gathers, from every place that knows a part, what a plan is drawn from."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Period, civil_date, midnight
from scheduler import codes, diary, people, register
from scheduler.access import Role
from scheduler.draw import Rule
from scheduler.hours import SECTOR_VOLUME
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid
from scheduler.scenario import Scenario

PER_DAY, PER_WEEK = 4, 15  # calls that an assessor takes at most, until they say otherwise


def gather(
    session: Session,
    period: Period,
    rule: Rule,
    zone: str,
    only: frozenset[UUID] | None,
    since: date,
) -> Inputs:
    """Everything that a plan of the period is drawn from, as it stands now.

    ``only`` limits it to some centres; no call falls before the day ``since``.
    """
    scenarios = diary.current_scenarios(session)
    centres = [c for c in register.centres(session) if only is None or c.id in only]
    assessors = people.holders(session, Role.ASSESSOR)
    return Inputs(
        first=period.first,
        months=period.months,
        mean=rule.mean,
        floor=rule.floor,
        ceiling=rule.ceiling,
        zone=zone,
        centres=tuple(
            sorted((_centre(session, c, scenarios, since) for c in centres), key=_by_key)
        ),
        people=tuple(
            PersonInputs(offer.person, offer.zone, offer.spans, PER_DAY, PER_WEEK)
            for offer in people.offers(session, sorted(each.id for each in assessors))
        ),
        ties=tuple(sorted(people.ties(session))),
        heard=tuple(
            sorted(
                (person, centre, civil_date(moment, zone))
                for person, centre, moment in diary.last_heard(session)
                if moment < midnight(period.start, zone)
            )
        ),
        caller_numbers=diary.caller_numbers(session),
    )


def _by_key(centre: CentreInputs) -> UUID:
    return centre.centre


def _centre(
    session: Session,
    centre: register.Centre,
    scenarios: tuple[tuple[UUID, Scenario], ...],
    since: date,
) -> CentreInputs:
    levels = register.service_levels(session, centre.id)
    products = levels[-1].level.products if levels else ""
    numbers = register.lines(session, centre.id)
    return CentreInputs(
        centre=centre.id,
        provider=centre.provider,
        zone=centre.zone,
        spans=register.hours(session, centre.id),
        closures=register.closures(session, centre.id),
        volume=SECTOR_VOLUME,
        since=since,
        accredited=(centre.accredited_from, centre.accredited_until),
        notices=register.notice_spans(session, centre.id),
        numbers=tuple(
            Valid(line.id, line.number.valid_from or since, line.number.valid_until)
            for line in numbers
        ),
        identities=tuple(
            Valid(identity.id, identity.valid_from, identity.valid_until)
            for identity in codes.usable_identities(session, centre.id)
        ),
        levels=tuple(Valid(level.id, level.since, None) for level in levels),
        scenarios=tuple(key for key, text in scenarios if text.fits(products)),
    )
