"""Where the calls of each centre may fall: open, supplied, and offered by somebody who may call."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from operator import and_
from uuid import UUID

import numpy as np
import numpy.typing as npt

from config.clock import Period
from scheduler.assignment import Shift
from scheduler.barrier import Barrier, barriers_in_words
from scheduler.crowd import Crowd, members
from scheduler.hours import Calendar, Slot, Volume, open_slots, open_stretches
from scheduler.language import languages_in_words
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs
from scheduler.roster import Roster
from scheduler.shape import shaped
from scheduler.skill import Skills, Turns
from scheduler.stage import Step, Tell, told, unheard

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Field:
    """Where the calls of a centre may fall.

    ``weights`` are the rule's, and 0 where no call may fall. ``supplied`` is the share of the whole
    weight on days for which the provider supplied everything; ``asked`` are the ordinary calls of
    each hour then that the rule draws, ``uncovered`` the share of them that nobody offered.
    Hours that nobody offered don't lower the mean: the rest of the hours carries it. ``turns`` are
    the people who may not call the centre, by their place in the inputs; ``barred`` those of them
    who never may in the period, ``tied`` those who may not for a tie or a refusal, and
    ``barriers`` count what keeps the barred away.
    """

    slots: tuple[Slot, ...]
    asked: tuple[int, ...]
    weights: tuple[int, ...]
    supplied: Fraction
    uncovered: Fraction
    why_not: str
    barred: Crowd
    turns: Turns
    tied: Crowd
    barriers: Mapping[Barrier, int]

    def barred_on(self, day: date) -> Crowd:
        """Who may not call the centre on a day of its own."""
        if len(self.turns) == 1:
            return self.barred
        return next(barred for since, barred in reversed(self.turns) if since <= day)

    def allowed(self, people: Sequence[PersonInputs], day: date) -> tuple[UUID, ...]:
        """Who of the inputs' people may call the centre on a day."""
        barred = self.barred_on(day)
        return tuple(each.person for n, each in enumerate(people) if not barred >> n & 1)


@dataclass(frozen=True, slots=True)
class _Hours:
    """A calendar's slots, and what of them is the same for every centre that keeps it."""

    slots: tuple[Slot, ...]
    kinds: tuple[tuple[int, int, int], ...]  # weekday, hour and open minutes
    kind_of: tuple[int, ...]
    starts: npt.NDArray[np.int64]  # of the open pieces, in seconds
    ends: npt.NDArray[np.int64]
    slot_of: npt.NDArray[np.int64]


def roster_of(inputs: Inputs) -> Roster:
    """Every stretch that the people offered; a day more at both ends, for other zones."""
    around = Period(inputs.first.next(-1), inputs.months + 2)
    found: dict[Calendar, list[tuple[int, int]]] = {}
    stretches = []
    for person in inputs.people:
        calendar = Calendar(person.zone, person.spans)
        if calendar not in found:
            found[calendar] = [
                (int(start.timestamp()), int(end.timestamp()))
                for start, end in open_stretches(calendar, around)
            ]
        stretches.append(found[calendar])
    return Roster(stretches)


def shifts_of(inputs: Inputs) -> tuple[Shift, ...]:
    """The same stretches, each with its person."""
    around = Period(inputs.first.next(-1), inputs.months + 2)
    return tuple(
        Shift(person.person, start, end)
        for person in inputs.people
        for start, end in open_stretches(Calendar(person.zone, person.spans), around)
    )


def fields_of(inputs: Inputs, roster: Roster, tell: Tell = unheard) -> dict[UUID, Field]:
    """The field of each centre of the inputs; what several have in common is worked out once."""
    fields = _Fields(inputs, roster)
    return {centre.centre: fields.of(centre) for centre in told(Step.HOURS, inputs.centres, tell)}


def offered_slots(
    inputs: Inputs, centre: CentreInputs
) -> tuple[tuple[Slot, ...], tuple[bool, ...]]:
    """The open hours of a centre, and whether somebody offered each who may call the centre."""
    return _Fields(inputs, roster_of(inputs)).offered(centre)


