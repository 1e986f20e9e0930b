"""The book in which people are given calls: whole numbers only, made for many calls at once.

People, centres, providers and days are numbers. Who takes a call is drawn by rejection: anybody who
offered the hour, kept in proportion to the days since the centre heard their voice, and passed over
where a rule forbids it. That has the same odds as weighing everybody, and looks at two people where
weighing looks at all of them.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.keystream import Keystream
from scheduler.roster import Roster

BLOCKED_SECONDS = 75 * 60
NEVER_HEARD = 365
"""The days that count for a voice that a centre has never heard, and the most that ever count."""

NOBODY = -1
_HOUR, _TRIES = 3600, 12  # tries of rejection, before everybody is weighed
_NEAR = (-2 * _HOUR, -_HOUR, 0, _HOUR, 2 * _HOUR)  # hours whose calls may block one of this hour


@dataclass(slots=True, eq=False)
class Task:
    """A call that needs a person.

    ``second`` counts from 1970 in UTC, ``day`` from 1970 in the institute's zone. ``most`` is how
    many of the centre's calls one person may have, ``barred`` are those who may not take this one.
    """

    second: int
    day: int
    centre: int
    provider: int
    most: int
    barred: frozenset[int] = frozenset()
    person: int = NOBODY
    stand_in: int = NOBODY

    @property
    def week(self) -> int:
        """Weeks since the Monday before 1970."""
        return (self.day + 3) // 7


class Book:
    """Who has which calls.

    ``heard`` says for person and centre on which day that voice was last heard there, ``made`` how
    many of the centre's calls the person has had that count for the most of one hand.
    """

    def __init__(
        self,
        roster: Roster,
        per_day: Sequence[int],
        per_week: Sequence[int],
        heard: Mapping[tuple[int, int], int],
        made: Mapping[tuple[int, int], int],
    ) -> None:
        self._roster = roster
        self._per_day, self._per_week = per_day, per_week
        self._people = len(per_day)
        self._days_at: dict[int, list[int]] = {}  # by centre and person, in one number
        self._made: dict[int, int] = {}
        for (person, centre), day in heard.items():
            self._days_at[centre * self._people + person] = [day]
        for (person, centre), count in made.items():
            self._made[centre * self._people + person] = count
            self._days_at.setdefault(centre * self._people + person, [])
        self._on_day: defaultdict[int, int] = defaultdict(int)  # calls, by day and person
        self._in_week: defaultdict[int, int] = defaultdict(int)  # calls, by week and person
        self._of_provider: defaultdict[tuple[int, int], list[Task]] = defaultdict(list)  # and day
        self._in_hour: defaultdict[int, list[Task]] = defaultdict(list)
        self._stood_in: defaultdict[int, list[Task]] = defaultdict(list)  # by hour
        self._count = [0] * self._people

    def place(self, tasks: Iterable[Task], keystream: Keystream) -> None:
        """Give each task a person where anyone is left, then a stand-in; ``person`` tells."""
        in_slot: defaultdict[tuple[int, int], list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=_in_time):
            in_slot[_hour_of(task), task.day].append(task)
        slots = sorted(in_slot)
        there = {slot: self._roster.at(slot[0]) for slot in slots}
        shuffled = list(slots)
        keystream.shuffle(shuffled)
        for slot in shuffled:
            draw = _Draw(self, self._roster, there[slot], *slot, keystream)
            waiting = list(in_slot[slot])
            keystream.shuffle(waiting)
            for task in waiting:
                first = draw.one(task)
                if first == NOBODY:
                    draw.make_room(task)
                else:
                    draw.give(self._less_loaded(first, draw.one(task)), task)
        for slot in slots:
            draw = _Draw(self, self._roster, there[slot], *slot, keystream, standing_in=True)
            for task in in_slot[slot]:
                if task.person != NOBODY:
                    draw.give_stand_in(draw.one(task), task)

    def take(self, person: int, task: Task) -> None:
        """Write a call into the book of a person, who no longer stands in for others close by."""
        task.person = person
        hour = _hour_of(task)
        for near in _NEAR:
            for other in [each for each in self._stood_in[hour + near] if each.stand_in == person]:
                if abs(other.second - task.second) < BLOCKED_SECONDS:
                    self._stood_in[hour + near].remove(other)
                    other.stand_in = NOBODY
        self._in_hour[hour].append(task)
        self._on_day[task.day * self._people + person] += 1
        self._in_week[task.week * self._people + person] += 1
        self._of_provider[task.day, task.provider].append(task)
        at = task.centre * self._people + person
        self._days_at.setdefault(at, []).append(task.day)
        self._made[at] = self._made.get(at, 0) + 1
        self._count[person] += 1

    def give_up(self, task: Task) -> None:
        """Take a call out of the book of the person who has it."""
        person, task.person = task.person, NOBODY
        self._in_hour[_hour_of(task)].remove(task)
        self._on_day[task.day * self._people + person] -= 1
        self._in_week[task.week * self._people + person] -= 1
        self._of_provider[task.day, task.provider].remove(task)
        at = task.centre * self._people + person
        self._days_at[at].remove(task.day)
        self._made[at] -= 1
        self._count[person] -= 1

    def stand_in(self, person: int, task: Task) -> None:
        """Note who stands in for the person of a call."""
        task.stand_in = person
        self._stood_in[_hour_of(task)].append(task)

    def at_cap(self, person: int, day: int) -> bool:
        """Whether a person's day or week is full."""
        week = (day + 3) // 7
        return (
            self._on_day.get(day * self._people + person, 0) >= self._per_day[person]
            or self._in_week.get(week * self._people + person, 0) >= self._per_week[person]
        )

    def taken(self, hour: int, *, standing_in: bool) -> Iterator[tuple[int, int]]:
        """The people who are taken in an hour, each with the second of the call.

        With ``standing_in``, also those who stand in for the person of a call.
        """
        for task in self._in_hour.get(hour, ()):
            yield task.person, task.second
        if standing_in:
            for task in self._stood_in.get(hour, ()):
                yield task.stand_in, task.second

    def odds(self, person: int, task: Task, without: Task | None = None) -> int:
        """The days, 1 to ``NEVER_HEARD``, to the nearest call of a voice at a call's centre.

        It is 0 for a person who may not ring the centre that day, even giving up another call.
        """
        if person in task.barred:
            return 0
        for other in self._of_provider.get((task.day, task.provider), ()):
            if other.person == person and other.centre != task.centre and other is not without:
                return 0
        at = task.centre * self._people + person
        days = self._days_at.get(at)
        if days is None:
            return NEVER_HEARD if task.most > 0 else 0
        made = self._made.get(at, 0) - (without is not None and without.centre == task.centre)
        if made >= task.most:
            return 0
        nearest = min([abs(task.day - day) for day in days], default=NEVER_HEARD)
        return min(max(nearest, 1), NEVER_HEARD)

    def _less_loaded(self, first: int, second: int) -> int:
        """The one with fewer calls for the time that they offered; the first of two alike."""
        count, seconds = self._count, self._roster.seconds
        return second if count[second] * seconds[first] < count[first] * seconds[second] else first


