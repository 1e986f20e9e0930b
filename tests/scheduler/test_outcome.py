"""What an ending means for its call, and when a new attempt follows."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.outcome import (
    BACK_OFF,
    BY_HAND,
    LATEST_DIAL,
    OPEN,
    SAID_BY_ASSESSOR,
    Attempt,
    Disposition,
    Ending,
    State,
    disposition_of,
    ending_of_dial,
    is_by_hand,
    is_cut_off,
    is_restored,
    new_attempt_at,
    too_late,
)
from tests.builders import NOW

SECONDS = st.integers(-600, 600).map(lambda seconds: NOW + timedelta(seconds=seconds))


def an_attempt(*, ever_unknown: bool = False, due: datetime = NOW) -> Attempt:
    return Attempt(
        id=UUID(int=1),
        call=UUID(int=2),
        ordinal=1,
        due=due,
        drawn=NOW,
        token="0" * 32,
        state=State.SENDING,
        ending=None,
        ever_unknown=ever_unknown,
        call_sid=None,
        dial_sid=None,
        child_sid=None,
        owner=None,
        claimed_at=NOW,
        heard_at=None,
        rang_at=None,
        answered_at=None,
        listed_empty_at=None,
    )


def test_a_first_dial_is_at_most_120_seconds_late() -> None:
    assert not too_late(NOW, NOW + timedelta(seconds=120))
    assert too_late(NOW, NOW + timedelta(seconds=120, microseconds=1))


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        ("completed", Ending.COMPLETED),
        ("answered", Ending.COMPLETED),
        ("busy", Ending.BUSY),
        ("no-answer", Ending.NO_ANSWER),
        ("failed", Ending.FAILED),
        ("canceled", Ending.FAILED),
        ("a word of tomorrow", Ending.FAILED),
    ],
)
def test_the_network_tells_how_a_dial_ended(status: str, ending: Ending) -> None:
    assert ending_of_dial(status, answered=False) is ending


@pytest.mark.parametrize("status", ["failed", "canceled", "a word of tomorrow"])
def test_a_line_that_broke_off_after_it_was_answered_has_been_called(status: str) -> None:
    assert ending_of_dial(status, answered=True) is Ending.COMPLETED


def test_our_side_hung_up_while_the_line_rang_and_not_after_it_was_answered() -> None:
    rings = replace(an_attempt(), rang_at=NOW)
    assert is_cut_off("canceled", rings)
    assert not is_cut_off("failed", rings)
    assert not is_cut_off("canceled", an_attempt())
    assert not is_cut_off("canceled", replace(rings, answered_at=NOW))


@pytest.mark.parametrize(
    ("ending", "sip", "disposition"),
    [
        (Ending.COMPLETED, "200", Disposition.COMPLETED),
        (Ending.BUSY, "486", Disposition.BUSY),
        (Ending.NO_ANSWER, "487", Disposition.NO_ANSWER),
        (Ending.FAILED, "404", Disposition.NUMBER_DEAD),
        (Ending.FAILED, "503", Disposition.MISSED),
        (Ending.FAILED, "", Disposition.MISSED),
        (Ending.REFUSED, "", Disposition.MISSED),
        (Ending.NOT_PLACED, "", Disposition.MISSED),
        (Ending.NEVER_DIALLED, "404", Disposition.MISSED),
        (Ending.ASSESSOR_ABSENT, "", Disposition.ASSESSOR_ABSENT),
        (Ending.UNKNOWN, "", Disposition.UNKNOWN),
    ],
)
def test_an_ending_gives_the_call_one_disposition(
    ending: Ending, sip: str, disposition: Disposition
) -> None:
    assert disposition_of(ending, sip) is disposition


@given(ending=st.sampled_from(Ending), sip=st.text(max_size=3))
def test_only_an_unknown_ending_leaves_a_call_open(ending: Ending, sip: str) -> None:
    assert disposition_of(ending, sip).open == (ending is Ending.UNKNOWN)


def test_an_assessor_can_only_say_how_a_call_ended() -> None:
    assert OPEN.isdisjoint(SAID_BY_ASSESSOR)


@given(ending=st.sampled_from(Ending), ever_unknown=st.booleans(), now=SECONDS)
def test_a_new_attempt_follows_only_where_the_centre_was_surely_never_rung(
    ending: Ending, ever_unknown: bool, now: datetime
) -> None:
    again = new_attempt_at(an_attempt(ever_unknown=ever_unknown), ending, now)
    never_rung = ending in (Ending.REFUSED, Ending.NEVER_DIALLED) and not ever_unknown
    in_time = now + BACK_OFF <= NOW + LATEST_DIAL
    assert again == (now + BACK_OFF if never_rung and in_time else None)


def test_what_nobody_owns_and_nobody_knew_of_comes_from_a_restored_backup() -> None:
    assert is_restored(an_attempt(ever_unknown=True))
    assert not is_restored(an_attempt())
    assert not is_restored(replace(an_attempt(ever_unknown=True), owner="worker 1"))


def test_the_assessor_is_the_owner_of_what_is_dialled_by_hand() -> None:
    assert is_by_hand(replace(an_attempt(), owner=BY_HAND))
    assert not is_by_hand(replace(an_attempt(), owner="worker 1"))


@given(due=SECONDS)
def test_a_new_attempt_is_judged_by_the_drawn_moment_and_not_by_its_own(due: datetime) -> None:
    attempt = an_attempt(due=due)
    assert new_attempt_at(attempt, Ending.REFUSED, NOW + LATEST_DIAL) is None
