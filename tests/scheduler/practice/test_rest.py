"""The API as the SDK sees it."""

from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from tests.scheduler.practice.world import ACCOUNT, ASSESSOR, CENTRE, MORNING, POOL, TOKEN, World


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "020 7946 0000"}, 21211),
        ({"to": "+0123456789"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "number"}, 21212),
        ({"from_": "+441632960999"}, 21210),
        ({"url": ""}, 21205),
        ({"url": "voice"}, 21205),
        ({"url": "ftp://127.0.0.1/"}, 21205),
        ({"url": "http://[/"}, 21205),
        ({"status_callback": "http://under_score.example/"}, 21609),
        ({"status_callback_event": ["busy"]}, 21626),
        ({"timeout": 601}, 21208),
        ({"method": "GET"}, 21209),
    ],
)
def test_a_call_asked_for_wrongly_is_refused_by_its_code(
    world: World, changes: dict[str, object], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        world.ring(**changes)
    assert (refused.value.status, refused.value.code) == (400, code)
    world.play()
    assert world.of("dial") == []
    assert [row["code"] for row in world.of("rest")] == [code]


def test_a_stranger_is_told_to_authenticate(world: World) -> None:
    with pytest.raises(TwilioRestException) as refused:
        world.ring(world.client(token="wrong"))
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert "wrong" not in world.ledger.path.read_text()
    with pytest.raises(TwilioException):
        world.client(token="").calls.list()


def test_what_is_not_there_is_not_found(world: World) -> None:
    for ask in (world.twilio.calls("CA0").fetch, world.twilio.queues("QU0").fetch):
        with pytest.raises(TwilioRestException) as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (404, 20404)
    with pytest.raises(TwilioRestException) as refused:
        world.twilio.calls("CA0").update(status="completed")
    assert refused.value.code == 20404


def test_a_change_asked_for_wrongly_is_refused(world: World) -> None:
    sid = world.ring()
    for changes, code in (
        ({"status": "busy"}, 20001),
        ({"url": "voice"}, 21205),
        ({"twiml": "<Response/>"}, 21220),  # it still waits in the queue
    ):
        with pytest.raises(TwilioRestException) as refused:
            world.twilio.calls(sid).update(**changes)
        assert refused.value.code == code


def test_calls_are_listed_by_number_parent_status_and_start(world: World) -> None:
    first = world.ring()
    world.play()
    world.clock.now = MORNING + timedelta(days=1)
    second = world.ring()
    calls = world.twilio.calls

    def found(**filters: object) -> list[str]:
        return [call.sid for call in calls.list(**filters)]

    (child,) = found(to=CENTRE)
    assert found() == [second, child, first]
    assert found(to=ASSESSOR, from_=POOL) == [second, first]
    assert found(parent_call_sid=first) == [child]
    assert found(parent_call_sid=second) == []
    assert found(status="completed") == [child, first]
    assert found(status="queued") == [second]
    # A call that waits in the queue has not started, so every filter by its start misses it.
    assert found(start_time_after=MORNING) == [child, first]
    assert found(start_time=MORNING) == [child, first]
    assert found(start_time_before=MORNING + timedelta(seconds=1)) == [first]
    assert [call.start_time for call in calls.list(to=ASSESSOR)] == [None, MORNING]
    with pytest.raises(TwilioException):
        calls.list(start_time="yesterday")


def test_a_long_list_is_told_in_pages_though_it_grows_meanwhile(world: World) -> None:
    sids = [world.ring() for _ in range(5)]
    page = world.twilio.calls.page(to=ASSESSOR, page_size=2)
    told = [call.sid for call in page]
    sids_later = world.ring()
    while (page := page.next_page()) is not None:
        told += [call.sid for call in page]
    assert told == sids[::-1]
    assert len(world.twilio.calls.list(page_size=2)) == 6
    assert [call.sid for call in world.twilio.calls.list(limit=1)] == [sids_later]
    with pytest.raises(TwilioException):
        world.twilio.calls.page(page_token="PAnothing")
    with pytest.raises(TwilioException):
        world.twilio.calls.page(page_size="many")


def test_events_show_the_webhooks_of_a_call_for_a_quarter_of_an_hour(world: World) -> None:
    sid = world.ring()
    world.play()
    events = world.twilio.calls(sid).events.list()
    asked = [event.request["url"] for event in events]
    assert sum("/voice/t0ken" in url for url in asked) == 1
    assert events[0].request["parameters"]["CallSid"] == sid
    assert {event.response["response_code"] for event in events} == {200, 204}
    world.clock.now += timedelta(minutes=15, seconds=1)
    assert world.twilio.calls(sid).events.list() == []


def test_the_numbers_that_calls_may_come_from_are_listed(world: World) -> None:
    world.exchange.own(owned=[POOL, "+442079460100"], verified=["+441632960101"])
    owned = world.twilio.incoming_phone_numbers.list()
    assert [each.phone_number for each in owned] == [POOL, "+442079460100"]
    assert owned[0].capabilities["voice"] is True
    assert len(world.twilio.incoming_phone_numbers.list(phone_number=POOL)) == 1
    assert [e.phone_number for e in world.twilio.outgoing_caller_ids.list()] == ["+441632960101"]
    assert world.ring(from_="+441632960101")


def test_there_are_no_recordings(world: World) -> None:
    sid = world.ring()
    assert world.twilio.recordings.list() == world.twilio.calls(sid).recordings.list() == []


def test_a_call_may_bring_its_document_along(world: World) -> None:
    sid = world.ring(url=None, twiml="<Response><Pause length='9'/></Response>")
    world.play()
    assert world.twilio.calls(sid).fetch().duration == "9"
    assert world.application.paths("voice") == []


def test_dates_and_numbers_are_written_as_twilio_writes_them(world: World) -> None:
    sid = world.ring()
    world.play()
    answer = (
        world.clients[0]
        .session.get(world.server.origin + world.path(f"/Calls/{sid}.json"), auth=(ACCOUNT, TOKEN))
        .json()
    )
    assert answer["date_created"] == "Mon, 04 Jan 2027 09:00:00 +0000"
    assert answer["duration"] == "247"
    assert answer["queue_time"] == "0"
    assert answer["uri"] == world.path(f"/Calls/{sid}.json")
