"""A plan as a pure function of a seed and frozen inputs, so that it can be proved later.

Streams of a centre: 0 draws its calls, 1 draws anew what could not be placed. Streams named
``assignment``, ``redrawn`` and ``pools`` place people and deal what a call needs.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar
from uuid import UUID

from config.clock import Period, civil_date
from scheduler.assignment import (
    BLOCKED,
    Assigned,
    Candidate,
    Held,
    Shift,
    ToAssign,
    assign,
    covered,
    offered,
)
from scheduler.draw import Drawn, DrawRefused, draw, for_share, redraw_one, weights
from scheduler.hours import Calendar, Slot, merged, open_slots
from scheduler.keystream import Keystream, stream_key
from scheduler.plan_inputs import CentreInputs, Inputs

NO_CALL = "chance gave it no call: only a small part of the period can be drawn"
MOST_TRIES = 40  # of drawing unplaced calls anew, before they are said to be short

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """One call as drawn and dealt; ``assessor`` is None where nobody could be placed."""

    centre: UUID
    provider: UUID
    stream: int
    slot: int
    slot_start: datetime
    moment: datetime
    zone: str
    number: UUID
    identity: UUID
    level: UUID
    scenario: UUID
    caller_number: UUID | None
    assessor: UUID | None
    stand_in: UUID | None


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """The calls in the order of time, and the centres without one, each with the reason."""

    calls: tuple[Draft, ...]
    without: tuple[tuple[UUID, str], ...]
    uncovered: tuple[tuple[UUID, Fraction], ...]  # centre, share of volume nobody could take


def make_plan(inputs: Inputs, seed: bytes, public_value: bytes) -> DrawnPlan:
    """Draw, place and deal: the same seed and inputs always give the same plan."""
    chance = _Chance(seed, public_value)
    shifts = _shifts(inputs)
    fields = {each.centre: _field(inputs, each, shifts) for each in inputs.centres}
    placed: list[_Placed] = []
    without: list[tuple[UUID, str]] = []
    for centre in inputs.centres:
        field = fields[centre.centre]
        try:
            if field.why_not:
                raise DrawRefused(field.why_not)
            rule = for_share(inputs.rule, field.supplied)
            calls = draw(field.slots, field.weights, rule, chance.of_centre(centre.centre, 0))
            if not calls:
                raise DrawRefused(NO_CALL)
        except DrawRefused as error:
            without.append((centre.centre, str(error)))
            continue
        placed += [_Placed(centre, 0, call) for call in calls]
    _place(inputs, placed, fields, shifts, chance)
    _redraw_unplaced(inputs, placed, fields, shifts, chance)
    uncovered = tuple((key, field.uncovered) for key, field in fields.items() if field.uncovered)
    return DrawnPlan(_deal(inputs, placed, fields, chance), tuple(without), uncovered)


def undrawable(inputs: Inputs) -> dict[UUID, str]:
    """The centres that have no drawable hour in the period, each with the reason."""
    shifts = _shifts(inputs)
    fields = ((each.centre, _field(inputs, each, shifts)) for each in inputs.centres)
    return {centre: field.why_not for centre, field in fields if field.why_not}


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the calls of a centre may fall.

    ``weights`` are 0 where none may; ``supplied`` is the share of the period's volume on days for
    which the provider supplied everything, ``uncovered`` the share of that which nobody offered.
    Hours that nobody offered don't lower the mean: the rest of the hours carries it.
    """

    slots: tuple[Slot, ...]
    weights: tuple[int, ...]
    supplied: Fraction
    uncovered: Fraction
    why_not: str
    allowed: tuple[UUID, ...]


@dataclass(slots=True)
class _Placed:
    """A drawn call on its way to a person."""

    centre: CentreInputs
    stream: int
    drawn: Drawn
    person: UUID | None = None
    stand_in: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Chance:
    seed: bytes
    public_value: bytes

    def of_centre(self, centre: UUID, stream: int) -> Keystream:
        return Keystream(stream_key(self.seed, self.public_value, centre.bytes, stream))

    def named(self, name: str) -> Keystream:
        return Keystream(stream_key(self.seed, self.public_value, name.encode(), 0))


def _allowed(inputs: Inputs, centre: CentreInputs) -> tuple[UUID, ...]:
    tied = {person for person, other in inputs.ties if other in (centre.provider, centre.centre)}
    return tuple(each.person for each in inputs.people if each.person not in tied)


