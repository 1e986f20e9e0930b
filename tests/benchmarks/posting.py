"""Posts signed webhooks at a steady rate, at little cost of its own.

It shares the processor with what it measures, so each request is made before the clock runs and
sent by one thread. The arrivals wait for nobody: a post's latency counts from its own moment, also
where it stood in line for a connection.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from urllib.parse import urlencode

from scheduler.signature import signature_of

LONGEST_ANSWER = 65_536  # bytes; a 204 has some hundred
GIVEN_UP = 30.0  # seconds without any answer


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the posts: latencies in ms of those that were answered 204, and the others."""

    latencies: list[float]
    others: list[bytes]
    seconds: float
    processor: float  # seconds of it that posting took


def request(origin: str, path: str, form: Mapping[str, str], token: str) -> bytes:
    """A signed post as it goes over the wire."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature_of(token, origin + path, form)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def post_all(made: Sequence[bytes], rate: int, ports: Sequence[int], at_once: int) -> Told:
    """Post each at its moment to the ports in turn, over a connection of its own.

    Waitress closes a connection after a 204. So many are open at once; whoever comes then waits.
    At rate 0 each is posted, and its latency begins, when a connection is free.
    """
    selector = DefaultSelector()
    latencies: list[float] = []
    others: list[bytes] = []
    following = under_way = 0
    used, began = time.process_time(), time.monotonic()
    while following < len(made) or under_way:
        now = time.monotonic()
        due = began + following / rate if rate else now
        may_send = following < len(made) and under_way < at_once
        if may_send and due <= now:
            opened = socket.create_connection(("127.0.0.1", ports[following % len(ports)]))
            opened.sendall(made[following])
            selector.register(opened, EVENT_READ, (opened, due))
            following, under_way = following + 1, under_way + 1
            continue
        answered = selector.select(due - now if may_send else GIVEN_UP)
        if not answered and not may_send:
            raise TimeoutError(f"{under_way} posts were not answered in {GIVEN_UP:.0f} s")
        for key, _ in answered:
            with key.data[0] as open_one:
                answer = open_one.recv(LONGEST_ANSWER)
                selector.unregister(open_one)
            under_way -= 1
            if answer.startswith(b"HTTP/1.1 204 "):
                latencies.append((time.monotonic() - key.data[1]) * 1000)
            else:
                others.append(answer)
    used, seconds = time.process_time() - used, time.monotonic() - began
    selector.close()
    return Told(latencies, others, seconds, used)
