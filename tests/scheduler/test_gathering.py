"""What a plan is drawn from is gathered as it stands, and in one order on every database."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from sqlalchemy import update

from config.clock import Month, Period
from config.database import Sessions
from scheduler import caller_pool, diary, people, scenario_versions
from scheduler.access import Role
from scheduler.centre import Closure, ContactNumber, OpenSpan
from scheduler.enrolling import enrol
from scheduler.gathering import gather
from scheduler.hours import SECTOR_VOLUME
from scheduler.outcome import Disposition
from scheduler.people_rows import PersonRow
from scheduler.plan_inputs import Inputs
from scheduler.register_rows import CoverIdentityRow
from scheduler.rule import Rule
from scheduler.seal import canonical
from tests.builders import ALWAYS, LEVEL, NOW, ZONE, Institute, a_return, an_institute, identity

JANUARY = Period(Month(2027, 1), 1)
RULE = Rule(1, Fraction(8), 3, 20)
BEGINS, ENDS = JANUARY.moments(ZONE)
DAY = timedelta(days=1)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with one assessor and one verifier."""
    return an_institute(sessions)


def gathered(
    institute: Institute, only: frozenset[UUID] | None = None, since: date = JANUARY.start
) -> Inputs:
    with institute.sessions.reading() as session:
        return gather(session, JANUARY, RULE, ZONE, only, since, proved_everything=True)


def call_at(institute: Institute, centre: UUID, moment: datetime) -> UUID:
    return institute.call(centre, now=NOW, due=moment - NOW)


def test_period_and_rule_are_frozen_with_the_rest(institute: Institute) -> None:
    whole = gathered(institute)
    assert (whole.period, whole.rule, whole.zone) == (JANUARY, RULE, ZONE)
    assert whole.centres == ()
    assert len(whole.caller_numbers) == 2


def test_a_centre_comes_with_all_that_stands_on_the_register(institute: Institute) -> None:
    shut = Closure(date(2027, 1, 1), date(2027, 1, 3), "New Year")
    hours = (OpenSpan(0, 540, 1020), OpenSpan(1, 540, 1020))
    stated = a_return(
        closures=(shut,),
        hours=hours,
        numbers=(ContactNumber("Main", "+441632960700", "", None, date(2027, 1, 9)),),
        identities=(replace(identity(), valid_until=date(2027, 1, 20)),),
    )
    done = enrol(institute.sessions, institute.vault, stated, NOW, "test", ZONE)
    (centre,) = gathered(institute, since=date(2027, 1, 5)).centres
    assert (centre.centre, centre.provider, centre.zone) == (done.centre, done.provider, ZONE)
    assert (centre.spans, centre.closures, centre.volume) == (hours, (shut,), SECTOR_VOLUME)
    assert centre.since == date(2027, 1, 5)
    assert centre.accredited == (stated.accredited_from, stated.accredited_until)
    assert centre.notices == ((date(2026, 10, 1), date(2027, 9, 30)),)
    (number,), (entitled,), (level,) = centre.numbers, centre.identities, centre.levels
    assert (number.first, number.last) == (NOW.date(), date(2027, 1, 9))
    assert (entitled.first, entitled.last) == (date(2026, 1, 1), date(2027, 1, 20))
    assert (level.first, level.last) == (NOW.date(), None)


def test_what_ended_or_is_burnt_is_left_out(institute: Institute) -> None:
    two = a_return(
        numbers=(*a_return().numbers, ContactNumber("Second", "+441632960701")),
        identities=(identity("1", "11"), identity("2", "22")),
    )
    institute.centre(numbers=two.numbers, identities=two.identities)
    institute.centre(numbers=two.numbers[:1], identities=two.identities)
    (centre,) = gathered(institute).centres
    assert (len(centre.numbers), len(centre.identities)) == (1, 2)
    burnt, left = (each.id for each in centre.identities)
    with institute.sessions.begin() as session:
        burning = update(CoverIdentityRow).where(CoverIdentityRow.id == burnt)
        session.execute(burning.values(burnt_on=NOW.date()))
    (centre,) = gathered(institute).centres
    assert [each.id for each in centre.identities] == [left]


def test_a_plan_can_be_limited_to_some_centres(institute: Institute) -> None:
    one, _, other = (institute.centre(number) for number in range(3))
    found = gathered(institute, frozenset({one, other})).centres
    assert {centre.centre for centre in found} == {one, other}


