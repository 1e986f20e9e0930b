"""Gives the drawn calls of a plan their people, and draws anew those that can't stay.

A provider's lines carry one fictitious call at a time, so of two calls that would overlap the later
one is drawn anew, as is a call that nobody can take.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from uuid import UUID

import numpy as np

from scheduler.assignment import most_at_a_centre
from scheduler.barrier import Barrier, barriers_in_words
from scheduler.civil_days import civil_days
from scheduler.crowd import members
from scheduler.dealing import Placed
from scheduler.draw import redraw_one
from scheduler.field import Field
from scheduler.keystream import Keystream
from scheduler.language import languages_in_words
from scheduler.placing import NOBODY, Book, Task
from scheduler.plan_inputs import CentreInputs, Inputs
from scheduler.roster import Roster
from scheduler.shortfall import Lack, lacks_in_words
from scheduler.skill import Skills
from scheduler.stage import Tell, unheard

LINE_SECONDS = 50 * 60
"""How long a call may keep its provider's lines; the next one begins no sooner."""

MOST_TRIES = 40  # of drawing calls anew, before they are said to be short
MANY_ANEW = 0.05  # of a plan's calls that nobody could take where they fell: more give calls away
NOBODY_FREE = "nobody was free then"

_DAY_0 = date(1970, 1, 1).toordinal()


