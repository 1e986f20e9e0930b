"""What the network is told to do next, in its own language. Nothing secret is ever spoken."""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from scheduler.dialling import hook
from scheduler.hearing import CONFIRM_KEY, DialCentre

CUE = f"Your call is ready. Press {CONFIRM_KEY} to be connected."
CONFIRM_SECONDS = 10
CENTRE_RINGS = 55  # the network adds five
LONGEST_CALL = 3600  # seconds


def cue(origin: str, token: str) -> str:
    """Ask the assessor for the key; without it the leg ends."""
    response = VoiceResponse()
    gather = Gather(
        num_digits=1,
        timeout=CONFIRM_SECONDS,
        action=hook(origin, token, "confirm"),
        method="POST",
    )
    gather.say(CUE, language="en-GB")
    response.append(gather)
    response.hangup()
    return str(response)


def dial_centre(origin: str, token: str, centre: DialCentre, *, browser: bool = False) -> str:
    """Ring the centre from the drawn number and connect the two legs.

    A browser hears the centre's own ringing, and is answered when the centre is.
    """
    response = VoiceResponse()
    record = {
        "record": "record-from-answer-dual",  # the assessor's channel, then the centre's
        "recording_status_callback": hook(origin, token, "recording"),
        "recording_status_callback_event": "completed absent",
        "recording_status_callback_method": "POST",
        "trim": "do-not-trim",
    }
    dial = Dial(
        caller_id=centre.caller,
        timeout=CENTRE_RINGS,
        time_limit=LONGEST_CALL,
        action=hook(origin, token, "ended"),
        method="POST",
        **({"answer_on_bridge": True} if browser else {}),
        **(record if centre.record else {}),
    )
    keys = {"send_digits": centre.menu_keys} if centre.menu_keys else {}
    dial.number(
        centre.to,
        status_callback=hook(origin, token, "leg"),
        status_callback_event="initiated ringing answered completed",
        status_callback_method="POST",
        **keys,
    )
    response.append(dial)
    return str(response)


def hang_up() -> str:
    """End the leg."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
