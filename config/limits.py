"""What the telephone network lets an account do, as the settings say it."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.refused import SettingsRefused

MOST = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """An account's two limits, which its network tells to nobody but a person in the console."""

    calls_a_second: int = 1  # beyond it the network queues
    calls_at_once: int | None = None  # beyond it the network refuses; None: we weren't told


def read_limits(environ: Mapping[str, str]) -> Limits:
    """Read the limits; what isn't set has its default. Raises SettingsRefused."""

    def number(name: str) -> int | None:
        text = environ.get(name, "")
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
            raise SettingsRefused(f"{name} is {text!r}; write a whole number from 1 to {MOST}")
        return int(text) if text else None

    return Limits(
        number("TWILIO_CALLS_A_SECOND") or Limits().calls_a_second,
        number("TWILIO_CALLS_AT_ONCE"),
    )
