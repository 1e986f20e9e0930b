from datetime import date

import pytest

from scheduler.late_closures import Entered

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("first", "ahead", "late"),
    [
        (date(2026, 12, 7), 5, False),  # the Monday after
        (date(2026, 12, 6), 4, True),  # the Sunday before it
        (date(2026, 12, 4), 4, True),
        (MONDAY, 0, True),
        (date(2026, 11, 23), 0, True),  # entered when it was over
    ],
)
def test_a_closure_is_late_within_five_working_days(first: date, ahead: int, late: bool) -> None:
    entered = Entered(first, first, "", on=MONDAY)
    assert (entered.ahead, entered.late) == (ahead, late)
