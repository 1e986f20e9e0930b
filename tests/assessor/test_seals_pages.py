"""The seals as anybody sees them, and what an administrator does to a sealed plan."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import diary
from scheduler.access import Role
from scheduler.advancing import advance_plans
from scheduler.bundle import unpacked
from scheduler.outcome import Disposition
from scheduler.sealing import PlanRefused
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import JANUARY, calls, draw
from tests.workspace import PASSWORD, client, workspace

AFTER = JANUARY.moments(ZONE)[1] + timedelta(hours=1)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator, an auditor and a centre."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Aud", Role.AUDITOR, password=PASSWORD)
    institute.centre(0)
    return institute


def signed_in(institute: Institute, name: str) -> FlaskClient:
    return client(workspace(institute, SettableClock(AFTER)), f"{name}@institute.example")


def test_anybody_may_read_and_keep_a_certificate(institute: Institute) -> None:
    anybody = workspace(institute, SettableClock(NOW)).test_client()
    assert "No plan has been sealed" in anybody.get("/seals").text
    drew = draw(institute)
    listed = anybody.get("/seals").text
    assert f"/seals/{drew.plan}" in listed
    assert "could have chosen among seeds" in anybody.get(f"/seals/{drew.plan}").text
    kept = anybody.get(f"/seals/{drew.plan}.txt").text
    assert kept.startswith("Certificate of a sealed sampling plan")
    assert anybody.get("/seals/00000000-0000-0000-0000-000000000000").status_code == 404


def test_who_is_signed_in_keeps_the_rail_and_the_public_sees_none(institute: Institute) -> None:
    drew = draw(institute)
    aud, anybody = (
        signed_in(institute, "aud"),
        workspace(institute, SettableClock(NOW)).test_client(),
    )
    for path in ("/seals", f"/seals/{drew.plan}"):
        mine, public = aud.get(path).text, anybody.get(path).text
        assert re.search(r'<a href="/seals" aria-current="page">\s*<span>Seals', mine)
        assert 'href="/account"' in mine
        for only_signed_in in ("/account", "/journal", "Sign out", "practice exchange"):
            assert only_signed_in not in public
        assert "Hash of the seed" in mine
        assert "Hash of the seed" in public


def test_the_public_pages_tell_nothing_of_a_plans_size(
    institute: Institute,
) -> None:
    """Nothing tells how many centres or calls there are."""
    anybody = workspace(institute, SettableClock(NOW)).test_client()
    drew = draw(institute)
    with institute.sessions.reading() as session:
        inputs = diary.seed_and_inputs(session, drew.plan)[1]
    addresses = ("/seals", f"/seals/{drew.plan}", f"/seals/{drew.plan}.txt")
    for text in (anybody.get(address).text for address in addresses):
        assert str(len(inputs)) not in text
        assert "centres" not in text.replace("support centres", "")
    assert "0 calls" not in anybody.get("/seals").text


def test_the_public_pages_do_not_tell_when_the_last_call_has_ended(institute: Institute) -> None:
    drew = draw(institute)
    anybody = workspace(institute, SettableClock(AFTER)).test_client()
    addresses = ("/seals", f"/seals/{drew.plan}")
    before = [anybody.get(address).text for address in addresses]
    with institute.sessions.begin() as session:
        for call in diary.calls(session, plan=drew.plan):
            diary.dispose(session, call.id, Disposition.BUSY, AFTER)
    assert advance_plans(institute.sessions, AFTER, ZONE) == 2
    with institute.sessions.reading() as session:
        assert diary.plan(session, drew.plan).state == "closed"
    assert [anybody.get(address).text for address in addresses] == before


def test_an_administrator_gives_the_public_value_and_draws(institute: Institute) -> None:
    with pytest.raises(PlanRefused):
        draw(institute, public_source="a lottery's draw of 1 December")
    ada = client(workspace(institute, SettableClock(NOW)), "ada@institute.example")
    assert "awaiting the public value" in ada.get("/seals").text
    assert ada.post("/plan/2027-01/draw").status_code == 422
    assert "a lottery" in ada.get("/plan/2027-01").text
    ada.post("/plan/2027-01/public-value", data={"value": "7 12 31"})
    assert ada.post("/plan/2027-01/public-value", data={"value": "1"}).status_code == 422
    assert calls(institute) == ()
    assert ada.post("/plan/2027-01/draw").status_code == 303
    assert calls(institute)


def test_the_bundle_is_the_auditors_once_it_is_disclosed(institute: Institute) -> None:
    drew = draw(institute)
    ada, aud = signed_in(institute, "ada"), signed_in(institute, "aud")
    assert ada.post("/plan/2027-01/disclose").status_code == 422
    with institute.sessions.begin() as session:
        for call in diary.calls(session, plan=drew.plan):
            diary.dispose(session, call.id, Disposition.COMPLETED, AFTER)
    advance_plans(institute.sessions, AFTER, ZONE)
    assert aud.get("/plan/2027-01.zip").status_code == 404
    assert aud.post("/plan/2027-01/disclose").status_code == 404
    assert ada.post("/plan/2027-01/disclose").status_code == 303
    assert unpacked(aud.get("/plan/2027-01.zip").data)["seed.txt"]
    assert 'href="/plan/2027-01.zip"' in aud.get("/plan/2027-01").text
    assert 'href="/seals"' in aud.get("/plan").text
