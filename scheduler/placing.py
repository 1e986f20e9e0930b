"""The book in which people are given calls: whole numbers only, made for many calls at once.

People, centres, providers and days are numbers. Who has time for a call and may take it is a crowd;
one of it is drawn, and kept in proportion to the days since the centre heard their voice, else
another is drawn. That has the same odds as weighing everybody, and looks at one or two of them.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter, or_

from scheduler.barrier import Barrier
from scheduler.crowd import Crowd, crowd_of, member, members
from scheduler.keystream import Keystream
from scheduler.roster import Roster
from scheduler.stage import Step, Tell, told, unheard

BLOCKED_SECONDS = 75 * 60
NEVER_HEARD = 365
"""The days that count for a voice that a centre has never heard, and the most that ever count."""

NOBODY = -1
_HOUR, _TRIES = 3600, 12  # tries of drawing one, before everybody is weighed
_BEFORE, _AFTER = (-2 * _HOUR, -_HOUR), (_HOUR, 2 * _HOUR)
"""The hours around one, calls of which may block people in it."""


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
    barred: Crowd = 0
    person: int = NOBODY
    stand_in: int = NOBODY
    hour: int = field(init=False)  # the second at which it begins
    week: int = field(init=False)  # since the Monday before 1970

    def __post_init__(self) -> None:
        self.hour = self.second - self.second % _HOUR
        self.week = (self.day + 3) // 7


@dataclass(slots=True, eq=False)
class _Hour:
    """Who has a call of an hour: everyone, and in the order of time its second, who, and itself."""

    everyone: Crowd = 0
    seconds: list[int] = field(default_factory=list)
    ones: list[Crowd] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    def add(self, task: Task, one: Crowd) -> None:
        place = bisect_right(self.seconds, task.second)
        self.seconds.insert(place, task.second)
        self.ones.insert(place, one)
        self.tasks.insert(place, task)
        self.everyone |= one

    def remove(self, task: Task, one: Crowd) -> None:
        place = self.tasks.index(task)
        del self.seconds[place], self.ones[place], self.tasks[place]
        self.everyone &= ~one


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
        self._one = [1 << person for person in range(self._people)]  # each as a crowd
        self._heard, self._made = heard, made
        self._known: defaultdict[int, Crowd] = defaultdict(int)  # who was ever at a centre
        for person, centre in (*heard, *made):
            self._known[centre] |= self._one[person]
        self._at_centre: defaultdict[int, list[Task]] = defaultdict(list)
        self._on_day: defaultdict[int, int] = defaultdict(int)  # calls, by day and person
        self._in_week: defaultdict[int, int] = defaultdict(int)  # calls, by week and person
        idle = crowd_of(n for n, each in enumerate(per_day) if min(each, per_week[n]) < 1)
        self._full_days: defaultdict[int, Crowd] = defaultdict(lambda: idle)
        self._full_weeks: defaultdict[int, Crowd] = defaultdict(lambda: idle)
        self._of_provider: defaultdict[tuple[int, int], list[Task]] = defaultdict(list)  # and day
        self._in_hour: defaultdict[int, _Hour] = defaultdict(_Hour)
        self._stood_in: defaultdict[int, _Hour] = defaultdict(_Hour)
        self._count = [0] * self._people

    def place(self, tasks: Iterable[Task], keystream: Keystream, tell: Tell = unheard) -> None:
        """Give each task a person where anyone is left, then a stand-in; ``person`` tells."""
        in_slot: defaultdict[tuple[int, int], list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=attrgetter("second", "centre")):
            in_slot[task.hour, task.day].append(task)
        shuffled = list(in_slot.values())
        keystream.shuffle(shuffled)
        for slot in told(Step.PEOPLE, shuffled, tell):
            draw = _Draw(self, self._roster, slot, keystream)
            waiting = list(slot)
            keystream.shuffle(waiting)
            for task in waiting:
                able = draw.able(task)
                first = draw.one(able, task)
                if first == NOBODY:
                    draw.make_room(task)
                else:
                    draw.give(self._less_loaded(first, draw.one(able, task)), task)
        for slot in in_slot.values():
            draw = _Draw(self, self._roster, slot, keystream, standing_in=True)
            for task in slot:
                if task.person != NOBODY:
                    draw.give_stand_in(draw.one(draw.able(task), task), task)

    def take(self, person: int, task: Task) -> None:
        """Write a call into the book of a person, who no longer stands in for others close by."""
        task.person = person
        one = self._one[person]
        if self._stood_in:
            self._free_stand_in(person, task)
        self._in_hour[task.hour].add(task, one)
        day, week = task.day * self._people + person, task.week * self._people + person
        self._on_day[day] = on_day = self._on_day[day] + 1
        self._in_week[week] = in_week = self._in_week[week] + 1
        if on_day >= self._per_day[person]:
            self._full_days[task.day] |= one
        if in_week >= self._per_week[person]:
            self._full_weeks[task.week] |= one
        self._of_provider[task.day, task.provider].append(task)
        self._known[task.centre] |= one
        self._at_centre[task.centre].append(task)
        self._count[person] += 1

    def give_up(self, task: Task) -> None:
        """Take a call out of the book of the person who has it."""
        person, task.person = task.person, NOBODY
        one = self._one[person]
        self._in_hour[task.hour].remove(task, one)
        day, week = task.day * self._people + person, task.week * self._people + person
        self._on_day[day] -= 1
        self._in_week[week] -= 1
        if self._on_day[day] < self._per_day[person]:
            self._full_days[task.day] &= ~one
        if self._in_week[week] < self._per_week[person]:
            self._full_weeks[task.week] &= ~one
        self._of_provider[task.day, task.provider].remove(task)
        self._at_centre[task.centre].remove(task)
        self._count[person] -= 1

    def stand_in(self, person: int, task: Task) -> None:
        """Note who stands in for the person of a call."""
        task.stand_in = person
        self._stood_in[task.hour].add(task, self._one[person])

    def full(self, task: Task) -> Crowd:
        """Whose day or week is full."""
        return self._full_days[task.day] | self._full_weeks[task.week]

    def busy(self, hour: int, *, standing_in: bool) -> Crowd:
        """Who has a call in an hour; with ``standing_in``, also who stands in for one."""
        return self._in_hour[hour].everyone | (standing_in and self._stood_in[hour].everyone)

    def blocked(self, hour: int, seconds: Sequence[int], *, standing_in: bool) -> list[Crowd]:
        """Whom calls in the hours around one block at each of its seconds, these in order."""
        blocked = [0] * len(seconds)
        for by_hour in (self._in_hour, self._stood_in)[: 1 + standing_in]:
            before, earlier = _together(by_hour[hour + each] for each in _BEFORE)
            after, later = _together(by_hour[hour + each] for each in _AFTER)
            over = bisect_right(before, seconds[0] - BLOCKED_SECONDS)
            far = bisect_left(after, seconds[-1] + BLOCKED_SECONDS)
            last = list(accumulate(reversed(earlier[over:]), or_, initial=0))  # so many of them
            first = list(accumulate(later[:far], or_, initial=0))
            blocked = [
                crowd
                | last[len(before) - bisect_right(before, second - BLOCKED_SECONDS)]
                | first[bisect_left(after, second + BLOCKED_SECONDS)]
                for crowd, second in zip(blocked, seconds, strict=True)
            ]
        return blocked

    def known(self, task: Task) -> Crowd:
        """Whose odds at a call's centre need a look: those of everybody else are the highest."""
        return self._known[task.centre] if task.most > 0 else -1

    def elsewhere(self, task: Task, moving: Mapping[int, Task]) -> Crowd:
        """Who has a call at another centre of the provider that day, but for those in moving."""
        crowd = 0
        for other in self._of_provider.get((task.day, task.provider), ()):
            if other.centre != task.centre and moving.get(other.person) is not other:
                crowd |= self._one[other.person]
        return crowd

    def odds(self, person: int, task: Task, without: Task | None = None) -> int:
        """The days, 1 to ``NEVER_HEARD``, to the nearest call of a voice at a call's centre.

        It is 0 for a person who has the most of its calls, even giving up another call.
        """
        if not self.known(task) >> person & 1:
            return NEVER_HEARD
        key = person, task.centre
        days = [abs(task.day - one.day) for one in self._at_centre[key[1]] if one.person == person]
        made = self._made.get(key, 0) + len(days)
        if made - (without is not None and without.centre == task.centre) >= task.most:
            return 0
        if key in self._heard:
            days.append(abs(task.day - self._heard[key]))
        return min(max(min(days, default=NEVER_HEARD), 1), NEVER_HEARD)

    def why_not(self, person: int, task: Task) -> Barrier | None:
        """What keeps a person who offered the moment, and isn't barred, from a call."""
        one = self._one[person]
        if self.elsewhere(task, {}) & one:
            return Barrier.PROVIDER
        if not self.odds(person, task):
            return Barrier.SHARE
        if self._full_days[task.day] & one:
            return Barrier.DAY
        if self._full_weeks[task.week] & one:
            return Barrier.WEEK
        near = _together(self._in_hour[task.hour + each] for each in (*_BEFORE, 0, *_AFTER))
        if any(
            each == one and abs(second - task.second) < BLOCKED_SECONDS
            for second, each in zip(*near, strict=True)
        ):
            return Barrier.BUSY
        return None

    def _less_loaded(self, first: int, second: int) -> int:
        """The one with fewer calls for the time that they offered; the first of two alike."""
        count, seconds = self._count, self._roster.seconds
        return second if count[second] * seconds[first] < count[first] * seconds[second] else first

    def _free_stand_in(self, person: int, task: Task) -> None:
        one = self._one[person]
        for near in (*_BEFORE, 0, *_AFTER):
            standing = self._stood_in[task.hour + near]
            if standing.everyone & one:
                other = standing.tasks[standing.ones.index(one)]
                if abs(other.second - task.second) < BLOCKED_SECONDS:
                    standing.remove(other, one)
                    other.stand_in = NOBODY