class Crew:
    """The book of a plan's people, and what its centres had to do without."""

    def __init__(
        self,
        inputs: Inputs,
        fields: Mapping[UUID, Field],
        roster: Roster,
        placed: Sequence[Placed],
    ) -> None:
        self._inputs, self._fields, self._placed = inputs, fields, placed
        self._turning = {key: each for key, each in fields.items() if len(each.turns) > 1}
        self._roster, self._skills = roster, Skills(inputs)
        self._languages = {each.centre: each.languages for each in inputs.centres}
        self._person = {each.person: number for number, each in enumerate(inputs.people)}
        keys = [(each.centre, each.provider) for each in inputs.centres]
        keys += [(centre, provider) for _, centre, provider, _ in inputs.held]
        self._centre = _numbered(centre for centre, _ in keys)
        self._provider = _numbered(provider for _, provider in keys)
        self._most = self._most_in_one_hand()
        self._book = Book(
            roster,
            [each.per_day for each in inputs.people],
            [each.per_week for each in inputs.people],
            {
                (self._person[person], self._centre[centre]): day.toordinal() - _DAY_0
                for person, centre, day in inputs.heard
                if person in self._person and centre in self._centre
            },
            {
                (self._person[person], self._centre[centre]): calls
                for person, centre, calls in inputs.made
                if person in self._person and centre in self._centre
            },
        )
        self._on_lines: defaultdict[int, list[int]] = defaultdict(list)
        self._hold()
        self._why: defaultdict[UUID, Counter[str]] = defaultdict(Counter)

    def place(
        self,
        keystream: Keystream,
        again: Keystream,
        of_centre: Callable[[UUID], Keystream],
        tell: Tell = unheard,
    ) -> None:
        """Give each call somebody; ``of_centre`` is the chance for the calls drawn anew."""
        in_time = _in_time(self._placed)
        first, waiting = [], []
        for task, one in zip(self._tasks(in_time), in_time, strict=True):
            if self._line_free(task):
                first.append((task, one))
            else:
                waiting.append(one)
                self._why[one.centre.centre]["its provider's lines had another call then"] += 1
        for one in self._settle(first, keystream, tell):
            waiting.append(one)
            self._why[one.centre.centre][NOBODY_FREE] += 1
        self._draw_anew(waiting, again, of_centre)

    def short(self) -> dict[UUID, tuple[str, ...]]:
        """What the centres had to do without, in sentences."""
        moved = Counter(one.centre.centre for one in self._placed if one.stream == 1)
        lacking, crowded = self._lacking(), self._crowded()
        said: dict[UUID, tuple[str, ...]] = {}
        for centre in (each.centre for each in _centres(self._placed)):
            sentences = []
            voices = len(self._inputs.people) - self._fields[centre].barred.bit_count()
            if voices < 3:
                why = barriers_in_words(self._fields[centre].barriers, self._spoken_at(centre))
                sentences.append(
                    f"fewer than three voices: only {voices} may make its calls"
                    + (f"; of the others {why}" if why else "")
                )
            if moved[centre]:
                why = " or ".join(sorted(self._why[centre]))
                sentences.append(f"{moved[centre]} of its calls drawn anew: {why}")
            sentences += [*crowded, *lacking.get(centre, ())]
            if sentences:
                said[centre] = tuple(sentences)
        return said

    def _crowded(self) -> tuple[str, ...]:
        """What a plan gives away of which many calls went where somebody was left."""
        anew = sum(why[NOBODY_FREE] for why in self._why.values())
        if anew <= MANY_ANEW * len(self._placed):
            return ()
        return (
            f"{100 * anew / len(self._placed):.0f} % of the plan's calls had nobody where they "
            "fell and were drawn anew: hours in which somebody was left get more than their share. "
            "A watchful centre can guard those, and the rule's figures don't count it. More people "
            "who offer the same hours mend it, or fewer calls.",
        )

    def _lacking(self) -> dict[UUID, tuple[str, ...]]:
        """Why the calls with nobody have nobody, and what would place them, by centre."""
        lacks: defaultdict[UUID, list[Lack]] = defaultdict(list)
        nobody = [one for one in self._placed if one.person == NOBODY]
        for one, task in zip(nobody, self._tasks(nobody), strict=True):
            barriers = Counter(
                each
                for person in members(self._roster.there(task.second))
                if (each := self._barrier(person, task, one)) is not None
            )
            slot = self._fields[one.centre.centre].slots[one.drawn.slot]
            lacks[one.centre.centre].append(
                Lack(
                    slot.local_date,
                    slot.hour,
                    tuple(sorted(barriers.items())),
                    line_taken=not self._is_line_free(task),
                )
            )
        zones = {one.centre.centre: one.centre.zone for one in nobody}
        return {
            key: lacks_in_words(lacks[key], zone, self._spoken_at(key))
            for key, zone in zones.items()
        }

    def _spoken_at(self, centre: UUID) -> str:
        return languages_in_words(self._languages[centre])

    def _barrier(self, person: int, task: Task, one: Placed) -> Barrier | None:
        if not task.barred >> person & 1:
            return self._book.why_not(person, task)
        if self._fields[one.centre.centre].tied >> person & 1:
            return Barrier.TIE
        return self._skills.barrier(person, one.centre)

    def _draw_anew(
        self, waiting: list[Placed], keystream: Keystream, of_centre: Callable[[UUID], Keystream]
    ) -> None:
        """Draw calls anew, in stream 1, until each has a free line and somebody to make it."""
        waiting = _in_time(waiting)
        streams = {one.centre.centre: of_centre(one.centre.centre) for one in waiting}
        heavy = {centre: list(self._fields[centre].weights) for centre in streams}
        drawn_anew = {id(one.centre) for one in waiting}
        for each in self._placed:
            if id(each.centre) in drawn_anew:
                heavy[each.centre.centre][each.drawn.slot] = 0
        for _ in range(MOST_TRIES):
            trials = []
            for one in waiting:
                centre = one.centre.centre
                slots = self._fields[centre].slots
                found = redraw_one(slots, heavy[centre], streams[centre], slots[0].start)
                if found is not None:
                    heavy[centre][found.slot] = 0
                    trials.append((Placed(one.centre, 1, found), one))
            if not trials:
                break
            tasks = self._tasks([trial for trial, _ in trials])
            free = [
                (task, trial)
                for task, (trial, _) in zip(tasks, trials, strict=True)
                if self._line_free(task)
            ]
            self._settle(free, keystream)
            for trial, one in trials:
                if trial.person != NOBODY:
                    one.stream, one.drawn, one.task = 1, trial.drawn, trial.task
            waiting = [one for one in waiting if one.person == NOBODY]
        # A call that had the lines may have moved away since: then the drawn moment is free.
        last = zip(self._tasks(waiting), waiting, strict=True)
        self._settle([(task, one) for task, one in last if self._line_free(task)], keystream)

    def _settle(
        self, pairs: Sequence[tuple[Task, Placed]], keystream: Keystream, tell: Tell = unheard
    ) -> list[Placed]:
        """Give people to calls whose line is taken; answers those that nobody can take."""
        self._book.place([task for task, _ in pairs], keystream, tell)
        nobody = []
        for task, one in pairs:
            one.task = task
            if task.person == NOBODY:
                self._on_lines[task.provider].remove(task.second)
                nobody.append(one)
        return nobody

    def _line_free(self, task: Task) -> bool:
        """Take a provider's lines for a call, unless another call has them."""
        if self._is_line_free(task):
            insort(self._on_lines[task.provider], task.second)
            return True
        return False

    def _is_line_free(self, task: Task) -> bool:
        taken = self._on_lines[task.provider]
        place = bisect_left(taken, task.second)
        if place and task.second - taken[place - 1] < LINE_SECONDS:
            return False
        return place == len(taken) or taken[place] - task.second >= LINE_SECONDS

    def _most_in_one_hand(self) -> dict[UUID, int]:
        calls = Counter(one.centre.centre for one in self._placed)
        calls.update(centre for _, centre, _, _ in self._inputs.held)
        for _, centre, count in self._inputs.made:
            calls[centre] += count
        people = len(self._inputs.people)
        return {
            centre: most_at_a_centre(calls[centre], max(1, people - field.barred.bit_count()))
            for centre, field in self._fields.items()
        }

    def _hold(self) -> None:
        moments = [int(moment.timestamp()) for _, _, _, moment in self._inputs.held]
        days = civil_days(np.array(moments, dtype=np.int64), self._inputs.zone).tolist()
        for (person, centre, provider, _), second, day in zip(
            self._inputs.held, moments, days, strict=True
        ):
            task = Task(second, day, self._centre[centre], self._provider[provider], most=0)
            insort(self._on_lines[task.provider], second)
            if person in self._person:
                self._book.take(self._person[person], task)

    def _tasks(self, placed: Sequence[Placed]) -> list[Task]:
        seconds = [int(one.drawn.moment.timestamp()) for one in placed]
        days = civil_days(np.array(seconds, dtype=np.int64), self._inputs.zone).tolist()
        alike = {
            id(each): (
                self._centre[each.centre],
                self._provider[each.provider],
                self._most[each.centre],
                self._fields[each.centre].barred,
            )
            for each in _centres(placed)
        }
        tasks = [
            Task(second, day, *alike[id(one.centre)])
            for one, second, day in zip(placed, seconds, days, strict=True)
        ]
        if self._turning:
            for task, one in zip(tasks, placed, strict=True):
                if field := self._turning.get(one.centre.centre):
                    task.barred = field.barred_on(field.slots[one.drawn.slot].local_date)
        return tasks


def _numbered(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Each key with its place in the order of the keys."""
    return {key: place for place, key in enumerate(sorted(set(keys)))}


def _centres(placed: Iterable[Placed]) -> Iterable[CentreInputs]:
    """The centres of calls, each once; told by identity, since their keys are slow to compare."""
    return {id(one.centre): one.centre for one in placed}.values()


def _in_time(placed: Iterable[Placed]) -> list[Placed]:
    """Calls in the order of time, of two at a moment that of the lower centre first."""
    by_centre = sorted(placed, key=attrgetter("centre.centre.int"))
    return sorted(by_centre, key=attrgetter("drawn.moment"))
