"""Ties and refusals: who declared one neither calls nor reviews; administrators end ties."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest

from config.clock import Month, Period
from config.database import Sessions
from scheduler import declaring, diary, leaves, people, register
from scheduler.access import Role, TiedTo
from scheduler.declaring import DeclaringRefused
from scheduler.dialling import unfit
from scheduler.gathering import gather
from scheduler.plan import make_plan
from scheduler.rule import Rule
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.entering import acts

DUE = NOW + timedelta(minutes=10)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres of two providers."""
    institute = an_institute(sessions)
    for number in (0, 1):
        institute.centre(number)
    return institute


def centres(institute: Institute) -> tuple[register.Centre, ...]:
    with institute.sessions.reading() as session:
        return register.centres(session)


def declare(institute: Institute, reason: str = "worked there") -> UUID:
    provider = centres(institute)[0].provider
    declaring.declare(institute.sessions, institute.assessor, provider, TiedTo.PERSON, reason, NOW)
    with institute.sessions.reading() as session:
        return people.ties_of(session, institute.assessor)[0].id


def called(institute: Institute) -> set[UUID]:
    """The centres to which a plan sends the only assessor."""
    period = Period(Month(2027, 1), 3)
    with institute.sessions.reading() as session:
        inputs = gather(
            session,
            period,
            Rule(3, Fraction(6), 3),
            ZONE,
            None,
            period.start,
            proved_everything=True,
        )
    return {draft.centre for draft in make_plan(inputs, bytes(32), b"").calls if draft.assessor}


def why_not(institute: Institute, call: UUID) -> str | None:
    with institute.sessions.reading() as session:
        planned = diary.find_call(session, call)
        assert planned is not None
        return unfit(session, planned, planned.drawn_moment, DUE)


def test_no_plan_sends_somebody_to_a_provider_they_are_tied_to(institute: Institute) -> None:
    first, second = centres(institute)
    assert called(institute) == {first.id, second.id}
    declare(institute)
    assert called(institute) == {second.id}


def test_no_plan_sends_somebody_to_a_centre_they_refused_until_they_take_it_back(
    institute: Institute,
) -> None:
    first, second = centres(institute)
    declaring.refuse(institute.sessions, institute.assessor, second.id, NOW)
    assert called(institute) == {first.id}
    assert declaring.accept(institute.sessions, institute.assessor, second.id, NOW)
    assert called(institute) == {first.id, second.id}
    assert acts(institute)[-2:] == ["centre refused", "refusal taken back"]


def test_a_call_drawn_before_the_tie_is_not_put_through(institute: Institute) -> None:
    call = institute.call(centres(institute)[0].id)
    assert why_not(institute, call) is None
    tie = declare(institute)
    assert why_not(institute, call) == "the assessor no longer takes calls, or not of this centre"
    ada = institute.person("Ada", Role.ADMINISTRATOR)
    declaring.end_tie(institute.sessions, institute.assessor, tie, "ten years ago", NOW, ada)
    assert why_not(institute, call) is None
    declaring.refuse(institute.sessions, institute.assessor, centres(institute)[0].id, NOW)
    assert why_not(institute, call) is not None


def test_a_call_of_somebody_without_access_or_without_the_role_is_not_put_through(
    institute: Institute,
) -> None:
    call = institute.call(centres(institute)[0].id)
    with institute.sessions.begin() as session:
        people.set_active(session, institute.assessor, False)
    assert why_not(institute, call) is not None
    with institute.sessions.begin() as session:
        people.set_active(session, institute.assessor, True)
        stated = people.Stated("No more", ZONE, frozenset({Role.AUDITOR}), None, (), "")
        people.change_person(session, institute.vault, institute.assessor, stated, 0)
    assert why_not(institute, call) is not None


def test_refusing_twice_is_refusing_once(institute: Institute) -> None:
    centre = centres(institute)[0].id
    for _ in range(2):
        declaring.refuse(institute.sessions, institute.assessor, centre, NOW)
    assert acts(institute).count("centre refused") == 1
    assert declaring.accept(institute.sessions, institute.assessor, centre, NOW)
    assert not declaring.accept(institute.sessions, institute.assessor, centre, NOW)


def test_a_tie_ends_once_by_another_administrator_with_a_reason(institute: Institute) -> None:
    tie, ada = declare(institute), institute.person("Ada", Role.ADMINISTRATOR)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(DeclaringRefused):
            declaring.end_tie(institute.sessions, institute.assessor, tie, reason, NOW, ada)
    with pytest.raises(DeclaringRefused, match="your own tie"):
        declaring.end_tie(
            institute.sessions, institute.assessor, tie, "mine", NOW, institute.assessor
        )
    assert not declaring.end_tie(institute.sessions, institute.verifier, tie, "whose", NOW, ada)
    assert declaring.end_tie(institute.sessions, institute.assessor, tie, "long ago", NOW, ada)
    assert not declaring.end_tie(institute.sessions, institute.assessor, tie, "again", NOW, ada)
    with institute.sessions.reading() as session:
        (found,) = people.ties_of(session, institute.assessor)
        assert people.ties(session) == frozenset()
    assert (found.to, found.end_reason, found.ended_at) == (TiedTo.PERSON, "long ago", NOW)


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501])
def test_a_tie_has_a_reason(institute: Institute, reason: str) -> None:
    with pytest.raises(DeclaringRefused):
        declare(institute, reason)


