"""The exchange: the switch, its webhooks and its faults, shared safely between threads."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, RLock
from typing import Any

from scheduler.practice.agenda import Entry
from scheduler.practice.behaviour import Outcome, Telephone
from scheduler.practice.call_request import CallChange, CallRequest, Refused
from scheduler.practice.faults import Fault, Faults
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import Leg, rfc2822
from scheduler.practice.recording import Recording
from scheduler.practice.steered import SteeredSwitch
from scheduler.practice.steering import Act
from scheduler.practice.webhooks import Delivery, Messenger, Reply

Clock = Callable[[], datetime]


class Exchange:
    """A telephone network of one account.

    Nothing happens by itself: somebody calls ``run_due``, either a pump in step with the real
    clock, or a rehearsal that moves its clock to ``next_event_at`` and then calls it. The clock
    must give aware datetimes.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        ledger: Ledger,
        clock: Clock,
        owned_numbers: Iterable[str] = (),
    ) -> None:
        """Serve one account, whose calls may come from the numbers owned.

        The calls that the ledger tells of are known; those under way when it broke off have ended.
        """
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.ledger = ledger
        self.clock = clock
        self.faults = Faults()
        self._switch = SteeredSwitch(account_sid, ledger)
        self._switch.owned = tuple(owned_numbers)
        self._switch.cut(clock())
        self._messenger = Messenger(auth_token)
        self._lock = RLock()  # held for moments, never while a webhook is under way
        self._running = Lock()  # one thread at a time plays what is due
        self._under_way = 0

    def close(self) -> None:
        """Let go of held answers, connections and the ledger's file."""
        self.faults.release()
        self._messenger.close()
        self.ledger.close()

    # The world as it is set up.

    def teach(self, telephones: Iterable[Telephone]) -> None:
        """Connect telephones; the dials of each number are counted from 1 again."""
        with self._lock:
            self._switch.teach(telephones)

    def steer(self, sid: str, act: Act) -> Leg:
        """Let a trainer decide on a centre's leg; raise ``Refused`` where that can't be done."""
        with self._lock:
            leg = self._live(sid)
            self._switch.steer(leg, act, self.clock())
            return copy(leg)

    def next_time(self, number: str, outcome: Outcome) -> None:
        """Decide what becomes of the next dial of a number, that one alone."""
        with self._lock:
            self._switch.next_time(number, outcome)

    def decided(self, number: str) -> Outcome | None:
        """What was decided of the next dial of a number, if anything was."""
        with self._lock:
            return self._switch.decided(number)

    def own(
        self, owned: Iterable[str] | None = None, verified: Iterable[str] | None = None
    ) -> None:
        """Replace the numbers owned, or those verified, or both."""
        with self._lock:
            if owned is not None:
                self._switch.owned = tuple(owned)
            if verified is not None:
                self._switch.verified = tuple(verified)

    @property
    def owned(self) -> tuple[str, ...]:
        """The numbers that the account owns."""
        return self._switch.owned

    @property
    def verified(self) -> tuple[str, ...]:
        """The numbers of others from which the account may call."""
        return self._switch.verified

    def point(self, number: str, voice_url: str) -> None:
        """Say whom the network asks about a call to an owned number."""
        with self._lock:
            self._switch.callers.voice_urls[number] = voice_url

    def voice_url(self, number: str) -> str:
        """Return whom the network asks about a call to a number, "" for nobody."""
        return self._switch.callers.voice_urls.get(number, "")

    def ring_in(self, to: str, from_: str) -> Leg:
        """Let somebody ring an owned number; raise ``Refused`` where it isn't one."""
        with self._lock:
            return copy(self._switch.callers.ring(to, from_, self.clock()))

    # What the API asks for.

    def place(self, request: CallRequest) -> Leg:
        """Take a call into the queue."""
        with self._lock:
            return copy(self._switch.place(request, self.clock()))

    def place_later(self, request: CallRequest, after: timedelta) -> None:
        """Take a call into the queue only so long from now, as if it came so late."""
        with self._lock:
            self._switch.agenda.add(self.clock() + after, partial(self._switch.place, request))

    def change(self, sid: str, change: CallChange) -> Leg:
        """Change a call; raise ``Refused`` when there is none, or when it is over."""
        with self._lock:
            leg = self._live(sid)
            self._switch.change(leg, change, self.clock())
            return copy(leg)

    def leg(self, sid: str) -> Leg:
        """Return a leg as it stands; raise ``Refused`` when there is none."""
        with self._lock:
            return copy(self._live(sid))

    def legs(self) -> list[Leg]:
        """Return every leg as it stands, the newest first."""
        with self._lock:
            return [copy(leg) for leg in reversed(self._switch.legs.values())]

    def recording(self, sid: str) -> Recording:
        """Return a recording as it stands; raise ``Refused`` when there is none."""
        with self._lock:
            return copy(self._switch.recorder.find(sid))

    def recordings(self, call_sid: str | None = None) -> list[Recording]:
        """Return the recordings, of one call or of all, the newest first."""
        with self._lock:
            kept = reversed(self._switch.recorder.kept.values())
            return [copy(each) for each in kept if call_sid in (None, each.call_sid)]

    def delete_recording(self, sid: str) -> None:
        """Delete a recording for good; raise ``Refused`` when there is none, or not yet."""
        with self._lock:
            self._switch.recorder.delete(sid, self.clock())

    def lose_recordings(self, count: int) -> None:
        """Let so many of the next recordings turn out absent."""
        with self._lock:
            self._switch.recorder.to_lose += count

    def _live(self, sid: str) -> Leg:
        leg = self._switch.legs.get(sid)
        if leg is None:
            raise Refused(404, 20404, f"The requested resource {sid} was not found")
        return leg

    # Time.

    def next_event_at(self) -> datetime | None:
        """Return when something happens next, or ``None``; it may have been due a while."""
        with self._lock:
            return self._switch.agenda.next_due()

    def undelivered(self) -> int:
        """Count the webhooks that are due and not delivered, those under way included."""
        with self._lock:
            return self._under_way + self._switch.agenda.deliveries_due(self.clock())

    def run_due(self) -> int:
        """Let everything happen that is due by the clock, in order; return how much did.

        What happens late is timed by the moment at which it was due.
        """
        with self._running:
            count = 0
            while (entry := self._take()) is not None:
                count += 1
                if isinstance(entry.what, Delivery):
                    try:
                        self._deliver(entry.what, entry.due)
                    finally:
                        with self._lock:
                            self._under_way -= 1
                else:
                    with self._lock:
                        if entry.alive():
                            entry.what(entry.due)
            return count

    def _take(self) -> Entry | None:
        with self._lock:
            entry = self._switch.agenda.take(self.clock())
            if entry is not None and isinstance(entry.what, Delivery):
                self._under_way += 1
            return entry

    def _deliver(self, delivery: Delivery, due: datetime) -> None:
        fault = None if delivery.meddled else self.faults.for_webhook(delivery.purpose)
        name = fault.name if fault else ""
        if fault is not None:
            self._witness_fault(fault, due, url=delivery.url, call_sid=delivery.call_sid)
        if fault is not None and name == "late":
            with self._lock:
                late = due + timedelta(seconds=fault.argument or 0)
                self._switch.agenda.add(late, replace(delivery, meddled=True))
            return
        if name == "forged":
            self._witness(delivery, self._messenger.post(delivery, forged=True), due, name)
        before = self.clock()
        if name == "drop":
            reply = Reply(None, error="dropped", attempts=0)
        else:
            reply = self._messenger.post(delivery)
        self._witness(delivery, reply, due)
        if name == "double":
            self._witness(delivery, self._messenger.post(delivery), due, name)
        with self._lock:
            self._switch.heard(delivery, reply, due + (self.clock() - before))

    def _witness(self, delivery: Delivery, reply: Reply, now: datetime, fault: str = "") -> None:
        form = delivery.fields
        with self._lock:
            leg = self._live(delivery.call_sid)
            leg.trail.append(_event(delivery, reply, now))
        self.ledger.write(
            "webhook",
            now,
            purpose=delivery.purpose,
            url=delivery.url,
            call_status=form.get("CallStatus"),
            recording_status=form.get("RecordingStatus"),
            sequence=int(form["SequenceNumber"]) if "SequenceNumber" in form else None,
            digits=form.get("Digits"),
            dial_call_status=form.get("DialCallStatus"),
            token=delivery.token,
            http_status=reply.status,
            error=reply.error or None,
            attempts=reply.attempts,
            ms=reply.milliseconds,
            fault=fault or None,
            **leg.facts(),
        )

    def _witness_fault(self, fault: Fault, now: datetime, **facts: str) -> None:
        self.ledger.write("fault", now, fault=str(fault), **facts)

    def create_fault(self) -> Fault | None:
        """Spend and return the fault of the next request for a call, and witness it."""
        fault = self.faults.for_create()
        if fault is not None:
            self._witness_fault(fault, self.clock())
        return fault


def _event(delivery: Delivery, reply: Reply, now: datetime) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "url": delivery.url, "parameters": dict(delivery.fields)},
        "response": {
            "response_code": reply.status,
            "content_type": reply.content_type,
            "date_created": rfc2822(now),
            "request_duration": str(reply.milliseconds),
            "response_body": reply.body,
        },
    }
