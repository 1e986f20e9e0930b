"""The sound of the practice world: a listener can tell its parts apart."""

import io
import wave
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from scheduler.practice.sound import RATE, Part, wav, wav_bytes


def samples(parts: Sequence[tuple[Part, float]], seed: str = "RE1") -> NDArray[np.int16]:
    with wave.open(io.BytesIO(b"".join(wav(parts, seed)))) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)


def loudness(channel: NDArray[np.int16]) -> NDArray[np.float64]:
    """The root mean square of each tenth of a second."""
    whole = channel[: len(channel) // 800 * 800].astype(float).reshape(-1, 800)
    tenths: NDArray[np.float64] = np.sqrt((whole**2).mean(axis=1))
    return tenths


def test_a_file_is_as_long_as_it_says() -> None:
    parts = ((Part.RING, 3.5), (Part.MENU, 7.25), (Part.QUEUE, 2.0), (Part.PERSON, 11.1))
    for channels in (1, 2):
        body = b"".join(wav(parts, "RE1", channels))
        assert len(body) == wav_bytes(parts, channels)
        with wave.open(io.BytesIO(body)) as sound:
            assert sound.getnframes() == round(23.85 * RATE)


@pytest.mark.parametrize("part", [Part.RING, Part.MENU, Part.QUEUE])
def test_the_assessor_is_silent_until_a_person_is_there(part: Part) -> None:
    heard = samples(((part, 12.0), (Part.PERSON, 12.0)))
    assert not heard[: 12 * RATE, 0].any()
    assert heard[: 12 * RATE, 1].any()
    assert heard[12 * RATE :, 0].any()


def test_queue_music_never_pauses_and_ringing_does() -> None:
    music = loudness(samples(((Part.QUEUE, 12.0),))[:, 1])
    ringing = loudness(samples(((Part.RING, 12.0),))[:, 1])
    assert music.min() > 1000
    assert np.median(ringing) == 0
    assert ringing.max() > 1000


def test_two_people_take_turns() -> None:
    heard = samples(((Part.PERSON, 30.0),))
    assessor, centre = loudness(heard[:, 0]) > 50, loudness(heard[:, 1]) > 50
    assert not (assessor & centre).any()
    assert 0.3 < assessor.mean() < 0.6


def test_the_same_call_sounds_the_same_and_another_differs() -> None:
    parts = ((Part.PERSON, 9.0),)
    assert (samples(parts, "RE1") == samples(parts, "RE1")).all()
    assert (samples(parts, "RE1") != samples(parts, "RE2")).any()
