"""The institute's own record: written over what was seen, and kept in the journal."""

import json
from datetime import date, timedelta

import pytest

from config import journal
from config.database import Sessions
from scheduler import accreditation, accrediting, register
from scheduler.accreditation import Accreditation
from scheduler.centre import Closure, ProviderStatus
from scheduler.further import HolidaysKept
from scheduler.gathering import closures
from scheduler.refused import ChangedMeanwhile, FieldRefused
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.planned import calls, draw

TODAY = NOW.date()
SUSPENDED = Accreditation(ProviderStatus.SUSPENDED, date(2026, 1, 5), "1.01")


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with one centre."""
    institute = an_institute(sessions)
    institute.centre()
    return institute


def centre_of(institute: Institute) -> register.Centre:
    with institute.sessions.reading() as session:
        return register.centres(session)[0]


def accredit(institute: Institute, wanted: Accreditation, version: int = 1) -> None:
    provider = centre_of(institute).provider
    accrediting.accredit(institute.sessions, provider, wanted, version, NOW, TODAY, "admin")


def keep(institute: Institute, wanted: HolidaysKept, version: int = 1) -> None:
    centre = centre_of(institute)
    accrediting.keep_holidays(institute.sessions, centre, wanted, version, NOW, "admin")


def test_a_provider_that_came_by_a_return_is_accredited_and_has_signed_nothing(
    institute: Institute,
) -> None:
    with institute.sessions.reading() as session:
        found = accreditation.accreditation(session, centre_of(institute).provider)
    assert found == (Accreditation(ProviderStatus.ACCREDITED, None, ""), 1)


def test_a_change_is_kept_with_what_stood_before(institute: Institute) -> None:
    accredit(institute, SUSPENDED)
    assert centre_of(institute).status is ProviderStatus.SUSPENDED
    with institute.sessions.reading() as session:
        (entry,) = [e for e in journal.entries(session) if e.action == "accreditation changed"]
    detail = json.loads(entry.detail)
    assert detail["before"] == {"status": "accredited", "signed_on": None, "code": ""}
    assert detail["after"]["code"] == "1.01"


def test_a_stale_form_changes_nothing(institute: Institute) -> None:
    accredit(institute, SUSPENDED)
    with pytest.raises(ChangedMeanwhile):
        accredit(institute, Accreditation(ProviderStatus.ACCREDITED, None, ""), 1)
    assert centre_of(institute).status is ProviderStatus.SUSPENDED
    keep(institute, HolidaysKept("SCT", True, ()))
    with pytest.raises(ChangedMeanwhile):
        keep(institute, HolidaysKept("ENG", True, ()))
    assert centre_of(institute).region == "SCT"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Accreditation(ProviderStatus.LAPSED, None, ""), "status"),
        (Accreditation(ProviderStatus.ACCREDITED, TODAY + timedelta(days=1), "1.01"), "signed_on"),
        (Accreditation(ProviderStatus.ACCREDITED, TODAY, "latest"), "code"),
        (Accreditation(ProviderStatus.ACCREDITED, None, "1.01"), "signed_on"),
    ],
)
def test_what_cannot_be_is_refused_and_says_where(
    institute: Institute, wanted: Accreditation, field: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        accredit(institute, wanted)
    assert refused.value.field == field


def test_accreditation_lapses_by_its_dates_alone() -> None:
    until = date(2027, 3, 31)
    assert ProviderStatus.ACCREDITED.on(until, until) is ProviderStatus.ACCREDITED
    assert ProviderStatus.ACCREDITED.on(date(2027, 4, 1), until) is ProviderStatus.LAPSED
    assert ProviderStatus.SUSPENDED.on(date(2027, 4, 1), until) is ProviderStatus.SUSPENDED


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (ProviderStatus.SUSPENDED, "its provider is suspended"),
        (ProviderStatus.APPLICANT, "its provider is an applicant, not yet accredited"),
    ],
)
def test_only_an_accredited_provider_is_drawn(
    institute: Institute, status: ProviderStatus, why: str
) -> None:
    accredit(institute, Accreditation(status, None, ""))
    drew = draw(institute)
    assert [(each.centre, each.reason) for each in drew.without] == [("Provider 0, Centre 0", why)]
    assert calls(institute) == ()


def test_holidays_are_kept_only_where_the_centre_says_so(institute: Institute) -> None:
    new_year = (date(2027, 1, 1), date(2027, 1, 1))
    with institute.sessions.reading() as session:
        assert closures(session, centre_of(institute), *new_year) == ()
    keep(institute, HolidaysKept("ENG", True, ()))
    with institute.sessions.reading() as session:
        found = closures(session, centre_of(institute), *new_year)
    assert found == (Closure(*new_year, "New Year's Day"),)
    keep(institute, HolidaysKept("ENG", True, ((new_year[0], True),)), 2)
    with institute.sessions.reading() as session:
        assert closures(session, centre_of(institute), *new_year) == ()


def test_an_unknown_region_is_refused(institute: Institute) -> None:
    with pytest.raises(FieldRefused, match="ENG, NIR, SCT, WLS"):
        keep(institute, HolidaysKept("ZZ", True, ()))


def test_a_plan_freezes_the_holidays_and_draws_none_of_them(institute: Institute) -> None:
    from tests.scheduler.planned import SEED, moments, of_calls, proof, stored

    keep(institute, HolidaysKept("ENG", True, ((date(2027, 1, 15), False),)))
    plan = draw(institute).plan
    assert '"first":"2027-01-15"' in stored(institute, plan)[1]
    found = calls(institute, plan=plan)
    days = {call.drawn_moment.date() for call in found}
    assert days.isdisjoint({date(2027, 1, 1), date(2027, 1, 15)})
    keep(institute, HolidaysKept("", False, ()), 2)  # what changes later doesn't change the plan
    assert moments(proof(institute, plan, SEED)) == of_calls(found)
