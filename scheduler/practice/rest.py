"""The exchange's API: the part of Twilio's REST that a bridged call needs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, g, jsonify, request
from waitress.channel import ClientDisconnected

from scheduler.practice import answers
from scheduler.practice.call_request import Refused, call_change, call_request, voice_url
from scheduler.practice.exchange import Exchange
from scheduler.practice.faults import Fault
from scheduler.practice.leg import Leg
from scheduler.practice.sound import wav, wav_bytes

TEAR_DOWN = "practice.tear_down"  # the WSGI key of what readies a connection to be reset
EVENTS_KEPT = timedelta(minutes=15)
NEVER_MADE = ("429", "refuse", "500_before")
HTTP_STATUS_OF = {20003: 401, 20005: 401, 10001: 401, 10004: 429, 20429: 429, 20500: 500}


def api(exchange: Exchange) -> Blueprint:
    """Return the routes under the account's path."""
    account_sid = exchange.account_sid
    path = answers.account_path(account_sid)
    room = Blueprint("api", __name__, url_prefix=path)

    def listed(key: str, place: str, items: list[answers.Json]) -> Response:
        return jsonify(answers.page(key, items, request.args, f"{path}/{place}.json"))

    @room.post("/Calls.json")
    def create() -> tuple[Response, int]:
        fault = exchange.create_fault()
        if fault is not None and fault.name in NEVER_MADE:
            raise _instead_of_the_sid(fault)
        allowed = (*exchange.owned, *exchange.verified)
        events = request.form.getlist("StatusCallbackEvent")
        asked = call_request(request.form, events, allowed)
        if fault is not None and fault.name == "500_late":
            exchange.place_later(asked, timedelta(seconds=fault.argument or 0))
            raise _instead_of_the_sid(fault)
        leg = exchange.place(asked)
        g.call_sid = leg.sid
        if fault is not None:
            return _made_and_then(fault, exchange)
        return jsonify(answers.call(leg, account_sid)), 201

    @room.get("/Calls.json")
    def calls() -> Response:
        since, until = _started_between()
        found = [leg for leg in exchange.legs() if _fits(leg) and _in(leg, since, until)]
        return listed("calls", "Calls", [answers.call(leg, account_sid) for leg in found])

    @room.get("/Calls/<sid>.json")
    def fetch(sid: str) -> Response:
        g.call_sid = sid
        return jsonify(answers.call(exchange.leg(sid), account_sid))

    @room.post("/Calls/<sid>.json")
    def update(sid: str) -> Response:
        g.call_sid = sid
        leg = exchange.change(sid, call_change(request.form))
        return jsonify(answers.call(leg, account_sid))

    @room.get("/Calls/<sid>/Events.json")
    def events(sid: str) -> Response:
        leg = exchange.leg(sid)
        kept = leg.ended is None or exchange.clock() - leg.ended <= EVENTS_KEPT
        shown = [{"sid": f"{sid}-{n}"} | event for n, event in enumerate(leg.trail) if kept]
        return listed("events", f"Calls/{sid}/Events", shown)

    @room.get("/IncomingPhoneNumbers.json")
    def owned() -> Response:
        shown = [owned_number(each) for each in _asked(exchange.owned)]
        return listed("incoming_phone_numbers", "IncomingPhoneNumbers", shown)

    def owned_number(number: str) -> answers.Json:
        return answers.owned_number(number, account_sid, exchange.voice_url(number))

    @room.post("/IncomingPhoneNumbers/<sid>.json")
    def point(sid: str) -> Response:
        number = next((n for n in exchange.owned if answers.number_sid("PN", n) == sid), None)
        if number is None:
            raise Refused(404, 20404, f"The requested resource {sid} was not found")
        exchange.point(number, voice_url(request.form))
        return jsonify(owned_number(number))

    @room.get("/OutgoingCallerIds.json")
    def verified() -> Response:
        shown = [answers.verified_number(each, account_sid) for each in _asked(exchange.verified)]
        return listed("outgoing_caller_ids", "OutgoingCallerIds", shown)

    @room.get("/Recordings.json")
    def recordings() -> Response:
        kept = exchange.recordings(request.args.get("CallSid") or None)
        shown = [answers.recording(each, account_sid) for each in kept]
        return listed("recordings", "Recordings", shown)

    @room.get("/Calls/<sid>/Recordings.json")
    def recordings_of(sid: str) -> Response:
        exchange.leg(sid)
        shown = [answers.recording(each, account_sid) for each in exchange.recordings(sid)]
        return listed("recordings", f"Calls/{sid}/Recordings", shown)

    @room.get("/Recordings/<sid>.json")
    def recording(sid: str) -> Response:
        return jsonify(answers.recording(exchange.recording(sid), account_sid))

    @room.delete("/Recordings/<sid>.json")
    def delete(sid: str) -> tuple[str, int]:
        exchange.delete_recording(sid)
        return "", 204

    @room.get("/Recordings/<sid>.wav")
    @room.get("/Recordings/<sid>")
    def media(sid: str) -> Response:
        kept = exchange.recording(sid)
        if not kept.at_hand:
            raise Refused(404, 20404, f"The sound of {sid} is not at hand")
        channels = min(kept.channels, _channels())
        response = Response(wav(kept.parts, kept.sid, channels), mimetype="audio/x-wav")
        response.content_length = wav_bytes(kept.parts, channels)
        return response

    return room


def _channels() -> int:
    """How many channels are asked for: one, unless it says two."""
    asked = request.args.get("RequestedChannels", "1")
    if asked not in ("1", "2"):
        raise Refused(400, 20001, f"RequestedChannels must be 1 or 2, not {asked}")
    return int(asked)


def _instead_of_the_sid(fault: Fault) -> Refused:
    code = int(fault.argument or 0) if fault.name == "refuse" else int(f"20{fault.name[:3]}")
    return Refused(HTTP_STATUS_OF.get(code, 400), code, f"The fault {fault} was asked for")


def _made_and_then(fault: Fault, exchange: Exchange) -> tuple[Response, int]:
    match fault.name:
        case "timeout_after":
            exchange.faults.hold(fault)
        case "reset_after":
            request.environ[TEAR_DOWN]()
            return Response(_torn_down()), 201
        case "bad_body_after":
            return Response('{"sid": "CA', mimetype="application/json"), 201
    raise Refused(500, 20500, f"The fault {fault} was asked for, and the call was made")


def _torn_down() -> Iterator[bytes]:
    raise ClientDisconnected
    yield b""


def _fits(leg: Leg) -> bool:
    """Whether a leg fits the filters of the request."""
    facts = {
        "To": leg.to,
        "From": leg.from_,
        "ParentCallSid": leg.parent_sid,
        "Status": answers.shown_status(leg),
    }
    return all(request.args.get(name) in (None, "", fact) for name, fact in facts.items())


def _asked(numbers: tuple[str, ...]) -> list[str]:
    """Return the numbers that fit the request; a filter need only be part of one."""
    return [number for number in numbers if request.args.get("PhoneNumber", "") in number]


def _started_between() -> tuple[datetime | None, datetime | None]:
    day = _moment("StartTime")
    if day is not None:
        return day, day + timedelta(days=1)
    return _moment("StartTime>"), _moment("StartTime<")


def _in(leg: Leg, since: datetime | None, until: datetime | None) -> bool:
    """Whether a leg left the queue between two moments; one still in it fits no moment at all."""
    if leg.left_queue is None:
        return since is None and until is None
    return (since is None or leg.left_queue >= since) and (until is None or leg.left_queue <= until)


def _moment(name: str) -> datetime | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, 20001, f"{name}: {text} is no moment in ISO 8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