def _together(hours: Iterable[_Hour]) -> tuple[list[int], list[Crowd]]:
    """The seconds of the calls of hours in order, and who has each."""
    seconds: list[int] = []
    ones: list[Crowd] = []
    for each in hours:
        seconds += each.seconds
        ones += each.ones
    return seconds, ones


class _Draw:
    """Draws people for the calls of one hour, on one civil day; they come in the order of time.

    A call blocks longer than an hour, so nobody takes two of them.
    """

    def __init__(
        self,
        book: Book,
        roster: Roster,
        tasks: Sequence[Task],
        keystream: Keystream,
        *,
        standing_in: bool = False,
    ) -> None:
        self._book, self._keystream = book, keystream
        hour, seconds = tasks[0].hour, [task.second for task in tasks]
        gone = book.full(tasks[0]) | book.busy(hour, standing_in=standing_in)
        blocked = book.blocked(hour, seconds, standing_in=standing_in)
        self._ready: dict[Task, Crowd] = {
            task: roster.there(task.second) & ~(gone | around | task.barred)
            for task, around in zip(tasks, blocked, strict=True)
        }
        self._given: Crowd = 0
        self._stuck: Crowd = 0  # whose call nobody else can take, however others move
        self._has: dict[int, Task] = {}  # what this hour's draw gave whom

    def able(self, task: Task) -> Crowd:
        """Who has time for a call and may ring its centre that day."""
        return self._ready[task] & ~(self._given | self._book.elsewhere(task, {}))

    def one(self, able: Crowd, task: Task) -> int:
        """One of those able by the odds of the voices, or ``NOBODY``."""
        if not able:
            return NOBODY
        below, odds_of = self._keystream.below, self._book.odds
        count, known = able.bit_count(), self._book.known(task)
        for _ in range(_TRIES):
            person = member(able, below(count))
            if not known >> person & 1:
                return person
            odds = odds_of(person, task)
            if odds == NEVER_HEARD or below(NEVER_HEARD) < odds:
                return person
        weighed = [(person, odds_of(person, task)) for person in members(able)]
        total = sum(odds for _, odds in weighed)
        if not total:
            return NOBODY
        chosen = below(total)
        for person, odds in weighed:
            chosen -= odds
            if chosen < 0:
                return person
        raise ValueError("odds are negative")

    def give(self, person: int, task: Task) -> None:
        """Give a call to a person, who has no time left in this hour."""
        self._book.take(person, task)
        self._given |= 1 << person
        self._has[person] = task

    def give_stand_in(self, person: int, task: Task) -> None:
        """Let a person, unless it is ``NOBODY``, stand in for the one who has a call."""
        if person != NOBODY:
            self._book.stand_in(person, task)
            self._given |= 1 << person

    def make_room(self, task: Task) -> None:
        """Place a call by moving others of its hour, along the shortest chain; or leave all.

        Each person occurs once in a chain and swaps one call for another, so what each one's own
        constraints allow is all that needs a look. Whom a search in vain has seen needs no second
        look: nobody in this hour becomes free again.
        """
        has, seen = self._has, self._stuck
        came_from: dict[int, Task] = {}
        queue = deque([task])  # of calls that no free person can take
        while queue:
            current = queue.popleft()
            holders = self._ready[current] & self._given
            holders &= ~(seen | self._book.elsewhere(current, has))
            while holders:
                person = member(holders, self._keystream.below(holders.bit_count()))
                holders ^= 1 << person
                gives_up = has[person]
                if not self._book.odds(person, current, gives_up):
                    continue
                seen |= 1 << person
                came_from[person] = current
                free = self.one(self.able(gives_up), gives_up)
                if free != NOBODY:
                    came_from[free] = gives_up
                    self._move(free, came_from)
                    return
                queue.append(gives_up)
        self._stuck = seen

    def _move(self, person: int, came_from: Mapping[int, Task]) -> None:
        """Hand every call of the chain on, from its free end back to the call that had nobody."""
        while person != NOBODY:
            task = came_from[person]
            before = task.person
            if before != NOBODY:
                self._book.give_up(task)
            self.give(person, task)
            person = before
