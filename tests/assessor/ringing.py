"""A call as the telephone network tells it, step by step, without a network."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from scheduler import attempts, hearing
from scheduler.hearing import Told
from tests.builders import Institute
from tests.fakes import SettableClock

OURS, CENTRES = "CA" + "1" * 32, "CA" + "2" * 32


@dataclass
class Ringing:
    """One planned call whose moment has come; each verb is one thing that the network tells."""

    institute: Institute
    call: UUID
    clock: SettableClock
    told: int = 0
    ours: str = OURS
    centres: str = CENTRES

    @property
    def token(self) -> str:
        """The token of the call's first attempt."""
        with self.institute.sessions.reading() as session:
            return attempts.of_call(session, self.call)[0].token

    def ring(self) -> None:
        """The assessor's telephone rings: the clock stands at the drawn moment."""
        with self.institute.sessions.begin() as session:
            attempt = attempts.of_call(session, self.call)[0]
            self.clock.now = attempt.due
            assert attempts.claim(session, attempt.id, "test", self.clock())
        assert hearing.assessor_answered(
            self.institute.sessions, self.token, self.ours, self.clock()
        )

    def press(self) -> None:
        """The assessor presses 1, and the centre is rung."""
        sessions = self.institute.sessions
        assert hearing.assessor_confirmed(sessions, self.token, self.ours, "1", self.clock())
        self._centre("ringing")

    def through(self) -> None:
        """The centre's line is answered."""
        self._centre("in-progress")

    def end(self, status: str = "completed") -> None:
        """The centre's leg is over."""
        self._centre(status)

    def whole(self, length: timedelta = timedelta(minutes=9)) -> None:
        """From the first ring to the end."""
        self.ring()
        self.press()
        self.through()
        self.clock.now += length
        self.end()

    def _centre(self, status: str) -> None:
        self.told += 1
        told = Told(self.centres, self.ours, status, self.told, self.clock())
        hearing.centre_told(self.institute.sessions, self.token, told, self.clock())
