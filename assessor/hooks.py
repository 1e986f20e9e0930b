"""The telephone network's posts: signed, bounded, answered at once, idempotent.

The signature is checked over the configured public origin and the raw request target: what the
framework decodes is not what was signed. A post that isn't the network's is told 403 and no more.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from assessor.policy import public
from config.clock import Clock
from config.database import Sessions
from scheduler import entering, hearing, twiml
from scheduler.hearing import Told
from scheduler.high_water import HighWater
from scheduler.signature import signed

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
LONGEST_BODY = 64 * 1024  # bytes
SID = re.compile(r"CA[0-9a-f]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class HookDesk:
    """What the hooks need: handed in once by the outermost caller."""

    sessions: Sessions
    clock: Clock
    origin: str
    account: str
    token: str = field(repr=False)
    high_water: HighWater | None = None
    live: bool = False  # real telephones ring
    softphone: bool = False  # browsers may call in


def raw_target(environ: dict[str, str]) -> str:
    """The request target as it was sent, undecoded; each server has a name of its own for it."""
    return environ.get("REQUEST_URI") or environ.get("RAW_URI") or environ["PATH_INFO"]


def desk() -> HookDesk:
    """The desk that the application was made with."""
    found = current_app.extensions["hooks"]
    assert isinstance(found, HookDesk)
    return found


@hooks.before_request
def check_signature() -> Response | None:
    """Refuse whatever the network did not sign, or signed for another account."""
    request.max_content_length = LONGEST_BODY
    own = desk()
    target = raw_target(request.environ)
    signature = request.headers.get("X-Twilio-Signature", "")
    try:
        form = request.form
    except RequestEntityTooLarge:
        return Response(status=413)
    genuine = target.startswith("/") and signed(own.token, own.origin + target, form, signature)
    if not genuine or form.get("AccountSid") != own.account:
        return Response(status=403)
    if not SID.fullmatch(form.get("CallSid", "")):
        return Response(status=400)
    return None


@hooks.post("/calls/<token>/answer")
@public
def answer(token: str) -> Response:
    """The assessor picked up: play the cue, if the leg is ours."""
    own = desk()
    ours = hearing.assessor_answered(own.sessions, token, request.form["CallSid"], own.clock())
    return xml(twiml.cue(own.origin, token) if ours else twiml.hang_up())


@hooks.post("/calls/<token>/confirm")
@public
def confirm(token: str) -> Response:
    """The assessor pressed a key: pass the gate, then ring the centre."""
    own = desk()
    centre = hearing.assessor_confirmed(
        own.sessions,
        token,
        request.form["CallSid"],
        request.form.get("Digits", ""),
        own.clock(),
        live=own.live,
    )
    return xml(twiml.dial_centre(own.origin, token, centre) if centre else twiml.hang_up())


@hooks.post("/softphone")
@public
def softphone() -> Response:
    """An assessor's browser calls: of what it sends, the attempt's token alone is read."""
    own = desk()
    token = request.form.get("attempt", "")
    centre = None
    if own.softphone:
        centre = entering.browser_called(
            own.sessions,
            token,
            request.form["CallSid"],
            request.form.get("From", ""),
            own.clock(),
            high_water=own.high_water,
            live=own.live,
        )
    if centre is None:
        return xml(twiml.hang_up())
    return xml(twiml.dial_centre(own.origin, token, centre, browser=True))


@hooks.post("/calls/<token>/ended")
@public
def ended(token: str) -> Response:
    """Dialling the centre is over: end the assessor's leg too."""
    own = desk()
    told = Told(
        call_sid=request.form["CallSid"],
        parent_sid="",
        status=request.form.get("DialCallStatus", ""),
        sequence=0,
        told_at=own.clock(),
        length=number_of("DialCallDuration"),
        child_sid=sid_of("DialCallSid"),
        error=number_of("ErrorCode"),
    )
    hearing.dial_ended(own.sessions, token, told, own.clock())
    return xml(twiml.hang_up())


@hooks.post("/calls/<token>/leg")
@public
def leg(token: str) -> tuple[str, int]:
    """The centre's leg tells how it goes."""
    own = desk()
    hearing.centre_told(own.sessions, token, _told(), own.clock())
    return "", 204


@hooks.post("/calls/<token>/recording")
@public
def recording(token: str) -> tuple[str, int]:
    """A recording is ready, or absent; its address in the form is never followed."""
    own = desk()
    sid = request.form.get("RecordingSid", "")
    if not RECORDING_SID.fullmatch(sid):
        return "", 400
    status = request.form.get("RecordingStatus", "")
    call_sid = request.form["CallSid"]
    hearing.recording_told(own.sessions, token, call_sid, sid, status, own.clock())
    return "", 204


@hooks.post("/calls/<token>/status")
@public
def status(token: str) -> tuple[str, int]:
    """The assessor's leg tells how it goes."""
    own = desk()
    hearing.assessor_told(own.sessions, token, _told(), own.clock())
    return "", 204


def _told() -> Told:
    return Told(
        call_sid=request.form["CallSid"],
        parent_sid=sid_of("ParentCallSid"),
        status=request.form.get("CallStatus", "")[:20],
        sequence=number_of("SequenceNumber") or 0,
        told_at=_moment(),
        length=number_of("CallDuration"),
        sip=request.form.get("SipResponseCode", "")[:3],
    )


def sid_of(name: str) -> str:
    """A leg's identifier in the form, "" where it is none."""
    text = request.form.get(name, "")
    return text if SID.fullmatch(text) else ""


def number_of(name: str) -> int | None:
    """A whole number in the form, or None."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _moment() -> datetime:
    """When the network says it happened; when it doesn't say, now."""
    try:
        return parsedate_to_datetime(request.form.get("Timestamp", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return desk().clock()


def xml(body: str) -> Response:
    """What the network is told to do next."""
    return Response(body, mimetype="text/xml")
