"""Sends signed webhooks, or asks for pages, at a steady rate, at little cost of its own.

It shares the processor with what it measures, so each request is made before the clock runs and
sent by one thread. The arrivals wait for nobody: a post's latency counts from its own moment, also
where it stood in line for a connection.
"""

import re
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from urllib.parse import urlencode

from scheduler.signature import signature_of

LONGEST_PIECE = 65_536  # bytes; a 204 has some hundred
WELL = re.compile(rb"HTTP/1\.[01] 20[04] ")
GIVEN_UP = 30.0  # seconds without any answer


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the requests: latencies in ms of the well answered, and the other answers."""

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
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def fetching(path: str, cookie: str) -> bytes:
    """A request for a page as it goes over the wire."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode()


def post_all(made: Sequence[bytes], rate: int, ports: Sequence[int], at_once: int) -> Told:
    """Send each at its moment to the ports in turn, over a connection of its own.

    Waitress closes a connection after a 204. So many are open at once; whoever comes then waits.
    At rate 0 each is sent, and its latency begins, when a connection is free.
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
            selector.register(opened, EVENT_READ, (opened, due, bytearray()))
            following, under_way = following + 1, under_way + 1
            continue
        answered = selector.select(due - now if may_send else GIVEN_UP)
        if not answered and not may_send:
            raise TimeoutError(f"{under_way} posts were not answered in {GIVEN_UP:.0f} s")
        for key, _ in answered:
            open_one, since, answer = key.data
            if piece := open_one.recv(LONGEST_PIECE):
                answer += piece
                continue
            selector.unregister(open_one)
            open_one.close()
            under_way -= 1
            if WELL.match(answer):
                latencies.append((time.monotonic() - since) * 1000)
            else:
                others.append(bytes(answer))
    used, seconds = time.process_time() - used, time.monotonic() - began
    selector.close()
    return Told(latencies, others, seconds, used)