def test_everything_comes_in_an_order_that_no_database_decides(institute: Institute) -> None:
    for number in range(4):
        institute.centre(
            number,
            numbers=tuple(
                ContactNumber(label, f"+4416329607{number}{n}")
                for n, label in enumerate(("b", "B", "-a", "é"))
            ),
            identities=tuple(identity(str(n), str(n)) for n in range(4)),
        )
    for n in range(4):
        institute.person(f"Assessor {n}", Role.ASSESSOR)
    whole = gathered(institute)
    in_order = [
        [centre.centre for centre in whole.centres],
        [person.person for person in whole.people],
        *([x.id for x in centre.numbers] for centre in whole.centres),
        *([x.id for x in centre.identities] for centre in whole.centres),
        *(list(centre.scenarios) for centre in whole.centres),
    ]
    assert all(len(keys) >= 4 for keys in in_order)
    assert all(keys == sorted(keys) for keys in in_order)
    assert canonical(whole) == canonical(gathered(institute))


def test_only_scenarios_that_fit_what_a_centre_declared_are_dealt(institute: Institute) -> None:
    payroll = institute.centre(1, service_level=replace(LEVEL, products="Payroll alone"))
    desktop = institute.centre(2, service_level=replace(LEVEL, products="Desktop and printing"))
    with institute.sessions.reading() as session:
        texts = dict(scenario_versions.current_scenarios(session))
    played = {
        centre.centre: {texts[key].name for key in centre.scenarios}
        for centre in gathered(institute).centres
    }
    assert "overtime-in-a-closed-month" in played[payroll] - played[desktop]
    assert "printer-after-the-move" in played[desktop] - played[payroll]
    assert "how-to-complain" in played[desktop] & played[payroll]


def test_only_active_assessors_are_asked(institute: Institute) -> None:
    institute.person("A second verifier", Role.VERIFIER)
    gone = institute.person("Somebody who left", Role.ASSESSOR)
    with institute.sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == gone).values(active=False))
    (person,) = gathered(institute).people
    assert (person.person, person.zone, person.spans) == (institute.assessor, ZONE, ALWAYS)


def test_ties_are_frozen_with_the_rest(institute: Institute) -> None:
    done = enrol(institute.sessions, institute.vault, a_return(), NOW, "test", ZONE)
    with institute.sessions.begin() as session:
        people.declare_tie(session, institute.assessor, done.provider, "worked there", NOW)
    assert gathered(institute).ties == ((institute.assessor, done.centre),)


def test_a_number_that_the_institute_gave_up_is_no_longer_in_the_pool(
    institute: Institute,
) -> None:
    with institute.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, ["+441632960001"])
        pool = caller_pool.caller_numbers(session)
    assert gathered(institute).caller_numbers == pool
    assert len(pool) == 1


def test_a_voice_was_last_heard_before_the_period(institute: Institute) -> None:
    """A call in the period, a practice call say, doesn't hide what was heard before it."""
    centre, other = institute.centre(1), institute.centre(2)
    for moment in (BEGINS - 20 * DAY, BEGINS - 10 * DAY, BEGINS + DAY):
        call_at(institute, centre, moment)
    call_at(institute, other, BEGINS)
    assert gathered(institute).heard == ((institute.assessor, centre, date(2026, 12, 22)),)


def test_a_voice_is_forgotten_after_a_year_and_a_withdrawn_call_was_not_heard(
    institute: Institute,
) -> None:
    since = date(2025, 1, 1)
    long_ago = institute.centre(
        1,
        numbers=(ContactNumber("Main", "+441632960700", "", since),),
        identities=(replace(identity(), valid_from=since),),
    )
    call_at(institute, long_ago, BEGINS - 366 * DAY)
    other = institute.centre(2)
    withdrawn = call_at(institute, other, BEGINS - 30 * DAY)
    with institute.sessions.begin() as session:
        assert diary.dispose(session, withdrawn, Disposition.WITHDRAWN, NOW)
    assert gathered(institute).heard == ()


def test_calls_in_and_beside_the_period_take_their_assessors_time(institute: Institute) -> None:
    done = enrol(institute.sessions, institute.vault, a_return(), NOW, "test", ZONE)
    moments = (BEGINS - 9 * DAY, BEGINS - 7 * DAY, BEGINS + DAY, ENDS + 7 * DAY, ENDS + 9 * DAY)
    for moment in moments:
        call_at(institute, done.centre, moment)
    withdrawn = call_at(institute, done.centre, BEGINS + 2 * DAY)
    with institute.sessions.begin() as session:
        assert diary.dispose(session, withdrawn, Disposition.WITHDRAWN, NOW)
    assert gathered(institute).held == tuple(
        (institute.assessor, done.centre, done.provider, moment) for moment in moments[1:4]
    )
