"""Time as an argument: the clock's type, months and periods as half-open spans in a zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers with the present moment, aware and in UTC."""


def system_clock() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


def midnight(day: date, zone: str) -> datetime:
    """The first moment of a civil day in a zone, in UTC.

    Where a clock change removes or doubles midnight, this is the first moment that bears the date.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def civil_date(moment: datetime, zone: str) -> date:
    """The date that a calendar in the zone shows at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


YEARS = range(1900, 2200)  # of what is typed: far from where the calendar of a computer ends


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A civil month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse what is no month of the calendar."""
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2027-01``; anything else raises ValueError with the remedy."""
        year, _, month = text.partition("-")
        digits = year + month
        if len(year) == 4 and len(month) == 2 and digits.isascii() and digits.isdecimal():
            try:
                found = cls(int(year), int(month))
            except ValueError:
                pass
            else:
                if found.year in YEARS:
                    return found
        raise ValueError(f"{text!r} is not a month; write it as 2027-01")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    def next(self, months: int = 1) -> "Month":
        """The month so many months later (earlier when negative)."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of whole months."""

    first: Month
    months: int

    def __post_init__(self) -> None:
        """Refuse an empty run."""
        if self.months < 1:
            raise ValueError("a period has at least one month")

    @property
    def start(self) -> date:
        """The first day."""
        return self.first.first

    @property
    def end(self) -> date:
        """The day after the last day."""
        return self.first.next(self.months).first

    @property
    def month_list(self) -> tuple[Month, ...]:
        """The months, in order."""
        return tuple(self.first.next(n) for n in range(self.months))

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day < self.end

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment in the zone and the first moment after, in UTC."""
        return midnight(self.start, zone), midnight(self.end, zone)
