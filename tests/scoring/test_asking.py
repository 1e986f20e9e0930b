"""Copies for people here, and answers to analysts, which must tell nobody the plan."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import event

from config import journal
from config.clock import Month, Period, civil_date
from config.database import Sessions
from scheduler import diary, register
from scheduler.access import Role
from scheduler.outcome import Disposition
from scheduler.rule import Rule
from scoring import asking, dossier_zip
from scoring.asking import NOT_YET, NOTHING, AnalystRequest
from scoring.retention import RetentionRefused
from tests.assessor.month_of_calls import assess, assess_all, calls_of, draw_month, verify
from tests.builders import NOW, Institute, an_institute, identity
from tests.scheduler.planned import draw
from tests.scoring.persons import EMAIL, HERE, NAME, TELEPHONE, TIED, custodian, somebody

PLANS = ("planned_call", "attempt", "sampling_plan", "plan_month", "assessment", "verification")


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute."""
    return an_institute(sessions)


@pytest.fixture
def centre(institute: Institute) -> UUID:
    """A centre."""
    return institute.centre()


def copy(institute: Institute, person: UUID, actor: UUID | None = None) -> str:
    """A copy as its text and its JSON, one after the other."""
    content = asking.copy_for(
        institute.sessions, institute.vault, person, NOW, actor or person, HERE
    )
    made = dossier_zip.write("Test institute", "Everything.", NOW, content)
    with ZipFile(BytesIO(made)) as archive:
        assert archive.namelist() == ["data.json", "summary.txt"]
        data, text = (archive.read(name).decode() for name in archive.namelist())
    assert json.loads(data)["person"][0]["email"]
    return text + data


# --- people here --------------------------------------------------------------------------------


def test_the_own_copy_holds_everything_and_opens_nothing(
    institute: Institute, centre: UUID
) -> None:
    person = somebody(institute, centre)
    found = copy(institute, person)
    for mark in (NAME, EMAIL, TELEPHONE, TIED, HERE, "offered hours".upper(), "SIGN IN"):
        assert mark in found, mark
    assert "argon2" not in found
    assert "password_hash" not in found


def test_a_copy_that_an_administrator_makes_shows_no_telephone(
    institute: Institute, centre: UUID
) -> None:
    person, ada = somebody(institute, centre), institute.person("Ada", Role.ADMINISTRATOR)
    found = copy(institute, person, ada)
    assert TELEPHONE not in found
    assert "telephone: kept encrypted; not shown here" in found
    with institute.sessions.reading() as session:
        (entry,) = journal.latest(session, limit=1)
    assert (entry.actor, entry.action) == (str(ada), "personal data copied")
    assert entry.subject == f"person {person}"


def test_nobody_elses_data_is_in_a_copy(institute: Institute, centre: UUID) -> None:
    draw_month(institute, centre)
    verify(institute, *assess_all(institute))
    other = somebody(institute, centre)
    custodian(institute, centre, "Somebody Else", "else@provider.example")
    for person in (institute.assessor, institute.verifier):
        found = copy(institute, person)
        others = {institute.assessor, institute.verifier, other} - {person}
        assert [each for each in others if str(each) in found] == []
        assert NAME not in found
        assert "Somebody Else" not in found
    assert "JUDGEMENT OF THEIR WORK" in copy(institute, institute.assessor)
    assert "another person" in copy(institute, institute.assessor)


def test_an_assessor_learns_nothing_of_a_call_to_come(institute: Institute, centre: UUID) -> None:
    call = institute.call(centre)
    assert str(call) not in copy(institute, institute.assessor)
    with institute.sessions.begin() as session:
        diary.dispose(session, call, Disposition.COMPLETED, NOW)
    assert str(call) in copy(institute, institute.assessor)


def test_no_code_is_in_any_copy(institute: Institute) -> None:
    centre = institute.centre(identities=(identity(code="kumquat77"),))
    call = institute.call(centre)
    with institute.sessions.begin() as session:
        diary.dispose(session, call, Disposition.COMPLETED, NOW)
    assert "kumquat77" not in copy(institute, institute.assessor)


