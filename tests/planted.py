"""Security codes that are planted, and the search for them in whatever is written or shown."""

import base64
import random

from scheduler.centre import CodeKind, CoverIdentity, SecurityCode
from tests.builders import NOW

# Each code has a mark at its head and one at its tail, so that half a code is found as well.
HEAD, TAIL = "Vx7qKwRtZ", "yJ3hB5gNd"


def codes(count: int) -> list[str]:
    """Codes as no text of ours looks, each of them another."""
    chance = random.Random(4)
    return [f"{HEAD}{n:04}{chance.choice('abcdef')}{TAIL}" for n in range(count)]


def identities(planted: list[str]) -> tuple[CoverIdentity, ...]:
    """A cover identity for each code; some of them lapse soon."""
    return tuple(
        CoverIdentity(
            f"Alex Birch {number}",
            f"{410000 + number}",
            SecurityCode(CodeKind.PASSWORD, code),
            NOW.date().replace(month=1),
            NOW.date().replace(month=12, day=9) if number % 10 == 0 else None,
        )
        for number, code in enumerate(planted)
    )


def forms(text: str) -> dict[str, bytes]:
    """How a text looks in clear, in hex and in base64, wherever it begins in what is encoded."""
    raw = text.encode()
    found = {"clear": raw, "utf-16": text.encode("utf-16-le"), "reversed": raw[::-1]}
    found["hex"], found["HEX"] = raw.hex().encode(), raw.hex().upper().encode()
    for shift in range(3):
        # The first and last signs depend on what stands beside the text.
        inner = base64.b64encode(bytes(shift) + raw)[4 if shift else 0 :].rstrip(b"=")[:-2]
        found[f"base64 at {shift}"] = inner
        found[f"base64url at {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


NEEDLES = {
    f"{what} of the {where}": form
    for where, mark in (("head", HEAD), ("tail", TAIL))
    for what, form in forms(mark).items()
}


def leaks(content: bytes | str) -> list[str]:
    """In which forms a planted code stands in a content; empty when it stands in none."""
    raw = content.encode() if isinstance(content, str) else content
    return [name for name, needle in NEEDLES.items() if needle in raw]