class _Fields:
    def __init__(self, inputs: Inputs, roster: Roster) -> None:
        self._inputs, self._roster = inputs, roster
        self._days = (inputs.period.end - inputs.period.start).days
        self._hours: dict[Calendar, _Hours] = {}
        self._skills = Skills(inputs)
        self._covered: dict[tuple[Calendar, Turns], npt.NDArray[np.bool]] = {}
        self._weights: dict[object, _Weighed] = {}
        place = {each.person: number for number, each in enumerate(inputs.people)}
        self._tied: defaultdict[UUID, Crowd] = defaultdict(int)
        for person, other in inputs.ties:
            if person in place:
                self._tied[other] |= 1 << place[person]

    def of(self, centre: CentreInputs) -> Field:
        calendar = Calendar(centre.zone, centre.spans, centre.closures)
        hours = self._hours_of(calendar)
        tied, turns = self._ties(centre), self._who_may_not(centre)
        barred = reduce(and_, (those for _, those in turns))
        barriers = self._barriers(centre, barred, tied)
        days = self._supplied(centre)
        key = (calendar, centre.volume, days, turns)
        if key not in self._weights:
            covered = self._offered(calendar, turns)
            self._weights[key] = _weigh(hours, centre.volume, self._inputs, days, covered)
        asked, weights, supplied, uncovered = self._weights[key]
        return Field(
            slots=hours.slots,
            asked=asked,
            weights=weights,
            supplied=supplied,
            uncovered=uncovered,
            why_not=""
            if any(weights) and centre.scenarios
            else _why_not(self._inputs, centre, hours.slots, bool(supplied), barriers),
            barred=barred,
            turns=turns,
            tied=tied,
            barriers=barriers,
        )

    def offered(self, centre: CentreInputs) -> tuple[tuple[Slot, ...], tuple[bool, ...]]:
        calendar = Calendar(centre.zone, centre.spans, centre.closures)
        slots = self._hours_of(calendar).slots
        return slots, tuple(self._offered(calendar, self._who_may_not(centre)).tolist())

    def _hours_of(self, calendar: Calendar) -> _Hours:
        if calendar not in self._hours:
            self._hours[calendar] = _hours(open_slots(calendar, self._inputs.period))
        return self._hours[calendar]

    def _who_may_not(self, centre: CentreInputs) -> Turns:
        tied = self._ties(centre)
        return tuple([(day, unfit | tied) for day, unfit in self._skills.unfit(centre)])

    def _ties(self, centre: CentreInputs) -> Crowd:
        return self._tied.get(centre.provider, 0) | self._tied.get(centre.centre, 0)

    def _barriers(self, centre: CentreInputs, barred: Crowd, tied: Crowd) -> Counter[Barrier]:
        """How many people never may call a centre, by what keeps them away."""
        return Counter(
            Barrier.TIE if tied >> person & 1 else self._skills.barrier(person, centre)
            for person in members(barred)
        )

    def _offered(self, calendar: Calendar, turns: Turns) -> npt.NDArray[np.bool]:
        if (calendar, turns) not in self._covered:
            hours = self._hours[calendar]
            found = [self._covers(hours, barred) for _, barred in turns]
            if len(turns) == 1:
                self._covered[calendar, turns] = found[0]
            else:
                since = np.array([day.toordinal() for day, _ in turns])
                days = [slot.local_date.toordinal() for slot in hours.slots]
                turn = np.searchsorted(since, days, side="right") - 1
                self._covered[calendar, turns] = np.stack(found)[turn, np.arange(len(days))]
        return self._covered[calendar, turns]

    def _covers(self, hours: _Hours, barred: Crowd) -> npt.NDArray[np.bool]:
        whole = self._roster.covered(hours.starts, hours.ends, barred)
        gaps = np.bincount(hours.slot_of[~whole], minlength=len(hours.slots))
        covered: npt.NDArray[np.bool] = gaps == 0
        return covered

    def _supplied(self, centre: CentreInputs) -> tuple[bool, ...]:
        """For each day of the period whether a centre is supplied with all that a call needs."""
        start, end = self._inputs.period.start, self._inputs.period.end - _DAY
        if _throughout(centre, start, end):
            return (True,) * self._days
        return tuple([_supplied(centre, start + n * _DAY) for n in range(self._days)])


