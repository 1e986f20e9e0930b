"""What a plan's calls without a person are short of, by week, and what would mend it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from config.clock import civil_date
from scheduler.barrier import Barrier, barriers_in_words, wanted
from scheduler.cover import hours_in_words

_WEEK = "week of "
CALL_HOURS = Fraction(50, 60)  # that a call costs an assessor, all in


@dataclass(frozen=True, slots=True)
class Lack:
    """A call that nobody can take.

    ``day`` and ``hour`` are the centre's own. ``barriers`` count those who offered the moment by
    what keeps each of them away; ``line_taken`` says that its provider's lines had another call.
    """

    day: date
    hour: int
    barriers: tuple[tuple[Barrier, int], ...]
    line_taken: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """The calls of a week that have nobody, and the hours that they would take."""

    monday: date
    calls: int
    hours: Fraction


def lacks_in_words(lacks: Iterable[Lack], zone: str, language: str) -> tuple[str, ...]:
    """For each week, and each cause in it: how many calls, why, and what would place them.

    ``zone`` and ``language`` are the centre's.
    """
    alike: defaultdict[tuple[date, Lack], list[Lack]] = defaultdict(list)
    for lack in lacks:
        alike[_monday(lack.day), replace(lack, day=date.min, hour=0)].append(lack)
    return tuple(
        f"{week_of(monday)}: {_said(kind, those, zone, language)}"
        for (monday, kind), those in sorted(alike.items(), key=lambda each: each[0][0])
    )


def hours_short(moments: Iterable[datetime], zone: str) -> tuple[Week, ...]:
    """The assessors' hours that calls without a person lack, by week of a zone."""
    counts = Counter(_monday(civil_date(moment, zone)) for moment in moments)
    return tuple(Week(monday, n, n * CALL_HOURS) for monday, n in sorted(counts.items()))


def week_in_words(week: Week) -> str:
    """How much a week is short of."""
    calls = "1 call has" if week.calls == 1 else f"{week.calls} calls have"
    return f"{week_of(week.monday)}: {calls} nobody, {float(week.hours):.1f} assessor hours"


def week_of(monday: date) -> str:
    """A week by its Monday."""
    return f"{_WEEK}{monday.day} {monday:%B %Y}"


def is_of_a_week(sentence: str) -> bool:
    """Whether a sentence tells of a week's calls that have nobody."""
    return sentence.startswith(_WEEK)


def _said(kind: Lack, lacks: list[Lack], zone: str, language: str) -> str:
    """Why calls of one week have nobody, all alike, and what would place them."""
    have = "1 call has" if len(lacks) == 1 else f"{len(lacks)} calls have"
    if kind.line_taken:
        return (
            f"{have} no free line: its provider's lines have another call within 50 minutes, and "
            "nobody could take any other hour. Fewer calls or more offered hours mend it."
        )
    barriers = dict(kind.barriers)
    why = (
        f"of those who offered the hour {barriers_in_words(barriers, language)}"
        if barriers
        else "nobody offered the hour"
    )
    hours = hours_in_words((lack.day.weekday(), lack.hour) for lack in lacks)
    more, them = ("1 more hour", "it") if len(lacks) == 1 else (f"{len(lacks)} more hours", "them")
    else_ = " else" if barriers else ""
    return (
        f"{have} nobody: {why}. {more} on {hours} ({zone}) from somebody{else_}"
        f"{wanted(barriers, language)} would place {them}."
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