class _Draw:
    """Draws people for the calls of one hour, on one civil day.

    ``_free`` are those who may have time for a call; ``_first`` and ``_last`` hold the seconds
    between which those can take one who have calls in the hours around. Each call blocks longer
    than an hour, so nobody takes two, and what is left of the hour is one run.
    """

    def __init__(
        self,
        book: Book,
        roster: Roster,
        there: tuple[list[int], frozenset[int]],
        hour: int,
        day: int,
        keystream: Keystream,
        *,
        standing_in: bool = False,
    ) -> None:
        self._book, self._roster, self._keystream = book, roster, keystream
        people, self._partly = there
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}
        for near in _NEAR:
            for person, second in book.taken(hour + near, standing_in=standing_in):
                if near < 0:
                    self._first[person] = max(
                        second + BLOCKED_SECONDS, self._first.get(person, hour)
                    )
                elif near > 0:
                    self._last[person] = min(
                        second - BLOCKED_SECONDS, self._last.get(person, hour + _HOUR)
                    )
        gone = {person for person, _ in book.taken(hour, standing_in=standing_in)}
        gone.update(one for one, first in self._first.items() if first >= hour + _HOUR)
        gone.update(one for one, last in self._last.items() if last < self._first.get(one, hour))
        self._free = [
            person for person in people if person not in gone and not book.at_cap(person, day)
        ]
        self._has: dict[int, Task] = {}  # what this hour's draw gave whom

    def one(self, task: Task) -> int:
        """Somebody for a call by the odds of the voices, or ``NOBODY``."""
        free, has, below = self._free, self._has, self._keystream.below
        tries = 0
        while free and tries < _TRIES:
            place = below(len(free))
            person = free[place]
            if person in has:
                free[place] = free[-1]
                free.pop()
                continue
            tries += 1
            if self._has_time(person, task):
                odds = self._book.odds(person, task)
                if odds == NEVER_HEARD or below(NEVER_HEARD) < odds:
                    return person
        first, last, second = self._first, self._last, task.second
        able = [
            (person, odds)
            for person in free
            if first.get(person, second) <= second <= last.get(person, second)
            and person not in has
            and self._has_time(person, task)
            and (odds := self._book.odds(person, task))
        ]
        if not able:
            return NOBODY
        chosen = below(sum(odds for _, odds in able))
        for person, odds in able:
            chosen -= odds
            if chosen < 0:
                return person
        raise ValueError("odds are negative")

    def give(self, person: int, task: Task) -> None:
        """Give a call to a person, who has no time left in this hour."""
        self._book.take(person, task)
        self._has[person] = task

    def give_stand_in(self, person: int, task: Task) -> None:
        """Let a person, unless it is ``NOBODY``, stand in for the one who has a call."""
        if person != NOBODY:
            self._book.stand_in(person, task)
            self._has[person] = task

    def make_room(self, task: Task) -> None:
        """Place a call by moving others of its hour, along the shortest chain; or leave all.

        Each person occurs once in a chain and swaps one call for another, so what each one's own
        constraints allow is all that needs a look.
        """
        has = self._has
        unseen = sorted({*self._free, *has})
        came_from: dict[int, Task] = {}
        queue = deque([task])
        while queue and unseen:
            current = queue.popleft()
            people = [
                person
                for person in unseen
                if self._has_time(person, current)
                and self._book.odds(person, current, has.get(person))
            ]
            self._keystream.shuffle(people)
            for person in people:
                unseen.remove(person)
                came_from[person] = current
                gives_up = has.get(person)
                if gives_up is None:
                    self._move(person, came_from)
                    return
                queue.append(gives_up)

    def _move(self, person: int, came_from: Mapping[int, Task]) -> None:
        """Hand every call of the chain on, from its free end back to the call that had nobody."""
        while person != NOBODY:
            task = came_from[person]
            before = task.person
            if before != NOBODY:
                self._book.give_up(task)
            self.give(person, task)
            person = before

    def _has_time(self, person: int, task: Task) -> bool:
        second = task.second
        return self._first.get(person, second) <= second <= self._last.get(person, second) and (
            person not in self._partly or self._roster.holds(person, second)
        )


def _hour_of(task: Task) -> int:
    return task.second // _HOUR * _HOUR


def _in_time(task: Task) -> tuple[int, int]:
    return task.second, task.centre
