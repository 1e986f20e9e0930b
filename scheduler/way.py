"""How an assessor comes into a call: rung on a telephone of their own, or from the browser."""

from enum import StrEnum


class Way(StrEnum):
    """The assessor's side of a call."""

    BRIDGE = "bridge"  # the network rings the assessor, who presses a key
    SOFTPHONE = "softphone"  # the browser calls in, with the attempt's token
