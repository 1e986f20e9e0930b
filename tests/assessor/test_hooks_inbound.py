"""Calls to the pool's numbers, played through the practice exchange: who is rung, what is heard."""

import io
import re
import wave
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete

from config import journal
from config.database import Sessions
from scheduler import (
    alarming,
    alarms,
    awaiting,
    caller_pool,
    diary,
    people,
    promises,
    stopping,
)
from scheduler.alarm import Kind
from scheduler.centre import OpenSpan
from scheduler.further import Further, Permission, What
from scheduler.keeping_messages import keep_messages, play_message
from scheduler.outcome import Disposition
from scheduler.people_rows import OfferedHoursRow
from scheduler.practice.behaviour import AssessorAnswers, TelephoneKind
from scheduler.practice.behaviour import Telephone as Taught
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from scheduler.practice.webhooks import sign
from scheduler.promise import Basis, CameBack, Kept, Promise, Way
from scheduler.telephone_twilio import TwilioTelephone
from scheduler.twiml_inbound import NEUTRAL
from scoring import assessing
from tests.assessor.ringing import Ringing
from tests.builders import NOW, Institute, a_return, an_institute
from tests.fakes import SettableClock
from tests.workspace import ACCOUNT, TOKEN, workspace

CENTRE = a_return().numbers[0].e164
STRANGER = "+441632960999"
LATER = timedelta(minutes=5)


class Line:
    """An institute that awaits a promise, its hooks on a port, and a network beside them."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self.sessions = sessions
        self.clock = SettableClock(NOW)
        self.institute: Institute = an_institute(sessions)
        apps: list[Flask] = []
        self.listener = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
        self.app = workspace(self.institute, self.clock, self.listener.origin)
        apps.append(self.app)
        self.voice = f"{self.listener.origin}/hooks/inbound/voice"
        with sessions.begin() as session:
            caller_pool.keep_caller_numbers(session, ["+441632960000"])
        self.exchange = Exchange(
            ACCOUNT, TOKEN, Ledger(folder / "ledger.jsonl"), self.clock, ["+441632960000"]
        )
        self.pool = "+441632960000"
        self.exchange.point(self.pool, self.voice)
        with sessions.reading() as session:
            own = people.telephone_of(session, self.institute.vault, self.institute.assessor)
        assert own is not None
        self.own = own
        self.assessor(AssessorAnswers())

    def close(self) -> None:
        self.listener.close()
        self.exchange.close()

    def assessor(self, answers: AssessorAnswers) -> None:
        self.exchange.teach([Taught(self.own, TelephoneKind.ASSESSOR, (answers,))])

    def offer(self, *spans: OpenSpan) -> None:
        with self.sessions.begin() as session:
            person = self.institute.assessor
            session.execute(delete(OfferedHoursRow).where(OfferedHoursRow.person_id == person))
            session.add_all(
                OfferedHoursRow(person_id=person, weekday=s.weekday, opens=s.opens, closes=s.closes)
                for s in spans
            )

    def promised(self, number: int = 0, **centre: object) -> Promise:
        """A call of the assessor's that ended in a promise."""
        key = self.institute.centre(number, **centre)
        call = self.institute.call(key, now=self.clock())
        legs = (f"CA{number:031x}{leg}" for leg in "ab")
        Ringing(self.institute, call, self.clock, 0, *legs).whole()
        person = self.institute.assessor
        draft = assessing.open_assessment(self.sessions, call, person, self.clock())
        assessing.await_return(
            self.sessions,
            draft,
            person,
            self.clock(),
            way=Way.RING,
            what="They ring when it is found",
            basis=Basis.ESCALATION,
        )
        return self.promise(call)

    def promise(self, call: Any) -> Promise:
        with self.sessions.reading() as session:
            found = promises.of_call(session, call)
        assert found is not None
        return found

    def came(self, call: Any) -> tuple[CameBack, ...]:
        with self.sessions.reading() as session:
            return promises.came_back(session, call)

    def rings(self, caller: str = CENTRE) -> str:
        """Somebody rings the pool, and everything happens that follows; answers what was heard."""
        self.clock.now += LATER
        sid = self.exchange.ring_in(self.pool, caller).sid
        while (moment := self.exchange.next_event_at()) is not None:
            self.clock.now = max(self.clock.now, moment)
            self.exchange.run_due()
        bodies = (event["response"]["response_body"] for event in self.exchange.leg(sid).trail)
        return " ".join(re.sub(r"<[^>]+>", " ", body) for body in bodies)

    def rung(self) -> list[dict[str, Any]]:
        return self.exchange.ledger.dials(self.own)


