"""The sound of a recorded call: what each part of it is can be heard, and seen in its samples.

Two channels of 16 bits at 8,000 samples a second, as the network gives them: the first is the
parent's (the assessor), the second the centre's. Ringing is a paired tone that comes and goes, a
menu a flat voice between beeps, a queue music without a pause, and a conversation, after a moment
of silence, two voices that take turns.
"""

import random
import struct
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # samples a second
CHANNELS = 2
HEADER_BYTES = 44
PICKING_UP = 0.5  # seconds of silence before a person speaks
LOUD = 9000  # the greatest amplitude, of 32,767

Samples = NDArray[np.int16]
Wave = NDArray[np.float64]


class Part(StrEnum):
    """What can be heard of the centre for a while."""

    RING = "ring"
    MENU = "menu"
    QUEUE = "queue"
    PERSON = "person"


Parts = Sequence[tuple[Part, float]]  # each with its seconds


def wav_bytes(parts: Parts, channels: int = CHANNELS) -> int:
    """The length of the file that ``wav`` gives, in bytes."""
    return HEADER_BYTES + sum(_count(seconds) for _, seconds in parts) * 2 * channels


def wav(parts: Parts, seed: str, channels: int = CHANNELS) -> Iterator[bytes]:
    """A RIFF file in pieces; one channel is the mean of the two. The seed varies the voices."""
    data = wav_bytes(parts, channels) - HEADER_BYTES
    form = struct.pack("<HHIIHH", 1, channels, RATE, RATE * 2 * channels, 2 * channels, 16)
    yield b"RIFF" + struct.pack("<I", data + 36) + b"WAVEfmt " + struct.pack("<I", 16) + form
    yield b"data" + struct.pack("<I", data)
    chance = random.Random(seed)
    for part, seconds in parts:
        for both in _pieces(part, _count(seconds), chance):
            mixed = both if channels == CHANNELS else both.mean(axis=1).astype(np.int16)
            yield mixed.tobytes()


def _count(seconds: float) -> int:
    return round(seconds * RATE)


def _pieces(part: Part, left: int, chance: random.Random) -> Iterator[Samples]:
    turns = cycle((True, False))  # of the centre's person, then of the assessor
    if part is Part.PERSON:
        yield np.zeros((min(left, _count(PICKING_UP)), CHANNELS), np.int16)
        left -= _count(PICKING_UP)
    while left > 0:
        centres = part is not Part.PERSON or next(turns)
        match part:
            case Part.RING:
                said = _ringing()
            case Part.MENU:
                said = np.concatenate((_tone(1400, seconds=0.3), _voice(210, 6)))
            case Part.QUEUE:
                said = _music()
            case Part.PERSON:
                said = _voice(chance.randint(95, 125) if centres else 205, 3, chance)
        both = np.zeros((len(said), CHANNELS), np.int16)
        both[:, 1 if centres else 0] = said
        yield both[:left]
        left -= len(both)


def _time(seconds: float) -> Wave:
    return np.arange(_count(seconds)) / RATE


def _tone(*hertz: float, seconds: float) -> Wave:
    moments = _time(seconds)
    waves = [np.sin(2 * np.pi * each * moments) for each in hertz]
    both: Wave = np.sum(waves, axis=0) * (LOUD / len(hertz))
    return both


def _ringing() -> Wave:
    """Two rings and a pause, three seconds in all: the British ringing tone."""
    on = _tone(400, 450, seconds=0.4)
    return np.concatenate((on, np.zeros(_count(0.2)), on, np.zeros(_count(2.0))))


def _music() -> Wave:
    return np.concatenate([_tone(each, 2 * each, seconds=0.5) for each in (262, 330, 392, 523)])


def _voice(pitch: int, seconds: float, chance: random.Random | None = None) -> Wave:
    """Syllables of a voice, four a second; by chance their strength and pitch vary."""
    syllables = []
    for _ in range(round(seconds * 4)):
        hertz = pitch * (chance.uniform(0.9, 1.15) if chance else 1)
        moments = _time(0.25)
        harmonics = [np.sin(2 * np.pi * hertz * n * moments) / n for n in range(1, 9)]
        swell = np.sin(np.pi * moments / 0.25) ** 2
        syllables.append(
            np.sum(harmonics, axis=0) * swell * (chance.uniform(0.4, 1) if chance else 0.7)
        )
    return LOUD / 3 * np.concatenate(syllables)