def _shifts(inputs: Inputs) -> tuple[Shift, ...]:
    """Every stretch that somebody offered; a day more at both ends, for other zones."""
    first, last = inputs.first.next(-1), inputs.months + 2
    return tuple(
        Shift(each.person, start, end)
        for each in inputs.people
        for start, end in merged(
            piece
            for slot in open_slots(Calendar(each.zone, each.spans), Period(first, last))
            for piece in slot.pieces
        )
    )


def _supplied(centre: CentreInputs, day: date) -> bool:
    return (
        day >= centre.since
        and not centre.status.why_not
        and centre.accredited[0] <= day <= centre.accredited[1]
        and any(first <= day <= last for first, last in centre.notices)
        and any(number.on(day) for number in centre.numbers)
        and any(identity.on(day) for identity in centre.identities)
    )


def _field(inputs: Inputs, centre: CentreInputs, shifts: Sequence[Shift]) -> _Field:
    allowed = _allowed(inputs, centre)
    stretches = offered(shifts, allowed)
    slots = open_slots(Calendar(centre.zone, centre.spans, centre.closures), inputs.period)
    full = weights(slots, centre.volume)
    supplied = [
        weight if _supplied(centre, slot.local_date) else 0
        for slot, weight in zip(slots, full, strict=True)
    ]
    heavy = tuple(
        weight if weight and covered(slot.pieces, stretches) else 0
        for slot, weight in zip(slots, supplied, strict=True)
    )
    total, there = sum(supplied), sum(heavy)
    return _Field(
        slots=slots,
        weights=heavy,
        supplied=Fraction(total, sum(full)) if total else Fraction(0),
        uncovered=Fraction(total - there, total) if total else Fraction(0),
        why_not="" if there and centre.scenarios else _why_not(inputs, centre, slots, total),
        allowed=allowed,
    )


def _why_not(inputs: Inputs, centre: CentreInputs, slots: Sequence[Slot], supplied: int) -> str:
    """The first thing that is missing for the whole of the period, in plain words."""
    days = [
        inputs.period.start + timedelta(days=n)
        for n in range((inputs.period.end - inputs.period.start).days)
    ]
    days = [day for day in days if day >= centre.since]
    checks = (
        (bool(days), "no day of the period was left when it was entered"),
        (not centre.status.why_not, centre.status.why_not),
        (bool(slots), "no open hour in the period"),
        (
            any(centre.accredited[0] <= day <= centre.accredited[1] for day in days),
            "not accredited in the period",
        ),
        (
            any(first <= day <= last for day in days for first, last in centre.notices),
            "no notice to staff is in force in the period",
        ),
        (
            any(number.on(day) for day in days for number in centre.numbers),
            f"no contact number is valid{inputs.proving} in the period",
        ),
        (
            any(identity.on(day) for day in days for identity in centre.identities),
            "no cover identity with a security code is valid in the period",
        ),
        (
            bool(supplied),
            "accreditation, notice, number, identity and open hours never coincide in the period",
        ),
        (bool(centre.scenarios), "no scenario fits the products that it has declared"),
        (bool(inputs.people), "there is no assessor"),
    )
    missing = next((reason for there, reason in checks if not there), None)
    return missing or "no assessor who may ring it offered one of its open hours"


def _to_assign(number: int, placed: _Placed, fields: Mapping[UUID, _Field]) -> ToAssign:
    centre = placed.centre
    return ToAssign(
        UUID(int=number),  # a place in the list, for the length of this function's work
        placed.drawn.moment,
        centre.centre,
        centre.provider,
        fields[centre.centre].allowed,
    )


def _candidates(inputs: Inputs) -> tuple[Candidate, ...]:
    return tuple(Candidate(each.person, each.per_day, each.per_week) for each in inputs.people)


def _heard(inputs: Inputs) -> dict[tuple[UUID, UUID], date]:
    return {(person, centre): day for person, centre, day in inputs.heard}


def _held(inputs: Inputs) -> tuple[Held, ...]:
    return tuple(
        Held(person, moment, centre, provider) for person, centre, provider, moment in inputs.held
    )


def _place(
    inputs: Inputs,
    drawn: Sequence[_Placed],
    fields: Mapping[UUID, _Field],
    shifts: Sequence[Shift],
    chance: _Chance,
) -> None:
    result = assign(
        [_to_assign(number, placed, fields) for number, placed in enumerate(drawn)],
        _candidates(inputs),
        shifts,
        heard=_heard(inputs),
        held=_held(inputs),
        zone=inputs.zone,
        keystream=chance.named("assignment"),
    )
    for one in result.assigned:
        _settle(drawn[one.call.int], one)


