"""Shows on a terminal that long work is going on; standard library only, old syntax as well."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import TextIO

SPINNER = "|/-\\"
LONGEST_LINE = 100  # letters; pip names every package in one


class Progress:
    """Steps as lines, and on a terminal a line that moves while a command runs.

    Where the stream is no terminal, a running command gets a plain line each ``quiet_for`` seconds.
    """

    def __init__(self, stream: TextIO, quiet_for: float = 15) -> None:
        self._stream = stream
        self._quiet_for = quiet_for
        self._moving = stream.isatty()
        self._spoken = time.monotonic()

    def step(self, text: str) -> None:
        """Say what is being done now."""
        print(text, file=self._stream, flush=True)

    def at_times(self, text: str, every: float = 5) -> None:
        """Say how far something is, at most once in so many seconds."""
        if time.monotonic() - self._spoken >= every:
            self._spoken = time.monotonic()
            self.step("  " + text)

    def follow(
        self, command: Sequence[str], count: Callable[[], int], total: int
    ) -> tuple[int, list[str]]:
        """Run a command to its end and show ``count()`` of ``total`` and its last line.

        Answers with its exit code and its output, standard error included, as lines. When this is
        interrupted the command is ended first.
        """
        started = time.monotonic()
        spoken = started
        lines: list[str] = []
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
        reader = threading.Thread(target=_collect, args=(child, lines), daemon=True)
        reader.start()
        try:
            while True:
                reader.join(0.2)
                if not reader.is_alive():
                    break
                seconds = int(time.monotonic() - started)
                done = min(count(), total)
                said = lines[-1] if lines else ""
                text = f"{done} of {total} installed, {seconds} s  {said}"
                if self._moving:
                    self._redraw(f"{SPINNER[int(seconds) % 4]} {text}")
                elif time.monotonic() - spoken >= self._quiet_for:
                    spoken = time.monotonic()
                    self.step("  " + text[:LONGEST_LINE])
        finally:
            if child.poll() is None and reader.is_alive():
                child.terminate()
            child.wait()
            reader.join()
            if child.stdout:
                child.stdout.close()
            self._redraw("")
        if child.returncode == 0:
            self.step(f"  done in {time.monotonic() - started:.0f} s")
        return child.returncode, lines

    def _redraw(self, text: str) -> None:
        if self._moving:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + text[:width].ljust(width) + ("" if text else "\r"))
            self._stream.flush()


def _collect(child: subprocess.Popen[str], lines: list[str]) -> None:
    """Read a command's output as it comes; empty lines tell nothing."""
    if child.stdout:
        for line in child.stdout:
            if line.strip():
                lines.append(line.strip())
