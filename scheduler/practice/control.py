"""Control requests: how the practice world is set up and watched from outside."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scheduler.practice.behaviour import BehaviourError, telephone_from
from scheduler.practice.call_request import E164, Refused, is_address
from scheduler.practice.exchange import Exchange
from scheduler.practice.faults import FaultError
from scheduler.practice.personas import outcome_called
from scheduler.practice.steering import Act, part_of


def controls(exchange: Exchange) -> Blueprint:
    """Return the routes under ``/practice``; what they refuse, they refuse whole, with a 400."""
    room = Blueprint("practice", __name__, url_prefix="/practice")

    @room.errorhandler(BehaviourError)
    @room.errorhandler(FaultError)
    @room.errorhandler(_Unreadable)
    def wrong(error: Exception) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), HTTPStatus.BAD_REQUEST

    @room.get("/health")
    def health() -> Response:
        upcoming = exchange.next_event_at()
        return jsonify(
            {
                "now": exchange.clock().isoformat(),
                "next_event_at": upcoming.isoformat() if upcoming else None,
                "undelivered": exchange.undelivered(),
                "calls_under_way": sum(not leg.over for leg in exchange.legs()),
            }
        )

    @room.get("/ledger")
    def ledger() -> Response:
        after = request.args.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise _Unreadable(f"after: {after!r} is no sequence number")
        return jsonify(exchange.ledger.rows(int(after)))

    @room.post("/telephones")
    def telephones() -> Response:
        entries = _json(list)
        taught = [telephone_from(each, f"telephone {n}") for n, each in enumerate(entries, 1)]
        exchange.teach(taught)
        return jsonify({"telephones": len(taught)})

    @room.post("/numbers")
    def numbers() -> Response:
        entry = _known(_json(dict), {"owned", "verified", "voice_url"})
        asked = entry.pop("voice_url", [])
        if len(asked) > 1 or not all(is_address(url) for url in asked):
            raise _Unreadable("voice_url: give one address, for every owned number")
        for name, given in entry.items():
            if any(not E164.fullmatch(number) for number in given):
                raise _Unreadable(f"{name}: give numbers in E.164 form")
        exchange.own(**entry)
        for number in exchange.owned if asked else ():
            exchange.point(number, asked[0])
        return jsonify({"owned": exchange.owned, "verified": exchange.verified})

    @room.post("/ring")
    def ring() -> Response:
        entry = _json(dict)
        to, from_ = entry.get("to"), entry.get("from", "")
        if not isinstance(to, str) or not isinstance(from_, str) or entry.keys() - {"to", "from"}:
            raise _Unreadable("give the number that is rung as to, and a number or nothing as from")
        if from_ and not E164.fullmatch(from_):
            raise _Unreadable("from: give a number in E.164 form, or leave it out to hide it")
        try:
            return jsonify({"sid": exchange.ring_in(to, from_).sid})
        except Refused as error:
            raise _Unreadable(error.message) from error

    @room.post("/steer")
    def steer() -> Response:
        entry = _json(dict)
        try:
            act = Act(entry.get("act"))
        except ValueError as error:
            raise _Unreadable(f"act: give one of {', '.join(Act)}") from error
        leg = exchange.steer(str(entry.get("call")), act)
        return jsonify({"call": leg.sid, "part": part_of(leg)})

    @room.post("/next")
    def next_time() -> Response:
        entry = _json(dict)
        number, how = str(entry.get("number")), str(entry.get("how"))
        if not E164.fullmatch(number):
            raise _Unreadable("number: give a number in E.164 form")
        exchange.next_time(number, outcome_called(how))
        return jsonify({"number": number, "how": how})

    @room.post("/faults")
    def faults() -> Response:
        entry = _known(_json(dict), {"create", "webhooks", "recordings"})
        lost = entry.pop("recordings", [])
        if any(each != "absent" for each in lost):
            raise _Unreadable("recordings: the one fault of a recording is absent")
        exchange.faults.queue(**entry)
        exchange.lose_recordings(len(lost))
        return jsonify(
            {name: len(given) for name, given in entry.items()} | {"recordings": len(lost)}
        )

    return room


class _Unreadable(ValueError):
    """A control request whose form is wrong; the text says what to give."""


def _json(kind: type) -> Any:
    body = request.get_json(silent=True)
    if not isinstance(body, kind):
        raise _Unreadable(f"the body must be JSON: {'a list' if kind is list else 'an object'}")
    return body


def _known(entry: Mapping[str, object], names: set[str]) -> dict[str, list[str]]:
    """Return an object whose keys are known and whose values are lists of texts."""
    lists: dict[str, list[str]] = {}
    for name, given in entry.items():
        if name not in names or not isinstance(given, list):
            raise _Unreadable(f"{name!r}: give lists under {' and '.join(sorted(names))}")
        if not all(isinstance(each, str) for each in given):
            raise _Unreadable(f"{name}: give a list of texts")
        lists[name] = given
    return lists
