"""The door through which alarms leave for another system: one POST of JSON."""

from collections.abc import Callable

import requests

TIMEOUT = 5.0  # seconds, for the connection and for each wait


class NotTaken(OSError):
    """The other side answered, and didn't take it."""


def posting(address: str) -> Callable[[dict[str, str]], None]:
    """What posts to an address; it raises OSError, of which the errors of requests are some."""

    def post(said: dict[str, str]) -> None:
        with requests.post(
            address, json=said, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            if not 200 <= answer.status_code < 300:
                raise NotTaken(f"answered with {answer.status_code}")

    return post
