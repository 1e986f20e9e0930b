"""From the seal to the bundle: what is awaited, when a plan closes, what a bundle never holds."""

from datetime import timedelta

import pytest

from config import journal, mail
from config.clock import Period
from config.database import Sessions
from scheduler import diary, sealing, seals
from scheduler.access import Role
from scheduler.advancing import advance_plans
from scheduler.bundle import unpacked
from scheduler.code_version import code_version
from scheduler.disclosing import DisclosureRefused, bundle, disclose
from scheduler.outcome import Disposition
from scheduler.plan_told import DrewPlan
from scheduler.sealing import PlanRefused
from scheduler.verdict import judge
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.planned import JANUARY, calls, draw

BEACON = "the round of a beacon at noon on 30 November 2026"
AFTER = JANUARY.moments(ZONE)[1] + timedelta(hours=1)
FIRST = JANUARY.first


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres and somebody who keeps certificates."""
    institute = an_institute(sessions)
    institute.person("Audra Quist", Role.AUDITOR)
    institute.centre(0)
    institute.centre(1)
    return institute


def end(institute: Institute, drew: DrewPlan) -> None:
    """Let every call end, and the plan close."""
    with institute.sessions.begin() as session:
        for call in diary.calls(session, plan=drew.plan):
            diary.dispose(session, call.id, Disposition.COMPLETED, AFTER)
    advance_plans(institute.sessions, AFTER, ZONE)


def state(institute: Institute, drew: DrewPlan) -> str:
    with institute.sessions.reading() as session:
        return diary.plan(session, drew.plan).state


def certificate(institute: Institute) -> str:
    with institute.sessions.reading() as session:
        plan = sealing.find_plan(session, JANUARY)
        assert plan is not None
        found = seals.find_seal(session, plan)
    assert found is not None
    return found.certificate


def test_a_disclosed_plan_is_made_again_from_its_bundle(institute: Institute) -> None:
    drew = draw(institute)
    before = certificate(institute)
    end(institute, drew)
    data = disclose(institute.sessions, institute.vault, FIRST, AFTER, "test")
    assert judge(data, [before], code_version()).differences == ()
    later = AFTER + timedelta(days=9)
    assert disclose(institute.sessions, institute.vault, FIRST, later, "test") == data
    assert bundle(institute.sessions, institute.vault, FIRST) == data


def test_the_inputs_of_the_bundle_are_those_that_were_sealed(institute: Institute) -> None:
    drew = draw(institute)
    with institute.sessions.reading() as session:
        sealed = diary.seed_and_inputs(session, drew.plan)[1]
    end(institute, drew)
    data = disclose(institute.sessions, institute.vault, FIRST, AFTER, "test")
    assert unpacked(data)["inputs.json"] == sealed.encode()


def test_open_calls_are_named_and_nothing_is_disclosed(institute: Institute) -> None:
    draw(institute)
    first = calls(institute)[0]
    moment = f"{first.drawn_moment:%Y-%m-%d %H:%M}"
    with pytest.raises(DisclosureRefused, match=rf"calls of the period are open: .*{moment}"):
        disclose(institute.sessions, institute.vault, FIRST, AFTER, "test")
    with pytest.raises(DisclosureRefused):
        bundle(institute.sessions, institute.vault, FIRST)


def test_a_plan_runs_from_its_first_moment_and_closes_after_its_period(
    institute: Institute,
) -> None:
    drew = draw(institute)
    first, last = calls(institute)[0], calls(institute)[-1]
    advance_plans(institute.sessions, first.drawn_moment - timedelta(seconds=1), ZONE)
    assert state(institute, drew) == "drawn"
    advance_plans(institute.sessions, first.drawn_moment, ZONE)
    assert state(institute, drew) == "running"
    with institute.sessions.begin() as session:
        for call in diary.calls(session, plan=drew.plan):
            diary.dispose(session, call.id, Disposition.COMPLETED, last.drawn_moment)
    advance_plans(institute.sessions, JANUARY.moments(ZONE)[1] - timedelta(seconds=1), ZONE)
    assert state(institute, drew) == "running"
    assert advance_plans(institute.sessions, AFTER, ZONE) == 1
    assert advance_plans(institute.sessions, AFTER, ZONE) == 0
    assert state(institute, drew) == "closed"


def test_a_rehearsal_on_its_own_clock_moves_no_plan_but_its_own(institute: Institute) -> None:
    real = draw(institute)
    rehearsed = draw(institute, Period(JANUARY.first.next(), 1), purpose="rehearsal")
    advance_plans(institute.sessions, AFTER, ZONE, rehearsed=rehearsed.plan)
    assert state(institute, real) == "drawn"


def test_a_rehearsed_plan_is_judged_by_its_calls_and_not_by_the_clock(
    institute: Institute,
) -> None:
    drew = draw(institute, purpose="rehearsal")
    advance_plans(institute.sessions, AFTER, ZONE)
    assert state(institute, drew) == "drawn"
    with institute.sessions.begin() as session:
        for call in diary.calls(session, plan=drew.plan):
            diary.dispose(session, call.id, Disposition.MISSED, NOW)
    advance_plans(institute.sessions, NOW, ZONE)
    assert state(institute, drew) == "closed"


def test_a_plan_isnt_drawn_before_its_public_value_is_known(institute: Institute) -> None:
    take = sealing.take_public_value
    with pytest.raises(PlanRefused, match="no plan is sealed"):
        take(institute.sessions, JANUARY, "4f6b", NOW, "test")
    with pytest.raises(PlanRefused, match=f"awaits its public value, {BEACON}"):
        draw(institute, public_source=BEACON)
    assert BEACON in certificate(institute)
    assert calls(institute) == ()
    take(institute.sessions, JANUARY, "4f6b", NOW, "test")
    with pytest.raises(PlanRefused, match="awaits no public value"):
        take(institute.sessions, JANUARY, "0000", NOW, "test")
    drew = draw(institute, public_source=BEACON)
    assert drew.calls
    end(institute, drew)
    data = disclose(institute.sessions, institute.vault, FIRST, AFTER, "test")
    assert unpacked(data)["public-value.txt"] == b"4f6b"
    assert judge(data, [certificate(institute)], code_version()).holds


def test_a_bundle_names_no_person_no_identity_and_no_number(institute: Institute) -> None:
    drew = draw(institute)
    call = calls(institute)[0]
    reason = "Alex Birch told An Assessor; account 410001, call +44 1632 960500"
    with institute.sessions.begin() as session:
        actor = str(institute.verifier)
        journal.record(session, NOW, actor, "call withdrawn", f"call {call.id}", {"reason": reason})
    end(institute, drew)
    files = unpacked(disclose(institute.sessions, institute.vault, FIRST, AFTER, "test"))
    text = b"\n".join(files.values()).decode()
    assert "call withdrawn" in files["overrides.json"].decode()
    planted = ("Alex", "Birch", "410001", "960500", "An Assessor", "@", "+44", "0188")
    assert [each for each in planted if each in text] == []
    with institute.sessions.reading() as session:
        real = {str(key) for _, key in seals.real_keys(session)}
    assert [key for key in real if key in text] == []


def test_the_certificate_is_mailed_at_the_seal_and_never_changes(institute: Institute) -> None:
    draw(institute)
    before = certificate(institute)
    draw(institute)
    assert certificate(institute) == before
    with institute.sessions.reading() as session:
        assert mail.count(session, mail.LetterState.WAITING) == 1
