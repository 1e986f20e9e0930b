"""What whoever rings a number of the pool hears. Nothing tells the scheme, or whose number it is.

The neutral message and a voicemail that may not be recorded end alike, so that neither betrays the
other.
"""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from scheduler.hearing import CONFIRM_KEY
from scheduler.ringing_back import RingBack

LANGUAGE = "en-GB"
NEUTRAL = "Nobody can take your call at the moment. Please try again later, or write."
GREETING = "Hello, this is {name}. I can't come to the telephone at the moment."
WRITE = "Please try again later, or write to me."
SPEAK = "Please say who you are and what it is about, after the tone."
CUE = f"Somebody is ringing you back. Press {CONFIRM_KEY} to take the call in your role."
ASSESSOR_RINGS = 20  # seconds; the network adds five
CONFIRM_SECONDS = 8
LONGEST_TALK = 3600  # seconds
LONGEST_MESSAGE = 120  # seconds


def answered(origin: str, told: RingBack) -> str:
    """Ring the assessor, or speak a voicemail or the neutral message."""
    if told.to:
        return _ring(origin, told)
    response = VoiceResponse()
    if not told.persona:
        response.say(NEUTRAL, language=LANGUAGE)
    elif told.record:
        response.say(f"{GREETING.format(name=told.persona)} {SPEAK}", language=LANGUAGE)
        response.record(
            action=_hook(origin, "message"),
            method="POST",
            max_length=LONGEST_MESSAGE,
            play_beep=True,
            trim="do-not-trim",
            # Told a second time, so that one lost post leaves no message behind at the network.
            recording_status_callback=_hook(origin, "message"),
            recording_status_callback_method="POST",
        )
    else:
        response.say(f"{GREETING.format(name=told.persona)} {WRITE}", language=LANGUAGE)
    response.hangup()
    return str(response)


def screen(origin: str) -> str:
    """Ask the assessor for a key, so that no private voicemail ever answers a centre."""
    response = VoiceResponse()
    gather = Gather(
        num_digits=1, timeout=CONFIRM_SECONDS, action=_hook(origin, "screened"), method="POST"
    )
    gather.say(CUE, language=LANGUAGE)
    response.append(gather)
    response.hangup()
    return str(response)


def connect() -> str:
    """Nothing more to hear: the two legs are connected."""
    return str(VoiceResponse())


def _ring(origin: str, told: RingBack) -> str:
    response = VoiceResponse()
    dial = Dial(
        caller_id=told.number,
        timeout=ASSESSOR_RINGS,
        time_limit=LONGEST_TALK,
        action=_hook(origin, "dialled"),
        method="POST",
    )
    dial.number(told.to, url=_hook(origin, "screen"), method="POST")
    response.append(dial)
    return str(response)


def _hook(origin: str, step: str) -> str:
    return f"{origin}/hooks/inbound/{step}"
