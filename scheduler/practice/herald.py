"""The herald: tells the ledger, the recording and the application what becomes of a leg."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from scheduler.practice.agenda import Agenda
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import Leg, Status
from scheduler.practice.recorder import Recorder
from scheduler.practice.webhooks import Delivery


@dataclass(frozen=True, slots=True)
class Herald:
    """Sees the legs of one switch, and puts what is to be posted on its agenda."""

    account_sid: str
    ledger: Ledger
    agenda: Agenda
    legs: Mapping[str, Leg]
    recorder: Recorder

    def move(self, leg: Leg, status: Status, now: datetime) -> None:
        """Let a leg have a status, and tell it to whoever asked for that."""
        leg.status, leg.updated = status, now
        if status is Status.IN_PROGRESS:
            leg.answered = now
        if status in (Status.RINGING, Status.IN_PROGRESS):
            self.recorder.begin(self.legs.get(leg.parent_sid or ""), leg, now)
        facts = {"direction": leg.direction, "sip": leg.sip, "duration": leg.duration}
        self.ledger.write("leg", now, status=status, **facts, **leg.facts())
        if leg.status_callback and status is not Status.QUEUED and leg.event in leg.events:
            whose = "child" if leg.parent_sid else "parent"
            form = leg.progress_form(self.account_sid, now)
            told = Delivery(f"{whose}.{leg.event}", leg.status_callback, form, leg.sid)
            self.agenda.add(now, told)

    def ask(self, leg: Leg, purpose: str, url: str, more: dict[str, str], now: datetime) -> None:
        """Ask the application what comes next on a leg; an answer to an earlier turn is void."""
        leg.turn += 1
        form = leg.form(self.account_sid) | more
        turn = None if leg.over else leg.turn
        self.agenda.add(now, Delivery(purpose, urljoin(leg.base, url), form, leg.sid, turn))

    def notice(self, leg: Leg, code: int, text: str, now: datetime) -> None:
        """Write down what the application did wrong, as a console would show it."""
        self.ledger.write("notice", now, code=code, text=text, **leg.facts())
