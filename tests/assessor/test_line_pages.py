from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from config import journal
from config.database import Sessions
from scheduler import alarms, attempts, deciding, diary, line_state, worklist
from scheduler.access import Role
from scheduler.alarm import Kind
from scheduler.dialling_by_hand import dialling_now, end_untold
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Attempt, Disposition
from tests.builders import NOW, Institute, an_institute, unfetched_recording
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    return institute


@pytest.fixture
def clock() -> SettableClock:
    """The clock of the workspace."""
    return SettableClock(NOW)


@pytest.fixture
def administrator(institute: Institute, clock: SettableClock) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, clock), "ada@institute.example")


def only_attempt(institute: Institute) -> Attempt:
    """The one attempt that is due within a day."""
    with institute.sessions.reading() as session:
        (attempt,) = worklist.due(session, NOW + timedelta(days=1), 9, None)
    return attempt


def test_a_worker_that_never_ticked_is_said_in_red(administrator: FlaskClient) -> None:
    assert "It has never looked for calls" in administrator.get("/line").text


def test_a_heartbeat_counts_for_thirty_seconds(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    with institute.sessions.begin() as session:
        line_state.beat(session, "worker", NOW)
    clock.pass_by(seconds=30)
    assert "Dialling is on" in administrator.get("/line").text
    clock.pass_by(seconds=1)
    assert "The worker doesn&#39;t answer" in administrator.get("/line").text


def test_what_is_due_within_a_day_is_listed_and_no_later_call(
    institute: Institute, administrator: FlaskClient
) -> None:
    institute.call(institute.centre(0), due=timedelta(minutes=23))
    institute.call(institute.centre(1), due=timedelta(hours=25))
    text = administrator.get("/line").text
    assert "The next call is due at 09:23" in text
    assert "Centre 0" in text
    assert "Centre 1" not in text


def test_a_call_that_should_have_been_dialled_is_overdue(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    institute.call(due=timedelta(minutes=1))
    clock.pass_by(minutes=2, seconds=29)
    assert "overdue" not in administrator.get("/line").text
    clock.pass_by(seconds=2)
    text = administrator.get("/line").text
    assert "1 call is overdue" in text
    assert "The next call" not in text


def test_a_call_is_followed_from_the_assessor_to_the_centre(
    institute: Institute, administrator: FlaskClient
) -> None:
    institute.call()
    attempt = only_attempt(institute)
    with institute.sessions.begin() as session:
        attempts.claim(session, attempt.id, "worker", NOW)
    assert "ringing the assessor" in administrator.get("/line").text
    with institute.sessions.begin() as session:
        attempts.adopt(session, attempt.token, "CA1", NOW)
        attempts.pass_gate(session, attempt.token, "CA1", NOW)
    assert "ringing the centre" in administrator.get("/line").text
    with institute.sessions.begin() as session:
        attempts.measure(session, attempt.id, child_sid="CA2", answered_at=NOW)
    assert "talking" in administrator.get("/line").text


def test_unknown_calls_and_those_missed_today_are_named_and_rehearsed_ones_are_not(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    unknown, missed = institute.call(institute.centre(0)), institute.call(institute.centre(1))
    clock.pass_by(minutes=20)
    with institute.sessions.begin() as session:
        diary.dispose(session, unknown, Disposition.UNKNOWN, NOW)
        diary.dispose(session, missed, Disposition.MISSED, NOW)
    text = administrator.get("/line").text
    assert "nobody told what became" in text
    assert "Missed today</caption>" in text
    clock.pass_by(days=1)
    administrator = client(administrator.application, "ada@institute.example")
    text = administrator.get("/line").text
    assert "nobody told what became" in text
    assert "Missed today</caption>" not in text
    with institute.sessions.begin() as session:
        session.execute(update(SamplingPlanRow).values(purpose="rehearsal"))
    assert "nobody told what became" not in administrator.get("/line").text


def test_the_switch_stops_resumes_and_is_journalled_with_the_person(
    institute: Institute, administrator: FlaskClient
) -> None:
    answer = administrator.post("/line/stop", data={"reason": "a fire alarm"})
    assert (answer.status_code, answer.location) == (303, "/line")
    assert "because: a fire alarm" in administrator.get("/line").text
    assert administrator.post("/line/resume").status_code == 303
    assert "Dialling is stopped" not in administrator.get("/line").text
    with institute.sessions.reading() as session:
        acts = [e for e in journal.entries(session) if e.subject == "line"]
        ada = next(e.actor for e in journal.entries(session) if e.action == "signed in")
    assert [(e.actor, e.action) for e in acts] == [
        (ada, "dialling stopped"),
        (ada, "dialling resumed"),
    ]


def test_a_stop_without_a_reason_is_refused_with_the_sentence(
    institute: Institute, administrator: FlaskClient
) -> None:
    answer = administrator.post("/line/stop", data={"reason": " "})
    assert answer.status_code == 422
    assert "Say why dialling is stopped" in answer.text
    with institute.sessions.reading() as session:
        assert line_state.stopped(session) is None


def test_the_page_asks_for_its_middle_part_again(administrator: FlaskClient) -> None:
    text = administrator.get("/line").text
    block = text[text.index('id="line-now"') :]
    assert 'hx-trigger="every 5s"' in block[: block.index(">")]
    assert 'hx-select="#line-now"' in block[: block.index(">")]


def test_an_administrator_settles_what_the_network_cannot(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    institute.call()
    attempt = only_attempt(institute)
    address = f"/line/unknown/{attempt.id}"
    with institute.sessions.begin() as session:
        attempts.claim(session, attempt.id, "worker", NOW)
        attempts.forget_owner(session, attempt.id)
        diary.dispose(session, attempt.call, Disposition.UNKNOWN, NOW)
    assert address not in administrator.get("/line").text
    clock.pass_by(minutes=4)
    assert address in administrator.get("/line").text
    assert administrator.post(address).status_code == 422
    assert administrator.post(address, data={"reason": "It never rang"}).status_code == 303
    assert address not in administrator.get("/line").text
    with institute.sessions.reading() as session:
        call = diary.find_call(session, attempt.call)
    assert call is not None
    assert call.disposition is Disposition.MISSED


def test_an_administrator_goes_on_to_the_trainers_page_while_practising(
    institute: Institute, clock: SettableClock
) -> None:
    app = workspace(institute, clock)
    ada = client(app, "ada@institute.example")
    assert "/line/trainer" not in ada.get("/line").text
    assert ada.get("/line/trainer").location == "/line"
    address = "http://127.0.0.1:8322/trainer/enter?key=1.2"
    app.extensions["desk"] = replace(app.extensions["desk"], trainer_link=lambda: address)
    assert "/line/trainer" in ada.get("/line").text
    assert ada.get("/line/trainer").location == address


def test_a_recording_that_never_comes_is_given_up_on_the_line(
    institute: Institute, administrator: FlaskClient
) -> None:
    recording = unfetched_recording(institute.sessions, institute.call(), NOW)
    assert "No recording yet: Centre 0" in administrator.get("/line").text
    address = f"/line/recordings/{recording}/give-up"
    answer = administrator.post(address, data={"reason": ""})
    assert (answer.status_code, "Say why it never comes" in answer.text) == (422, True)
    assert administrator.post(address, data={"reason": "none in the console"}).location == "/line"
    assert "No recording yet" not in administrator.get("/line").text


def test_an_alarm_stands_on_the_line_with_what_to_do_until_it_ends(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    with institute.sessions.begin() as session:
        line_state.beat(session, "worker", clock())
        alarms.note(session, Kind.ACCOUNT, "", clock())
        alarms.note(session, Kind.WORKER, "host-2:4711:ab", clock())
    text = administrator.get("/line").text
    assert "The telephone network refuses our account." in text
    assert "TWILIO_AUTH_TOKEN are right" in text
    assert "on host-2, process 4711" in text
    assert "Alarms that ended" not in text
    with institute.sessions.begin() as session:
        for alarm in alarms.lasting(session):
            alarms.end(session, alarm.id, clock())
    text = administrator.get("/line").text
    assert "TWILIO_AUTH_TOKEN are right" not in text
    assert "Alarms that ended in the last seven days" in text
    clock.pass_by(days=8)
    assert "Alarms that ended" not in client_again(institute, clock).get("/line").text


def client_again(institute: Institute, clock: SettableClock) -> FlaskClient:
    """The administrator, signed in anew."""
    return client(workspace(institute, clock), "ada@institute.example")


def test_both_limits_are_shown_with_how_much_is_used(
    institute: Institute, administrator: FlaskClient
) -> None:
    text = administrator.get("/line").text
    assert "0 in the last minute, at most 0 in one second" in text
    assert "0 now; 0 refused in 24 hours" in text
    assert "TWILIO_CALLS_AT_ONCE" in text


def test_a_call_by_hand_that_was_never_ended_is_settled_by_what_was_heard(
    institute: Institute, administrator: FlaskClient, clock: SettableClock
) -> None:
    call = institute.call()
    with institute.sessions.begin() as session:
        diary.set_by_hand(session, call, True)
    clock.pass_by(minutes=10)
    dialling_now(institute.sessions, call, institute.assessor, clock())
    clock.pass_by(hours=2)
    end_untold(institute.sessions, institute.vault, clock)
    administrator = client_again(institute, clock)
    text = administrator.get("/line").text
    assert "told no end within two hours" in text
    (attempt,) = undecided(institute, clock)
    form = {"sid": "busy", "reason": "Alex heard the tone"}
    assert administrator.post(f"/line/unknown/{attempt.id}", data=form).status_code == 303
    assert undecided(institute, clock) == ()


def undecided(institute: Institute, clock: SettableClock) -> tuple[Attempt, ...]:
    with institute.sessions.reading() as session:
        return deciding.open_to_persons(session, clock())
