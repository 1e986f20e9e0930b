"""An assessor at their desk: a workspace with one call of theirs, and what they post to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from config.database import Sessions
from scheduler import briefing, diary
from scheduler.access import Role
from scheduler.outcome import Disposition
from scoring import assessing, ledger, rubric_versions
from scoring.rubric import Rubric
from tests.assessor.ringing import Ringing
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

SCRIPTED = {"X-Requested-With": "fetch"}


class Desk:
    """An institute with one call for Ann, who is signed in."""

    def __init__(
        self, sessions: Sessions, due: timedelta = timedelta(minutes=10), **more: Any
    ) -> None:
        self.institute: Institute = an_institute(sessions)
        self.clock = SettableClock(NOW)
        self.app = workspace(self.institute, self.clock, **more)
        for name in ("Ann", "Bob"):
            key = self.institute.person(name, Role.ASSESSOR, password=PASSWORD)
            if name == "Ann":
                self.institute.assessor = key
        self.call = self.institute.call(due=due)
        self.line = Ringing(self.institute, self.call, self.clock)
        self.ann = client(self.app, "ann@institute.example")
        self.sessions = sessions

    def confirm(self) -> None:
        """Ann has read the briefing."""
        briefing.confirm_briefing(self.sessions, self.call, self.institute.assessor, self.clock())

    def draft(self) -> UUID:
        """Ann's assessment of the call, begun."""
        return assessing.open_assessment(
            self.sessions, self.call, self.institute.assessor, self.clock()
        )

    def assessment(self) -> ledger.Assessment:
        """Ann's assessment as it stands."""
        with self.sessions.reading() as session:
            (found,) = ledger.assessments(session, calls=[self.call], part="first")
        return found

    def rubric(self) -> Rubric:
        """The rubric of the call."""
        with self.sessions.reading() as session:
            return rubric_versions.rubric(session, self.assessment().rubric_version)

    def disposition(self) -> Disposition:
        """What became of the call."""
        with self.sessions.reading() as session:
            found = diary.find_call(session, self.call)
        assert found is not None
        return found.disposition

    def post(self, where: str, **data: str) -> TestResponse:
        """Post to a page of the assessment."""
        return self.ann.post(f"/assessments/{self.draft()}/{where}", data=data)

    def save(self, version: int, **data: str) -> TestResponse:
        """Save the draft as the script does."""
        address = f"/assessments/{self.draft()}/draft"
        return self.ann.post(address, data={"version": version, **data}, headers=SCRIPTED)

    def every_answer(self) -> dict[str, str]:
        """A level for each criterion."""
        return {f"c-{criterion.id}": "1" for criterion in self.rubric().criteria}
