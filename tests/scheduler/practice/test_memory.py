"""An exchange that starts again on the same ledger."""

from datetime import timedelta

from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.memory import remembered
from tests.scheduler.practice.world import ACCOUNT, CENTRE, TOKEN, World

FACTS = ["sid", "to", "from_", "parent_sid", "url", "status", "sip", "duration"]
MOMENTS = ["created", "left_queue", "answered", "ended", "updated"]


def test_calls_that_ended_are_known_as_they_were(world: World) -> None:
    world.ring()
    world.play()
    before = world.exchange.legs()
    after = [*remembered(world.ledger.rows()).values()][::-1]
    assert len(after) == 2
    for old, new in zip(before, after, strict=True):
        for fact in FACTS + MOMENTS:
            assert getattr(new, fact) == getattr(old, fact)


def test_calls_under_way_when_it_stopped_have_failed(world: World) -> None:
    world.ring()
    world.play(60)
    waiting = world.ring()
    world.clock.now += timedelta(minutes=5)
    again = Exchange(ACCOUNT, TOKEN, Ledger(world.ledger.path), world.clock)
    ends = {(leg.to == CENTRE, leg.status, leg.sip) for leg in again.legs()}
    assert ends == {(True, "failed", 503), (False, "failed", 503)}
    assert again.leg(waiting).ended == world.clock.now
    assert again.next_event_at() is None
    again.close()
