"""The book in which people are given calls: whole numbers only, made for many calls at once.

People, centres, providers and days are numbers. Who takes a call is drawn by rejection: anybody who
offered the hour, kept in proportion to the days since the centre heard their voice, and passed over
where a rule forbids it. That has the same odds as weighing everybody, and looks at two people where
weighing looks at all of them.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.keystream import Keystream
from scheduler.roster import Roster

BLOCKED_SECONDS = 75 * 60
NEVER_HEARD = 365
"""The days that count for a voice that a centre has never heard, and the most that ever count."""

NOBODY = -1
_HOUR, _TRIES = 3600, 12  # tries of rejection, before everybody is weighed


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
        self._by_day: dict[int, list[Task]] = {}  # by day and person
        self._in_week: defaultdict[int, int] = defaultdict(int)  # by week and person
        # By run of the blocked time and person.
        self._stands_in: defaultdict[int, list[Task]] = defaultdict(list)
        self._count = [0] * self._people

    def place(self, tasks: Iterable[Task], keystream: Keystream) -> None:
        """Give each task a person where anyone is left, then a stand-in; ``person`` tells."""
        in_slot: defaultdict[tuple[int, int], list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=_in_time):
            in_slot[task.second // _HOUR * _HOUR, task.day].append(task)
        slots = sorted(in_slot)
        shuffled = list(slots)
        keystream.shuffle(shuffled)
        for slot in shuffled:
            draw = _Draw(self, self._roster, *slot, keystream)
            waiting = list(in_slot[slot])
            keystream.shuffle(waiting)
            for task in waiting:
                first = draw.one(task)
                if first == NOBODY:
                    draw.make_room(task, waiting)
                else:
                    draw.give(self._less_loaded(first, draw.one(task)), task)
        for slot in slots:
            draw = _Draw(self, self._roster, *slot, keystream)
            for task in in_slot[slot]:
                if task.person != NOBODY:
                    task.stand_in = draw.one(task, standing_in=True)
                    if task.stand_in != NOBODY:
                        run = task.second // BLOCKED_SECONDS
                        self._stands_in[run * self._people + task.stand_in].append(task)

    def take(self, person: int, task: Task) -> None:
        """Write a call into the book of a person, who no longer stands in for others close by."""
        task.person = person
        for other in self.stands_in_near(person, task.second):
            other.stand_in = NOBODY
            run = other.second // BLOCKED_SECONDS
            self._stands_in[run * self._people + person].remove(other)
        self._by_day.setdefault(task.day * self._people + person, []).append(task)
        self._in_week[(task.day + 3) // 7 * self._people + person] += 1
        at = task.centre * self._people + person
        self._days_at.setdefault(at, []).append(task.day)
        self._made[at] = self._made.get(at, 0) + 1
        self._count[person] += 1

    def give_up(self, task: Task) -> None:
        """Take a call out of the book of the person who has it."""
        person, task.person = task.person, NOBODY
        self._by_day[task.day * self._people + person].remove(task)
        self._in_week[task.week * self._people + person] -= 1
        at = task.centre * self._people + person
        self._days_at[at].remove(task.day)
        self._made[at] -= 1
        self._count[person] -= 1

    def window(
        self, person: int, hour: int, day: int, without: Task | None = None
    ) -> tuple[int, int] | None:
        """The first and the last second of an hour at which a person could take one more call.

        ``without`` is a call that they would give up for it. Each call blocks longer than an hour,
        so what is left of the hour is one run; None where their time or their caps leave nothing.
        """
        spare = without is not None
        if self._in_week[(day + 3) // 7 * self._people + person] - spare >= self._per_week[person]:
            return None
        first, last = hour, hour + _HOUR - 1
        at = day * self._people + person
        today = self._by_day.get(at, ())
        if len(today) - spare >= self._per_day[person]:
            return None
        yesterday = self._by_day.get(at - self._people, ())
        tomorrow = self._by_day.get(at + self._people, ())
        for tasks in (today, yesterday, tomorrow):
            for other in tasks:
                if other is without:
                    continue
                if other.second <= hour:
                    first = max(first, other.second + BLOCKED_SECONDS)
                elif other.second < hour + _HOUR:
                    return None
                else:
                    last = min(last, other.second - BLOCKED_SECONDS)
        return (first, last) if first <= last else None

    def may_ring(self, person: int, task: Task, without: Task | None = None) -> bool:
        """Whether a person may ring a call's centre that day, giving up another call."""
        if person in task.barred:
            return False
        made = self._made.get(task.centre * self._people + person, 0)
        if without is not None:
            made -= without.centre == task.centre
        if made >= task.most:
            return False
        for other in self._by_day.get(task.day * self._people + person, ()):
            if (
                other.provider == task.provider
                and other.centre != task.centre
                and other is not without
            ):
                return False
        return True

    def stands_in_near(self, person: int, second: int) -> list[Task]:
        """The calls near a moment for which a person stands in."""
        run = second // BLOCKED_SECONDS
        return [
            other
            for near in (run - 1, run, run + 1)
            for other in self._stands_in.get(near * self._people + person, ())
            if abs(other.second - second) < BLOCKED_SECONDS
        ]

    def days_unheard(self, person: int, task: Task) -> int:
        """Days to the nearest call of this voice at the centre, before or after, at least 1."""
        days = self._days_at.get(task.centre * self._people + person, ())
        nearest = min([abs(task.day - day) for day in days], default=NEVER_HEARD)
        return min(max(nearest, 1), NEVER_HEARD)

    def _less_loaded(self, first: int, second: int) -> int:
        """The one with fewer calls for the time that they offered; the first of two alike."""
        count, seconds = self._count, self._roster.seconds
        return second if count[second] * seconds[first] < count[first] * seconds[second] else first


