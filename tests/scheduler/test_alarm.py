"""What the words of alarms are, and which silent workers are missed."""

from datetime import timedelta

import pytest

from scheduler.alarm import MOST_TELLINGS, SAID, Kind, WorkerSeen, back_off, missing
from tests.builders import NOW


def seen(name: str, since: float, at: float) -> WorkerSeen:
    """A worker that ticked between two moments, in seconds before now."""
    return WorkerSeen(name, NOW - timedelta(seconds=since), NOW - timedelta(seconds=at))


@pytest.mark.parametrize(
    ("workers", "lost"),
    [
        ((), ()),
        ([("a", 900, 60)], ()),
        ([("a", 900, 61)], ("a",)),
        ([("a", 900, 300), ("b", 200, 0)], ()),  # b was started in its place
        ([("a", 900, 300), ("b", 500, 0)], ("a",)),  # b was there before
        ([("a", 900, 300), ("b", 900, 290), ("c", 200, 0)], ("b",)),  # one for two
        ([("a", 900, 300), ("b", 280, 100), ("c", 90, 0)], ()),  # one after the other
    ],
)
def test_a_silent_worker_is_missed_until_another_starts_in_its_place(
    workers: list[tuple[str, float, float]], lost: tuple[str, ...]
) -> None:
    assert missing((seen(*each) for each in workers), NOW) == frozenset(lost)


def test_every_kind_says_what_to_do() -> None:
    assert SAID.keys() == set(Kind)
    assert all(words.title and words.remedy.endswith(".") for words in SAID.values())


def test_telling_an_alarm_is_given_up_within_about_half_an_hour() -> None:
    waits = [back_off(tries) for tries in range(MOST_TELLINGS)]
    assert waits == sorted(waits)
    assert timedelta(minutes=30) < sum(waits, timedelta()) < timedelta(minutes=90)
