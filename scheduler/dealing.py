"""Deals each drawn call what it needs: number, cover identity, scenario and caller number.

What a centre could recognise does not come again within six months where the pool allows it; else
what it met least often comes, and of that what it met longest ago.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from config.clock import civil_date
from scheduler.draw import Drawn
from scheduler.field import Field
from scheduler.keystream import Keystream
from scheduler.placing import NOBODY, Task
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs

RECOGNISED = timedelta(days=183)
"""How long a centre may recognise an identity or a caller number."""

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


@dataclass(slots=True, eq=False)
class Placed:
    """A drawn call, and its task, which knows the people by their place in the inputs."""

    centre: CentreInputs
    stream: int
    drawn: Drawn
    task: Task | None = None

    @property
    def person(self) -> int:
        """Who makes it."""
        return NOBODY if self.task is None else self.task.person

    @property
    def stand_in(self) -> int:
        """Who makes it when that person can't."""
        return NOBODY if self.task is None else self.task.stand_in


def deal(
    inputs: Inputs, placed: Iterable[Placed], fields: Mapping[UUID, Field], keystream: Keystream
) -> tuple[tuple[Draft, ...], dict[UUID, tuple[str, ...]]]:
    """The calls in the order of time with what each needs, and for each centre what ran short."""
    pools: dict[UUID, _Pool] = {}
    drafts = []
    for one in sorted(placed, key=lambda p: (p.drawn.moment, p.centre.centre)):
        centre = one.centre
        pool = pools.setdefault(centre.centre, _Pool(centre))
        day = civil_date(one.drawn.moment, centre.zone)
        scenario, stand_in = pool.scenario(one, inputs.people, keystream)
        levels = [level for level in centre.levels if level.on(day)] or list(centre.levels[:1])
        identities = [i.id for i in centre.identities if i.on(day)]
        drafts.append(
            Draft(
                centre=centre.centre,
                provider=centre.provider,
                stream=one.stream,
                slot=one.drawn.slot,
                slot_start=fields[centre.centre].slots[one.drawn.slot].start,
                moment=one.drawn.moment,
                zone=centre.zone,
                number=_one([n.id for n in centre.numbers if n.on(day)], keystream),
                identity=pool.least_known("cover identities", identities, day, keystream),
                level=levels[-1].id,
                scenario=scenario,
                caller_number=pool.least_known(
                    "caller numbers", inputs.caller_numbers, day, keystream
                )
                if inputs.caller_numbers
                else None,
                assessor=_key(inputs, one.person),
                stand_in=_key(inputs, stand_in),
            )
        )
    return tuple(drafts), {key: tuple(pool.short) for key, pool in pools.items() if pool.short}


class _Pool:
    """What a centre has met so far."""

    def __init__(self, centre: CentreInputs) -> None:
        self._scenarios = centre.scenarios
        self._last = centre.last_scenario
        met = (*centre.met_identities, *centre.met_caller_numbers)
        self._met = {each.id: (each.times, each.last) for each in met}
        self.short: dict[str, None] = {}  # sentences, each once, in the order of time

    def scenario(
        self, one: Placed, people: Sequence[PersonInputs], keystream: Keystream
    ) -> tuple[UUID, int]:
        """Any that its people may play, not the last one; and the stand-in who may play it."""
        stand_in = one.stand_in
        fit = self._fit(self._scenarios, one.person, people)
        for_both = self._fit(fit, stand_in, people)
        if for_both:
            fit = for_both
        else:
            stand_in = NOBODY
        others = [each for each in fit if each != self._last]
        if not others:
            self._say("one scenario comes twice in a row: no other fits the centre and its people")
        self._last = _one(others or fit, keystream)
        return self._last, stand_in

    def least_known(self, what: str, pool: Sequence[UUID], day: date, keystream: Keystream) -> UUID:
        """One that it has not met for six months, else of those met least the longest ago."""
        met = {
            each: self._met[each]
            for each in pool
            if each in self._met and day - self._met[each][1] < RECOGNISED
        }
        fresh = [each for each in pool if each not in met]
        if not fresh:
            self._say(f"its {what} come again within six months: {len(pool)} are too few")
            longest_ago = min(met.values())
            fresh = [each for each in pool if met[each] == longest_ago]
        chosen = _one(fresh, keystream)
        self._met[chosen] = (met.get(chosen, (0, day))[0] + 1, day)
        return chosen

    def _fit(
        self, scenarios: Sequence[UUID], person: int, people: Sequence[PersonInputs]
    ) -> Sequence[UUID]:
        own = None if person == NOBODY else people[person].scenarios
        return scenarios if own is None else [each for each in scenarios if each in own]

    def _say(self, sentence: str) -> None:
        self.short[sentence] = None


def _key(inputs: Inputs, person: int) -> UUID | None:
    return None if person == NOBODY else inputs.people[person].person


def _one(items: Sequence[T], keystream: Keystream) -> T:
    return items[keystream.below(len(items))]
