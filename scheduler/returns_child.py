"""The process that reads what others sent: it has little time and memory, and no secrets.

It is started by ``returns_batch``, which sends it one frame a return (what was sent, and the day)
and gets one frame back (the reading).
"""

import contextlib
import io
import os
import pickle
import resource
import struct
import sys
import time
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.returns_sent import Sent

MOST_MEMORY = 300_000_000  # bytes of address space
CPU_SECONDS = 15  # a return
OUT_OF_MEMORY = 3  # the exit code

_LENGTH = struct.Struct("!Q")


def write_frame(stream: IO[bytes], body: bytes) -> None:
    """Send one frame."""
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: IO[bytes], most: int) -> bytes:
    """The next frame, of at most so many bytes. Raises EOFError when there is none."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > most:
        raise EOFError
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return body


class _ByValue(pickle.Pickler):
    """Writes a member of an enumeration as its class and value.

    Some versions of Python (3.11.2 for one) write it by ``getattr``, which the parent can't let in.
    """

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Enum):
            return type(obj), (obj.value,)
        return NotImplemented


def packed(reading: object) -> bytes:
    """A reading as the parent takes it."""
    stream = io.BytesIO()
    _ByValue(stream).dump(reading)
    return stream.getvalue()


def _limit(what: int, most: int) -> None:
    """Limit what this process may use; a system that can't is left to the other limits."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def main() -> None:
    """Read returns until the parent closes the pipe."""
    _limit(resource.RLIMIT_AS, MOST_MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    # Nothing that a parser prints may get between two frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # The parser would load it for its types alone, at twice the memory and time.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from scheduler.returns import read_sent

    serve(sys.stdin.buffer, answers, read_sent)


def serve(requests: IO[bytes], answers: IO[bytes], read: "Callable[[Sent, date], object]") -> None:
    """Answer each frame by what was read, until there is none; each has its own seconds."""
    with contextlib.suppress(EOFError):
        while True:
            sent, today = pickle.loads(read_frame(requests, sys.maxsize))
            _limit(resource.RLIMIT_CPU, int(time.process_time()) + CPU_SECONDS)
            try:
                body = packed(read(sent, today))
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            write_frame(answers, body)


if __name__ == "__main__":
    main()
