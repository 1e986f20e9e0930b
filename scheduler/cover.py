"""Which hours of a centre nobody offered, what that gives away, and what would mend it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.hours import Slot

ENOUGH = 0.96  # of the ordinary calls: with less, the safe hours alone give away more than the goal

NOBODY_OFFERED = "Nobody offered the hours of"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

WeekHour = tuple[int, int]
"""A weekday (0 is Monday) and a clock hour."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The share of the ordinary calls in hours that somebody offered, and the hours of the rest.

    ``gaps`` are the hours of the week that nobody offered, each with its share of the ordinary
    calls, the greatest first.
    """

    share: float
    gaps: tuple[tuple[WeekHour, float], ...]

    @property
    def enough(self) -> bool:
        """Whether the hours that nobody offered can stay as they are."""
        return self.share >= ENOUGH

    @property
    def least_lift(self) -> float:
        """What a guard of every hour but the safe ones gains at least: 1 over the share."""
        return 1 / self.share if self.share else float("inf")

    def mend(self) -> tuple[WeekHour, ...]:
        """The fewest hours of the week that bring the cover to 96 % once somebody offers them."""
        share, hours = self.share, []
        for hour, gain in self.gaps:
            if share >= ENOUGH:
                break
            share += gain
            hours.append(hour)
        return tuple(sorted(hours))


def cover_of(slots: Sequence[Slot], ordinary: Sequence[int], offered: Sequence[bool]) -> Cover:
    """The cover of the slots that weigh anything; everything is covered where none does."""
    total = sum(ordinary)
    missed: defaultdict[WeekHour, int] = defaultdict(int)
    for slot, weight, there in zip(slots, ordinary, offered, strict=True):
        if weight and not there:
            missed[slot.weekday, slot.hour] += weight
    gaps = sorted(missed.items(), key=lambda gap: (-gap[1], gap[0]))
    left = total - sum(missed.values())
    return Cover(left / total if total else 1.0, tuple((at, n / total) for at, n in gaps))


def hours_in_words(hours: Iterable[WeekHour]) -> str:
    """Hours of the week as people say them.

    >>> hours_in_words([(0, 8), (0, 9), (1, 8), (1, 9), (5, 23)])
    'Monday and Tuesday 08:00 to 10:00; Saturday 23:00 to 24:00'
    """
    of_day: defaultdict[int, list[list[int]]] = defaultdict(list)
    for weekday, hour in sorted(set(hours)):
        runs = of_day[weekday]
        if runs and runs[-1][1] == hour:
            runs[-1][1] = hour + 1
        else:
            runs.append([hour, hour + 1])
    alike: dict[str, list[int]] = {}
    for weekday, runs in of_day.items():
        said = ", ".join(f"{first:02}:00 to {after:02}:00" for first, after in runs)
        alike.setdefault(said, []).append(weekday)
    return "; ".join(f"{_days(days)} {said}" for said, days in alike.items())


def cover_in_words(cover: Cover, whose: str = "") -> str:
    """What a cover below 96 % gives away, the hours, and what would mend it; a sentence each.

    ``whose`` says in which zone the hours are and from whom offers are wanted.
    """
    mend = hours_in_words(cover.mend())
    return (
        f"{NOBODY_OFFERED} {100 * (1 - cover.share):.0f} % of its ordinary calls: "
        f"{hours_in_words(at for at, _ in cover.gaps)}. They are safe, so a watchful centre would "
        f"catch at least {cover.least_lift:.2f} times as many calls as chance allows. "
        f"Offers on {mend}{whose} would bring the cover to {100 * ENOUGH:.0f} %."
    )


def _days(days: list[int]) -> str:
    names = [_DAYS[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
