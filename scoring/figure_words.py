"""How a figure is said: a count of calls with the rate that so few can say, or nothing yet."""

from decimal import ROUND_HALF_UP, Decimal

from scoring.estimate import LEAST_FOR_EVERYTHING, Tally
from scoring.report_view import FigureView

MISSING, TOO_FEW, NO_CALL = "not yet", "not enough calls yet", "no call to count"


def whole(number: Decimal | float) -> int:
    """The nearest whole number, a half upwards.

    >>> whole(Decimal("78.5")), whole(78.4)
    (79, 78)
    """
    return int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))


def count(number: int, thing: str) -> str:
    """A number of things.

    >>> count(1, "call"), count(6, "call")
    ('1 call', '6 calls')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def of(counted: Tally, all_of: str = "") -> str:
    """x of n, or ``all_of`` and n where it is all of them.

    >>> of(Tally(5, 6)), of(Tally(6, 6), "every one of ")
    ('5 of 6', 'every one of 6')
    """
    if all_of and counted.x == counted.n:
        return f"{all_of}{counted.n}"
    return f"{counted.x} of {counted.n}"


def tally(label: str, counted: Tally | None, note: str = "") -> FigureView:
    """x of n calls, with the rate and its range from twelve calls on."""
    if counted is None or counted.n == 0:
        return FigureView(label, MISSING, TOO_FEW if counted is None else NO_CALL)
    rate = counted.rate
    if rate is None:
        said = f"no percentage below {LEAST_FOR_EVERYTHING} calls"
        return FigureView(label, of(counted), joined(note, said), counted.x, counted.n)
    low, high = whole(100 * rate.low), whole(100 * rate.high)
    said = f"{percent(counted)} ({low} to {high})"
    return FigureView(label, of(counted), joined(said, note), counted.x, counted.n, low, high)


def share(label: str, counted: Tally, note: str) -> FigureView:
    """x of n without a range: every one was looked at."""
    if counted.n == 0:
        return FigureView(label, MISSING, NO_CALL)
    rate = percent(counted) if counted.n >= LEAST_FOR_EVERYTHING else ""
    return FigureView(label, of(counted), joined(rate, note), counted.x, counted.n)


def percent(counted: Tally) -> str:
    """The rate of a tally, as whole percent."""
    return f"{whole(Decimal(100 * counted.x) / counted.n)} %"


def joined(*notes: str) -> str:
    """What there is of some notes, in one."""
    return "; ".join(note for note in notes if note)