class _Draw:
    """Draws people for the calls of one hour, on one civil day.

    ``_left`` are those who may have time; who is found without is taken out.
    """

    def __init__(
        self, book: Book, roster: Roster, hour: int, day: int, keystream: Keystream
    ) -> None:
        self._book, self._roster, self._keystream = book, roster, keystream
        self._hour, self._day = hour, day
        self._ready, self._partly = roster.at(hour)
        self._left = list(self._ready)
        self._windows: dict[int, tuple[int, int] | None] = {}

    def one(self, task: Task, *, standing_in: bool = False) -> int:
        """Somebody for a call by the odds of the voices, or ``NOBODY``.

        With ``standing_in``, somebody who stands in for its person, and for no other call near it.
        """
        left, windows = self._left, self._windows
        tries = 0
        while left and tries < _TRIES:
            place = self._keystream.below(len(left))
            person = left[place]
            window = windows.get(person) or self._window(person)
            if window is None:
                left[place] = left[-1]
                left.pop()
                continue
            tries += 1
            if window[0] <= task.second <= window[1] and self._may(person, task, standing_in):
                odds = self._book.days_unheard(person, task)
                if odds == NEVER_HEARD or self._keystream.below(NEVER_HEARD) < odds:
                    return person
        able = []
        for person in left:
            window = windows.get(person) or self._window(person)
            if (
                window is not None
                and window[0] <= task.second <= window[1]
                and self._may(person, task, standing_in)
            ):
                able.append(person)
        if not able:
            return NOBODY
        odds_of = [self._book.days_unheard(person, task) for person in able]
        chosen = self._keystream.below(sum(odds_of))
        place = 0
        while chosen >= odds_of[place]:
            chosen -= odds_of[place]
            place += 1
        return able[place]

    def give(self, person: int, task: Task) -> None:
        """Give a call to a person, who has no time left in this hour."""
        self._book.take(person, task)
        self._windows[person] = None

    def make_room(self, task: Task, in_slot: Sequence[Task]) -> None:
        """Place a call by moving others of its hour, along the shortest chain; or leave all.

        Each person occurs once in a chain and swaps one call for another, so what each one's own
        constraints allow is all that needs a look.
        """
        has = {other.person: other for other in in_slot if other.person != NOBODY}
        windows = {}
        for person in self._ready:
            window = self._book.window(person, self._hour, self._day, has.get(person))
            if window is not None:
                windows[person] = window
        came_from: dict[int, Task] = {}
        queue = deque([task])
        while queue and windows:
            current = queue.popleft()
            people = [
                person
                for person, (first, last) in windows.items()
                if first <= current.second <= last
                and self._offered(person, current)
                and self._book.may_ring(person, current, has.get(person))
            ]
            self._keystream.shuffle(people)
            for person in people:
                del windows[person]
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

    def _offered(self, person: int, task: Task) -> bool:
        return person not in self._partly or self._roster.holds(person, task.second)

    def _window(self, person: int) -> tuple[int, int] | None:
        if person not in self._windows:
            self._windows[person] = self._book.window(person, self._hour, self._day)
        return self._windows[person]

    def _may(self, person: int, task: Task, standing_in: bool) -> bool:
        if not self._offered(person, task) or not self._book.may_ring(person, task):
            return False
        return not (standing_in and self._book.stands_in_near(person, task.second))


def _in_time(task: Task) -> tuple[int, int]:
    return task.second, task.centre
