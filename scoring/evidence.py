"""What an answer rests on: a time range on the call, or "listened, absent"."""

from dataclasses import dataclass

RANGE, ABSENT = "range", "absent"


class EvidenceRefused(ValueError):
    """Evidence that can't be; the text names what is wrong and the remedy."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``kind`` is "", ``range`` (then seconds after the centre was dialled) or ``absent``."""

    kind: str = ""
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        """Refuse a range that is none."""
        if self.kind not in ("", RANGE, ABSENT):
            raise EvidenceRefused(f"no such evidence: {self.kind}; give a range, or absent")
        if self.kind == RANGE:
            if self.start is None or self.end is None or not 0 <= self.start <= self.end:
                raise EvidenceRefused("a range runs from one moment of the call to a later one")
        elif self.start is not None or self.end is not None:
            raise EvidenceRefused("only a range has moments; leave them out")

    def __str__(self) -> str:
        if self.kind == RANGE:
            return f"{clock(self.start or 0)} to {clock(self.end or 0)}"
        return "listened, absent" if self.kind == ABSENT else ""


NO_EVIDENCE = Evidence()


def clock(seconds: int) -> str:
    """Seconds of a call as 4:05.

    >>> clock(245)
    '4:05'
    """
    return f"{seconds // 60}:{seconds % 60:02d}"


def read_clock(text: str) -> int | None:
    """Read 4:05 or 245 as seconds; an empty text is None.

    >>> read_clock("4:05"), read_clock("245"), read_clock("")
    (245, 245, None)
    """
    text = text.strip()
    if not text:
        return None
    minutes, colon, seconds = text.rpartition(":")
    valid = text.isascii() and seconds.isdigit() and (not colon or minutes.isdigit())
    if not valid or (colon and int(seconds) > 59):
        raise EvidenceRefused(f"{text!r} is no moment of a call; write it as 4:05")
    return int(minutes or 0) * 60 + int(seconds)
