"""What an examination finds of one part of an installation, and how much it matters."""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How much a finding matters; the lower, the more."""

    NEEDED = 0
    ADVISED = 1
    FINE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, what was seen of it, and what to do."""

    weight: Weight
    what: str
    said: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as JSON."""
        return {
            "weight": self.weight.name.lower(),
            "what": self.what,
            "said": self.said,
            "remedy": self.remedy,
        }


def needed(what: str, said: str, remedy: str) -> Finding:
    """Without it no call can be made."""
    return Finding(Weight.NEEDED, what, said, remedy)


def advised(what: str, said: str, remedy: str) -> Finding:
    """Something will be amiss one day."""
    return Finding(Weight.ADVISED, what, said, remedy)


def fine(what: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(Weight.FINE, what, said)
