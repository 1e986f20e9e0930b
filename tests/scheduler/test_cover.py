"""Cover: the hours that nobody offered are named, and the fewest offers that mend it."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.cover import ENOUGH, Cover, cover_in_words, cover_of, hours_in_words
from scheduler.reference_profile import REFERENCE_VOLUME, plain_slots

SLOTS = plain_slots(1)


def without(hours: set[tuple[int, int]]) -> Cover:
    offered = [(slot.weekday, slot.hour) not in hours for slot in SLOTS]
    return cover_of(SLOTS, REFERENCE_VOLUME, offered)


def test_what_somebody_offers_everywhere_is_covered() -> None:
    cover = without(set())
    assert (cover.share, cover.gaps, cover.enough, cover.mend()) == (1, (), True, ())


def test_the_hours_that_nobody_offered_are_named_with_their_share() -> None:
    cover = without({(0, 9), (0, 10)})
    of_monday = sum(
        volume
        for slot, volume in zip(SLOTS, REFERENCE_VOLUME, strict=True)
        if slot.weekday == 0 and slot.hour in (9, 10)
    ) / sum(REFERENCE_VOLUME)
    assert [at for at, _ in cover.gaps] == [(0, 10), (0, 9)]  # the greater first
    assert abs(cover.share + of_monday - 1) < 1e-12
    assert cover.least_lift == 1 / cover.share


def test_the_sentence_says_the_hours_what_they_give_away_and_what_mends_it() -> None:
    words = cover_in_words(without({(day, hour) for day in range(5) for hour in (9, 17)}))
    assert "Monday to Friday 09:00 to 10:00, 17:00 to 18:00" in words
    assert "at least 1.18 times" in words
    assert "would bring the cover to 96 %" in words


def test_no_hour_offered_is_no_cover() -> None:
    cover = without({(slot.weekday, slot.hour) for slot in SLOTS})
    assert (cover.share, cover.least_lift) == (0, float("inf"))


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(9, 17)), max_size=20))
def test_mending_takes_no_more_hours_than_needed(hours: set[tuple[int, int]]) -> None:
    cover = without(hours)
    mend = set(cover.mend())
    assert mend <= hours
    assert without(hours - mend).share >= ENOUGH - 1e-9
    if mend:
        least = min(mend, key=dict(cover.gaps).__getitem__)
        assert not without(hours - (mend - {least})).enough


def test_hours_are_said_as_people_say_them() -> None:
    assert hours_in_words([(1, 8), (3, 8)]) == "Tuesday and Thursday 08:00 to 09:00"
    assert hours_in_words([(5, 0), (6, 23)]) == "Saturday 00:00 to 01:00; Sunday 23:00 to 24:00"
    assert hours_in_words([]) == ""
