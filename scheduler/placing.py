"""The book in which people are given calls: whole numbers only, made for many calls at once.

People, centres, providers and days are numbers. Who takes a call is drawn by rejection: anybody who
offered the hour, kept in proportion to the days since the centre heard their voice, and passed over
where a rule forbids it. That has the same odds as weighing everybody, and looks at two people where
weighing looks at all of them.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.keystream import WORD_BITS, Keystream
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
        self._stands_in: defaultdict[int, list[Task]] = defaultdict(list)
        self._count = [0] * self._people

    def place(self, tasks: Iterable[Task], keystream: Keystream) -> None:
        """Give each task a person where anyone is left, then a stand-in; ``person`` tells."""
        in_slot: defaultdict[int, list[Task]] = defaultdict(list)
        for task in sorted(tasks, key=_in_time):
            in_slot[task.second // _HOUR * _HOUR].append(task)
        slots = sorted(in_slot)
        shuffled = list(slots)
        keystream.shuffle(shuffled)
        for slot in shuffled:
            draw = _Draw(self, self._roster, slot, keystream)
            waiting = list(in_slot[slot])
            keystream.shuffle(waiting)
            for task in waiting:
                first = draw.one(task)
                if first == NOBODY:
                    draw.make_room(task, waiting)
                else:
                    self.take(self._less_loaded(first, draw.one(task)), task)
        for slot in slots:
            draw = _Draw(self, self._roster, slot, keystream)
            for task in in_slot[slot]:
                if task.person != NOBODY:
                    task.stand_in = draw.one(task, self._stands_in)
                    if task.stand_in != NOBODY:
                        self._stands_in[task.stand_in].append(task)

    def take(self, person: int, task: Task) -> None:
        """Write a call into the book of a person, who no longer stands in for others close by."""
        task.person = person
        for other in list(self._stands_in.get(person, ())):
            if abs(other.second - task.second) < BLOCKED_SECONDS:
                other.stand_in = NOBODY
                self._stands_in[person].remove(other)
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

    def fits(self, person: int, task: Task, without: Task | None = None) -> bool:
        """Whether a person could take a call on top of theirs, giving up another one."""
        in_week = self._in_week[task.week * self._people + person]
        at_centre = self._made.get(task.centre * self._people + person, 0)
        if without is not None:
            in_week -= without.week == task.week
            at_centre -= without.centre == task.centre
        if person in task.barred or in_week >= self._per_week[person] or at_centre >= task.most:
            return False
        today = self._of(person, task.day, without)
        if len(today) >= self._per_day[person]:
            return False
        for other in today:
            if other.provider == task.provider and other.centre != task.centre:
                return False
        around = (*today, *self._of(person, task.day - 1), *self._of(person, task.day + 1))
        return all(
            other is without or abs(other.second - task.second) >= BLOCKED_SECONDS
            for other in around
        )

    def days_unheard(self, person: int, task: Task) -> int:
        """Days to the nearest call of this voice at the centre, before or after, at least 1."""
        days = self._days_at.get(task.centre * self._people + person, ())
        nearest = min([abs(task.day - day) for day in days], default=NEVER_HEARD)
        return min(max(nearest, 1), NEVER_HEARD)

    def _of(self, person: int, day: int, without: Task | None = None) -> list[Task]:
        tasks = self._by_day.get(day * self._people + person, [])
        return tasks if without is None else [task for task in tasks if task is not without]

    def _less_loaded(self, first: int, second: int) -> int:
        """The one with fewer calls for the time that they offered; the first of two alike."""
        count, seconds = self._count, self._roster.seconds
        return second if count[second] * seconds[first] < count[first] * seconds[second] else first


class _Draw:
    """Draws people for the calls of one hour."""

    def __init__(self, book: Book, roster: Roster, hour: int, keystream: Keystream) -> None:
        self._book, self._roster, self._keystream = book, roster, keystream
        self._ready, self._partly = roster.at(hour)
        self._fair = (1 << WORD_BITS) // max(1, len(self._ready)) * len(self._ready)

    def one(self, task: Task, duties: Mapping[int, list[Task]] | None = None) -> int:
        """Somebody for a call by the odds of the voices, or ``NOBODY``.

        With ``duties``, the calls for which people stand in, somebody to stand in for its person.
        """
        ready, word, fair = self._ready, self._keystream.word, self._fair
        if not ready:
            return NOBODY
        for _ in range(_TRIES):
            drawn = word()
            while drawn >= fair:
                drawn = word()
            person = ready[drawn % len(ready)]
            if self._may(person, task, duties):
                odds = self._book.days_unheard(person, task)
                if odds == NEVER_HEARD or self._keystream.below(NEVER_HEARD) < odds:
                    return person
        able = [person for person in ready if self._may(person, task, duties)]
        if not able:
            return NOBODY
        odds_of = [self._book.days_unheard(person, task) for person in able]
        left = self._keystream.below(sum(odds_of))
        for person, odds in zip(able, odds_of, strict=True):
            left -= odds
            if left < 0:
                return person
        raise AssertionError("the odds add up to their sum")

    def make_room(self, task: Task, in_slot: Sequence[Task]) -> None:
        """Place a call by moving others of its hour, along the shortest chain; or leave all.

        Each person occurs once in a chain and swaps one call for another, so what each one's own
        constraints allow is all that needs a look.
        """
        has = {other.person: other for other in in_slot if other.person != NOBODY}
        came_from: dict[int, Task] = {}
        queue = deque([task])
        while queue:
            current = queue.popleft()
            ready = list(self._ready)
            self._keystream.shuffle(ready)
            for person in ready:
                gives_up = has.get(person)
                if (
                    person in came_from
                    or not self._offered(person, current)
                    or not self._book.fits(person, current, without=gives_up)
                ):
                    continue
                came_from[person] = current
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
            self._book.take(person, task)
            person = before

    def _offered(self, person: int, task: Task) -> bool:
        return person not in self._partly or self._roster.holds(person, task.second)

    def _may(self, person: int, task: Task, duties: Mapping[int, list[Task]] | None) -> bool:
        if not self._offered(person, task) or not self._book.fits(person, task):
            return False
        if duties is None:
            return True
        return person != task.person and all(
            abs(other.second - task.second) >= BLOCKED_SECONDS for other in duties.get(person, ())
        )


def _in_time(task: Task) -> tuple[int, int]:
    return task.second, task.centre
