"""Whoever mustn't know a plan is told the same, to the byte, whether there is one and how it goes.

One base is copied: in one copy nothing is planned, in one the calls of a plan are all missed, in
one they are made, recognised, promised, given to somebody else and tried again. Nothing that a
provider's contact, a panel member or the public gets, no letter to a provider and no moment at
which one is sent may differ.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from config.clock import Period
from scheduler import awaiting, codes, diary, marking, reassigning
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scheduler.promise import Basis, Way
from scheduler.reassigning import Finder
from scheduler.rule import Rule
from tests.assessor.twins import CONTACT, DECEMBER, SITE, TERM, Twin, a_base
from tests.builders import NOW, ZONE
from tests.scheduler.planned import draw
from tests.services.chance import repeated_chance

SOON = timedelta(minutes=1)


@dataclass
class Nothing:
    """No plan at all."""

    drawn: tuple[PlannedCall, ...] = ()

    def plan(self, twin: Twin) -> None:
        """What is planned at first."""

    def ring(self, twin: Twin) -> None:
        """What happens at the moment of the first call; it goes on while the twin is looked at."""

    def end(self, twin: Twin) -> None:
        """How the first call ends."""

    def second(self, twin: Twin) -> None:
        """What happens at the moment of the second call."""

    def third(self, twin: Twin) -> None:
        """What happens at the moment of the third call."""


class Missed(Nothing):
    """A plan of which no call is made; each is drawn anew while chance allows it."""

    def plan(self, twin: Twin) -> None:
        draw(
            twin.institute,
            Period(DECEMBER, 1),
            rule=Rule(1, Fraction(10), 6),
            centres=frozenset({twin.base.centre}),
        )
        self.drawn = twin.calls()


class Made(Missed):
    """A plan whose calls run while the provider looks, and end in every way that it could tell."""

    def plan(self, twin: Twin) -> None:
        super().plan(twin)
        finder = Finder(twin.base.vault, SITE, ZONE, live=False)
        for call in self.drawn[3:5]:  # somebody stands in
            assert reassigning.excuse(twin.sessions, finder, call.id, "ill", twin.clock())

    def ring(self, twin: Twin) -> None:
        self._through(twin, self._now(twin, 0), "1")

    def end(self, twin: Twin) -> None:
        call, board = self._now(twin, 0), twin.board
        assert call.assessor is not None
        assert marking.mark(twin.sessions, call.id, call.assessor, "suspect", twin.clock())
        board.centre(call.id, "completed", 3, length=60, sid="CA" + "1" * 32)
        with twin.sessions.begin() as session:
            diary.correct_disposition(session, call.id, Disposition.DETECTED)
            usable = codes.usable_identities(session, call.centre)
            assert call.identity not in {each.id for each in usable}, "it is burnt"

    def second(self, twin: Twin) -> None:
        """It awaits what was promised until its time is over."""
        call = self._now(twin, 1)
        self._through(twin, call, "2")
        twin.board.centre(call.id, "completed", 3, length=60, sid="CA" + "2" * 32)
        assert call.assessor is not None
        with twin.sessions.begin() as session:
            awaiting.await_return(
                session,
                call.id,
                call.assessor,
                twin.clock(),
                way=Way.RING,
                what="a call back",
                basis=Basis.WORKING_DAYS,
            )

    def third(self, twin: Twin) -> None:
        """Its line is busy, so that it is tried again."""
        call, board = self._now(twin, 2), twin.board
        self._through(twin, call, "3", "busy")
        assert board.disposition(call.id) is Disposition.BUSY

    def _now(self, twin: Twin, number: int) -> PlannedCall:
        """A call as it stands by now, since people who don't answer an offer are replaced."""
        return next(each for each in twin.calls() if each.id == self.drawn[number].id)

    def _through(self, twin: Twin, call: PlannedCall, sign: str, status: str = "") -> None:
        board, sid = twin.board, "CA" + sign * 32
        assert board.dial() == 1
        assert board.answer(call.id)
        assert board.confirm(call.id) is not None
        board.centre(call.id, "ringing", 1, sid=sid)
        board.centre(call.id, status or "in-progress", 2, sid=sid)