@pytest.fixture
def line(sessions: Sessions, tmp_path: Path) -> Iterator[Line]:
    """A pool number at our hook, and nobody who promised anything yet."""
    line = Line(sessions, tmp_path)
    yield line
    line.close()


def test_a_centre_that_rings_in_time_reaches_the_assessor_and_keeps_its_promise(line: Line) -> None:
    promise = line.promised()
    line.rings()
    (dial,) = line.rung()
    assert dial["from"] == line.pool, "nobody's number is shown"
    assert line.promise(promise.call).outcome is Kept.KEPT
    (came,) = line.came(promise.call)
    assert (came.counts, came.gist) == (True, "you took the call")
    with line.sessions.reading() as session:
        call = diary.find_call(session, promise.call)
    assert call is not None
    assert call.disposition is Disposition.COMPLETED
    assert NEUTRAL in line.rings(), "afterwards nothing is awaited"
    assert len(line.rung()) == 1


@pytest.mark.parametrize(
    "answers", [AssessorAnswers(press=""), AssessorAnswers(answer_after=99)], ids=["no key", "away"]
)
def test_who_isnt_reached_has_a_voicemail_in_the_personas_manner(
    line: Line, answers: AssessorAnswers
) -> None:
    line.assessor(answers)
    promise = line.promised()
    heard = line.rings()
    assert "this is Alex Birch" in heard
    assert "after the tone" not in heard, "nothing is recorded without permission"
    (came,) = line.came(promise.call)
    assert came.gist == "they heard your voicemail"
    assert line.promise(promise.call).outcome is None, "they may ring again until the time is over"
    awaiting.settle_due(line.sessions, promise.due + timedelta(seconds=1))
    assert line.promise(promise.call).outcome is Kept.KEPT


def test_outside_the_offered_hours_nobody_is_rung(line: Line) -> None:
    line.offer(OpenSpan(6, 0, 60))
    line.promised()
    assert "this is Alex Birch" in line.rings()
    assert line.rung() == []


def test_a_number_that_isnt_shown_belongs_to_the_only_promise_from_that_number(line: Line) -> None:
    promise = line.promised()
    line.rings("")
    assert line.promise(promise.call).outcome is Kept.KEPT


def test_of_two_promises_a_number_that_isnt_shown_belongs_to_none(line: Line) -> None:
    first, second = line.promised(0), line.promised(1)
    assert NEUTRAL in line.rings("")
    assert line.rung() == []
    line.rings(a_return(1).numbers[0].e164)
    assert line.promise(first.call).outcome is None
    assert line.promise(second.call).outcome is Kept.KEPT


def test_another_number_hears_nothing_and_counts_when_the_assessor_says_so(line: Line) -> None:
    promise = line.promised()
    assert NEUTRAL in line.rings(STRANGER)
    assert line.rung() == []
    (came,) = line.came(promise.call)
    assert not came.counts
    person = line.institute.assessor
    awaiting.let_count(line.sessions, promise.call, came.id, person, line.clock())
    assert line.promise(promise.call).outcome is Kept.KEPT


def test_a_centre_that_rings_after_its_time_is_late_and_hears_nothing(line: Line) -> None:
    promise = line.promised()
    line.clock.now = promise.due + timedelta(hours=1)
    awaiting.settle_due(line.sessions, line.clock())
    assert NEUTRAL in line.rings()
    assert line.rung() == []
    assert line.promise(promise.call).outcome is Kept.LATE


def test_nobody_learns_anything_where_nothing_is_awaited(line: Line) -> None:
    heard = line.rings(STRANGER) + line.rings("")
    assert heard.split() == NEUTRAL.split() * 2
    for word in ("institute", "test", "call is ready", "Birch", "assess"):
        assert word not in heard
    with line.sessions.reading() as session:
        rows = promises.inbound_calls(session, 10)
    assert [(row.answer, row.call_id) for row in rows] == [("neutral", None)] * 2


def test_a_post_that_comes_twice_is_answered_alike_and_kept_once(line: Line) -> None:
    promise = line.promised()
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": "CA" + "7" * 32,
        "CallStatus": "ringing",
        "From": CENTRE,
        "To": line.pool,
    }
    client = line.app.test_client()
    path = "/hooks/inbound/voice"
    headers = {"X-Twilio-Signature": sign(TOKEN, line.voice, form)}
    first, again = (client.post(path, data=form, headers=headers) for _ in range(2))
    assert first.data == again.data
    assert line.own in first.text
    assert len(line.came(promise.call)) == 1


