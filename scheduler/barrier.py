"""Why somebody who offered the hour can't take a call, in kinds and in words."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Barrier(StrEnum):
    """What keeps a person from a call; what comes first is told where several do."""

    TIE = "tie"
    LANGUAGE = "language"
    CERTIFICATE = "certificate"
    PROVIDER = "provider"
    SHARE = "share"
    DAY = "day"
    WEEK = "week"
    BUSY = "busy"


_WORDS = {
    Barrier.TIE: ("has a tie to it or left it out", "have a tie to it or left it out"),
    Barrier.LANGUAGE: ("speaks no {language}", "speak no {language}"),
    Barrier.CERTIFICATE: (
        "has no certificate for its scenarios",
        "have no certificate for its scenarios",
    ),
    Barrier.PROVIDER: (
        "rings another centre of its provider that day",
        "ring another centre of its provider that day",
    ),
    Barrier.SHARE: (
        "has as many of its calls as one person may",
        "have as many of its calls as one person may",
    ),
    Barrier.DAY: ("has a day full of calls", "have a day full of calls"),
    Barrier.WEEK: ("has a week full of calls", "have a week full of calls"),
    Barrier.BUSY: ("has another call within 75 minutes", "have another call within 75 minutes"),
}


def barriers_in_words(counts: Mapping[Barrier, int], language: str) -> str:
    """How many people each barrier keeps away; ``language`` is the centre's, in words.

    >>> barriers_in_words({Barrier.WEEK: 2, Barrier.LANGUAGE: 1}, "Norwegian")
    '1 speaks no Norwegian, 2 have a week full of calls'
    """
    found = Counter(counts)
    return ", ".join(
        f"{found[each]} {_WORDS[each][found[each] > 1].format(language=language)}"
        for each in Barrier
        if found[each]
    )


def wanted(counts: Mapping[Barrier, int], language: str) -> str:
    """What somebody must be able to whose offers would help; "" where anybody's would.

    >>> wanted({Barrier.WEEK: 2, Barrier.LANGUAGE: 1}, "Norwegian")
    ' who speaks Norwegian'
    """
    needs = []
    if counts.get(Barrier.LANGUAGE):
        needs.append(f"speaks {language}")
    if counts.get(Barrier.CERTIFICATE):
        needs.append("is certified for a scenario that fits it")
    return f" who {' and '.join(needs)}" if needs else ""
