"""Deals each drawn call what it needs: number, cover identity, scenario and caller number.

What a centre could recognise does not come again within six months where the pool allows it; else
what it met least often comes, and of that what it met longest ago.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from scheduler.draw import Drawn
from scheduler.field import Field
from scheduler.keystream import Keystream
from scheduler.placing import NOBODY, Task
from scheduler.plan_inputs import CentreInputs, Inputs, Met
from scheduler.skill import Skills
from scheduler.stage import Step, Tell, told, unheard

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
    inputs: Inputs,
    placed: Iterable[Placed],
    fields: Mapping[UUID, Field],
    keystream: Keystream,
    tell: Tell = unheard,
) -> tuple[tuple[Draft, ...], dict[UUID, tuple[str, ...]]]:
    """The calls in the order of time with what each needs, and for each centre what ran short.

    Chance is read for one centre after the other, and for the calls of each in the order of time.
    """
    of_centre: defaultdict[UUID, list[Placed]] = defaultdict(list)
    for one in placed:
        of_centre[one.centre.centre].append(one)
    drafts: list[Draft] = []
    skills, short = Skills(inputs), {}
    for key, calls in told(Step.NEEDS, sorted(of_centre.items()), tell):
        dealer = _Dealer(inputs, skills, calls[0].centre, fields[key], keystream)
        drafts += [dealer.draft(one) for one in sorted(calls, key=_moment)]
        if dealer.short:
            short[key] = tuple(dealer.short)
    drafts.sort(key=lambda draft: draft.moment)  # of two at a moment the lower centre stays first
    return tuple(drafts), short


class _Dealer:
    """Deals the calls of one centre, in the order of time."""

    def __init__(
        self,
        inputs: Inputs,
        skills: Skills,
        centre: CentreInputs,
        field: Field,
        keystream: Keystream,
    ) -> None:
        self._people, self._centre, self._slots = inputs.people, centre, field.slots
        self._skills, self._keystream = skills, keystream
        self._identities = _Pool([each.id for each in centre.identities], centre.met_identities)
        self._caller_numbers = _Pool(inputs.caller_numbers, centre.met_caller_numbers)
        self._scenarios = range(len(centre.scenarios))  # by their place
        self._last = next(
            (n for n in self._scenarios if centre.scenarios[n] == centre.last_scenario), None
        )
        self.short: dict[str, None] = {}  # sentences, each once, in the order of time

    def draft(self, one: Placed) -> Draft:
        """A call with all that it needs."""
        centre, slot = self._centre, self._slots[one.drawn.slot]
        day = slot.local_date
        scenario, stand_in = self._scenario(one.person, one.stand_in, day)
        number = _one([each.id for each in centre.numbers if each.on(day)], self._keystream)
        usable = [place for place, each in enumerate(centre.identities) if each.on(day)]
        identity = self._least_known("cover identities", self._identities, usable, day)
        levels = [level for level in centre.levels if level.on(day)] or centre.levels[:1]
        every = range(len(self._caller_numbers.ids))
        return Draft(
            centre=centre.centre,
            provider=centre.provider,
            stream=one.stream,
            slot=one.drawn.slot,
            slot_start=slot.start,
            moment=one.drawn.moment,
            zone=centre.zone,
            number=number,
            identity=identity,
            level=levels[-1].id,
            scenario=centre.scenarios[scenario],
            caller_number=self._least_known("caller numbers", self._caller_numbers, every, day)
            if every
            else None,
            assessor=self._key(one.person),
            stand_in=self._key(stand_in),
        )

    def _scenario(self, person: int, stand_in: int, day: date) -> tuple[int, int]:
        """Any that its people may play, not the last one; and the stand-in who may play it."""
        fit = self._fit(self._scenarios, person, day)
        for_both = self._fit(fit, stand_in, day)
        if for_both:
            fit = for_both
        else:
            stand_in = NOBODY
        others = [each for each in fit if each != self._last]
        if not others:
            self._say("one scenario comes twice in a row: no other fits the centre and its people")
        self._last = _one(others or fit, self._keystream)
        return self._last, stand_in

    def _fit(self, places: Sequence[int], person: int, day: date) -> Sequence[int]:
        if person == NOBODY or not self._skills.restricted >> person & 1:
            return places
        own = self._skills.playable(self._people[person].person, self._centre, day)
        return [place for place in places if self._centre.scenarios[place] in own]

    def _least_known(self, what: str, pool: "_Pool", usable: Sequence[int], day: date) -> UUID:
        """One that it has not met for six months, else of those met least the longest ago."""
        fresh = pool.fresh(usable, day)
        if not fresh:
            self._say(f"its {what} come again within six months: {len(usable)} are too few")
        return pool.meet(_one(fresh or pool.least(usable), self._keystream), day)

    def _say(self, sentence: str) -> None:
        self.short[sentence] = None

    def _key(self, person: int) -> UUID | None:
        return None if person == NOBODY else self._people[person].person


class _Pool:
    """Cover identities or caller numbers by their place, and when a centre met each of them."""

    def __init__(self, ids: Sequence[UUID], met: Iterable[Met]) -> None:
        self.ids = ids
        self._met = [(0, date.min)] * len(ids)  # how often in the last six months, when last
        before = {each.id: (each.times, each.last) for each in met}
        if before:
            self._met = [before.get(each, (0, date.min)) for each in ids]

    def fresh(self, usable: Iterable[int], day: date) -> list[int]:
        """Those that are not recognised on a day."""
        forgotten = day - RECOGNISED
        return [place for place in usable if self._met[place][1] <= forgotten]

    def least(self, usable: Iterable[int]) -> list[int]:
        """Of those met least often the ones met longest ago."""
        least = min(self._met[place] for place in usable)
        return [place for place in usable if self._met[place] == least]

    def meet(self, place: int, day: date) -> UUID:
        """The one at a place, which the centre meets on a day."""
        times, last = self._met[place]
        self._met[place] = (times + 1 if day - last < RECOGNISED else 1), day
        return self.ids[place]


def _moment(one: Placed) -> datetime:
    return one.drawn.moment


def _one(items: Sequence[T], keystream: Keystream) -> T:
    return items[keystream.below(len(items))]
