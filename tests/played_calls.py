"""Dozens of calls played through the practice exchange with faults, and what its ledger says."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask

from assessor.app import create_hooks
from assessor.hooks import HookDesk
from config import journal
from config.database import Sessions
from scheduler import attempts, diary, people, settling, worklist
from scheduler.access import Role
from scheduler.dialling import Desk, dial_due
from scheduler.outcome import Attempt, Disposition, Ending, State
from scheduler.practice.behaviour import (
    AssessorAnswers,
    CentreAnswers,
    Outcome,
    TelephoneKind,
    Unanswered,
)
from scheduler.practice.behaviour import Telephone as Taught
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from scheduler.telephone import Leg, PerhapsPlaced, Ring
from scheduler.telephone_twilio import TwilioTelephone
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.workspace import ACCOUNT, TOKEN

POOL = ("+441632960000", "+441632960001")
APART = timedelta(minutes=8)  # between two calls, so that a fault meets the call it is meant for
SWEEP = timedelta(seconds=30)
UNLISTED = timedelta(minutes=4)
SETTLED_AFTER = timedelta(minutes=15)
SOON = 0.25  # seconds until a held answer is given up
TALKS, CONFIRMS = CentreAnswers(talk=30), AssessorAnswers()
BUSY, SILENT, DEAD = Unanswered("busy"), Unanswered("no_answer"), Unanswered("failed", 404)
REACHED = (Ending.COMPLETED, Ending.BUSY, Ending.NO_ANSWER, Ending.FAILED)
NEVER_RUNG = (Ending.REFUSED, Ending.NOT_PLACED)


@dataclass(frozen=True)
class Case:
    """What goes wrong with one call, and how the telephones behave."""

    name: str
    create: str = ""
    webhooks: tuple[str, ...] = ()
    centre: Outcome = TALKS
    assessor: Outcome = CONFIRMS
    twice: bool = False  # something on the way sends the request again
    killed: str = ""  # the worker dies "before" or "after" the request
    unlisted: bool = False  # lists fail for a while
    together: bool = False  # due with the call before


class WorkerKilled(BaseException):
    """What no handler of the product catches, as a kill is."""


class FaultyTelephone(TwilioTelephone):
    """The adapter itself, over a network to which the case of the moment happens."""

    def __init__(self, exchange: Exchange, origin: str) -> None:
        super().__init__(ACCOUNT, TOKEN, origin, timeout=SOON)
        self.exchange = exchange
        self.cases: deque[Case] = deque()
        self.unlisted_until: datetime | None = None

    def ring(self, ring: Ring) -> str:
        case = self.cases.popleft() if self.cases else Case("as it should be")
        self.exchange.faults.queue([case.create] if case.create else [], case.webhooks)
        if case.unlisted:
            self.unlisted_until = self.exchange.clock() + UNLISTED
        if case.killed == "before":
            raise WorkerKilled
        sid = super().ring(ring)
        if case.twice:
            super().ring(ring)
        if case.killed == "after":
            raise WorkerKilled
        return sid

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        if self.unlisted_until and self.exchange.clock() < self.unlisted_until:
            raise PerhapsPlaced("the listing failed")
        return super().rung(to, since)


@dataclass
class Played:
    """What was played: the calls in order, the ledger, and what we wrote down."""

    cases: tuple[Case, ...]
    calls: tuple[UUID, ...]
    ledger: Ledger
    attempts: dict[UUID, tuple[Attempt, ...]] = field(default_factory=dict)
    dispositions: dict[UUID, Disposition] = field(default_factory=dict)
    left_to_a_person: set[UUID] = field(default_factory=set)

    def became(self) -> dict[str, Disposition]:
        """What became of each case, by its name."""
        return {
            case.name: self.dispositions[call]
            for case, call in zip(self.cases, self.calls, strict=True)
        }

    def violations(self) -> list[str]:
        """Every broken promise, by the ledger: double dials, untrue endings, stuck calls."""
        dialled = Counter((row["leg"], token_of(row["url"])) for row in self.ledger.dials())
        placed = Counter(
            token_of(row["url"]) for row in self.ledger.dials() if "parent_sid" not in row
        )
        names = dict(zip(self.calls, (case.name for case in self.cases), strict=True))
        twice = {names[c] for c, case in zip(self.calls, self.cases, strict=True) if case.twice}
        found = []
        for call, tried in self.attempts.items():
            name, disposition = names[call], self.dispositions[call]
            centre = [dialled["centre", each.token] for each in tried]
            if sum(centre) > 1:
                found.append(f"{name}: the centre was dialled {sum(centre)} times")
            for each, count in zip(tried, centre, strict=True):
                if placed[each.token] > (2 if name in twice else 1):
                    found.append(f"{name}: the assessor was rung {placed[each.token]} times")
                if count and each.ending not in REACHED:
                    found.append(f"{name}: dialled, and yet {each.ending or each.state}")
                if not count and each.ending in REACHED:
                    found.append(f"{name}: {each.ending}, and yet never dialled")
                if placed[each.token] and each.ending in NEVER_RUNG:
                    found.append(f"{name}: {each.ending}, and yet a telephone rang")
            live = [each for each in tried if each.state is not State.ENDED]
            if disposition.open != bool(live):
                found.append(f"{name}: {disposition} with {len(live)} live attempts")
            if live and call not in self.left_to_a_person:
                found.append(f"{name}: stuck as {live[0].state}")
        return found


def token_of(url: str) -> str:
    """The attempt's token in the address that the network was given."""
    return url.split("/")[-2]


