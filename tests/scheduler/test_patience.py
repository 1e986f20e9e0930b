from datetime import timedelta

import pytest

from scheduler.outcome import Disposition
from scheduler.patience import longest_in_queue, out_of_patience

NONE, MENU = timedelta(), timedelta(minutes=20)
QUEUE = timedelta(minutes=5, seconds=30)  # where 30 seconds are declared


@pytest.mark.parametrize(
    ("menu", "queue", "becomes"),
    [
        (MENU - timedelta(seconds=1), QUEUE - timedelta(seconds=1), None),
        (MENU, NONE, Disposition.MENU_LOST),
        (NONE, QUEUE, Disposition.QUEUE_ABANDONED),
        (MENU, QUEUE, Disposition.QUEUE_ABANDONED),
    ],
)
def test_a_wait_ends_at_its_limit_and_not_a_second_before(
    menu: timedelta, queue: timedelta, becomes: Disposition | None
) -> None:
    assert out_of_patience(menu, queue, 30, reached_person=False) is becomes
    assert out_of_patience(menu, queue, 30, reached_person=True) is None


def test_a_queue_may_last_five_minutes_beyond_what_is_declared() -> None:
    assert longest_in_queue(30) == QUEUE
