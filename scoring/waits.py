"""How long a centre's callers waited, by no more than so few calls can say.

The centre answers for its first try: a call whose line was busy or never answered was not answered
in time, however soon a later try was.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.measured import TO_A_PERSON, TO_ANSWER, Figure
from scheduler.outcome import Disposition
from scoring.estimate import LEAST_FOR_EVERYTHING, Interval, Tally, median_with_range
from scoring.report_call import ReportCall, Whose

JUDGED = (TO_ANSWER, TO_A_PERSON)


@dataclass(frozen=True, slots=True)
class Waits:
    """One wait over some calls: ``name`` is the figure's.

    Of ``timed`` calls it is known, ``by_hand`` of them by the assessor's keys alone; of ``untold``
    ones nobody said. ``in_time`` is of the timed ones that can be judged; ``close`` lie within
    their precision of the declared time. ``declared`` are the declared times, in seconds.
    ``median`` and its range are in seconds, infinite where so many never got so far; None below
    twelve calls.
    """

    name: str
    in_time: Tally
    timed: int
    by_hand: int
    untold: int
    close: int
    declared: tuple[int, ...]
    median: float | None
    range: Interval | None


def waits(name: str, calls: Iterable[ReportCall]) -> Waits:
    """What the calls that were made say about one wait."""
    made = [(call, _figure(call, name)) for call in calls if call.made]
    timed = [each for each in made if _known(*each)]
    judged = [kept for each in timed if (kept := _in_time(*each)) is not None]
    seconds = [_seconds(*each) for each in timed]
    enough = len(timed) >= LEAST_FOR_EVERYTHING
    median, spread = median_with_range(seconds) if enough else (None, None)
    return Waits(
        name=name,
        in_time=Tally(sum(judged), len(judged)),
        timed=len(timed),
        by_hand=sum(call.by_hand for call, _ in timed),
        untold=len(made) - len(timed),
        close=len(timed) - len(judged),
        declared=tuple(sorted({f.limit for _, f in made if f is not None and f.limit is not None})),
        median=median,
        range=spread,
    )


def _figure(call: ReportCall, name: str) -> Figure | None:
    return next((each for each in call.measured if each.name == name), None)


def _in_vain(call: ReportCall, figure: Figure | None) -> bool:
    """Whether the first try surely never got so far; a person refused the code, marked or not."""
    never = call.whose is Whose.CENTRE and call.disposition is not Disposition.CODE_REFUSED
    return call.tried_again or (figure is None and never)


def _known(call: ReportCall, figure: Figure | None) -> bool:
    return figure is not None or _in_vain(call, figure)


def _in_time(call: ReportCall, figure: Figure | None) -> bool | None:
    return False if figure is None or _in_vain(call, figure) else figure.kept


def _seconds(call: ReportCall, figure: Figure | None) -> float:
    return math.inf if figure is None or _in_vain(call, figure) else figure.seconds
