"""The chance of a test is the same each time it runs, and another for another test."""

import os
import secrets
from uuid import UUID, uuid4

import pytest

from tests.services.chance import AGAIN, repeated_chance


def drawn() -> tuple[UUID, bytes, str, bytes]:
    return uuid4(), secrets.token_bytes(40), secrets.token_urlsafe(), os.urandom(1)


def test_the_same_test_draws_the_same() -> None:
    with repeated_chance("one"):
        first = drawn(), drawn()
    with repeated_chance("one"):
        assert (drawn(), drawn()) == first
    assert first[0] != first[1]


def test_another_test_and_another_word_draw_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    with repeated_chance("one"):
        first = drawn()
    with repeated_chance("two"):
        assert drawn() != first
    monkeypatch.setenv(AGAIN, "again")
    with repeated_chance("one"):
        assert drawn() != first


def test_a_forked_process_draws_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    with repeated_chance("one"):
        first = drawn()
    with repeated_chance("one"):
        monkeypatch.setattr(os, "getpid", lambda: -1)
        assert drawn() != first
