"""What is heard on the practice exchange's recordings is what was played."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.practice.sound import Part, Parts, wav
from scheduler.sound import NEAR, Sound, SoundRefused, read_sound, refined


def recorded(*parts: tuple[Part, float], seed: str = "RE1") -> Sound:
    return read_sound(b"".join(wav(parts, seed)))


@given(
    menu=st.sampled_from([0.0, 5.0, 12.0, 20.3]),
    queue=st.sampled_from([0.0, 7.0, 33.3, 95.0]),
    seed=st.text("abcdef0123456789", min_size=4, max_size=4),
)
@settings(max_examples=30, deadline=None)
def test_a_person_is_heard_where_one_begins_to_speak(menu: float, queue: float, seed: str) -> None:
    parts: Parts = [
        each for each in ((Part.MENU, menu), (Part.QUEUE, queue), (Part.PERSON, 40.0)) if each[1]
    ]
    sound = recorded(*parts, seed=seed)
    assert sound.length == pytest.approx(menu + queue + 40, abs=0.01)
    assert sound.person == pytest.approx(menu + queue + 0.5, abs=0.15)
    heard = dict(sound.parts)
    assert ("menu" in heard, "queue" in heard) == (menu > 0, queue > 0)
    if queue:
        assert heard["queue"] == pytest.approx(menu, abs=0.3)


def test_nobody_is_heard_in_a_menu_or_a_queue_that_leads_nowhere() -> None:
    assert recorded((Part.MENU, 30.0)).person is None
    assert recorded((Part.QUEUE, 30.0)).person is None
    assert recorded((Part.MENU, 9.0), (Part.QUEUE, 30.0)).parts == (("menu", 0.0), ("queue", 8.9))


def test_what_is_heard_counts_only_near_the_mark() -> None:
    sound = recorded((Part.MENU, 20.0), (Part.PERSON, 30.0))
    assert refined(22.0, sound.person) == refined(None, sound.person) == sound.person == 20.5
    assert refined(20.5 + NEAR + 1, sound.person) is None


def test_bytes_that_are_no_recording_are_refused() -> None:
    whole = b"".join(wav(((Part.PERSON, 3.0),), "RE1"))
    for body, why in (
        (b"", "no WAV"),
        (b"<html>", "no WAV"),
        (whole[:44], "cut short"),
        (whole[:-500], "cut short"),
        (b"".join(wav(((Part.PERSON, 3.0),), "RE1", 1)), "1 channels"),
    ):
        with pytest.raises(SoundRefused, match=why):
            read_sound(body)
