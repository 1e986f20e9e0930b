"""A recording of a bridged call, from the moment at which it begins to its deletion."""

from dataclasses import dataclass, field
from datetime import datetime

from scheduler.practice.leg import API_VERSION, Leg, new_sid, rfc2822
from scheduler.practice.sound import CHANNELS, Parts
from scheduler.practice.twiml_steps import Dial

API = "https://api.twilio.com"  # what the network says in a callback, whoever plays the network
FROM_RINGING = ("record-from-ringing", "record-from-ringing-dual")
FROM_ANSWER = ("true", "record-from-answer", "record-from-answer-dual")


@dataclass(slots=True, eq=False)
class Recording:
    """What was recorded of a parent's Dial; ``status`` is in-progress, completed or absent."""

    call_sid: str
    started: datetime
    channels: int
    callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    sid: str = field(default_factory=lambda: new_sid("RE"))
    status: str = "in-progress"
    ended: datetime | None = None
    parts: Parts = ()
    source: str = "DialVerb"

    @property
    def duration(self) -> int | None:
        """Whole seconds, ``None`` before the end."""
        return int((self.ended - self.started).total_seconds()) if self.ended else None

    def facts(self) -> dict[str, object]:
        """Return what the ledger says of it in every row."""
        return {
            "recording_sid": self.sid,
            "call_sid": self.call_sid,
            "status": self.status,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "channels": self.channels,
            "parts": [[part, seconds] for part, seconds in self.parts] or None,
        }

    @property
    def at_hand(self) -> bool:
        """Whether its sound can be fetched."""
        return self.status == "completed"

    def form(self, account_sid: str) -> dict[str, str]:
        """Return the fields of the webhook that tells how it stands."""
        return {
            "AccountSid": account_sid,
            "CallSid": self.call_sid,
            "RecordingSid": self.sid,
            "RecordingUrl": f"{API}/{API_VERSION}/Accounts/{account_sid}/Recordings/{self.sid}",
            "RecordingStatus": self.status,
            "RecordingDuration": str(self.duration if self.duration is not None else -1),
            "RecordingChannels": str(self.channels),
            "RecordingStartTime": rfc2822(self.started),
            "RecordingSource": self.source,
            "RecordingTrack": "both",
        }


def begun(parent: Leg, child: Leg, dial: Dial, now: datetime) -> Recording | None:
    """Return the recording that begins with the child's status, or ``None``."""
    wanted = FROM_ANSWER if child.answered is not None else FROM_RINGING
    if dial.record not in wanted:
        return None
    channels = CHANNELS if dial.record.endswith("dual") else 1
    callback, events = dial.recording_callback, dial.recording_events
    return Recording(parent.sid, now, channels, callback, events)


def heard(child: Leg, since: datetime, until: datetime) -> Parts:
    """Return what could be heard of a centre's leg between two moments."""
    changes = [(part, max(since, at)) for part, at in child.sounds if at < until]
    ends = [*[at for _, at in changes[1:]], until]
    lengths = (
        (part, (end - at).total_seconds()) for (part, at), end in zip(changes, ends, strict=True)
    )
    return tuple((part, seconds) for part, seconds in lengths if seconds > 0)
