"""Gathers, from every place that knows a part, what a plan or a centre's readiness stands on."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Period, civil_date
from config.vault import Vault
from scheduler import (
    accreditation,
    caller_pool,
    codes,
    diary,
    extra_sampling,
    leaves,
    people,
    register,
    register_further,
    scenario_versions,
    skills,
)
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.centre import Closure
from scheduler.dealing import RECOGNISED
from scheduler.outcome import Disposition
from scheduler.placing import NEVER_HEARD
from scheduler.plan_inputs import CentreInputs, Inputs, Met, PersonInputs, Valid
from scheduler.public_holidays import holiday_closures
from scheduler.readiness import Readiness, Span, Supplied, readiness
from scheduler.rule import Rule
from scheduler.scenario import Scenario
from scheduler.volume import trusted

PER_DAY, PER_WEEK = 4, 15  # calls that an assessor takes at most, until they say otherwise
HEARD_FOR = timedelta(days=NEVER_HEARD)
Texts = tuple[tuple[UUID, Scenario], ...]

ONE_DAY = timedelta(days=1)
BESIDE = timedelta(days=8)  # calls so near to the period count for its weeks


def gather(
    session: Session,
    period: Period,
    rule: Rule,
    zone: str,
    only: frozenset[UUID] | None,
    since: date,
    *,
    proved_everything: bool = False,
) -> Inputs:
    """Everything that a plan of the period is drawn from, as it stands now.

    ``only`` names the centres, those of rehearsals too; no call falls before the day ``since``.
    Unless ``proved_everything``, a number serves for a year after its proving check.
    """
    scenarios = scenario_versions.current_scenarios(session)
    begins, ends = period.moments(zone)
    others = [
        call
        for call in diary.calls(session, since=begins - HEARD_FOR, until=ends + BESIDE)
        if call.disposition is not Disposition.WITHDRAWN
    ]
    past = [call for call in others if call.drawn_moment < begins]
    centres = [
        each
        for each in register.centres(session)
        if (not each.rehearsal if only is None else each.id in only)
    ]
    last_scenario = {call.centre: call.scenario for call in past}
    recent = [call for call in past if call.drawn_moment >= begins - RECOGNISED]
    identities = _met(recent, lambda call: call.identity)
    caller_numbers = _met(recent, lambda call: call.caller_number)
    extra = extra_sampling.factors(session, since)
    return Inputs(
        first=period.first,
        months=period.months,
        mean=rule.mean,
        floor=rule.floor,
        ceiling=rule.ceiling,
        shape=rule.shape,
        capped=rule.capped,
        zone=zone,
        centres=tuple(
            sorted(
                (
                    replace(
                        _centre(session, c, scenarios, period, since, proved_everything),
                        last_scenario=last_scenario.get(c.id),
                        met_identities=identities.get(c.id, ()),
                        met_caller_numbers=caller_numbers.get(c.id, ()),
                        extra=extra.get(c.id, Fraction(1)),
                    )
                    for c in centres
                ),
                key=_by_key,
            )
        ),
        people=_people(session, scenarios),
        ties=tuple(sorted(leaves.binding(session, begins, ends) | people.refusals(session))),
        heard=_heard(past, zone),
        held=tuple(
            sorted(
                (call.assessor, call.centre, call.provider, call.moment)
                for call in others
                if call.assessor and call.moment >= begins - BESIDE
            )
        ),
        caller_numbers=caller_pool.caller_numbers(session),
        proved_everything=proved_everything,
        made=_made([call for call in past if call.drawn_moment < begins - BESIDE]),
        spoken=_spoken(scenarios),
    )


def gather_hours(
    session: Session, period: Period, rule: Rule, zone: str, centre: register.Centre
) -> Inputs:
    """What says which hours of one centre could get a call: no past, nothing to deal out."""
    scenarios = scenario_versions.current_scenarios(session)
    return Inputs(
        first=period.first,
        months=period.months,
        mean=rule.mean,
        floor=rule.floor,
        ceiling=rule.ceiling,
        shape=rule.shape,
        capped=rule.capped,
        zone=zone,
        centres=(_centre(session, centre, scenarios, period, period.start, True),),
        people=_people(session, scenarios),
        ties=tuple(
            sorted(leaves.binding(session, *period.moments(zone)) | people.refusals(session))
        ),
        heard=(),
        held=(),
        caller_numbers=(),
        spoken=_spoken(scenarios),
    )


def _people(session: Session, scenarios: Texts) -> tuple[PersonInputs, ...]:
    assessors = people.holders(session, Role.ASSESSOR)
    declared = skills.skills(session)
    current = {text.name: key for key, text in scenarios}
    found = []
    for offer in people.offers(session, sorted(each.id for each in assessors)):
        own = declared.get(offer.person, skills.Skill())
        certified = [
            Valid(current[name], date.min, until)
            for name, until in own.certified
            if name in current
        ]
        found.append(
            PersonInputs(
                offer.person,
                offer.zone,
                offer.spans,
                PER_DAY,
                PER_WEEK,
                scenarios=tuple(certified) if own.certified else None,
                languages=own.languages or None,
            )
        )
    return tuple(found)


def _spoken(scenarios: Texts) -> tuple[tuple[UUID, tuple[str, ...]], ...]:
    return tuple(sorted((key, text.languages) for key, text in scenarios))


def _made(calls: list[PlannedCall]) -> tuple[tuple[UUID, UUID, int], ...]:
    """How many calls of each centre each person has had."""
    counts = Counter((call.assessor, call.centre) for call in calls if call.assessor)
    return tuple(sorted((person, centre, n) for (person, centre), n in counts.items()))


def _met(
    calls: list[PlannedCall], of: Callable[[PlannedCall], UUID | None]
) -> dict[UUID, tuple[Met, ...]]:
    """What each centre could recognise of the calls, which come in the order of time."""
    met: defaultdict[UUID, dict[UUID, Met]] = defaultdict(dict)
    for call in calls:
        key = of(call)
        if key is not None:
            before = met[call.centre].get(key)
            day = civil_date(call.drawn_moment, call.zone)
            met[call.centre][key] = Met(key, before.times + 1 if before else 1, day)
    return {
        centre: tuple(sorted(each.values(), key=lambda one: one.id)) for centre, each in met.items()
    }


def _heard(calls: list[PlannedCall], zone: str) -> tuple[tuple[UUID, UUID, date], ...]:
    """When each voice was last to be heard at each centre; the calls come in the order of time."""
    last = {
        (call.assessor, call.centre): civil_date(call.drawn_moment, zone)
        for call in calls
        if call.assessor
    }
    return tuple(sorted((person, centre, day) for (person, centre), day in last.items()))


def _by_key(centre: CentreInputs) -> UUID:
    return centre.centre


def _centre(
    session: Session,
    centre: register.Centre,
    scenarios: Texts,
    period: Period,
    since: date,
    proved_everything: bool,
) -> CentreInputs:
    levels = register.service_levels(session, centre.id)
    named = [each.name for each in register_further.products(session, centre.id)]
    products = "\n".join([*(each.level.products for each in levels[-1:]), *named])
    spans = register.hours(session, centre.id)
    numbers = sorted(register.lines(session, centre.id), key=lambda line: line.id)
    return CentreInputs(
        centre=centre.id,
        provider=centre.provider,
        zone=centre.zone,
        spans=spans,
        closures=closures(session, centre, period.start - ONE_DAY, period.end),
        volume=trusted(accreditation.volume(session, centre.id)[0], spans),
        since=since,
        accredited=(centre.accredited_from, centre.accredited_until),
        notices=register.notice_spans(session, centre.id),
        numbers=tuple(
            Valid(line.id, *span)
            for line in numbers
            for span in line.spans(since, proved=not proved_everything)
        ),
        identities=tuple(
            Valid(identity.id, identity.valid_from, identity.valid_until)
            for identity in codes.usable_identities(session, centre.id)
        ),
        levels=tuple(Valid(level.id, level.since, None) for level in levels),
        scenarios=tuple(
            sorted(
                key
                for key, text in scenarios
                if text.fits(products) and not {*text.languages}.isdisjoint(centre.languages)
            )
        ),
        status=centre.status,
        languages=centre.languages,
    )


def closures(
    session: Session, centre: register.Centre, first: date, last: date
) -> tuple[Closure, ...]:
    """The days on which a centre opens no span: what was stated, and the holidays that it keeps.

    Holidays are those from a day to a day; stated closures are all that are in force.
    """
    stated = register.closures(session, centre.id)
    if not centre.keeps_holidays:
        return stated
    exceptions = register.holiday_exceptions(session, centre.id)
    kept = holiday_closures(centre.country, centre.region, exceptions, first, last)
    return tuple(sorted((*stated, *kept)))


def readiness_of(
    session: Session, centre: register.Centre, today: date, *, proved_everything: bool = True
) -> Readiness:
    """Whether the institute can call a centre on a day, and what lapses next.

    Unless ``proved_everything``, a number has to be proved by a check within a year.
    """
    usable = codes.usable_identities(session, centre.id)
    lines = register.lines(session, centre.id)
    spans = [span for line in lines for span in line.spans(today, proved=True)]
    return _readiness(
        session,
        centre,
        today,
        [(i.valid_from, i.valid_until) for i in usable],
        tuple(spans) if lines and not proved_everything else None,
    )


def ready_now(session: Session, now: datetime, *, proved_everything: bool) -> int:
    """How many of the centres that plans call could be called today, as their own day stands."""
    return sum(
        readiness_of(
            session, each, civil_date(now, each.zone), proved_everything=proved_everything
        ).ready
        for each in register.sampled(session)
    )


def readiness_told(
    session: Session, vault: Vault, centre: register.Centre, today: date
) -> Readiness:
    """The same as its provider may know it: from what was stated alone, whatever was used since."""
    stated = codes.stated_identities(session, vault, centre.id)
    return _readiness(session, centre, today, [(i.valid_from, i.valid_until) for i in stated])


def _readiness(
    session: Session,
    centre: register.Centre,
    today: date,
    identities: Sequence[Span],
    proved: tuple[Span, ...] | None = None,
) -> Readiness:
    lines = register.lines(session, centre.id)
    supplied = Supplied(
        accredited=(centre.accredited_from, centre.accredited_until),
        notices=register.notice_spans(session, centre.id),
        numbers=tuple(span for line in lines for span in line.spans(today, proved=False)),
        identities=tuple(identities),
        hours=register.hours(session, centre.id),
        levels=tuple((level.since, None) for level in register.service_levels(session, centre.id)),
        why_not=centre.status.why_not,
        proved=proved,
    )
    return readiness(supplied, today)
