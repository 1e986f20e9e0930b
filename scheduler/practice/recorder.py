"""The recorder: begins, ends, tells of and keeps the recordings of bridged calls."""

from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urljoin

from scheduler.practice.agenda import Agenda
from scheduler.practice.call_request import Refused
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import Leg
from scheduler.practice.memory import recordings_remembered
from scheduler.practice.recording import Recording, begun, heard
from scheduler.practice.sound import Part
from scheduler.practice.webhooks import Delivery

READY_AFTER = timedelta(seconds=2)  # from the end of the call until the sound can be fetched


class Recorder:
    """Every recording that is kept, by identifier, in the order of their beginnings."""

    def __init__(self, account_sid: str, ledger: Ledger, agenda: Agenda) -> None:
        """Begin with those that the ledger remembers."""
        self.kept = recordings_remembered(ledger.rows())
        self.to_lose = 0  # how many of the next turn out absent, by a fault
        self._account_sid = account_sid
        self._ledger = ledger
        self._agenda = agenda

    def begin(self, parent: Leg | None, child: Leg, now: datetime) -> None:
        """Begin to record when the parent's Dial asks for it at this status of its child."""
        if parent is None or parent.dial is None:
            return
        recording = begun(parent, child, parent.dial, now)
        if recording is not None:
            recording.callback = recording.callback and urljoin(parent.base, recording.callback)
            self.kept[recording.sid] = recording
            self._tell(recording, now)

    def message(self, leg: Leg, seconds: float, callback: str, now: datetime) -> Recording:
        """Keep what was just spoken on a leg of its own; it can be fetched at once."""
        spoken = Recording(
            leg.sid,
            now - timedelta(seconds=seconds),
            1,
            status="completed",
            ended=now,
            parts=((Part.PERSON, seconds),),
            source="RecordVerb",
            callback=callback and urljoin(leg.base, callback),
        )
        self.kept[spoken.sid] = spoken
        self._tell(spoken, now)
        return spoken

    def finish(self, child: Leg, now: datetime) -> None:
        """End what is being recorded of a child's leg; it can be fetched a little later."""
        for recording in self.kept.values():
            if recording.call_sid == child.parent_sid and recording.ended is None:
                recording.ended = now
                recording.parts = heard(child, recording.started, now)
                self._agenda.add(now + READY_AFTER, partial(self._ready, recording))

    def find(self, sid: str) -> Recording:
        """Return a recording; raise ``Refused`` when there is none."""
        recording = self.kept.get(sid)
        if recording is None:
            raise Refused(404, 20404, f"The requested resource {sid} was not found")
        return recording

    def delete(self, sid: str, now: datetime) -> None:
        """Delete a recording for good; raise ``Refused`` when there is none, or not yet."""
        recording = self.find(sid)
        if recording.status == "in-progress":
            raise Refused(400, 21220, "The recording is in progress")
        recording.status = "deleted"
        del self.kept[sid]
        self._witness(recording, now)

    def _ready(self, recording: Recording, now: datetime) -> None:
        recording.status = "absent" if self.to_lose else "completed"
        self.to_lose -= recording.status == "absent"
        self._tell(recording, now)

    def _tell(self, recording: Recording, now: datetime) -> None:
        self._witness(recording, now)
        if recording.callback and recording.status in recording.events:
            form = recording.form(self._account_sid)
            told = Delivery("recording", recording.callback, form, recording.call_sid)
            self._agenda.add(now, told)

    def _witness(self, recording: Recording, now: datetime) -> None:
        self._ledger.write("recording", now, **recording.facts())
