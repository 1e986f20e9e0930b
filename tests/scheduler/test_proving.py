"""A number is drawn when a check has proved it within a year, and its spare code is burnt."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from config import journal
from config.clock import Period
from config.database import Sessions
from scheduler import codes, proofs, proving, register
from scheduler.centre import Line, Reach
from scheduler.gathering import gather, readiness_of
from scheduler.proofs import ProvingCheck, Result
from scheduler.readiness import Need
from scheduler.refused import FieldRefused
from tests.builders import NOW, ZONE, Institute, a_return, an_institute, identity
from tests.scheduler.planned import JANUARY, RULE, draw

TODAY = NOW.date()
IDENTITIES = (identity("410001", "1111"), identity("410002", "2222"))


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a centre of one number and two identities."""
    institute = an_institute(sessions)
    institute.centre(identities=IDENTITIES)
    return institute


def centre_of(institute: Institute) -> register.Centre:
    with institute.sessions.reading() as session:
        return register.centres(session)[0]


def line_of(institute: Institute) -> Line:
    with institute.sessions.reading() as session:
        return register.lines(session, centre_of(institute).id)[0]


def usable(institute: Institute) -> list[UUID]:
    with institute.sessions.reading() as session:
        return [each.id for each in codes.usable_identities(session, centre_of(institute).id)]


def a_check(institute: Institute, **changes: object) -> ProvingCheck:
    check = ProvingCheck(
        line_of(institute).id, usable(institute)[0], TODAY, "admin", Result.PROVED, ""
    )
    return replace(check, **changes)  # type: ignore[arg-type]


def record(institute: Institute, check: ProvingCheck) -> None:
    centre = centre_of(institute).id
    proving.record_check(institute.sessions, centre, check, NOW, TODAY, "admin")


def reach(institute: Institute, seen: Reach, wanted: Reach) -> None:
    centre, number = centre_of(institute).id, line_of(institute).id
    proving.set_reach(institute.sessions, centre, number, seen, wanted, NOW, "admin")


def numbers(institute: Institute, period: Period = JANUARY) -> list[tuple[object, object]]:
    with institute.sessions.reading() as session:
        inputs = gather(session, period, RULE, ZONE, None, period.start)
    return [(each.first, each.last) for each in inputs.centres[0].numbers]


def test_an_unproved_number_is_not_drawn_and_the_plan_says_so(institute: Institute) -> None:
    drew = draw(institute, proved_everything=False)
    assert drew.without[0].reason == (
        "no contact number is valid and proved by a check in the period"
    )
    assert not drew.proved_everything


def test_a_check_proves_a_number_for_a_year_and_burns_the_identity(institute: Institute) -> None:
    check = a_check(institute)
    record(institute, check)
    assert check.identity not in usable(institute)
    assert len(usable(institute)) == 1
    assert numbers(institute) == [(TODAY, TODAY + timedelta(days=364))]
    drew = draw(institute, proved_everything=False)
    assert drew.calls > 0
    with institute.sessions.reading() as session:
        assert proofs.checks(session, centre_of(institute).id) == (("+441632960500", check),)
        assert sum(e.action == "proving check" for e in journal.entries(session)) == 1


def test_a_later_check_that_failed_takes_the_proof_away(institute: Institute) -> None:
    record(institute, a_check(institute, made_on=TODAY - timedelta(days=9)))
    yesterday = TODAY - timedelta(days=1)
    failed = a_check(institute, made_on=yesterday, result=Result.MENU_DIFFERS, identity=None)
    record(institute, failed)
    assert numbers(institute) == []
    earlier = replace(failed, made_on=TODAY - timedelta(days=20), result=Result.NOT_REACHED)
    record(institute, a_check(institute))
    record(institute, earlier)  # entered late, made before: the newest decides
    assert len(numbers(institute)) == 1


def test_another_way_through_the_menu_is_proved_anew(institute: Institute) -> None:
    record(institute, a_check(institute))
    (line,) = a_return().numbers
    institute.centre(identities=IDENTITIES, numbers=(replace(line, label="Renamed"),))
    assert len(numbers(institute)) == 1
    institute.centre(identities=IDENTITIES, numbers=(replace(line, menu_keys="2ww1"),))
    assert numbers(institute) == []


def test_a_centre_waits_for_the_institutes_check_on_the_live_telephone_only(
    institute: Institute,
) -> None:
    def missing(*, everything: bool) -> list[Need]:
        with institute.sessions.reading() as session:
            found = readiness_of(session, centre_of(institute), TODAY, proved_everything=everything)
        return [each.need for each in found.missing]

    assert missing(everything=True) == []
    assert missing(everything=False) == [Need.PROOF]
    record(institute, a_check(institute))
    assert missing(everything=False) == []


def test_a_number_of_the_own_network_is_never_drawn(institute: Institute) -> None:
    reach(institute, Reach.PUBLIC, Reach.OWN_NETWORK)
    with institute.sessions.reading() as session:
        found = gather(session, JANUARY, RULE, ZONE, None, JANUARY.start, proved_everything=True)
        assert not register.line_serves(session, line_of(institute).id, TODAY)
        assert readiness_of(session, centre_of(institute), TODAY).missing[0].need is Need.NUMBER
    assert found.centres[0].numbers == ()


def test_a_reach_that_was_changed_meanwhile_is_not_overwritten(institute: Institute) -> None:
    reach(institute, Reach.PUBLIC, Reach.EXTENSION)
    with pytest.raises(FieldRefused, match="meanwhile"):
        reach(institute, Reach.PUBLIC, Reach.OWN_NETWORK)
    assert line_of(institute).reach is Reach.EXTENSION


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"made_on": TODAY + timedelta(days=1)}, "made_on"),
        ({"made_on": TODAY - timedelta(days=365)}, "made_on"),
        ({"identity": None}, "identity"),
        ({"identity": uuid4()}, "identity"),
        ({"number": uuid4()}, "number"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_check_that_cannot_be_is_refused_and_burns_nothing(
    institute: Institute, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        record(institute, a_check(institute, **changes))
    assert refused.value.field == field
    assert len(usable(institute)) == 2
