"""What can be heard on a recording of a call, from the strength of its two channels alone.

The first channel is the assessor's, the second the centre's. Speech swells and falls several times
a second, music on hold and tones hardly do. A person is there from the last time that the centre
began to speak, after a pause or music, before the assessor first spoke.
"""

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TENTH = 0.1  # seconds of one frame
QUIET = 150.0  # root mean square below which nothing is said, of 32,767
PAUSE = 0.4  # seconds of quiet that part one utterance from the next
MUSIC = 3.0  # seconds that music lasts at least; a beep doesn't
STEADY = 0.25  # relative spread of strength over a second, under which it is music or a tone
NEAR = 15.0  # seconds between a mark and what is heard, at most

Frames = NDArray[np.float64]


class SoundRefused(ValueError):
    """Bytes that are no recording of two channels; the text says why."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording in figures: its length in seconds, and when which side began to speak."""

    length: float
    centre_speaks: tuple[float, ...]  # after a pause, music or a tone
    assessor_speaks: float | None  # for the first time
    music: tuple[tuple[float, float], ...]  # on the centre's side, from and to

    @property
    def person(self) -> float | None:
        """When a person of the centre began to speak, in seconds; None where nobody answered."""
        if self.assessor_speaks is None:
            return None
        before = [at for at in self.centre_speaks if at < self.assessor_speaks]
        return before[-1] if before else None

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """What the caller was with, each with the second at which it began: menu, queue, person.

        What comes before a person is a menu where it isn't music.
        """
        until = self.length if self.person is None else self.person
        waits = [(start, min(end, until)) for start, end in self.music if start < until]
        found, now = [], 0.0
        for start, end in waits:
            if start - now > 1:
                found.append(("menu", now))
            found.append(("queue", start))
            now = end
        if until - now > 1:
            found.append(("menu", now))
        if self.person is not None:
            found.append(("person", self.person))
        return tuple(found)


def read_sound(body: bytes) -> Sound:
    """Read a WAV file of 16 bits and two channels; raises SoundRefused."""
    try:
        with wave.open(io.BytesIO(body)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
            promised = file.getnframes() * channels * width
    except (wave.Error, EOFError) as error:
        raise SoundRefused(f"no WAV file: {error}") from error
    if (channels, width) != (2, 2):
        raise SoundRefused(f"{channels} channels of {8 * width} bits instead of 2 of 16")
    if not raw or len(raw) != promised:
        raise SoundRefused("its sound is cut short")
    samples = np.frombuffer(raw, "<i2").reshape(-1, 2)
    assessor, centre = (_strength(samples[:, side], rate) for side in (0, 1))
    first = np.flatnonzero(assessor > QUIET)
    return Sound(
        length=len(samples) / rate,
        centre_speaks=tuple(round(at * TENTH, 1) for at in _beginnings(centre)),
        assessor_speaks=round(float(first[0]) * TENTH, 1) if len(first) else None,
        music=_music(centre),
    )


def refined(marked: float | None, heard: float | None) -> float | None:
    """When a person answered, in seconds from the answer, or None where the sound can't say.

    What is heard counts only near the assessor's mark, where there is one: they were there.
    """
    if heard is None or (marked is not None and abs(heard - marked) > NEAR):
        return None
    return heard


def _strength(samples: NDArray[np.int16], rate: int) -> Frames:
    """The root mean square of each tenth of a second."""
    size = round(rate * TENTH)
    whole = samples[: len(samples) // size * size].astype(np.float64).reshape(-1, size)
    strength: Frames = np.sqrt((whole**2).mean(axis=1))
    return strength


def _seconds(strength: Frames) -> NDArray[np.float64]:
    """The second that begins at each frame, as a row of its frames."""
    return np.lib.stride_tricks.sliding_window_view(strength, round(1 / TENTH))


def _spread(windows: Frames) -> Frames:
    spread: Frames = windows.std(axis=1) / np.maximum(windows.mean(axis=1), 1)
    return spread


def _music(strength: Frames) -> tuple[tuple[float, float], ...]:
    """The stretches in which it is loud and steady for long."""
    second = round(1 / TENTH)
    if len(strength) < second:
        return ()
    windows = _seconds(strength)
    steady = (windows.min(axis=1) > QUIET) & (_spread(windows) <= STEADY)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], steady.astype(np.int8), [0]))))
    runs = [(int(start), int(end) - 1 + second) for start, end in edges.reshape(-1, 2)]
    return tuple(
        (round(start * TENTH, 1), round(end * TENTH, 1))
        for start, end in runs
        if (end - start) * TENTH >= MUSIC
    )


def _beginnings(strength: Frames) -> list[int]:
    """The frames at which speech begins after a pause, music or a tone."""
    if len(strength) < round(1 / TENTH):
        return []
    windows = _seconds(strength)
    spread = _spread(windows)
    speech = (windows.max(axis=1) > QUIET) & (spread > STEADY)  # in the second that begins there
    loud = strength[: len(speech)] > QUIET
    gap = round(PAUSE / TENTH)
    found = [
        at
        for at in np.flatnonzero(loud & speech).tolist()
        if at == 0 or not (strength[max(0, at - gap) : at] > QUIET).any() or _steady(spread, at)
    ]
    return [at for n, at in enumerate(found) if n == 0 or at - found[n - 1] > 1]


def _steady(spread: Frames, at: int) -> bool:
    """Whether a second of music or of a tone ends here, and not a tenth later."""
    second = round(1 / TENTH)
    return at >= second and bool(spread[at - second] <= STEADY < spread[at - second + 1])
