"""Reasons to sample a centre more: rows with words, which the next plan counts and names."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest

from config import journal
from config.database import Sessions
from scheduler import diary, extra_sampling, wearing
from scheduler.extra_sampling import Why
from scheduler.plan_inputs import inputs_from_json
from scheduler.raising import RaisingRefused, end_extra, raise_sampling
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.planned import JANUARY, calls, draw, moments, of_calls, proof, stored

TWICE = Fraction(2)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres."""
    return an_institute(sessions)


def raised(institute: Institute, centre: UUID, why: Why = Why.COMPLAINT, months: int = 1) -> UUID:
    return raise_sampling(
        institute.sessions, centre, why, "they hang up", TWICE, months, NOW, "Ada"
    )


def factors(institute: Institute, day: date) -> dict[UUID, Fraction]:
    with institute.sessions.reading() as session:
        return extra_sampling.factors(session, day)


def test_a_reason_counts_from_its_day_to_its_last(institute: Institute) -> None:
    centre = institute.centre(1)
    raised(institute, centre)
    assert factors(institute, NOW.date() - timedelta(days=1)) == {}
    assert factors(institute, NOW.date()) == {centre: TWICE}
    assert factors(institute, date(2026, 12, 31)) == {centre: TWICE}
    assert factors(institute, date(2027, 1, 1)) == {}


def test_of_several_reasons_the_strongest_counts(institute: Institute) -> None:
    centre = institute.centre(1)
    raised(institute, centre)
    raise_sampling(
        institute.sessions, centre, Why.NEW, "just joined", Fraction(3, 2), 6, NOW, "Ada"
    )
    assert factors(institute, NOW.date()) == {centre: TWICE}
    assert factors(institute, date(2027, 3, 1)) == {centre: Fraction(3, 2)}


def test_a_reason_is_ended_once_with_words_and_both_are_journalled(institute: Institute) -> None:
    centre = institute.centre(1)
    key = raised(institute, centre)
    assert end_extra(institute.sessions, key, "it was another desk", NOW, "Ada")
    assert not end_extra(institute.sessions, key, "again", NOW, "Ada")
    assert not end_extra(institute.sessions, uuid4(), "never there", NOW, "Ada")
    assert factors(institute, NOW.date()) == {}
    with institute.sessions.reading() as session:
        acts = [e.action for e in journal.entries(session) if e.action.startswith("extra")]
        (reason,) = extra_sampling.reasons(session, centre)
    assert acts == ["extra sampling begun", "extra sampling ended"]
    assert (reason.words, reason.ended_words) == ("they hang up", "it was another desk")


def test_what_is_missing_is_said(institute: Institute) -> None:
    centre = institute.centre(1)
    sessions = institute.sessions
    with pytest.raises(RaisingRefused, match="why the centre is sampled more"):
        raise_sampling(sessions, centre, Why.BELOW, " ", TWICE, 3, NOW, "Ada")
    with pytest.raises(RaisingRefused, match="over 1 and at most 4"):
        raise_sampling(sessions, centre, Why.BELOW, "low", Fraction(1), 3, NOW, "Ada")
    with pytest.raises(RaisingRefused, match="1 to 12 months"):
        raise_sampling(sessions, centre, Why.BELOW, "low", TWICE, 13, NOW, "Ada")
    with pytest.raises(RaisingRefused, match="of the register"):
        raise_sampling(sessions, uuid4(), Why.BELOW, "low", TWICE, 3, NOW, "Ada")
    with pytest.raises(RaisingRefused, match="no longer counts"):
        end_extra(sessions, raised(institute, centre), "", NOW, "Ada")


def test_a_plan_freezes_the_factor_draws_more_and_names_the_centre(institute: Institute) -> None:
    more, usual = institute.centre(1), institute.centre(2)
    raised(institute, more, months=2)
    drew = draw(institute)
    found = inputs_from_json(stored(institute, drew.plan)[1])
    assert {each.centre: each.extra for each in found.centres} == {more: TWICE, usual: 1}
    assert len(calls(institute, centre=more)) >= 8  # the floor of a mean of 16
    (named,) = drew.more
    assert named.centre == "Provider 1, Centre 1"
    assert "sampled 2 times as much" in named.reason
    assert of_calls(calls(institute, plan=drew.plan)) == moments(
        proof(institute, drew.plan, bytes(range(32)))
    )


def test_a_plan_that_is_sealed_stays_as_it_is(institute: Institute) -> None:
    centre = institute.centre(1)
    drew = draw(institute)
    raised(institute, centre, months=3)
    again = draw(institute)
    assert (again.calls, again.more) == (drew.calls, ())


def test_a_call_that_was_seen_through_adds_one_reason_by_itself(institute: Institute) -> None:
    centre = institute.centre(1)
    draw(institute, JANUARY)
    call = calls(institute, centre=centre)[0]
    for why in ("suspected", "detected"):
        with institute.sessions.begin() as session:
            wearing.recognised(session, call, why, NOW, "an assessor")
    with institute.sessions.reading() as session:
        (reason,) = extra_sampling.reasons(session, centre)
        acts = [e for e in journal.entries(session) if e.action == "extra sampling begun"]
    assert (reason.why, reason.factor) == (Why.SUSPECTED, Fraction(3, 2))
    assert reason.words == "the analyst seemed to suspect a call"
    assert len(acts) == 1
    assert reason.last == date(2027, 2, 28)  # the default's quarter


def test_a_practice_call_that_is_seen_through_changes_nothing(institute: Institute) -> None:
    key = institute.call()
    with institute.sessions.begin() as session:
        call = diary.find_call(session, key)
        assert call is not None
        wearing.recognised(session, call, "detected", NOW, "an assessor")
    assert factors(institute, NOW.date()) == {}