@contextmanager
def hooks_of(sessions: Sessions, clock: SettableClock) -> Iterator[str]:
    """The hooks on a loopback port; answers their origin, which is known once the port is."""
    apps: list[Flask] = []
    listener = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
    apps.append(create_hooks(HookDesk(sessions, clock, listener.origin, ACCOUNT, TOKEN)))
    try:
        yield listener.origin
    finally:
        listener.close()


def play(
    sessions: Sessions,
    folder: Path,
    cases: Iterable[Case],
    telephone: Callable[[Exchange, str], FaultyTelephone] = FaultyTelephone,
) -> Played:
    """Play a call for each case, one after the other, until nothing is left to happen."""
    cases = tuple(cases)
    clock = SettableClock(NOW)
    ledger = Ledger(folder / "ledger.jsonl")
    exchange = Exchange(ACCOUNT, TOKEN, ledger, clock, POOL)
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    network = telephone(exchange, server.origin)
    try:
        with hooks_of(sessions, clock) as origin:
            institute = an_institute(sessions)
            desk = Desk(sessions, institute.vault, network, clock, "worker", origin)
            calls, due = [], NOW
            for number, case in enumerate(cases):
                due = due if case.together else due + APART
                institute.assessor = institute.person(f"Assessor {number}", Role.ASSESSOR)
                with sessions.reading() as session:
                    own = people.telephone_of(session, institute.vault, institute.assessor) or ""
                line = f"+441632960{500 + number}"
                exchange.teach(
                    [
                        Taught(line, TelephoneKind.CENTRE, (case.centre,)),
                        Taught(own, TelephoneKind.ASSESSOR, (case.assessor,)),
                    ]
                )
                calls.append(institute.call(institute.centre(number), due=due - NOW))
            network.cases.extend(_with_retries(cases))
            _run(desk, exchange, clock, due + SETTLED_AFTER)
            return _as_it_stands(sessions, Played(cases, tuple(calls), ledger))
    finally:
        network.close()
        server.close()


def _with_retries(cases: Iterable[Case]) -> Iterator[Case]:
    """A request that was refused for now is made anew, and then nothing goes wrong."""
    for case in cases:
        yield case
        if case.create == "429":
            yield Case("made anew")


def _run(desk: Desk, exchange: Exchange, clock: SettableClock, until: datetime) -> None:
    """Jump to the next due attempt, event or sweep; sweep while anything is on a line."""
    swept = clock()
    while True:
        with desk.sessions.reading() as session:
            due = worklist.next_due(session, None)
            live = worklist.in_state(
                session,
                *(State.SENDING, State.UNKNOWN, State.CREATED, State.DIALLING),
                rehearsed=None,
            )
        if due is not None and due <= clock():
            due = clock() + timedelta(seconds=1)
        sweep = max(swept + SWEEP, clock()) if live else None
        moments = (due, exchange.next_event_at(), sweep)
        moment = min((each for each in moments if each is not None), default=None)
        if moment is None or moment > until:
            return
        clock.now = max(clock.now, moment)
        exchange.run_due()
        if due is not None and due <= clock():
            try:
                dial_due(desk)
            except WorkerKilled:  # and it starts again
                settling.give_up_dead_owners(desk)
        if live and clock() >= swept + SWEEP:
            swept = clock()
            settling.reconcile(desk)
            settling.expire(desk)


def _as_it_stands(sessions: Sessions, played: Played) -> Played:
    with sessions.reading() as session:
        for call in played.calls:
            found = diary.find_call(session, call)
            assert found is not None
            played.dispositions[call] = found.disposition
            played.attempts[call] = attempts.of_call(session, call)
            subject = f"call {call}"
            if any(
                (entry.action, entry.subject) == ("several sids", subject)
                for entry in journal.entries(session)
            ):
                played.left_to_a_person.add(call)
    return played