def test_a_contacts_own_copy_reads_no_table_of_a_plan(institute: Institute, centre: UUID) -> None:
    with institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    contact = institute.person("Cleo", Role.PROVIDER_CONTACT, provider=provider)
    said: list[str] = []

    def hear(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(institute.sessions.engine, "before_cursor_execute", hear)
    copy(institute, contact)
    event.remove(institute.sessions.engine, "before_cursor_execute", hear)
    assert [each for each in said if any(table in each for table in PLANS)] == []
    assert any("FROM incident" in each for each in said)


def test_a_contacts_copy_counts_nothing_that_the_institute_did_meanwhile(
    institute: Institute, centre: UUID
) -> None:
    with institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    contact = institute.person("Cleo", Role.PROVIDER_CONTACT, provider=provider)
    ada = institute.person("Ada", Role.ADMINISTRATOR)
    for actor in (contact, ada):
        found = copy(institute, contact, actor)
        assert "personal data copied" in found
        assert "seq" not in found.lower()
    assert '"seq"' in copy(institute, ada)


def test_text_that_a_spreadsheet_would_run_stands_behind_its_name() -> None:
    made = dossier_zip.write("=1+1", "A", NOW, {"rows": [{"note": "=cmd()\n=cmd()", "none": None}]})
    with ZipFile(BytesIO(made)) as archive:
        lines = archive.read("summary.txt").decode().splitlines()
    assert "note: =cmd() =cmd()" in lines
    assert [line for line in lines if line.startswith(("=", "+", "-", "@"))] == []


# --- analysts -----------------------------------------------------------------------------------


def ask(institute: Institute, centre: UUID, day: date, ticket: str = "INC-40718") -> UUID:
    """A request that the provider confirmed."""
    asked = AnalystRequest(centre, day, ticket, "Their head of staff", NOW.date(), "by letter")
    return asking.note(institute.sessions, asked, NOW, institute.verifier)


def answer(
    institute: Institute, key: UUID, now: datetime = NOW
) -> tuple[str, list[dict[str, object]]]:
    return asking.answer(institute.sessions, key, now, institute.verifier)


@pytest.fixture
def rehearsed(institute: Institute, centre: UUID) -> UUID:
    """A rehearsed month, over by its states, whose first call has a ticket in its words."""
    draw_month(institute, centre)
    first, *others = calls_of(institute)
    verify(institute, assess(institute, first, "They gave me inc-40718, politely."))
    for call in others:
        assess(institute, call)
    return centre


def day_of(institute: Institute) -> date:
    call = calls_of(institute)[0]
    return civil_date(call.drawn_moment + timedelta(minutes=8), call.zone)


def test_once_the_period_is_over_the_call_of_that_ticket_is_told(
    institute: Institute, rehearsed: UUID
) -> None:
    sentence, (call,) = answer(institute, ask(institute, rehearsed, day_of(institute)))
    assert sentence == "This is what is kept of that call."
    told = json.dumps(call)
    assert "They gave me inc-40718, politely." in told
    assert "as I heard it" in told
    assert call["recording"] == "No recording is kept."
    for person in (institute.assessor, institute.verifier):
        assert str(person) not in told


@pytest.mark.parametrize("written", ["INC-40718", "inc 40718", "INC40718."])
def test_a_call_is_found_by_the_ticket_in_its_own_field(
    institute: Institute, centre: UUID, written: str
) -> None:
    draw_month(institute, centre)
    first, *others = calls_of(institute)
    assess(institute, first, ticket=written)
    for call in others:
        assess(institute, call, ticket="INC-40719")
    _, (found,) = answer(institute, ask(institute, centre, day_of(institute)))
    assert f'"ticket": "{written}"' in json.dumps(found)
    assert first.ended_at is not None
    assert found["ended_at"] == first.ended_at.isoformat()
    assert written in copy(institute, institute.assessor)


@pytest.mark.parametrize("ticket", ["INC-4071", "NC-40718", "INC-40719", "politely 40718"])
def test_another_reference_tells_nothing(
    institute: Institute, rehearsed: UUID, ticket: str
) -> None:
    key = ask(institute, rehearsed, day_of(institute), ticket)
    assert answer(institute, key) == (NOTHING, [])


def test_another_centre_or_day_tells_nothing(institute: Institute, rehearsed: UUID) -> None:
    other = institute.centre(1)
    for centre, day in (
        (other, day_of(institute)),
        (rehearsed, day_of(institute) - timedelta(days=1)),
    ):
        assert answer(institute, ask(institute, centre, day)) == (NOTHING, [])


def test_before_the_period_is_over_the_answer_is_the_same_whether_there_was_a_call_or_not(
    institute: Institute, rehearsed: UUID
) -> None:
    with_call, without = day_of(institute), day_of(institute) + timedelta(days=1)
    keys = [ask(institute, rehearsed, day) for day in (with_call, without)]
    last = calls_of(institute)[-1]
    _open_again(institute, last.id)
    with institute.sessions.reading() as session:
        entries = len(journal.entries(session))
    assert [answer(institute, key) for key in keys] == [(NOT_YET, [])] * 2
    with institute.sessions.reading() as session:
        assert len(journal.entries(session)) == entries, "nothing tells them apart here either"
    with institute.sessions.begin() as session:
        diary.dispose(session, last.id, Disposition.MISSED, NOW)
    assert [bool(answer(institute, key)[1]) for key in keys] == [True, False]


def _open_again(institute: Institute, call: UUID) -> None:
    with institute.sessions.begin() as session:
        diary.correct_disposition(session, call, Disposition.AWAITING)


def test_a_day_without_any_plan_waits_for_the_end_of_its_quarter_all_the_same(
    institute: Institute, centre: UUID
) -> None:
    key = ask(institute, centre, date(2026, 11, 3))
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    assert answer(institute, key) == (NOT_YET, [])
    assert answer(institute, key, new_year - timedelta(hours=1)) == (NOT_YET, [])
    assert answer(institute, key, new_year) == (NOTHING, [])


def test_a_real_plan_waits_for_the_end_of_its_period_with_every_call_over(
    institute: Institute, centre: UUID
) -> None:
    draw(
        institute,
        Period(Month(2026, 12), 1),
        rule=Rule(1, Fraction(15, 2), 3),
        seed=bytes(32),
        centres=frozenset({centre}),
    )
    december, new_year = date(2026, 12, 3), date(2027, 1, 1)
    with institute.sessions.reading() as session:
        assert not asking.is_over(session, december, new_year), "calls are open"
    with institute.sessions.begin() as session:
        for call in diary.calls(session, sampled=True):
            diary.dispose(session, call.id, Disposition.MISSED, NOW)
    with institute.sessions.reading() as session:
        assert not asking.is_over(session, december, date(2026, 12, 31))
        assert asking.is_over(session, december, new_year)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: {**a, "called_on": date(2027, 1, 1)}, "A day is to come"),
        (lambda a: {**a, "confirmed_on": date(2027, 1, 1)}, "A day is to come"),
        (lambda a: {**a, "ticket": "#1-2"}, "at least four signs"),
        (lambda a: {**a, "confirmed_by": " "}, "who at the provider"),
        (lambda a: {**a, "confirmed_how": ""}, "who at the provider"),
        (lambda a: {**a, "centre": uuid4()}, "Choose a centre"),
    ],
)
def test_a_request_that_nobody_confirmed_or_that_fits_anything_is_refused(
    institute: Institute,
    centre: UUID,
    change: Callable[[dict[str, object]], dict[str, object]],
    said: str,
) -> None:
    asked: dict[str, object] = {
        "centre": centre,
        "called_on": NOW.date(),
        "ticket": "INC-1234",
        "confirmed_by": "Their head of staff",
        "confirmed_on": NOW.date(),
        "confirmed_how": "by letter",
    }
    with pytest.raises(RetentionRefused, match=said):
        asking.note(
            institute.sessions,
            AnalystRequest(**change(asked)),  # type: ignore[arg-type]
            NOW,
            institute.verifier,
        )
    with institute.sessions.reading() as session:
        assert asking.noted(session) == ()


def test_who_confirmed_is_on_record_and_not_in_the_chain(
    institute: Institute, centre: UUID
) -> None:
    ask(institute, centre, NOW.date())
    with institute.sessions.reading() as session:
        (noted,) = asking.noted(session)
        assert "head of staff" not in str(journal.entries(session))
    assert (noted.asked.confirmed_by, noted.asked.confirmed_how) == (
        "Their head of staff",
        "by letter",
    )
