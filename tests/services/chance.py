"""Chance that a test can be run with again: what the system draws hangs on the test's name."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock

import pytest

AGAIN = "UNANNOUNCED_TESTS_CHANCE"  # any word: other chance for every test
BLOCK = 32


class Repeated:
    """Bytes that look like the operating system's, and are the same for the same name.

    A child that was forked draws from the system, or parent and child would draw the same.
    """

    def __init__(self, name: str) -> None:
        self._name, self._drawn, self._lock = name.encode(), 0, Lock()
        self._process, self._system = os.getpid(), os.urandom

    def urandom(self, size: int) -> bytes:
        """As many bytes as asked for."""
        if os.getpid() != self._process:
            return self._system(size)
        with self._lock:
            first, self._drawn = self._drawn, self._drawn + -(-size // BLOCK)
        blocks = range(first, first + -(-size // BLOCK))
        return b"".join(sha256(b"%d:%s" % (each, self._name)).digest() for each in blocks)[:size]


@contextmanager
def repeated_chance(name: str) -> Iterator[None]:
    """Whatever this process draws of ``os``, ``secrets``, ``uuid`` is the same for the same name.

    Keys of rows are random, and plans hang on them: with free chance a test fails now and then
    where nothing is wrong, and can't be made to fail again.
    """
    chance = Repeated(f"{os.environ.get(AGAIN, '')}:{name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", chance.urandom)
        patch.setattr(random, "_urandom", chance.urandom)  # under random.SystemRandom and secrets
        yield
