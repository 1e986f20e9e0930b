"""Reads many returns in one child process, whose end or delay costs one return and no more."""

import contextlib
import io
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from config.settings import CHECKOUT
from scheduler.returns import Reading
from scheduler.returns_child import OUT_OF_MEMORY, read_frame, write_frame
from scheduler.returns_findings import Fault
from scheduler.returns_sent import Sent

WALL_SECONDS = 30.0  # a return
MOST_ANSWER = 20_000_000  # bytes
AT_ONCE = 2  # children of this process

_REMEDY = "copy what the template asks for into a new workbook and send that"
_places = threading.BoundedSemaphore(AT_ONCE)


def read_batch(
    sent: Iterable[Sent], today: date, seconds: float = WALL_SECONDS
) -> Iterator[Reading]:
    """Read returns as of a day, in their order, each for at most so many seconds.

    A return that can't be read within the limits is a reading with one fault.
    """
    with _places:
        child = _Child(seconds)
        try:
            for each in sent:
                yield child.read(each, today)
        finally:
            child.end()


class _Child:
    """The process that reads; another one takes its place when it ended before its time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process = _started()

    def read(self, sent: Sent, today: date) -> Reading:
        late = threading.Event()
        process = self._process

        def kill() -> None:
            late.set()
            process.kill()

        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(self._seconds, kill)
        timer.start()
        try:
            write_frame(process.stdin, pickle.dumps((sent, today)))
            return _reading(read_frame(process.stdout, MOST_ANSWER))
        except (EOFError, OSError, pickle.UnpicklingError):
            self.end()
            self._process = _started()
            problem = _why(process.returncode, late=late.is_set())
            return Reading(sent.name, None, (Fault("", 0, "", problem, _REMEDY),), ())
        finally:
            timer.cancel()

    def end(self) -> None:
        """Let the process go: it ends when its pipe does, or is killed."""
        with self._process as process:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                process.kill()


def _started() -> subprocess.Popen[bytes]:
    """A child with an empty environment, so that it knows no secret of ours."""
    return subprocess.Popen(
        [sys.executable, "-m", "scheduler.returns_child"],
        cwd=CHECKOUT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may quote what was sent
    )


def _why(code: int | None, *, late: bool) -> str:
    if late or code == -signal.SIGXCPU:
        return "the file takes too long to read"
    if code == OUT_OF_MEMORY:
        return "the file needs far more memory than a return does"
    return "the file can't be read"


class _OnlyReadings(pickle.Unpickler):
    """Makes nothing but what a reading is made of, whatever the bytes ask for."""

    def find_class(self, module: str, name: str) -> Any:
        """Find a class of ours, or a date."""
        if (module, name) == ("datetime", "date"):
            return date
        ours = (
            *("scheduler.centre", "scheduler.further"),
            *("scheduler.returns", "scheduler.returns_findings"),
        )
        found = super().find_class(module, name) if module in ours and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"no part of a reading: {module}.{name}")
        return found


def _reading(body: bytes) -> Reading:
    reading = _OnlyReadings(io.BytesIO(body)).load()
    if not isinstance(reading, Reading):
        raise pickle.UnpicklingError("no reading")
    return reading
