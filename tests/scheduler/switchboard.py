"""One desk, a telephone with verbs, and what the network tells of a call: for tests of dialling."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from config import journal
from config.database import Sessions
from scheduler import attempts, dialled_calls, diary, hearing
from scheduler.call import DialledCall
from scheduler.dialling import Desk, dial_due
from scheduler.hearing import DialCentre, Told
from scheduler.outcome import Attempt, Disposition, Ending, State
from tests.builders import NOW, Institute, an_institute
from tests.fakes import FakeTelephone, SettableClock

CHILD = "CA" + "c" * 32
STRANGER = "CA" + "5" * 32


@dataclass
class Switchboard:
    """An institute whose desk dials on a fake telephone by a clock that stands still."""

    institute: Institute
    clock: SettableClock
    telephone: FakeTelephone
    desk: Desk

    @property
    def sessions(self) -> Sessions:
        return self.institute.sessions

    def call(self, number: int = 0, *, centre: UUID | None = None, due: float = 0) -> UUID:
        """Plan a call, by default to a centre of its own, so many seconds from now."""
        centre = centre or self.institute.centre(number)
        return self.institute.call(centre, due=timedelta(seconds=due), now=self.clock())

    def dial(self) -> int:
        return dial_due(self.desk)

    def dialled(self, number: int = 0) -> UUID:
        """A call whose assessor is being rung."""
        call = self.call(number)
        assert self.dial() == 1
        return call

    def connected(self, number: int = 0) -> UUID:
        """A call whose gate is passed."""
        call = self.dialled(number)
        assert self.answer(call)
        assert self.confirm(call) is not None
        return call

    # What is written down.

    def attempts(self, call: UUID) -> tuple[Attempt, ...]:
        with self.sessions.reading() as session:
            return attempts.of_call(session, call)

    def attempt(self, call: UUID) -> Attempt:
        return self.attempts(call)[-1]

    def stands(self, call: UUID) -> tuple[State, Ending | None, Disposition]:
        """State and ending of the last attempt, and the disposition of the call."""
        last = self.attempt(call)
        return last.state, last.ending, self.disposition(call)

    def disposition(self, call: UUID) -> Disposition:
        with self.sessions.reading() as session:
            found = diary.find_call(session, call)
            assert found is not None
            return found.disposition

    def measured(self, call: UUID) -> DialledCall:
        with self.sessions.reading() as session:
            found = diary.find_call(session, call)
            assert found is not None
            return dialled_calls.of_call(session, found)

    def journalled(self, action: str) -> int:
        with self.sessions.reading() as session:
            return sum(entry.action == action for entry in journal.entries(session))

    # What the network tells; by default of the call's own legs.

    def sid(self, call: UUID) -> str:
        found = self.attempt(call).call_sid
        assert found is not None
        return found

    def answer(self, call: UUID, sid: str = "") -> bool:
        last = self.attempt(call)
        return hearing.assessor_answered(
            self.sessions, last.token, sid or self.sid(call), self.clock()
        )

    def confirm(self, call: UUID, key: str = "1", sid: str = "") -> DialCentre | None:
        last = self.attempt(call)
        return hearing.assessor_confirmed(
            self.sessions, last.token, sid or self.sid(call), key, self.clock()
        )

    def assessor(self, call: UUID, status: str, sid: str = "") -> None:
        told = Told(sid or self.sid(call), "", status, 0, self.clock())
        hearing.assessor_told(self.sessions, self.attempt(call).token, told, self.clock())

    def centre(
        self,
        call: UUID,
        status: str,
        sequence: int = 0,
        *,
        length: int | None = None,
        sip: str = "",
        sid: str = CHILD,
        parent: str = "",
    ) -> None:
        parent = parent or self.sid(call)
        told = Told(sid, parent, status, sequence, self.clock(), length, sip)
        hearing.centre_told(self.sessions, self.attempt(call).token, told, self.clock())

    def ended(self, call: UUID, status: str, child: str = CHILD, sid: str = "") -> None:
        told = Told(sid or self.sid(call), "", status, 0, self.clock(), 60, child_sid=child)
        hearing.dial_ended(self.sessions, self.attempt(call).token, told, self.clock())


def a_switchboard(sessions: Sessions) -> Switchboard:
    """A switchboard on an empty, migrated database."""
    institute, clock = an_institute(sessions), SettableClock(NOW)
    telephone = FakeTelephone(clock)
    return Switchboard(institute, clock, telephone, desk(institute, telephone, clock))


def desk(
    institute: Institute, telephone: FakeTelephone, clock: SettableClock, owner: str = "worker 1"
) -> Desk:
    """A worker's desk."""
    return Desk(
        sessions=institute.sessions,
        vault=institute.vault,
        telephone=telephone,
        clock=clock,
        owner=owner,
        hooks="https://calls.example.org",
    )
