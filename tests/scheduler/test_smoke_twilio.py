"""Twilio itself, by its test credentials: nothing rings or is charged, and it answers as real.

On demand alone: docs/reliability.md says how. The numbers are Twilio's own, made for such tests.
"""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from scheduler.telephone import NotPlaced, Ring
from scheduler.telephone_twilio import TwilioTelephone

pytestmark = pytest.mark.twilio_live
MAY_CALL, INVALID, NO_ROUTE, NO_PERMISSION, BLOCKED = (f"+1500555000{n}" for n in (6, 1, 2, 3, 4))
ANYBODY, NOT_OURS = "+12025550143", "+12025550144"
HOOKS = "https://calls.example.org/hooks/calls/0123456789abcdef0123456789abcdef"


@pytest.fixture
def telephone() -> Iterator[TwilioTelephone]:
    """The telephone that the product uses, on the test account."""
    try:
        account, token = os.environ["TWILIO_TEST_ACCOUNT_SID"], os.environ["TWILIO_TEST_AUTH_TOKEN"]
    except KeyError as missing:
        pytest.fail(f"Set {missing}: the console shows test credentials beside the live ones.")
    with closing(TwilioTelephone(account, token)) as telephone:
        yield telephone


def a_ring(to: str = ANYBODY, caller: str = MAY_CALL) -> Ring:
    return Ring(to, caller, f"{HOOKS}/answer", f"{HOOKS}/status", 30)


def test_a_call_is_taken_with_every_parameter_that_we_send(telephone: TwilioTelephone) -> None:
    sid = telephone.ring(a_ring())
    assert (sid[:2], len(sid)) == ("CA", 34)


@pytest.mark.parametrize(
    ("to", "code"),
    [(INVALID, 21217), (NO_ROUTE, 21214), (NO_PERMISSION, 21215), (BLOCKED, 21216)],
)
def test_a_number_that_cannot_be_rung_is_refused_for_good(
    telephone: TwilioTelephone, to: str, code: int
) -> None:
    with pytest.raises(NotPlaced, match=str(code)) as refused:
        telephone.ring(a_ring(to))
    assert (refused.value.permanent, refused.value.stop_dialling) == (True, False)


@pytest.mark.parametrize(
    ("caller", "code", "ours"), [(INVALID, 21212, True), (NOT_OURS, 21210, False)]
)
def test_a_caller_number_that_may_not_be_shown_is_told_from_one_that_is_not_ours(
    telephone: TwilioTelephone, caller: str, code: int, ours: bool
) -> None:
    with pytest.raises(NotPlaced, match=str(code)) as refused:
        telephone.ring(a_ring(caller=caller))
    assert (refused.value.permanent, refused.value.caller_refused) == (ours, not ours)


def test_a_wrong_token_stops_all_dialling(telephone: TwilioTelephone) -> None:
    account = os.environ["TWILIO_TEST_ACCOUNT_SID"]
    with (
        closing(TwilioTelephone(account, "0" * 32)) as stranger,
        pytest.raises(NotPlaced) as refused,
    ):
        stranger.ring(a_ring())
    assert refused.value.stop_dialling
