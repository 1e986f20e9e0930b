"""The Monday letter: once a week, to every administrator, with what every room knows."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, update

from config import mail
from config.clock import Month, Period
from config.database import Sessions
from config.mail import Letter, LetterState
from scheduler import diary
from scheduler.access import Role
from scheduler.diary_rows import PlanCentreRow, PlannedCallRow
from scheduler.people_rows import OfferedHoursRow
from scheduler.rule import Rule
from scoring.summarising import letter_now, write_monday_letter
from tests.assessor.month_of_calls import assess_all, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.planned import draw

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ORIGIN = "https://calls.institute.org"


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR)
    institute.person("Bea", Role.ADMINISTRATOR)
    return institute


def write(institute: Institute, now: datetime = MONDAY) -> int:
    return write_monday_letter(
        institute.sessions,
        institute.vault,
        now,
        ZONE,
        ORIGIN,
        "The institute",
        proved_everything=True,
    )


def sentences(institute: Institute, section: int, now: datetime = MONDAY) -> list[str]:
    with institute.sessions.reading() as session:
        letter = letter_now(session, now, ZONE, institute.verifier, proved_everything=True)
    return [item.sentence for item in letter.sections[section].items]


def sent(institute: Institute) -> list[Letter]:
    letters: list[Letter] = []
    mail.deliver(institute.sessions, institute.vault, letters.append, lambda: MONDAY)
    return letters


def test_the_letter_is_written_once_a_week_to_every_administrator(institute: Institute) -> None:
    assert write(institute) == 2
    assert write(institute) == 0
    assert write(institute, MONDAY + timedelta(days=6)) == 0
    assert write(institute, MONDAY + timedelta(days=9)) == 2  # no worker ran on that Monday
    assert write(institute, MONDAY + timedelta(days=10)) == 0
    assert sorted({each.to for each in sent(institute)}) == [
        "ada@institute.example",
        "bea@institute.example",
    ]


def test_a_week_belongs_to_the_zone_of_the_institute(institute: Institute) -> None:
    late = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)  # Sunday in London, Monday in Berlin
    assert write(institute) == 2
    assert write(institute, late) == 0
    again = write_monday_letter(
        institute.sessions,
        institute.vault,
        late,
        "Europe/Berlin",
        ORIGIN,
        "The institute",
        proved_everything=True,
    )
    assert again == 2


def test_without_an_administrator_the_week_stays_open(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    assert write(institute) == 0
    institute.person("Ada", Role.ADMINISTRATOR)
    assert write(institute) == 1


def test_the_letter_holds_the_page_and_the_head_of_the_journal(institute: Institute) -> None:
    institute.centre(0, notice_given_on=None)
    institute.centre(1, accredited_until=date(2026, 12, 10))
    write(institute)
    with institute.sessions.reading() as session:
        page = letter_now(session, MONDAY, ZONE, institute.verifier, proved_everything=True)
    (first, _) = sent(institute)
    assert first.subject == page.subject == "This week: 2 things wait for you"
    assert page.journal.startswith("entry ")
    assert page.journal in first.body  # its own entry is the newest
    assert sentences(institute, 0) == ["Centre 0 (Provider 0): no notice to staff is in force."]
    assert sentences(institute, 1) == [
        "Centre 1 (Provider 1): accreditation: 10 days left, until 10 December 2026."
    ]


def test_calls_to_come_without_an_assessor_and_hours_that_nobody_offered_are_named(
    institute: Institute,
) -> None:
    institute.centre()
    draw(institute, Period(Month(2027, 1), 1), rule=Rule(1, Fraction(6), 2), seed=bytes(32))
    (voices, *_) = sentences(institute, 2)
    assert "Centre 0: fewer than three voices: only 1 may make its calls." in voices
    with institute.sessions.begin() as session:
        session.execute(update(PlannedCallRow).values(assessor_id=None))
        session.execute(update(PlanCentreRow).values(uncovered="1/4", short=""))
        calls = diary.calls(session)
    *nobody, hours = sentences(institute, 2)
    assert len(nobody) == min(len(calls), 11), "ten by name, and how many more"
    assert nobody[0].startswith("Plan from January 2027: a call on ")
    assert hours == (
        "Plan from January 2027: Centre 0, nobody offered the hours of 25 % of its ordinary calls."
    )
    assert sentences(institute, 2, datetime(2027, 2, 1, 9, tzinfo=UTC)) == []


def test_hours_that_all_assessors_together_offer_too_few_are_told(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        session.execute(delete(OfferedHoursRow).where(OfferedHoursRow.weekday != 0))
        session.execute(update(OfferedHoursRow).values(opens=540, closes=600))
    for number in range(3):
        institute.centre(number)
    (short,) = sentences(institute, 2)
    assert short.startswith("The calls take ")
    assert short.endswith("are short.")


def test_a_month_waits_from_its_end_until_all_its_reports_are_published(
    institute: Institute,
) -> None:
    draw_month(institute, institute.centre())
    assert sentences(institute, 3, datetime(2026, 10, 30, 9, tzinfo=UTC)) == []
    (waits,) = sentences(institute, 3)
    assert waits.startswith("October 2026: 0 of 1 reports are published; ")
    assert waits.endswith("calls without a score.")
    verify(institute, *assess_all(institute))
    assert sentences(institute, 3) == [
        "October 2026: 0 of 1 reports are published; 1 ready to publish."
    ]


def test_letters_that_were_given_up_are_counted(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        key = mail.post(session, institute.vault, NOW, "a@centre.org", "Hello", "Hello")
        session.get_one(mail.OutboxRow, key).given_up_at = NOW
    assert sentences(institute, -1) == ["1 letter was given up after every try."]
    with institute.sessions.reading() as session:
        assert mail.count(session, LetterState.GIVEN_UP) == 1


def test_on_the_live_telephone_a_number_without_a_proving_check_keeps_a_centre_back(
    institute: Institute,
) -> None:
    institute.centre()
    with institute.sessions.reading() as session:
        letter = letter_now(session, MONDAY, ZONE, institute.verifier, proved_everything=False)
    assert [item.sentence for item in letter.sections[0].items] == [
        "Centre 0 (Provider 0): no number is proved by a check."
    ]