def test_what_the_network_did_not_sign_is_refused_and_leaves_nothing(line: Line) -> None:
    promise = line.promised()
    form = {"AccountSid": ACCOUNT, "CallSid": "CA" + "7" * 32, "From": CENTRE, "To": line.pool}
    client = line.app.test_client()
    for step in ("voice", "screen", "screened", "dialled", "message"):
        answer = client.post(f"/hooks/inbound/{step}", data=form)
        assert (answer.status_code, answer.data) == (403, b"")
    assert line.came(promise.call) == ()


def test_the_gate_for_the_assessors_key_opens_for_our_legs_alone(line: Line) -> None:
    line.promised()
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": "CA" + "8" * 32,
        "ParentCallSid": "CA" + "9" * 32,
        "Digits": "1",
    }
    client = line.app.test_client()
    for step in ("screen", "screened", "dialled"):
        path = f"/hooks/inbound/{step}"
        signature = sign(TOKEN, line.listener.origin + path, form)
        answer = client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert "<Hangup" in answer.text


def test_a_message_is_recorded_where_the_centre_permits_it_on_a_legal_basis(line: Line) -> None:
    line.assessor(AssessorAnswers(answer_after=99))
    based = Further(permissions=(Permission(What.RECORDING, "GB", "consent of both sides"),))
    promise = line.promised(recording_permitted=True, further=based)
    assert "after the tone" in line.rings()
    (came,) = line.came(promise.call)
    assert (came.gist, came.message) == ("they left a message of 12 s", False)
    server = serve(line.exchange, "127.0.0.1", 0, pump=False)
    vault = line.institute.vault
    with closing(TwilioTelephone(ACCOUNT, TOKEN, server.origin)) as telephone:
        kept = [keep_messages(line.sessions, vault, telephone, line.clock) for _ in range(2)]
    server.close()
    assert kept == [1, 0]
    assert line.exchange.recordings() == [], "the network has deleted its copy"
    (came,) = line.came(promise.call)
    assert came.message
    person, now = line.institute.assessor, line.clock()
    sound = play_message(line.sessions, vault, promise.call, came.id, person, now)
    assert sound is not None
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getnframes()) == (1, 12 * 8000)
    assert play_message(line.sessions, vault, uuid4(), came.id, person, now) is None


def test_a_message_that_cannot_be_fetched_alarms_after_an_hour_and_is_given_up_after_a_week(
    line: Line,
) -> None:
    line.assessor(AssessorAnswers(answer_after=99))
    based = Further(permissions=(Permission(What.RECORDING, "GB", "consent of both sides"),))
    line.promised(recording_permitted=True, further=based)
    line.rings()
    vault, origin = line.institute.vault, "https://calls.example.org"
    with closing(TwilioTelephone(ACCOUNT, TOKEN, "http://127.0.0.1:9")) as unreachable:
        for days, hours, lasting in ((0, 0, 0), (0, 2, 1), (6, 0, 1), (1, 0, 0)):
            line.clock.pass_by(days=days, hours=hours)
            assert keep_messages(line.sessions, vault, unreachable, line.clock) == 0
            alarming.look(line.sessions, vault, line.clock(), origin)
            with line.sessions.reading() as session:
                assert [each.kind for each in alarms.lasting(session)] == [Kind.MESSAGE] * lasting
    with line.sessions.reading() as session:
        acts = [each.action for each in journal.entries(session)]
        assert promises.messages_waiting(session) == ()
    assert acts.count("message given up") == 1


@pytest.mark.parametrize("lost", ["record", "recording"])
def test_a_message_of_which_one_post_is_lost_is_known_by_the_other(line: Line, lost: str) -> None:
    line.assessor(AssessorAnswers(answer_after=99))
    based = Further(permissions=(Permission(What.RECORDING, "GB", "consent of both sides"),))
    promise = line.promised(recording_permitted=True, further=based)
    line.exchange.faults.queue(webhooks=[f"drop@{lost}"])
    line.rings()
    (came,) = line.came(promise.call)
    assert came.gist == "they left a message of 12 s"


def test_a_stop_keeps_the_assessor_from_being_rung(line: Line) -> None:
    line.promised()
    stopping.stop_dialling(line.sessions, "An incident", line.clock(), "test")
    assert "this is Alex Birch" in line.rings()
    assert line.rung() == []
