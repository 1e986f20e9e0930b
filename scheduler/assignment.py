"""Who makes which drawn call: by chance, among those who offered the hour and may ring the centre.

Slots are taken in random order, and the calls of a slot in random order. For each call two people
are drawn, with the odds of the voice preference, and the relatively less loaded one takes it. Where
nobody is left, others of the same slot are moved along an augmenting path.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import numpy as np

from scheduler.civil_days import civil_days
from scheduler.crowd import crowd_of
from scheduler.hours import Stretch, merged
from scheduler.keystream import Keystream
from scheduler.placing import BLOCKED_SECONDS, NOBODY, Book, Task
from scheduler.roster import Roster

BLOCKED = timedelta(seconds=BLOCKED_SECONDS)
"""What a call takes out of a person's day: nobody's calls begin closer together than this."""

_DAY_0 = date(1970, 1, 1).toordinal()


class Reason(StrEnum):
    """Why a call has nobody to make it."""

    NOT_OFFERED = "nobody offered the hour"
    NOT_ALLOWED = "nobody who offered the hour may ring the centre"
    ALL_TAKEN = "everyone who offered the hour and may ring the centre is taken or at a cap"


@dataclass(frozen=True, slots=True)
class ToAssign:
    """A drawn call that needs a person; ``allowed`` are those without a tie who are fit for it."""

    call: UUID
    moment: datetime
    centre: UUID
    provider: UUID
    allowed: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A call that a person has already, which blocks time, counts for caps, and never moves."""

    person: UUID
    moment: datetime
    centre: UUID
    provider: UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who could make calls, with the most that they take on a civil day and a week."""

    person: UUID
    per_day: int
    per_week: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch that a person offered, half-open and in UTC: calls may begin in it."""

    person: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Assigned:
    """A call with the person who makes it, and who stands in for them where one is free."""

    call: UUID
    person: UUID
    stand_in: UUID | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A call that nobody can make, and why."""

    call: UUID
    reason: Reason


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every call that was handed in, in the order of time: with a person, or with a reason."""

    assigned: tuple[Assigned, ...]
    unplaced: tuple[Unplaced, ...]


def most_at_a_centre(calls: int, allowed: int) -> int:
    """How many of a centre's calls one person may make: the larger of 40 % and 1 ÷ allowed.

    The answer is rounded up to a whole call. ``allowed`` is the number of people who are allowed
    for any of the centre's calls, at least 1.
    """
    return max(-(-2 * calls // 5), -(-calls // allowed))


def assign(
    calls: Iterable[ToAssign],
    candidates: Iterable[Candidate],
    shifts: Iterable[Shift],
    *,
    heard: Mapping[tuple[UUID, UUID], date],
    held: Iterable[Held] = (),
    made: Mapping[tuple[UUID, UUID], int] | None = None,
    zone: str,
    keystream: Keystream,
) -> Assignment:
    """Place every call that can be placed.

    ``heard`` says for person and centre when that voice was last heard there, ``made`` how many of
    the centre's calls the person made in the twelve months before those handed in and held. Days
    and weeks (from Monday) are those of ``zone``, the institute's. Nobody's calls begin within
    ``BLOCKED`` of each other, nobody rings two centres of one provider on a day, nobody exceeds
    their caps or ``most_at_a_centre`` of the calls handed in, held and made. The order in which
    anything is handed in makes no difference; a centre has at most one call at a moment.
    """
    crew = sorted(candidates, key=lambda each: each.person)
    number = {each.person: place for place, each in enumerate(crew)}
    calls = sorted(calls, key=lambda call: (call.moment, call.centre))
    held = list(held)
    roster = roster_of(shifts, number)
    centre_of, provider_of = _numbers(calls, held)
    book = Book(
        roster,
        [each.per_day for each in crew],
        [each.per_week for each in crew],
        {
            (number[person], centre_of[centre]): day.toordinal() - _DAY_0
            for (person, centre), day in heard.items()
            if person in number and centre in centre_of
        },
        {
            (number[person], centre_of[centre]): count
            for (person, centre), count in (made or {}).items()
            if person in number and centre in centre_of
        },
    )
    at_centre = Counter(call.centre for call in calls)
    at_centre.update(one.centre for one in held)
    for (_, centre), count in (made or {}).items():
        at_centre[centre] += count
    allowed: dict[UUID, set[UUID]] = defaultdict(set)
    for call in calls:
        allowed[call.centre].update(number.keys() & set(call.allowed))
    moments = [call.moment for call in calls] + [one.moment for one in held]
    seconds, days = _seconds_and_days(moments, zone)
    for place, one in enumerate(held, len(calls)):
        if one.person in number:
            where = centre_of[one.centre], provider_of[one.provider]
            book.take(number[one.person], Task(seconds[place], days[place], *where, most=0))
    tasks = [
        Task(
            seconds[place],
            days[place],
            centre_of[call.centre],
            provider_of[call.provider],
            most_at_a_centre(at_centre[call.centre], max(1, len(allowed[call.centre]))),
            crowd_of(number[person] for person in number.keys() - set(call.allowed)),
        )
        for place, call in enumerate(calls)
    ]
    book.place(tasks, keystream)
    assigned, unplaced = [], []
    for call, task in zip(calls, tasks, strict=True):
        if task.person == NOBODY:
            unplaced.append(Unplaced(call.call, reason(task, roster)))
        else:
            stand_in = None if task.stand_in == NOBODY else crew[task.stand_in].person
            assigned.append(Assigned(call.call, crew[task.person].person, stand_in))
    return Assignment(tuple(assigned), tuple(unplaced))


def roster_of(shifts: Iterable[Shift], number: Mapping[UUID, int]) -> Roster:
    """The shifts of the people who have a number, in whole seconds."""
    stretches: list[list[Stretch]] = [[] for _ in number]
    for shift in shifts:
        if shift.person in number:
            stretches[number[shift.person]].append((shift.start, shift.end))
    return Roster(
        [
            [(int(start.timestamp()), int(end.timestamp())) for start, end in merged(own)]
            for own in stretches
        ]
    )


def reason(task: Task, roster: Roster) -> Reason:
    """Why a task has nobody."""
    ready = roster.there(task.second)
    if ready & ~task.barred:
        return Reason.ALL_TAKEN
    return Reason.NOT_ALLOWED if ready else Reason.NOT_OFFERED


def _numbers(
    calls: Iterable[ToAssign], held: Iterable[Held]
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """The centres and providers, each with a number in the order of their keys."""
    keys = [(call.centre, call.provider) for call in calls]
    keys += [(one.centre, one.provider) for one in held]
    centres, providers = sorted({key[0] for key in keys}), sorted({key[1] for key in keys})
    return (
        {key: place for place, key in enumerate(centres)},
        {key: place for place, key in enumerate(providers)},
    )


def _seconds_and_days(moments: Sequence[datetime], zone: str) -> tuple[list[int], list[int]]:
    seconds = np.array([int(moment.timestamp()) for moment in moments], dtype=np.int64)
    return seconds.tolist(), civil_days(seconds, zone).tolist()
