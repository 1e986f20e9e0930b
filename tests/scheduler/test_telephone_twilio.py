"""The adapter against the practice exchange and its faults, and a fake that agrees with it."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.practice.behaviour import CentreAnswers
from scheduler.practice.server import Listener
from scheduler.telephone import Leg, NotPlaced, PerhapsPlaced, Ring, Telephone
from scheduler.telephone_twilio import TIMEOUT, TwilioTelephone
from tests.fakes import FakeTelephone, SettableClock
from tests.scheduler.practice.world import (
    ACCOUNT,
    ASSESSOR,
    CENTRE,
    MORNING,
    POOL,
    TOKEN,
    World,
)

SOON = 0.3  # seconds until a held answer is given up


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def telephone(world: World) -> Iterator[TwilioTelephone]:
    telephone = TwilioTelephone(ACCOUNT, TOKEN, world.server.origin, timeout=SOON)
    yield telephone
    telephone.close()


def a_ring(world: World) -> Ring:
    origin = world.hooks.origin
    return Ring(ASSESSOR, POOL, f"{origin}/voice/t0ken", f"{origin}/status/parent", 25)


def placed(world: World) -> int:
    """How many calls the exchange made."""
    return len(world.exchange.legs())


# --- what a request for a call comes to -----------------------------------------------------------


def test_a_call_is_asked_for_once_and_its_sid_answered(
    world: World, telephone: TwilioTelephone
) -> None:
    sid = telephone.ring(a_ring(world))
    assert [leg.sid for leg in world.exchange.legs()] == [sid]
    world.play()
    (dial,) = world.ledger.dials(ASSESSOR)
    assert (dial["from"], dial["url"]) == (POOL, f"{world.hooks.origin}/voice/t0ken")
    assert world.application.told(parent=True) == ["completed"]


@pytest.mark.parametrize(
    ("fault", "permanent", "stops"),
    [
        ("429", False, False),
        ("refuse:10004", False, False),  # too many calls at once
        ("refuse:20003", False, True),
        ("refuse:20005", False, True),
        ("refuse:10001", False, True),
        ("refuse:10005", False, True),  # calls are switched off for the account
        ("refuse:20010", False, True),
        *((f"refuse:{code}", True, False) for code in (21205, 21211, 21215, 21216)),
        ("refuse:21210", False, False),  # another caller number may do
    ],
)
def test_what_was_surely_never_placed_is_told_with_whether_to_ask_again(
    world: World, telephone: TwilioTelephone, fault: str, permanent: bool, stops: bool
) -> None:
    world.exchange.faults.queue(create=[fault])
    with pytest.raises(NotPlaced) as refused:
        telephone.ring(a_ring(world))
    assert (refused.value.permanent, refused.value.stop_dialling) == (permanent, stops)
    assert (placed(world), len(world.of("rest", method="POST"))) == (0, 1)


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ("500_before", 0),
        ("500_after", 1),
        (f"timeout_after:{3 * SOON}", 1),
        ("reset_after", 1),
        ("bad_body_after", 1),
    ],
)
def test_everything_else_is_perhaps_placed_and_asked_for_once(
    world: World, telephone: TwilioTelephone, fault: str, made: int
) -> None:
    world.exchange.faults.queue(create=[fault])
    with pytest.raises(PerhapsPlaced):
        telephone.ring(a_ring(world))
    assert placed(world) == made
    world.play()
    assert len(world.ledger.dials(ASSESSOR)) == made


def test_a_refused_port_was_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
    telephone = TwilioTelephone(ACCOUNT, TOKEN, origin)
    ring = Ring(ASSESSOR, POOL, f"{origin}/answer", f"{origin}/status", 25)
    with pytest.raises(NotPlaced) as refused:
        telephone.ring(ring)
    assert (refused.value.permanent, refused.value.stop_dialling) == (False, False)
    telephone.close()


def test_a_wrong_token_stops_dialling(world: World) -> None:
    telephone = TwilioTelephone(ACCOUNT, "another token", world.server.origin)
    with pytest.raises(NotPlaced) as refused:
        telephone.ring(a_ring(world))
    assert refused.value.stop_dialling
    telephone.close()


def test_a_number_that_is_not_owned_is_refused_as_a_caller(
    world: World, telephone: TwilioTelephone
) -> None:
    with pytest.raises(NotPlaced, match="21210") as refused:
        telephone.ring(replace(a_ring(world), caller="+441632960999"))
    assert refused.value.caller_refused


@contextmanager
def answering(status: str, body: str) -> Iterator[TwilioTelephone]:
    """A telephone over a network that answers everything alike."""

    def answer(environ: object, start: Callable[..., object]) -> list[bytes]:
        start(status, [("Content-Type", "application/json")])
        return [body.encode()]

    listener = Listener(answer, "127.0.0.1", 0)
    telephone = TwilioTelephone(ACCOUNT, TOKEN, listener.origin)
    yield telephone
    telephone.close()
    listener.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (("201 Created", "{}"), PerhapsPlaced),
        (("201 Created", "[]"), PerhapsPlaced),
        (("200 OK", "<html>"), PerhapsPlaced),
        (("307 Temporary Redirect", "{}"), PerhapsPlaced),
        (("408 Request Timeout", "{}"), PerhapsPlaced),
        (("409 Conflict", "{}"), PerhapsPlaced),
        (("502 Bad Gateway", "<html>"), PerhapsPlaced),
        (("503 Service Unavailable", '{"code": 20429, "status": 429}'), PerhapsPlaced),
        (("400 Bad Request", "<html>"), NotPlaced),
        (("404 Not Found", "{}"), NotPlaced),
        (("429 Too Many Requests", "<html>"), NotPlaced),
    ],
)
def test_only_a_plain_refusal_counts_as_one(
    world: World, answer: tuple[str, str], error: type[Exception]
) -> None:
    with answering(*answer) as telephone, pytest.raises(error):
        telephone.ring(a_ring(world))


@pytest.mark.parametrize("code", [21215, 21216, 13227])
def test_a_call_that_is_forbidden_says_nothing_against_the_account(world: World, code: int) -> None:
    with (
        answering("403 Forbidden", f'{{"code": {code}}}') as telephone,
        pytest.raises(NotPlaced) as refused,
    ):
        telephone.ring(a_ring(world))
    assert (refused.value.permanent, refused.value.stop_dialling) == (True, False)


@pytest.mark.parametrize(
    "answer",
    [
        ("400 Bad Request", '{"code": 20003}'),
        ("400 Bad Request", '{"code": 20005}'),
        ("400 Bad Request", '{"code": 10001}'),
        ("401 Unauthorized", "<html>"),
        ("403 Forbidden", "{}"),
    ],
)
def test_a_refused_account_stops_dialling(world: World, answer: tuple[str, str]) -> None:
    with answering(*answer) as telephone, pytest.raises(NotPlaced) as refused:
        telephone.ring(a_ring(world))
    assert refused.value.stop_dialling


@pytest.mark.parametrize(
    "answer",
    [
        ("200 OK", "<html>"),
        ("200 OK", "[]"),
        ("200 OK", "null"),
        ("200 OK", '{"calls": [{}]}'),
        ("200 OK", '{"calls": [{"sid": "CA", "date_created": "today"}]}'),
        ("404 Not Found", "{}"),
        ("429 Too Many Requests", "{}"),
        ("500 Internal Server Error", "{}"),
    ],
)
def test_an_answer_that_can_not_be_read_is_not_an_empty_list(answer: tuple[str, str]) -> None:
    with answering(*answer) as telephone:
        with pytest.raises(PerhapsPlaced):
            telephone.rung(ASSESSOR, MORNING)
        with pytest.raises(PerhapsPlaced):
            telephone.children("CA" + "0" * 32)


def test_a_request_is_given_up_after_ten_seconds() -> None:
    telephone = TwilioTelephone(ACCOUNT, TOKEN, "http://127.0.0.1:1")
    assert telephone._client.http_client.timeout == TIMEOUT == 10
    live = TwilioTelephone(ACCOUNT, TOKEN)
    assert live._client.http_client.timeout == TIMEOUT
    telephone.close()
    live.close()


def test_neither_numbers_nor_tokens_are_logged(
    world: World, telephone: TwilioTelephone, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        telephone.ring(a_ring(world))
        telephone.rung(ASSESSOR, MORNING)
    said = caplog.text
    assert ASSESSOR not in said
    assert TOKEN not in said
    assert "t0ken" not in said


# --- what is asked afterwards ---------------------------------------------------------------------


def test_a_listing_that_fails_tells_nothing(world: World) -> None:
    stranger = TwilioTelephone(ACCOUNT, "another token", world.server.origin)
    for ask in (
        lambda: stranger.rung(ASSESSOR, MORNING),
        lambda: stranger.leg("CA" + "0" * 32),
        lambda: stranger.children("CA" + "0" * 32),
        stranger.owned_numbers,
    ):
        with pytest.raises(PerhapsPlaced):
            ask()
    stranger.close()


def test_a_queued_call_is_listed_too(world: World, telephone: TwilioTelephone) -> None:
    sids = [telephone.ring(a_ring(world)) for _ in range(3)]
    assert {leg.status for leg in telephone.rung(ASSESSOR, MORNING)} == {"queued"}
    assert {leg.sid for leg in telephone.rung(ASSESSOR, MORNING)} == set(sids)
    assert telephone.rung(ASSESSOR, MORNING + timedelta(seconds=1)) == ()


def test_every_call_is_listed_though_it_takes_pages(
    world: World, telephone: TwilioTelephone
) -> None:
    sids = {telephone.ring(a_ring(world)) for _ in range(60)}
    assert {leg.sid for leg in telephone.rung(ASSESSOR, MORNING)} == sids


def test_the_length_of_a_bridged_call_is_told(world: World, telephone: TwilioTelephone) -> None:
    world.centre(CentreAnswers(talk=61))
    sid = telephone.ring(a_ring(world))
    world.play()
    (child,) = telephone.children(sid)
    assert (child.to, child.caller, child.status, child.length) == (CENTRE, POOL, "completed", 61)


# --- the fake tells what the real one tells -------------------------------------------------------


@dataclass
class Stage:
    """A telephone, and the verbs by which the network does its part."""

    telephone: Telephone
    ring: Ring
    connect: Callable[[str], None]  # play a call from the assessor's answer to its end
    refuse: Callable[[], None]
    break_off: Callable[[], None]  # the next request rings, and its answer is lost
    hide: Callable[[], None]  # nothing can be listed from now on


@pytest.fixture(params=["fake", "practice exchange"])
def stage(request: pytest.FixtureRequest, world: World, telephone: TwilioTelephone) -> Stage:
    if request.param == "practice exchange":
        world.centre(CentreAnswers(talk=60))
        return Stage(
            telephone,
            a_ring(world),
            connect=lambda sid: world.play(),
            refuse=lambda: world.exchange.faults.queue(create=["429"]),
            break_off=lambda: world.exchange.faults.queue(create=["reset_after"]),
            hide=world.server.close,
        )
    fake = FakeTelephone(SettableClock(MORNING), numbers=(POOL,))

    def connect(sid: str) -> None:
        fake.becomes(sid, "completed", length=60)
        fake.becomes("CA" + "c" * 32, "completed", parent=sid, length=60)

    return Stage(
        fake,
        a_ring(world),
        connect=connect,
        refuse=lambda: fake.fail_next(NotPlaced("too many", permanent=False)),
        break_off=lambda: fake.fail_next(PerhapsPlaced("reset"), after_ringing=True),
        hide=lambda: setattr(fake, "listing_fails", True),
    )


def test_a_ring_is_listed_by_its_number_and_moment(stage: Stage) -> None:
    sid = stage.telephone.ring(stage.ring)
    (leg,) = stage.telephone.rung(ASSESSOR, MORNING)
    assert leg == stage.telephone.leg(sid)
    assert (leg.sid, leg.parent_sid, leg.to, leg.caller) == (sid, "", ASSESSOR, POOL)
    assert (leg.created_at, leg.over, leg.length) == (MORNING, False, None)
    assert stage.telephone.rung(CENTRE, MORNING) == ()
    assert stage.telephone.rung(ASSESSOR, MORNING + timedelta(seconds=1)) == ()
    assert stage.telephone.children(sid) == ()


def test_a_connected_call_has_one_child_and_both_are_over(stage: Stage) -> None:
    sid = stage.telephone.ring(stage.ring)
    stage.connect(sid)
    (child,) = stage.telephone.children(sid)
    assert (child.parent_sid, child.over, child.status) == (sid, True, "completed")
    assert child.length == 60
    assert stage.telephone.leg(sid).over


def test_a_refused_request_leaves_nothing_and_the_next_one_is_placed(stage: Stage) -> None:
    stage.refuse()
    with pytest.raises(NotPlaced):
        stage.telephone.ring(stage.ring)
    assert stage.telephone.rung(ASSESSOR, MORNING) == ()
    stage.telephone.ring(stage.ring)
    assert len(stage.telephone.rung(ASSESSOR, MORNING)) == 1


def test_a_request_whose_answer_was_lost_is_found_in_the_list(stage: Stage) -> None:
    stage.break_off()
    with pytest.raises(PerhapsPlaced):
        stage.telephone.ring(stage.ring)
    assert len(stage.telephone.rung(ASSESSOR, MORNING)) == 1


def test_every_call_has_a_sid_of_its_own(stage: Stage) -> None:
    sids = [stage.telephone.ring(stage.ring) for _ in range(3)]
    assert len(set(sids)) == 3


def test_what_can_not_be_told_is_said_so(stage: Stage) -> None:
    sid = stage.telephone.ring(stage.ring)
    stage.hide()
    asks: tuple[Callable[[], object], ...] = (
        lambda: stage.telephone.rung(ASSESSOR, MORNING),
        lambda: stage.telephone.leg(sid),
        lambda: stage.telephone.children(sid),
        stage.telephone.owned_numbers,
    )
    for ask in asks:
        with pytest.raises(PerhapsPlaced):
            ask()


def test_the_owned_numbers_are_told(stage: Stage) -> None:
    assert stage.telephone.owned_numbers() == (POOL,)


@pytest.mark.parametrize(
    ("status", "over"),
    [
        *((status, True) for status in ("completed", "busy", "no-answer", "failed", "canceled")),
        *((status, False) for status in ("queued", "initiated", "ringing", "in-progress")),
    ],
)
def test_a_leg_is_over_when_the_network_says_so(status: str, over: bool) -> None:
    assert Leg("CA", "", ASSESSOR, POOL, status, MORNING).over is over