def _settle(placed: _Placed, one: Assigned) -> None:
    placed.person, placed.stand_in = one.person, one.stand_in


def _redraw_unplaced(
    inputs: Inputs,
    placed: Sequence[_Placed],
    fields: Mapping[UUID, _Field],
    shifts: Sequence[Shift],
    chance: _Chance,
) -> None:
    """Draw the calls that nobody could take anew, in stream 1, until somebody is free for each."""
    keystream = chance.named("redrawn")
    unplaced = [each for each in placed if each.person is None]
    streams = {one.centre.centre: chance.of_centre(one.centre.centre, 1) for one in unplaced}
    heavy = {centre: list(fields[centre].weights) for centre in streams}
    for each in placed:
        if each.centre.centre in heavy:
            heavy[each.centre.centre][each.drawn.slot] = 0
    for _ in range(MOST_TRIES):
        trials = []
        for one in unplaced:
            centre = one.centre.centre
            slots = fields[centre].slots
            again = redraw_one(slots, heavy[centre], streams[centre], slots[0].start)
            if again is not None:
                heavy[centre][again.slot] = 0
                trials.append((one, _Placed(one.centre, 1, again)))
        if not trials:
            return
        result = assign(
            [_to_assign(number, trial, fields) for number, (_, trial) in enumerate(trials)],
            _candidates(inputs),
            shifts,
            heard=_heard(inputs),
            held=(*_held(inputs), *_taken(placed)),
            zone=inputs.zone,
            keystream=keystream,
        )
        for found in result.assigned:
            one, trial = trials[found.call.int]
            one.stream, one.drawn = 1, trial.drawn
            _settle(one, found)
            _free_stand_ins(placed, one)
        unplaced = [each for each in unplaced if each.person is None]


def _taken(placed: Sequence[_Placed]) -> tuple[Held, ...]:
    return tuple(
        Held(each.person, each.drawn.moment, each.centre.centre, each.centre.provider)
        for each in placed
        if each.person is not None
    )


def _free_stand_ins(placed: Sequence[_Placed], moved: _Placed) -> None:
    """Let the people of a call that was drawn anew no longer stand in for others close by."""
    busy = {moved.person, moved.stand_in}
    for other in placed:
        near = abs(other.drawn.moment - moved.drawn.moment) < BLOCKED
        if near and other is not moved and other.stand_in in busy:
            other.stand_in = None


def _deal(
    inputs: Inputs,
    placed: Sequence[_Placed],
    fields: Mapping[UUID, _Field],
    chance: _Chance,
) -> tuple[Draft, ...]:
    """Give each call its number, identity, scenario and caller number, by chance."""
    keystream = chance.named("pools")
    uses: defaultdict[UUID, Counter[UUID]] = defaultdict(Counter)
    last_scenario: dict[UUID, UUID] = {}
    drafts = []
    for one in sorted(placed, key=lambda p: (p.drawn.moment, p.centre.centre)):
        centre = one.centre
        day = civil_date(one.drawn.moment, centre.zone)
        own = uses[centre.centre]

        scenarios = [s for s in centre.scenarios if s != last_scenario.get(centre.centre)]
        scenario = _one(scenarios or list(centre.scenarios), keystream)
        last_scenario[centre.centre] = scenario
        levels = [level for level in centre.levels if level.on(day)] or list(centre.levels[:1])
        slot = fields[centre.centre].slots[one.drawn.slot]
        drafts.append(
            Draft(
                centre=centre.centre,
                provider=centre.provider,
                stream=one.stream,
                slot=one.drawn.slot,
                slot_start=slot.start,
                moment=one.drawn.moment,
                zone=centre.zone,
                number=_one([n.id for n in centre.numbers if n.on(day)], keystream),
                identity=_least_used(
                    [i.id for i in centre.identities if i.on(day)], own, keystream
                ),
                level=levels[-1].id,
                scenario=scenario,
                caller_number=_least_used(inputs.caller_numbers, own, keystream)
                if inputs.caller_numbers
                else None,
                assessor=one.person,
                stand_in=one.stand_in,
            )
        )
    return tuple(drafts)


def _one(items: Sequence[T], keystream: Keystream) -> T:
    return items[keystream.below(len(items))]


def _least_used(pool: Sequence[UUID], uses: Counter[UUID], keystream: Keystream) -> UUID:
    fewest = min(uses[each] for each in pool)
    chosen = _one([each for each in pool if uses[each] == fewest], keystream)
    uses[chosen] += 1
    return chosen
