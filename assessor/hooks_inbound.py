"""The telephone network's posts about calls to the pool's numbers; signed like every hook."""

from flask import Blueprint, Response, request

from assessor.desk import desk
from assessor.hooks import RECORDING_SID, check_signature, number_of, sid_of, xml
from assessor.hooks import desk as hook_desk
from assessor.policy import public
from scheduler import ringing_back, twiml, twiml_inbound

hooks_inbound = Blueprint("hooks_inbound", __name__, url_prefix="/hooks/inbound")
hooks_inbound.before_request(check_signature)


@hooks_inbound.post("/voice")
@public
def voice() -> Response:
    """Somebody rings a number of the pool."""
    own = hook_desk()
    told = ringing_back.ring_back(
        own.sessions,
        desk().vault,
        request.form["CallSid"],
        request.form.get("To", ""),
        request.form.get("From", ""),
        own.clock(),
    )
    return xml(twiml_inbound.answered(own.origin, told))


@hooks_inbound.post("/screen")
@public
def screen() -> Response:
    """The assessor's telephone was answered, by whomever: ask for the key."""
    own = hook_desk()
    ours = ringing_back.is_ringing(own.sessions, sid_of("ParentCallSid"))
    return xml(twiml_inbound.screen(own.origin) if ours else twiml.hang_up())


@hooks_inbound.post("/screened")
@public
def screened() -> Response:
    """The key was pressed, or another one."""
    parent, key = sid_of("ParentCallSid"), request.form.get("Digits", "")
    taken = ringing_back.taken(hook_desk().sessions, parent, key)
    return xml(twiml_inbound.connect() if taken else twiml.hang_up())


@hooks_inbound.post("/dialled")
@public
def dialled() -> Response:
    """The assessor's leg is over: they talked, or the caller comes to the voicemail."""
    own, sid, seconds = hook_desk(), request.form["CallSid"], number_of("DialCallDuration")
    told = ringing_back.dialled(own.sessions, desk().vault, sid, seconds, own.clock())
    return xml(twiml_inbound.answered(own.origin, told) if told else twiml.hang_up())


@hooks_inbound.post("/message")
@public
def message() -> Response:
    """A message was recorded; its address in the form is never followed."""
    sid, seconds = request.form.get("RecordingSid", ""), number_of("RecordingDuration")
    if RECORDING_SID.fullmatch(sid):
        ringing_back.left_message(hook_desk().sessions, request.form["CallSid"], sid, seconds)
    return xml(twiml.hang_up())
