"""What each person may play, where and when: a language of theirs, and a certificate that holds.

Who declared no language plays in every one, and who has no certificate on record plays everything.
"""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from scheduler.barrier import Barrier
from scheduler.crowd import Crowd, crowd_of, members
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs

Turns = tuple[tuple[date, Crowd], ...]
"""From each day on, in order, the people who may not; the first day is before all others."""

_DAY = timedelta(days=1)
_ALL_FIT: Turns = ((date.min, 0),)


class Skills:
    """The skills of a plan's people; people are told by their place in the inputs.

    ``restricted`` are those who declared what they may play.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._people = inputs.people
        self.restricted = crowd_of(n for n, each in enumerate(inputs.people) if each.restricted)
        self._person = {each.person: each for each in inputs.people}
        self._spoken = {key: frozenset(languages) for key, languages in inputs.spoken}
        self._start, self._end = inputs.period.start, inputs.period.end
        self._turns: dict[tuple[tuple[UUID, ...], tuple[str, ...]], Turns] = {}

    def playable(self, person: UUID | None, centre: CentreInputs, day: date) -> tuple[UUID, ...]:
        """The centre's scenarios that a person may play on a day; all of them for nobody's call."""
        who = self._person.get(person) if person else None
        return centre.scenarios if who is None else self._of(who, centre, day)

    def unfit(self, centre: CentreInputs) -> Turns:
        """Who may play none of a centre's scenarios; who declared nothing is never among them."""
        if not self.restricted:
            return _ALL_FIT
        key = centre.scenarios, centre.languages
        if key not in self._turns:
            self._turns[key] = self._found(centre)
        return self._turns[key]

    def barrier(self, person: int, centre: CentreInputs) -> Barrier:
        """What an unfit person lacks at a centre."""
        shared = self._shared(self._people[person], centre)
        spoken = frozenset().union(*(self._spoken.get(each, ()) for each in centre.scenarios))
        if shared is not None and shared.isdisjoint(spoken):
            return Barrier.LANGUAGE
        return Barrier.CERTIFICATE

    def _found(self, centre: CentreInputs) -> Turns:
        days = {
            day
            for person in self._people
            for each in person.scenarios or ()
            for day in (each.first, each.last + _DAY if each.last else self._start)
            if self._start < day < self._end
        }
        found: list[tuple[date, Crowd]] = []
        for day in sorted({self._start, *days}):
            unfit = crowd_of(
                number
                for number in members(self.restricted)
                if not self._of(self._people[number], centre, day)
            )
            if not found or found[-1][1] != unfit:
                found.append((day if found else date.min, unfit))
        return tuple(found)

    def _of(self, person: PersonInputs, centre: CentreInputs, day: date) -> tuple[UUID, ...]:
        if not person.restricted:
            return centre.scenarios
        shared = self._shared(person, centre)
        certified = _certified(person, day)
        return tuple(
            each
            for each in centre.scenarios
            if (certified is None or each in certified)
            and (shared is None or not shared.isdisjoint(self._spoken.get(each, shared)))
        )

    def _shared(self, person: PersonInputs, centre: CentreInputs) -> frozenset[str] | None:
        """The languages that both speak; None where one of them declared none."""
        if person.languages is None or not centre.languages:
            return None
        return frozenset(person.languages).intersection(centre.languages)


def _certified(person: PersonInputs, day: date) -> Collection[UUID] | None:
    if person.scenarios is None:
        return None
    return {each.id for each in person.scenarios if each.on(day)}