def test_nobody_is_tied_to_a_provider_or_refuses_a_centre_that_is_not_there(
    institute: Institute,
) -> None:
    before = acts(institute)
    with pytest.raises(DeclaringRefused, match="of the list"):
        declaring.declare(
            institute.sessions, institute.assessor, uuid4(), TiedTo.ORGANISATION, "why", NOW
        )
    with pytest.raises(DeclaringRefused, match="of the list"):
        declaring.refuse(institute.sessions, institute.assessor, uuid4(), NOW)
    assert acts(institute) == before


# --- an administrator's leave -------------------------------------------------------------------

HOUR = timedelta(hours=1)
UNTIL = NOW + timedelta(days=7)


def lift(
    institute: Institute, actor: UUID, person: UUID | None = None, until: datetime = UNTIL
) -> None:
    declaring.give_leave(
        institute.sessions,
        person or institute.assessor,
        centres(institute)[0].id,
        until,
        "all others are ill",
        NOW,
        actor,
    )


def test_a_tie_blocks_a_call_and_a_leave_lifts_that_for_its_time(institute: Institute) -> None:
    call, ada = institute.call(centres(institute)[0].id), institute.person("Ada")
    declare(institute)
    assert why_not(institute, call) is not None
    lift(institute, ada)
    assert why_not(institute, call) is None
    with institute.sessions.reading() as session:
        centre = centres(institute)[0].id
        assert leaves.may_call(session, institute.assessor, centre, UNTIL)
        assert not leaves.may_call(session, institute.assessor, centre, UNTIL + HOUR)
        assert not leaves.may_call(session, institute.assessor, centre, NOW - HOUR)
        (leave,) = leaves.leaves(session)
    assert declaring.take_leave_back(
        institute.sessions, institute.assessor, leave.id, NOW + HOUR, ada
    )
    assert why_not(institute, call) is not None


def test_a_leave_is_for_one_person_and_one_centre(institute: Institute) -> None:
    ours, theirs = centres(institute)
    institute.centre(2, provider=ours.provider_name)
    declare(institute)
    other = institute.person("Other", Role.ASSESSOR)
    for person in (institute.assessor, other):
        for provider in (ours.provider, theirs.provider):
            declaring.declare(
                institute.sessions, person, provider, TiedTo.ORGANISATION, "a share", NOW
            )
    lift(institute, institute.person("Ada"))
    with institute.sessions.reading() as session:
        free = {
            (person, centre.id)
            for person in (institute.assessor, other)
            for centre in centres(institute)
            if leaves.may_call(session, person, centre.id, NOW)
        }
    assert free == {(institute.assessor, ours.id)}


def test_a_leave_lifts_no_refusal(institute: Institute) -> None:
    declare(institute)
    centre = centres(institute)[0].id
    declaring.refuse(institute.sessions, institute.assessor, centre, NOW)
    lift(institute, institute.person("Ada"))
    with institute.sessions.reading() as session:
        assert not leaves.may_call(session, institute.assessor, centre, NOW)


def test_a_plan_goes_by_a_leave_that_covers_all_of_it(institute: Institute) -> None:
    first, second = centres(institute)
    declare(institute)
    ada = institute.person("Ada")
    lift(institute, ada)
    assert called(institute) == {second.id}
    with institute.sessions.begin() as session:
        until = datetime(2027, 4, 1, tzinfo=UTC)
        leaves.give_leave(session, institute.assessor, first.id, until, "none else", ada, NOW)
    assert called(institute) == {first.id, second.id}


def test_nobody_lifts_their_own_tie_nor_one_to_a_provider_of_theirs(institute: Institute) -> None:
    tie, ada = declare(institute), institute.person("Ada", Role.ADMINISTRATOR)
    provider = centres(institute)[0].provider
    declaring.declare(institute.sessions, ada, provider, TiedTo.ORGANISATION, "a share", NOW)
    with pytest.raises(DeclaringRefused, match="your own tie"):
        lift(institute, ada, ada)
    with pytest.raises(DeclaringRefused, match="tie to this provider too"):
        lift(institute, ada)
    with pytest.raises(DeclaringRefused, match="tie to this provider too"):
        declaring.end_tie(institute.sessions, institute.assessor, tie, "long ago", NOW, ada)
    with pytest.raises(DeclaringRefused, match="No tie keeps them"):
        lift(institute, institute.person("Cato"), institute.verifier)