def _hours(slots: tuple[Slot, ...]) -> _Hours:
    kinds: dict[tuple[int, int, int], int] = {}
    kind_of = tuple([kinds.setdefault((s.weekday, s.hour, s.minutes), len(kinds)) for s in slots])
    pieces = [
        (int(start.timestamp()), int(end.timestamp()), number)
        for number, slot in enumerate(slots)
        for start, end in slot.pieces
    ]
    starts, ends, slot_of = np.array(pieces, dtype=np.int64).reshape(-1, 3).T
    return _Hours(slots, tuple(kinds), kind_of, starts, ends, slot_of)


_Weighed = tuple[tuple[int, ...], tuple[int, ...], Fraction, Fraction]
"""What the rule asks, the weights, and the shares that are supplied and that nobody offered."""


def _weigh(
    hours: _Hours,
    volume: Volume,
    inputs: Inputs,
    days: tuple[bool, ...],
    covered: npt.NDArray[np.bool],
) -> _Weighed:
    of_kind = [volume[weekday][hour] * minutes for weekday, hour, minutes in hours.kinds]
    ordinary = tuple([of_kind[kind] for kind in hours.kind_of])
    full = shaped(ordinary, hours.slots, inputs.shape)
    given = full
    if not all(days):
        first = inputs.period.start
        given = _where([days[(slot.local_date - first).days] for slot in hours.slots], full)
    total = sum(given)
    if not total:
        return given, given, Fraction(0), Fraction(0)
    supplied = Fraction(total, sum(full))
    asked = ordinary if all(given) else _where(given, ordinary)
    if covered.all():
        return asked, given, supplied, Fraction(0)
    missed = sum(_where((~covered).tolist(), asked))
    uncovered = Fraction(missed, sum(asked)) if missed else Fraction(0)
    return asked, _where(covered.tolist(), given), supplied, uncovered


def _where(there: Sequence[int], weights: Sequence[int]) -> tuple[int, ...]:
    return tuple([weight if keep else 0 for weight, keep in zip(weights, there, strict=True)])


def _throughout(centre: CentreInputs, first: date, last: date) -> bool:
    """Whether single spans alone supply a centre from a day to a day, as they mostly do."""
    return (
        centre.since <= first
        and not centre.status.why_not
        and centre.accredited[0] <= first
        and last <= centre.accredited[1]
        and any(start <= first and last <= end for start, end in centre.notices)
        and any(number.on(first) and number.on(last) for number in centre.numbers)
        and any(identity.on(first) and identity.on(last) for identity in centre.identities)
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


def _why_not(
    inputs: Inputs,
    centre: CentreInputs,
    slots: tuple[Slot, ...],
    supplied: bool,
    barriers: Counter[Barrier],
) -> str:
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
            any(shaped([1] * len(slots), slots, inputs.shape)),
            "the rule draws none of its open hours",
        ),
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
            supplied,
            "accreditation, notice, number, identity and open hours never coincide in the period",
        ),
        (
            bool(centre.scenarios),
            "no scenario fits the products that it has declared"
            + (f", in {languages_in_words(centre.languages)}" if centre.languages else ""),
        ),
        (bool(inputs.people), "there is no assessor"),
        (
            barriers.total() < len(inputs.people),
            "no assessor may ring it: "
            + barriers_in_words(barriers, languages_in_words(centre.languages)),
        ),
    )
    missing = next((reason for there, reason in checks if not there), None)
    return missing or "no assessor who may ring it offered one of its open hours"
