"""Which closures were entered too late to plan around: less than five working days ahead."""

from dataclasses import dataclass
from datetime import date, timedelta

WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Entered:
    """A closure, and the day on which it was entered, by the centre's clock."""

    first: date
    last: date
    reason: str
    on: date

    @property
    def ahead(self) -> int:
        """How many working days (Monday to Friday) lie after the entry, the first day included.

        >>> Entered(date(2026, 12, 7), date(2026, 12, 7), "", on=date(2026, 11, 30)).ahead
        5
        """
        days = (self.first - self.on).days
        later = (self.on + timedelta(days=number) for number in range(1, days + 1))
        return sum(day.weekday() < 5 for day in later)

    @property
    def late(self) -> bool:
        """Whether it came less than five working days ahead."""
        return self.ahead < WORKING_DAYS
