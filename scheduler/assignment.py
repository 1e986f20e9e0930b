"""Who makes which drawn call: by chance, among those who offered the hour and may ring the centre.

Slots are taken in random order, and the calls of a slot in random order. For each call two people
are drawn, with the odds of the voice preference, and the relatively less loaded one takes it. Where
nobody is left, others of the same slot are moved along an augmenting path.
"""

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from config.clock import civil_date
from scheduler.hours import Stretch, merged
from scheduler.keystream import Keystream

BLOCKED = timedelta(minutes=75)
"""What a call takes out of a person's day: nobody's calls begin closer together than this."""

NEVER_HEARD = 365
"""The days that count for a voice that a centre has never heard, and the most that ever count."""


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


def offered(shifts: Iterable[Shift], allowed: Iterable[UUID]) -> tuple[Stretch, ...]:
    """The time in which at least one of those allowed could take a call, in order and apart."""
    people = frozenset(allowed)
    return merged((shift.start, shift.end) for shift in shifts if shift.person in people)


def covered(pieces: Iterable[Stretch], stretches: Sequence[Stretch]) -> bool:
    """Whether somebody could take a call at every moment of a slot's open pieces.

    ``stretches`` is what ``offered`` gives for those allowed. A slot that is not covered is no part
    of the draw: give it the weight 0 there.
    """
    return all(_holding(stretches, start, end) for start, end in pieces)


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
    zone: str,
    keystream: Keystream,
) -> Assignment:
    """Place every call that can be placed.

    ``heard`` says for person and centre when that voice was last heard there. Days and weeks (from
    Monday) are those of ``zone``, the institute's. Nobody's calls begin within ``BLOCKED`` of each
    other, nobody rings two centres of one provider on a day, nobody exceeds their caps or
    ``most_at_a_centre`` of the calls handed in and held. The order in which anything is handed in
    makes no difference; a centre has at most one call at a moment.
    """
    held = tuple(held)
    loads = _loads(candidates, shifts, held, zone)
    entries = _entries(calls, loads, held, zone)
    in_slot: dict[datetime, list[_Entry]] = defaultdict(list)
    for entry in entries:
        in_slot[entry.moment.replace(minute=0, second=0, microsecond=0)].append(entry)
    taken_by: dict[UUID, _Load] = {}
    slots = sorted(in_slot)
    keystream.shuffle(slots)
    for slot in slots:
        waiting = in_slot[slot]
        keystream.shuffle(waiting)
        for entry in waiting:
            fitting = [load for load in entry.ready if load.fits(entry)]
            if fitting:
                load = _chosen(fitting, entry, heard, keystream)
                load.take(entry)
                taken_by[entry.call] = load
            else:
                _make_room(entry, waiting, taken_by, keystream)
    assigned, unplaced = [], []
    for entry in entries:
        taker = taken_by.get(entry.call)
        if taker is None:
            unplaced.append(Unplaced(entry.call, _reason(entry, loads)))
            continue
        others = [
            load
            for load in entry.ready
            if load is not taker and load.fits(entry) and not load.stands_in_near(entry)
        ]
        stand_in = _chosen(others, entry, heard, keystream) if others else None
        if stand_in is not None:
            stand_in.standing_in.append(entry.moment)
        assigned.append(
            Assigned(entry.call, taker.person, None if stand_in is None else stand_in.person)
        )
    return Assignment(tuple(assigned), tuple(unplaced))


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A call in the book of whoever has it."""

    call: UUID
    moment: datetime
    day: date
    centre: UUID
    provider: UUID
    most: int = 0
    ready: tuple["_Load", ...] = ()  # those allowed who offered the moment

    @property
    def week(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


@dataclass(slots=True, eq=False)
class _Load:
    """What one person has so far."""

    person: UUID
    per_day: int
    per_week: int
    offered: tuple[Stretch, ...]
    by_day: dict[date, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    by_week: Counter[date] = field(default_factory=Counter)
    days_at: dict[UUID, list[date]] = field(default_factory=lambda: defaultdict(list))
    standing_in: list[datetime] = field(default_factory=list)
    count: int = 0
    seconds: int = 0

    def __post_init__(self) -> None:
        span = sum((end - start for start, end in self.offered), timedelta())
        self.seconds = span // timedelta(seconds=1)

    def fits(self, entry: _Entry, without: _Entry | None = None) -> bool:
        """Whether the person could take a call on top, giving up another one."""
        in_week, at_centre = self.by_week[entry.week], len(self.days_at.get(entry.centre, ()))
        if without is not None:
            in_week -= without.week == entry.week
            at_centre -= without.centre == entry.centre
        if in_week >= self.per_week or at_centre >= entry.most:
            return False
        today = [other for other in self.by_day.get(entry.day, ()) if other is not without]
        if len(today) >= self.per_day or any(
            other.provider == entry.provider and other.centre != entry.centre for other in today
        ):
            return False
        one = timedelta(days=1)
        around = (*self.by_day.get(entry.day - one, ()), *self.by_day.get(entry.day + one, ()))
        return all(
            other is without or abs(other.moment - entry.moment) >= BLOCKED
            for other in (*today, *around)
        )

    def stands_in_near(self, entry: _Entry) -> bool:
        return any(abs(moment - entry.moment) < BLOCKED for moment in self.standing_in)

    def take(self, entry: _Entry) -> None:
        self.by_day[entry.day].append(entry)
        self.by_week[entry.week] += 1
        self.days_at[entry.centre].append(entry.day)
        self.count += 1

    def give_up(self, entry: _Entry) -> None:
        self.by_day[entry.day].remove(entry)
        self.by_week[entry.week] -= 1
        self.days_at[entry.centre].remove(entry.day)
        self.count -= 1


def _loads(
    candidates: Iterable[Candidate], shifts: Iterable[Shift], held: Iterable[Held], zone: str
) -> dict[UUID, _Load]:
    stretches: dict[UUID, list[Stretch]] = defaultdict(list)
    for shift in shifts:
        stretches[shift.person].append((shift.start, shift.end))
    loads = {
        each.person: _Load(each.person, each.per_day, each.per_week, merged(stretches[each.person]))
        for each in sorted(candidates, key=lambda candidate: candidate.person)
    }
    for one in held:
        if one.person in loads:
            day = civil_date(one.moment, zone)
            # A held call is never looked up by its key.
            entry = _Entry(UUID(int=0), one.moment, day, one.centre, one.provider)
            loads[one.person].take(entry)
    return loads


def _entries(
    calls: Iterable[ToAssign], loads: Mapping[UUID, _Load], held: Iterable[Held], zone: str
) -> tuple[_Entry, ...]:
    """The calls in the order of time, then of their centres."""
    ordered = sorted(calls, key=lambda call: (call.moment, call.centre))
    at_centre = Counter(call.centre for call in ordered)
    at_centre.update(one.centre for one in held)
    people_for: dict[UUID, set[UUID]] = defaultdict(set)
    for call in ordered:
        people_for[call.centre].update(loads.keys() & set(call.allowed))
    entries = []
    for call in ordered:
        ready = tuple(
            loads[person]
            for person in sorted(loads.keys() & set(call.allowed))
            if _holding(loads[person].offered, call.moment, call.moment)
        )
        most = most_at_a_centre(at_centre[call.centre], max(1, len(people_for[call.centre])))
        day = civil_date(call.moment, zone)
        entries.append(_Entry(call.call, call.moment, day, call.centre, call.provider, most, ready))
    return tuple(entries)


def _holding(stretches: Sequence[Stretch], start: datetime, end: datetime) -> bool:
    """Whether one stretch holds all from start to end; a single moment when they are the same."""
    place = bisect_right(stretches, start, key=lambda stretch: stretch[0])
    return place > 0 and start < stretches[place - 1][1] and end <= stretches[place - 1][1]


def _chosen(
    fitting: Sequence[_Load],
    entry: _Entry,
    heard: Mapping[tuple[UUID, UUID], date],
    keystream: Keystream,
) -> _Load:
    """The relatively less loaded of two draws; the first where they are equal."""
    odds = [_days_unheard(load, entry, heard) for load in fitting]
    first, second = (fitting[_by_odds(odds, keystream)] for _ in range(2))
    return second if second.count * first.seconds < first.count * second.seconds else first


def _days_unheard(load: _Load, entry: _Entry, heard: Mapping[tuple[UUID, UUID], date]) -> int:
    """Days to the nearest call of this voice at the centre, before or after: 1 to NEVER_HEARD."""
    days = list(load.days_at.get(entry.centre, ()))
    if (last := heard.get((load.person, entry.centre))) is not None:
        days.append(last)
    nearest = min((abs((entry.day - day).days) for day in days), default=NEVER_HEARD)
    return min(max(nearest, 1), NEVER_HEARD)


def _by_odds(odds: Sequence[int], keystream: Keystream) -> int:
    left = keystream.below(sum(odds))
    place = 0
    while left >= odds[place]:
        left -= odds[place]
        place += 1
    return place


def _make_room(
    entry: _Entry, in_slot: Sequence[_Entry], taken_by: dict[UUID, _Load], keystream: Keystream
) -> None:
    """Place a call by moving others of its slot, along the shortest chain; or leave all as it is.

    Each person occurs once in a chain and swaps one call for another, so what each one's own
    constraints allow is all that needs a look.
    """
    has = {taken_by[other.call].person: other for other in in_slot if other.call in taken_by}
    came_from: dict[UUID, _Entry] = {}
    queue = deque([entry])
    while queue:
        current = queue.popleft()
        ready = list(current.ready)
        keystream.shuffle(ready)
        for load in ready:
            gives_up = has.get(load.person)
            if load.person in came_from or not load.fits(current, without=gives_up):
                continue
            came_from[load.person] = current
            if gives_up is None:
                _move(load, came_from, taken_by)
                return
            queue.append(gives_up)


def _move(load: _Load, came_from: Mapping[UUID, _Entry], taken_by: dict[UUID, _Load]) -> None:
    """Hand every call of the chain on, from its free end back to the call that had nobody."""
    taker: _Load | None = load
    while taker is not None:
        entry = came_from[taker.person]
        before = taken_by.get(entry.call)
        if before is not None:
            before.give_up(entry)
        taker.take(entry)
        taken_by[entry.call] = taker
        taker = before


def _reason(entry: _Entry, loads: Mapping[UUID, _Load]) -> Reason:
    if entry.ready:
        return Reason.ALL_TAKEN
    if any(_holding(load.offered, entry.moment, entry.moment) for load in loads.values()):
        return Reason.NOT_ALLOWED
    return Reason.NOT_OFFERED
