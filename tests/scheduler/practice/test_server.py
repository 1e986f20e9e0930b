"""Serving: on loopback alone, in step with the real clock."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from twilio.rest import Client

from scheduler.practice.behaviour import AssessorAnswers, Telephone, TelephoneKind
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import serve
from tests.scheduler.practice.world import ACCOUNT, ASSESSOR, POOL, TOKEN, RewritingClient, World


def an_exchange(folder: Path) -> Exchange:
    ledger = Ledger(folder / "ledger.jsonl")
    return Exchange(ACCOUNT, TOKEN, ledger, lambda: datetime.now(UTC), [POOL])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_a_host_that_others_could_reach_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(ValueError, match=r"loopback alone.*127\.0\.0\.1"):
        serve(an_exchange(tmp_path), host, 0)


def test_a_port_that_is_taken_says_so(world: World, tmp_path: Path) -> None:
    port = int(world.server.origin.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        serve(an_exchange(tmp_path), "localhost", port)


def test_the_pump_keeps_step_with_the_real_clock(tmp_path: Path) -> None:
    exchange = an_exchange(tmp_path)
    exchange.teach([Telephone(ASSESSOR, TelephoneKind.ASSESSOR, (AssessorAnswers(0.1),))])
    server = serve(exchange, "localhost", 0)
    http = RewritingClient(server.origin)
    twilio = Client(ACCOUNT, TOKEN, http_client=http)
    call = twilio.calls.create(to=ASSESSOR, from_=POOL, twiml="<Response><Hangup/></Response>")
    deadline = time.monotonic() + 120
    while call.fetch().status != "completed" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert call.fetch().status == "completed"
    http.session.close()
    server.close()
    assert [row["status"] for row in exchange.ledger.rows() if row["kind"] == "leg"] == [
        "queued",
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
