"""How long a caller waits for a person before ringing off, and what the call then counts as."""

from datetime import timedelta

from scheduler.outcome import Disposition

LONGEST_IN_MENU = timedelta(minutes=20)
BEYOND_ANSWER = timedelta(minutes=5)  # of queueing, beyond the declared answer time
LONGEST_ANNOUNCED = timedelta(minutes=20)


def longest_in_queue(answer_within: int) -> timedelta:
    """How long a caller queues where the centre declared to answer within so many seconds."""
    return timedelta(seconds=answer_within) + BEYOND_ANSWER


def out_of_patience(
    menu: timedelta, queue: timedelta, answer_within: int, *, reached_person: bool
) -> Disposition | None:
    """What a call counts as that has waited to its limit, or None while it hasn't.

    ``menu`` and ``queue`` are the time spent in each. A caller who has reached a person is never
    rung off.
    """
    if reached_person:
        return None
    if queue >= longest_in_queue(answer_within):
        return Disposition.QUEUE_ABANDONED
    return Disposition.MENU_LOST if menu >= LONGEST_IN_MENU else None
