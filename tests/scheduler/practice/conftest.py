"""A practice world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scheduler.practice.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An exchange with one assessor and one centre, an application, and the SDK."""
    world = World(tmp_path)
    yield world
    world.close()