def live(twin: Twin, acts: Nothing, scout: tuple[PlannedCall, ...]) -> None:
    """The weeks from the plan to after its period, the same for every twin but for its acts."""
    first, second, third, *_, last = (call.drawn_moment for call in scout)
    ids = {
        "call": scout[0].id,
        "plan": scout[0].plan,
        "identity": scout[0].identity,
        "centre": twin.base.centre,
        "other centre": twin.base.others[1],
    }
    with repeated_chance("the plan"):
        acts.plan(twin)
    assert acts.drawn in ((), scout)
    twin.clock.pass_by(hours=1)
    with repeated_chance("a look at what is planned"):
        twin.look_in()
    twin.until(first)
    acts.ring(twin)
    twin.clock.now = first + SOON / 2
    with repeated_chance("a look while a call runs"):
        twin.look_around(ids)
        twin.look_at_seals(ids["plan"])
        supply(twin, last)
    acts.end(twin)
    twin.until(second)
    acts.second(twin)
    with repeated_chance("a look at what awaits a promise"):
        twin.look_in()
    twin.until(third)
    acts.third(twin)
    twin.work()
    twin.publish()
    with repeated_chance("a look at a published month"):
        look_at_reports(twin)
    twin.until(datetime.combine(TERM, NOW.timetz()) + timedelta(days=3))
    with repeated_chance("a last look"):
        twin.look_in()
        twin.look_at_seals(ids["plan"])


def supply(twin: Twin, closed: datetime) -> None:
    """Change whatever a plan may lean on: identities, numbers, days, hours, the notice.

    By forms alone, which go the way of a workbook but for the process that reads one.
    """
    browser = twin.browser(CONTACT)
    twin.change(browser, "identities", {"1-out": "1", "2-security-code": "9911"})
    twin.change(browser, "numbers", {"1-valid-until": str(closed.date())})
    twin.change(browser, "closures", {"1-from": str(closed.date()), "1-until": str(closed.date())})
    twin.change(browser, "hours", {"1-closes": "23:59"})
    of = f"/supplies/{twin.base.centre}"
    twin.ask(browser, f"{of}/notice", data={"given_on": "2026-11-20"})
    twin.ask(browser, f"{of}/incident", data={"hours": "1", "what": "Power cut"})
    twin.ask(browser, f"{of}/incident")
    twin.ask(browser, "/supplies/upload", data={})
    twin.ask(browser, "/account/copy", data={})
    twin.ask(browser, "/forgot", data={"email": CONTACT})


def look_at_reports(twin: Twin) -> None:
    """Every published report, as page and as file."""
    browser = twin.browser(CONTACT)
    listed = twin.ask(browser, "/reports").text
    found = sorted({part.split('"')[0] for part in listed.split('href="/reports/')[1:]})
    assert len(found) == 4
    for report in found:  # each has a page and a file
        twin.ask(browser, f"/reports/{report}")


@pytest.fixture(scope="module")
def twins(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Twin]:
    """The twins after their lives, by what was planned in them."""
    path = tmp_path_factory.mktemp("twins") / "base.db"
    shutil.copy(migrated_sqlite, path)
    with repeated_chance("the base"):
        base = a_base(path)
    scout, found = Missed(), {}
    for _ in range(2):  # what is imported late draws as well, once
        with base.twin("scout") as twin, repeated_chance("the plan"):
            scout.plan(twin)
            twin.publish()
    for acts in (Nothing(), Missed(), Made()):
        name = type(acts).__name__
        with base.twin(name) as twin, repeated_chance("a life"):
            live(twin, acts, scout.drawn)
            found[name] = twin
    return found


@pytest.mark.parametrize("name", ["Missed", "Made"])
def test_nobody_who_must_not_know_is_told_of_a_plan(twins: dict[str, Twin], name: str) -> None:
    for without, planned in zip(twins["Nothing"].told, twins[name].told, strict=True):
        assert without == planned


def test_a_seal_tells_nothing_of_how_its_calls_go(twins: dict[str, Twin]) -> None:
    missed, made = twins["Missed"].seals, twins["Made"].seals
    assert [status[:6] for _, status in made] == [b"200 OK"] * len(made)
    assert missed == made


def test_the_transcript_holds_the_letters_of_every_step(twins: dict[str, Twin]) -> None:
    letters = b"".join(body for what, body in twins["Made"].told if what.endswith("letter"))
    for step in (b"in 30 days", b"in 14 days", b"today"):
        assert step in letters
