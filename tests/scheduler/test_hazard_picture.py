"""The picture of the hazard: a plain rule runs with the volume, exactly six ends in safe days."""

import pytest

from scheduler.hazard_picture import picture
from scheduler.hazards import Design, hazards_of
from scheduler.reference_profile import plain_hours

MONTH = plain_hours(1)


def test_without_a_rule_both_lines_are_one() -> None:
    days = picture(hazards_of(Design(6.5), MONTH), MONTH, 6.5)
    assert len(days) == 21
    assert [day.counted for day in days] == pytest.approx([day.memoryless for day in days])
    assert sum(day.memoryless for day in days) * 9 == pytest.approx(6.5)


def test_after_the_last_of_exactly_six_the_days_are_safe() -> None:
    days = picture(hazards_of(Design(6, 6, 6), MONTH), MONTH, 6)
    safe = [day.safe for day in days]
    assert 0 < sum(safe) < 10
    assert safe == sorted(safe)
    assert max(day.counted for day in days) > max(day.memoryless for day in days)
