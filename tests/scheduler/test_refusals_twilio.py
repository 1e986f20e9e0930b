"""What the network refuses is told by its name, so that alarms and limits can tell it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.telephone import TOO_MANY, AccountRefused, NotPlaced, Ring
from scheduler.telephone_twilio import TwilioTelephone
from tests.scheduler.practice.world import ACCOUNT, ASSESSOR, POOL, TOKEN, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize("fault", ["429", "refuse:10004"])
def test_too_many_calls_are_told_apart_from_other_refusals(world: World, fault: str) -> None:
    world.exchange.faults.queue(create=[fault])
    origin = world.hooks.origin
    ring = Ring(ASSESSOR, POOL, f"{origin}/voice/t0ken", f"{origin}/status/parent", 25)
    with (
        closing(TwilioTelephone(ACCOUNT, TOKEN, world.server.origin)) as telephone,
        pytest.raises(NotPlaced, match=TOO_MANY),
    ):
        telephone.ring(ring)


def test_a_look_with_a_wrong_token_tells_that_the_account_is_refused(world: World) -> None:
    with (
        closing(TwilioTelephone(ACCOUNT, "f" * 32, world.server.origin)) as stranger,
        pytest.raises(AccountRefused),
    ):
        stranger.owned_numbers()
