"""The switch: what happens on the legs as time passes. It knows no lock and no network."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from urllib.parse import urljoin

from scheduler.practice.agenda import Agenda
from scheduler.practice.behaviour import (
    NUMBER_DEAD,
    AssessorAnswers,
    CentreAnswers,
    Outcome,
    Telephone,
    Unanswered,
)
from scheduler.practice.call_request import E164, CallChange, CallRequest, Refused
from scheduler.practice.callers import SPEAKS, STAYS, Callers
from scheduler.practice.herald import Herald
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import BEFORE_ANSWER, SIP_CODES, Leg, Status
from scheduler.practice.memory import LINE_CUT, remembered
from scheduler.practice.recorder import Recorder
from scheduler.practice.sound import Part
from scheduler.practice.twiml_steps import (
    Dial,
    Gather,
    Hangup,
    Prompt,
    Record,
    Redirect,
    Step,
    TwimlError,
    steps_of,
)
from scheduler.practice.webhooks import Delivery, Reply

RELEASE_EVERY = timedelta(seconds=1)  # the rate at which calls of the API leave the queue
SETUP_SECONDS = 1.0  # from leaving the queue to the first ring, or to the busy tone
TWIML_TYPES = ("text/xml", "application/xml", "text/html")


class Switch:
    """The legs, the telephones that they lead to, and the agenda of what comes next."""

    def __init__(self, account_sid: str, ledger: Ledger) -> None:
        """Begin with no telephone connected and no number owned."""
        self.agenda = Agenda()
        self.legs = remembered(ledger.rows())
        self.recorder = Recorder(account_sid, ledger, self.agenda)
        self.callers = Callers(self.agenda, ledger, self._ring_in, lambda n: n in self.owned)
        self.owned: tuple[str, ...] = ()
        self.verified: tuple[str, ...] = ()
        self._account_sid = account_sid
        self._ledger = ledger
        self._herald = Herald(account_sid, ledger, self.agenda, self.legs, self.recorder)
        self._telephones: dict[str, Telephone] = {}
        self._dials: Counter[str] = Counter()
        self._next_release: datetime | None = None

    def cut(self, now: datetime) -> None:
        """End every leg that was under way when the exchange stopped."""
        for leg in self.legs.values():
            if not leg.over:
                self._end(leg, Status.FAILED, now, LINE_CUT)

    def teach(self, telephones: Iterable[Telephone]) -> None:
        """Connect telephones; the dials of each number are counted from 1 again."""
        for telephone in telephones:
            self._telephones[telephone.number] = telephone
            del self._dials[telephone.number]

    def place(self, request: CallRequest, now: datetime) -> Leg:
        """Take a call into the queue, which lets one go each second."""
        leg = Leg(
            to=request.to,
            from_=request.from_,
            created=now,
            url=request.url,
            twiml=request.twiml,
            status_callback=request.status_callback,
            events=request.events,
            timeout=request.timeout,
        )
        self._enter(leg, now)
        release = max(now, self._next_release or now)
        self._next_release = release + RELEASE_EVERY
        self.agenda.add(release, partial(self._send_out, leg), lambda: not leg.over)
        return leg

    def change(self, leg: Leg, change: CallChange, now: datetime) -> None:
        """End a leg or hand it another document; raise ``Refused`` when it is over."""
        if leg.over:
            raise Refused(400, 21220, "Call is not in-progress. Cannot redirect or end it.")
        if change.status is not None:
            if leg.status in BEFORE_ANSWER:
                self._end(leg, Status.CANCELED, now)
            elif change.status is Status.COMPLETED:
                self._end(leg, Status.COMPLETED, now)
        elif change.url or change.twiml:
            if leg.status is not Status.IN_PROGRESS:
                raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
            leg.turn += 1
            self._drop_child(leg, now)
            leg.child_sid = None
            self._instruct(leg, change.url, change.twiml, now)

    def heard(self, delivery: Delivery, reply: Reply, now: datetime) -> None:
        """Follow what the application answered, unless the leg no longer waits for it."""
        leg = self.legs[delivery.call_sid]
        if delivery.turn != leg.turn:
            return
        if reply.status is None or not 200 <= reply.status < 300:
            self._application_error(leg, 11200, f"{reply.status or reply.error}", now)
        elif reply.content_type.partition(";")[0].strip().lower() not in TWIML_TYPES:
            self._application_error(leg, 12300, f"Content-Type {reply.content_type!r}", now)
        else:
            self._follow(leg, reply.body, delivery.url, now)

    def _ring_in(self, leg: Leg, now: datetime) -> None:
        """Somebody rings an owned number: ask its address, and answer by what comes back."""
        self._enter(leg, now)
        if leg.url:
            self._herald.ask(leg, "inbound", leg.url, {}, now)
        else:
            self._end(leg, Status.FAILED, now)

    # A leg on its way to the telephone.

    def _enter(self, leg: Leg, now: datetime) -> None:
        self.legs[leg.sid] = leg
        self._herald.move(leg, leg.status, now)

    def _send_out(self, leg: Leg, now: datetime) -> None:
        self._dials[leg.to] += 1
        nth = self._dials[leg.to]
        telephone = self._telephones.get(leg.to)
        outcome = self._outcome(leg.to, nth)
        leg.outcome = outcome
        leg.left_queue = now
        self._ledger.write(
            "dial",
            now,
            leg=telephone.kind if telephone else "centre" if leg.parent_sid else "assessor",
            nth=nth,
            url=leg.url,
            send_digits=leg.sent_digits or None,
            **leg.facts(),
        )
        self._herald.move(leg, Status.INITIATED, now)
        match outcome:
            case Unanswered("busy"):
                self._later(leg, SETUP_SECONDS, now, partial(self._end, leg, Status.BUSY))
            case Unanswered("failed", sip):
                self._later(
                    leg, SETUP_SECONDS, now, partial(self._end, leg, Status.FAILED, sip=sip)
                )
            case _:
                self._later(leg, SETUP_SECONDS, now, partial(self._ring, leg))

    def _outcome(self, number: str, nth: int) -> Outcome:
        telephone = self._telephones.get(number)
        return telephone.outcome(nth) if telephone else NUMBER_DEAD

    def _ring(self, leg: Leg, now: datetime) -> None:
        self._herald.move(leg, Status.RINGING, now)
        leg.sounds.append((Part.RING, now))
        outcome = leg.outcome
        if isinstance(outcome, Unanswered | None) or outcome.answer_after >= leg.timeout:
            self._unless_steered(leg, leg.timeout, now, partial(self._end, leg, Status.NO_ANSWER))
        else:
            self._unless_steered(leg, outcome.answer_after, now, partial(self._answer, leg))

    def _answer(self, leg: Leg, now: datetime) -> None:
        self._herald.move(leg, Status.IN_PROGRESS, now)
        hang_up = partial(self._end, leg, Status.COMPLETED)
        match leg.outcome:
            case AssessorAnswers(hang_up_after=float() | int() as seconds):
                self._later(leg, seconds, now, hang_up)
            case CentreAnswers(person=True) as centre if centre.keys in (None, leg.sent_keys):
                wait = centre.menu + centre.queue
                leg.sounds.append((Part.MENU, now))
                self._unless_steered(leg, centre.menu, now, partial(self._queue, leg))
                self._unless_steered(leg, wait, now, partial(self._person, leg, wait))
                self._unless_steered(leg, wait + centre.talk, now, hang_up)
            case CentreAnswers() as centre:
                leg.sounds.append((Part.MENU, now))
                self._unless_steered(leg, centre.menu, now, hang_up)
        if leg.time_limit is not None:
            self._later(leg, leg.time_limit, now, hang_up)
        if leg.parent_sid is None:
            self._instruct(leg, leg.url, leg.twiml, now)
        elif leg.screen_url:
            self._herald.ask(leg, "screen", leg.screen_url, {}, now)
        else:
            leg.bridged = True

    def _queue(self, leg: Leg, now: datetime) -> None:
        leg.sounds.append((Part.QUEUE, now))

    def _person(self, leg: Leg, waited: float, now: datetime) -> None:
        leg.sounds.append((Part.PERSON, now))
        self._ledger.write("person", now, waited=waited, **leg.facts())

    def _unless_steered(
        self, leg: Leg, seconds: float, now: datetime, then: Callable[[datetime], None]
    ) -> None:
        """A parent's turn grows with every document; a centre's only when it is steered."""
        self._later(leg, seconds, now, then, this_turn=leg.parent_sid is not None)

    # A leg that is over.

    def _end(self, leg: Leg, status: Status, now: datetime, sip: int | None = None) -> None:
        leg.turn += 1
        leg.ended = now
        leg.sip = sip or SIP_CODES[status]
        dial = self._drop_child(leg, now)
        self._herald.move(leg, status, now)
        self.recorder.finish(leg, now)
        self.callers.ended(leg, now)
        if dial is not None:
            self._dialled(leg, dial, now)
        parent = self.legs.get(leg.parent_sid or "")
        if parent is not None and parent.child_sid == leg.sid and parent.dial is not None:
            dial, parent.dial = parent.dial, None
            self._dialled(parent, dial, now)

    def _drop_child(self, leg: Leg, now: datetime) -> Dial | None:
        """End the leg that this one is bridged to, and return the Dial that is thereby cut."""
        dial, leg.dial = leg.dial, None
        child = self.legs.get(leg.child_sid or "")
        if child is not None and not child.over:
            answered = child.status is Status.IN_PROGRESS
            self._end(child, Status.COMPLETED if answered else Status.CANCELED, now)
        return dial

    def _application_error(self, leg: Leg, code: int, text: str, now: datetime) -> None:
        self._herald.notice(leg, code, text, now)
        self._end(leg, Status.COMPLETED, now)

    # A document and its steps.

    def _instruct(self, leg: Leg, url: str, twiml: str, now: datetime) -> None:
        if twiml:
            self._follow(leg, twiml, "", now)
        else:
            self._herald.ask(leg, "call", url, {}, now)

    def _follow(self, leg: Leg, text: str, base: str, now: datetime) -> None:
        leg.base = base
        if leg.inbound and leg.status is Status.RINGING:
            self._herald.move(leg, Status.IN_PROGRESS, now)
            self._later(leg, STAYS, now, partial(self._end, leg, Status.COMPLETED))
        try:
            leg.steps = list(steps_of(text))
        except TwimlError as error:
            self._application_error(leg, error.code, str(error), now)
        else:
            self._next_step(leg, now)

    def _next_step(self, leg: Leg, now: datetime) -> None:
        leg.turn += 1
        if leg.parent_sid and not leg.steps:
            leg.bridged = True  # a child has heard all that it was to hear
            return
        step: Step = leg.steps.pop(0) if leg.steps else Hangup()
        match step:
            case Prompt(seconds):
                self._later(leg, seconds, now, partial(self._next_step, leg), this_turn=True)
            case Gather():
                self._gather(leg, step, now)
            case Record():
                seconds = min(step.max_length, SPEAKS)
                spoken = partial(self._spoken, leg, step, seconds)
                self._later(leg, seconds, now, spoken, this_turn=True)
            case Redirect(url):
                self._herald.ask(leg, "redirect", url or leg.base, {}, now)
            case Dial():
                self._dial(leg, step, now)
            case Hangup():
                self._end(leg, Status.COMPLETED, now)

    def _gather(self, leg: Leg, step: Gather, now: datetime) -> None:
        pressed, after = "", 0.0
        if isinstance(leg.outcome, AssessorAnswers):
            pressed, after = leg.outcome.pressed(leg.askings), leg.outcome.press_after
        leg.askings += 1
        patience = step.seconds + step.timeout
        keys, done = step.taken(pressed) if after < patience else ("", False)
        if keys:
            patience = after if done else after + step.timeout
        self._later(leg, patience, now, partial(self._gathered, leg, step, keys), this_turn=True)

    def _gathered(self, leg: Leg, step: Gather, keys: str, now: datetime) -> None:
        if keys or step.action_on_empty:
            self._herald.ask(leg, "gather", step.action or leg.base, {"Digits": keys}, now)
        else:
            self._next_step(leg, now)

    def _spoken(self, leg: Leg, step: Record, seconds: float, now: datetime) -> None:
        form = self.recorder.message(leg, seconds, step.callback, now).form(self._account_sid)
        told = {name: form[name] for name in ("RecordingSid", "RecordingUrl", "RecordingDuration")}
        self._herald.ask(leg, "record", step.action or leg.base, told, now)

    def _dial(self, leg: Leg, step: Dial, now: datetime) -> None:
        caller, number = step.caller_id or leg.from_, step.number
        if caller not in (*self.owned, *self.verified):
            self._herald.notice(leg, 13214, f"Dial: {caller} is neither owned nor verified", now)
            self._dialled(leg, step, now)
        elif not E164.fullmatch(number.number):
            self._herald.notice(leg, 13223, f"Dial: {number.number!r} is no number to call", now)
            self._dialled(leg, step, now)
        else:
            child = Leg(
                to=number.number,
                from_=caller,
                created=now,
                url=leg.url,
                status_callback=number.status_callback
                and urljoin(leg.base, number.status_callback),
                events=number.events,
                timeout=step.timeout,
                parent_sid=leg.sid,
                time_limit=step.time_limit,
                sent_digits=number.send_digits,
                screen_url=number.url and urljoin(leg.base, number.url),
            )
            leg.dial, leg.child_sid = step, child.sid
            self._enter(child, now)
            self._send_out(child, now)

    def _dialled(self, leg: Leg, step: Dial, now: datetime) -> None:
        """Go on after a Dial; a Dial that rang nothing has left no child behind."""
        child = self.legs.get(leg.child_sid or "")
        leg.child_sid = None
        if step.action is None:
            if not leg.over:
                self._next_step(leg, now)
            return
        more = {"DialCallStatus": Status.FAILED.value, "DialBridged": "false"}
        if child is not None:
            more = {
                "DialCallStatus": child.status.value,
                "DialCallSid": child.sid,
                "DialBridged": str(child.bridged).lower(),
            }
            if child.answered is not None:
                more["DialCallDuration"] = str(child.duration)
        self._herald.ask(leg, "dial", step.action, more, now)

    # Time.

    def _later(
        self,
        leg: Leg,
        seconds: float,
        now: datetime,
        then: Callable[[datetime], None],
        *,
        this_turn: bool = False,
    ) -> None:
        turn = leg.turn
        self.agenda.add(
            now + timedelta(seconds=ceil(seconds * 1000) / 1000),
            then,
            lambda: not leg.over and (not this_turn or leg.turn == turn),
        )
