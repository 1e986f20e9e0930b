"""What must not be dialled is not, whatever changed after the draw."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from config.database import Sessions
from scheduler import caller_pool, codes, diary, hearing, incidents, line_state, register
from scheduler.accreditation import change_holidays
from scheduler.centre import Closure, OpenSpan, Reach, Return
from scheduler.dialling import unfit
from scheduler.diary_rows import SamplingPlanRow
from scheduler.enrolling import enrol
from scheduler.further import HolidaysKept
from scheduler.outcome import Disposition, Ending, State
from scheduler.people_rows import PersonRow, RefusedCentreRow
from scheduler.register_rows import (
    ContactNumberRow,
    CoverIdentityRow,
    ProviderRow,
    StaffNoticeRow,
)
from tests.builders import NOW, ZONE, a_return, identity
from tests.scheduler.switchboard import Switchboard, a_switchboard

MISSED = (State.ENDED, Ending.REFUSED, Disposition.MISSED)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


LONG_AGO = date(2026, 1, 1)
YESTERDAY, TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
WEDNESDAY = 2


Change = Callable[[Return], Return]


def stating(**changes: Any) -> Change:
    return lambda stated: replace(stated, **changes)


def number(first: date, last: date | None = None) -> Change:
    def change(stated: Return) -> Return:
        changed = replace(stated.numbers[0], valid_from=first, valid_until=last)
        return replace(stated, numbers=(changed,))

    return change


def of_days(first: date, last: date | None = None) -> Change:
    return stating(identities=(replace(identity(), valid_from=first, valid_until=last),))


def hours(opens: int, closes: int, weekday: int = WEDNESDAY) -> Change:
    return stating(hours=(OpenSpan(weekday, opens, closes),))


CLOSED = "the centre is closed"
NO_NUMBER = "the number is no longer valid"
NO_IDENTITY = "the cover identity is no longer valid"
NOT_ACCREDITED = "the centre is not accredited on that day"
MUST_NOT: dict[str, tuple[Change, str]] = {
    "before it opens": (hours(9 * 60 + 1, 1440), CLOSED),
    "after it closed": (hours(0, 9 * 60), CLOSED),
    "on another day": (hours(0, 1440, WEDNESDAY + 1), CLOSED),
    "in a closure": (stating(closures=(Closure(TODAY, TODAY, "flood"),)), CLOSED),
    "before its number is valid": (number(TOMORROW), NO_NUMBER),
    "after its number lapsed": (number(LONG_AGO, YESTERDAY), NO_NUMBER),
    "before its identity is valid": (of_days(TOMORROW), NO_IDENTITY),
    "after its identity lapsed": (of_days(LONG_AGO, YESTERDAY), NO_IDENTITY),
    "after its identity was left out": (stating(identities=(identity("410002"),)), NO_IDENTITY),
    "before the accreditation": (stating(accredited_from=TOMORROW), NOT_ACCREDITED),
    "after the accreditation": (stating(accredited_until=YESTERDAY), NOT_ACCREDITED),
}
MAY: dict[str, Change] = {
    "in the only open minute": hours(9 * 60, 9 * 60 + 1),
    "before a closure": stating(closures=(Closure(TOMORROW, TOMORROW, "flood"),)),
    "on the only day of its number": number(TODAY, TODAY),
    "on the only day of its identity": of_days(TODAY, TODAY),
    "on the only accredited day": stating(accredited_from=TODAY, accredited_until=TODAY),
}


def test_what_changed_after_the_draw_is_looked_at_again(board: Switchboard) -> None:
    calls = {}
    changes = {name: change for name, (change, _) in MUST_NOT.items()} | MAY
    for place, (name, change) in enumerate(changes.items()):
        calls[name] = board.call(place)
        stated = change(a_return(place))
        enrol(board.sessions, board.institute.vault, stated, NOW, "test", ZONE)
    assert board.dial() == len(MAY)
    became = {name: board.disposition(call) for name, call in calls.items()}
    missed, running = Disposition.MISSED, Disposition.RUNNING
    assert became == dict.fromkeys(MUST_NOT, missed) | dict.fromkeys(MAY, running)
    reasons = {name: board.attempt(calls[name]).refusal for name in MUST_NOT}
    assert reasons == {name: why_not for name, (_, why_not) in MUST_NOT.items()}


def test_no_call_before_the_notice_or_after_it_lapsed(board: Switchboard) -> None:
    year_ago = date(2025, 11, 25)
    days = (TOMORROW, TODAY, year_ago + timedelta(days=1), year_ago, None)
    calls = {
        day: board.call(centre=board.institute.centre(place, notice_given_on=day))
        for place, day in enumerate(days)
    }
    board.dial()
    assert [day for day in days if board.disposition(calls[day]) is Disposition.RUNNING] == [
        TODAY,
        year_ago + timedelta(days=1),  # 365 days, both ends included
    ]


def burn_identity(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        session.execute(update(CoverIdentityRow).values(burnt_on=TODAY))
        found = diary.find_call(session, call)
        assert found is not None
        assert not codes.identity_serves(session, found.identity, TODAY)


def empty_the_pool(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [])


def forget_telephone(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        session.execute(update(PersonRow).values(telephone_sealed=None))


def suspend_provider(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        session.execute(update(ProviderRow).values(status="suspended"))


def keep_today_as_holiday(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        (centre,) = register.centres(session)
        kept = HolidaysKept("", True, ((TODAY, False),))
        assert change_holidays(session, centre.id, kept, 1)


def reach_own_network_only(board: Switchboard, call: UUID) -> None:
    with board.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(reach=Reach.OWN_NETWORK))


LACKING = [
    (burn_identity, NO_IDENTITY),
    (empty_the_pool, "the caller number is gone"),
    (forget_telephone, "the assessor has no telephone"),
    (suspend_provider, "its provider is suspended"),
    (keep_today_as_holiday, CLOSED),
    (reach_own_network_only, NO_NUMBER),
]


@pytest.mark.parametrize(("change", "why_not"), LACKING)
def test_a_call_that_lacks_something_is_missed_and_says_what(
    board: Switchboard, change: Callable[[Switchboard, UUID], None], why_not: str
) -> None:
    call = board.call()
    change(board, call)
    assert board.dial() == 0
    assert board.stands(call) == MISSED
    assert board.attempt(call).refusal == why_not


@pytest.mark.parametrize(
    ("changes", "why_not"),
    [
        ({}, None),
        ({"disposition": Disposition.RUNNING}, None),
        ({"disposition": Disposition.WITHDRAWN}, "the call was withdrawn"),
        ({"disposition": Disposition.COMPLETED}, "the call was ended"),
        ({"assessor": None}, "nobody could take the call"),
        ({"caller_number": None}, "no caller number is in the pool"),
        ({"caller_number": None, "by_hand": True}, None),
    ],
)
def test_a_call_is_as_fit_as_its_facts(
    board: Switchboard, changes: dict[str, Any], why_not: str | None
) -> None:
    key = board.call()
    with board.sessions.reading() as session:
        call = diary.find_call(session, key)
        assert call is not None
        assert unfit(session, replace(call, **changes), NOW, NOW) == why_not


def test_while_dialling_is_stopped_or_its_provider_has_an_incident_no_call_is_fit(
    board: Switchboard,
) -> None:
    key = board.call()

    def why_not(now: datetime = NOW) -> str | None:
        with board.sessions.reading() as session:
            call = diary.find_call(session, key)
            assert call is not None
            return unfit(session, call, NOW, now)

    with board.sessions.begin() as session:
        (centre,) = register.centres(session)
        until = NOW + timedelta(seconds=60)
        incidents.add_incident(session, centre.id, board.institute.verifier, NOW, until, "flood")
    assert why_not() == "its provider has reported a major incident"
    assert why_not(until) is None
    assert why_not(NOW + timedelta(seconds=121)) == "the drawn moment has passed"
    with board.sessions.begin() as session:
        line_state.stop(session, "an outage", NOW)
    assert why_not(until) == "dialling is stopped"


def test_a_call_is_not_fit_whose_assessor_left_its_centre_out(board: Switchboard) -> None:
    key, who = board.call(), board.institute.assessor
    with board.sessions.begin() as session:
        call = diary.find_call(session, key)
        assert call is not None
        session.add(RefusedCentreRow(person_id=who, centre_id=call.centre, since=NOW))
        session.flush()
        assert unfit(session, call, NOW, NOW) == (
            "the assessor no longer takes calls, or not of this centre"
        )


def test_a_call_whose_number_left_the_pool_is_dealt_another(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, ["+441632960001", "+441632960002"])
    assert board.dial() == 1
    assert board.telephone.rings[0].caller in ("+441632960001", "+441632960002")
    token = board.attempt(call).token
    centre = hearing.assessor_confirmed(board.sessions, token, board.sid(call), "1", NOW)
    assert centre is not None
    assert centre.caller == board.telephone.rings[0].caller


@pytest.mark.parametrize(
    ("proved_on", "purpose", "live", "why_not"),
    [
        (None, "sampling", True, "no proving check of the number is in force"),
        (date(2025, 11, 25), "sampling", True, "no proving check of the number is in force"),
        (date(2025, 11, 26), "sampling", True, None),
        (None, "sampling", False, None),
        (None, "practice", True, None),
        (None, "rehearsal", True, None),
    ],
)
def test_on_the_live_telephone_a_sampled_number_must_have_been_proved_within_a_year(
    board: Switchboard, proved_on: date | None, purpose: str, live: bool, why_not: str | None
) -> None:
    key = board.call()
    with board.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(proved_on=proved_on))
        session.execute(update(SamplingPlanRow).values(purpose=purpose))
        call = diary.find_call(session, key)
        assert call is not None
        assert unfit(session, call, NOW, NOW, live=live) == why_not


def let_proof_lapse(board: Switchboard, purpose: str = "sampling") -> None:
    """What was practised becomes a call that counts, to a number proved 365 days ago."""
    with board.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(proved_on=date(2025, 11, 25)))
        session.execute(update(SamplingPlanRow).values(purpose=purpose))


def let_notice_lapse(board: Switchboard) -> None:
    with board.sessions.begin() as session:
        session.execute(update(StaffNoticeRow).values(given_on=date(2025, 11, 25)))


@pytest.mark.parametrize("lapse", [let_proof_lapse, let_notice_lapse])
def test_the_live_telephone_misses_a_sampled_call_without_proof_as_one_without_notice(
    board: Switchboard, lapse: Callable[[Switchboard], None]
) -> None:
    call = board.call()
    lapse(board)
    board.desk = replace(board.desk, live=True)
    assert board.dial() == 0
    assert board.stands(call) == MISSED
    assert "in force" in board.attempt(call).refusal


@pytest.mark.parametrize("lapse", [let_proof_lapse, let_notice_lapse])
def test_a_lapse_between_the_ring_and_the_key_keeps_the_centre_unrung(
    board: Switchboard, lapse: Callable[[Switchboard], None]
) -> None:
    call = board.dialled()
    lapse(board)
    token, sid = board.attempt(call).token, board.sid(call)
    assert hearing.assessor_confirmed(board.sessions, token, sid, "1", NOW, live=True) is None
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)


@pytest.mark.parametrize("purpose", ["sampling", "practice"])
def test_where_no_real_telephone_rings_no_proof_is_asked(board: Switchboard, purpose: str) -> None:
    call = board.call()
    let_proof_lapse(board, purpose)
    assert board.dial() == 1
    assert board.confirm(call) is not None


def test_a_withdrawn_call_is_not_dialled_and_stays_withdrawn(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        diary.dispose(session, call, Disposition.WITHDRAWN, NOW)
    assert board.dial() == 0
    assert board.stands(call) == (State.ENDED, Ending.REFUSED, Disposition.WITHDRAWN)
