"""The switch with a trainer's hand on it."""

from datetime import datetime

from scheduler.practice.behaviour import CentreAnswers, Outcome
from scheduler.practice.call_request import Refused
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import Leg, Status
from scheduler.practice.steering import Act, acts_on, part_of
from scheduler.practice.switch import Switch


class SteeredSwitch(Switch):
    """A switch whose calls to centres a trainer may decide."""

    def __init__(self, account_sid: str, ledger: Ledger) -> None:
        """Begin with nothing decided."""
        super().__init__(account_sid, ledger)
        self._decided: dict[str, Outcome] = {}

    def steer(self, leg: Leg, act: Act, now: datetime) -> None:
        """Let a trainer decide on a centre's leg; what was to come of itself lapses.

        Raises ``Refused`` when the leg is not at a point where that can be done.
        """
        if act not in acts_on(leg):
            raise Refused(409, 20409, f"The call can't be steered so now: {part_of(leg)}")
        leg.turn += 1
        self._ledger.write("steered", now, act=act, **leg.facts())
        match act:
            case Act.ANSWER:
                if not isinstance(leg.outcome, CentreAnswers):
                    leg.outcome = CentreAnswers()
                self._answer(leg, now)
            case Act.PERSON:
                since = leg.answered or now
                self._person(leg, (now - since).total_seconds(), now)
            case Act.QUEUE:
                self._queue(leg, now)
            case Act.HANG_UP:
                self._end(leg, Status.COMPLETED, now)

    def next_time(self, number: str, outcome: Outcome) -> None:
        """Decide what becomes of the next dial of a number, that one alone."""
        self._decided[number] = outcome

    def decided(self, number: str) -> Outcome | None:
        """What was decided of the next dial of a number, if anything was."""
        return self._decided.get(number)

    def _outcome(self, number: str, nth: int) -> Outcome:
        return self._decided.pop(number, None) or super()._outcome(number, nth)
