"""The account's TwiML applications: where a browser's call asks what is to happen."""

from collections.abc import Mapping
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from scheduler.practice import answers
from scheduler.practice.call_request import Refused, is_address
from scheduler.practice.leg import API_VERSION

METHODS = ("GET", "POST")


def applications(account_sid: str) -> Blueprint:
    """Return the routes of the resource, with what it holds until the exchange ends."""
    path = answers.account_path(account_sid)
    room = Blueprint("applications", __name__, url_prefix=path)
    known: dict[str, answers.Json] = {}

    def one(sid: str) -> answers.Json:
        if sid not in known:
            raise Refused(404, 20404, f"The requested resource {sid} was not found")
        return known[sid]

    @room.post("/Applications.json")
    def create() -> tuple[Response, int]:
        sid = f"AP{uuid4().hex}"
        blank = {
            "sid": sid,
            "account_sid": account_sid,
            "api_version": API_VERSION,
            "friendly_name": None,
            "voice_url": None,
            "voice_method": "POST",
            "uri": f"{path}/Applications/{sid}.json",
        }
        made = known[sid] = blank | _changes(request.form)
        return jsonify(made), 201

    @room.get("/Applications.json")
    def listed() -> Response:
        shown = list(known.values())
        return jsonify(
            answers.page("applications", shown, request.args, f"{path}/Applications.json")
        )

    @room.get("/Applications/<sid>.json")
    def fetch(sid: str) -> Response:
        return jsonify(one(sid))

    @room.post("/Applications/<sid>.json")
    def change(sid: str) -> Response:
        one(sid).update(_changes(request.form))
        return jsonify(one(sid))

    return room


def _changes(form: Mapping[str, str]) -> answers.Json:
    """Read the form; raise ``Refused`` where Twilio would."""
    url, method = form.get("VoiceUrl", ""), form.get("VoiceMethod", "POST").upper()
    if url and not is_address(url):
        raise Refused(400, 21502, f"VoiceUrl is not a valid URL: {url}")
    if method not in METHODS:
        raise Refused(400, 21403, f"VoiceMethod must be one of {', '.join(METHODS)}")
    read = {"friendly_name": form.get("FriendlyName"), "voice_url": url, "voice_method": method}
    given = {"FriendlyName", "VoiceUrl", "VoiceMethod"} & set(form)
    return {name: read[name] for name in read if name.title().replace("_", "") in given}
