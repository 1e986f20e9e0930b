"""Two installations that differ in nothing but what is planned and called, and what each tells.

Both are copies of one database, asked at the same moments with the same chance. What a provider's
contact, a panel member of another provider's case and nobody signed in get, and every letter to a
provider with its time of sending, is put into one transcript, to be compared byte for byte.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import UUIDConverter
from werkzeug.test import TestResponse

from assessor.policy import roles_of
from assessor.signing_in import cookie_name
from config import mail, mail_doors
from config.clock import Month
from config.database import Sessions, connect
from config.vault import Vault, new_vault
from scheduler import diary, offers, reassigning, register, sign_ins
from scheduler.access import Role
from scheduler.advancing import advance_plans
from scheduler.anchoring import write_anchor_letter
from scheduler.awaiting import settle_due
from scheduler.call import PlannedCall
from scheduler.dialling import dial_due
from scheduler.following_up import follow_up_calls
from scheduler.reminder import STEPS
from scheduler.reminding import remind
from scheduler.settling import expire, reconcile
from scoring import reporting
from scoring.summarising import write_monday_letter
from scripts.texts import load_texts
from tests.assessor.month_of_calls import OCTOBER, assess_all, draw_month, verify
from tests.assessor.test_supply_forms_pages import fields
from tests.builders import NOW, ZONE, Institute, an_institute, identity
from tests.fakes import FakeTelephone, SettableClock
from tests.scheduler.switchboard import Switchboard, desk
from tests.services.chance import repeated_chance
from tests.workspace import PASSWORD, workspace

SITE = "http://localhost"
EIGHT = time(8)  # of the institute's clock in winter: the day's letters are written
MONDAY = 0
DECEMBER = Month(2026, 12)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = re.compile(r'name="shown" value="(\w+)"')
CONTACT, PANEL, NOBODY = "per@institute.example", "pam@institute.example", ""
NOTICE_UNTIL, IDENTITIES_UNTIL = date(2026, 12, 24), date(2026, 12, 29)
TERM = date(2027, 1, 2)
HIDDEN = (
    # A form's token signs the second in which it was made, by the machine's own clock.
    (re.compile(rb"[\w-]{20,}\.[\w-]{6}\.[\w-]{27}"), b"(form token)"),
    # So do the headers of a file, and the properties of a workbook that is made when asked for.
    (re.compile(rb"(?m)^(Expires|Date): \w{3}, .* GMT\r$"), b"(moment)"),
    (re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*"), rb"\1(moment)"),
    # The journal's head in a report: a hash of whatever was done, with the keys of whoever did it.
    (re.compile(rb'(published: <span class="mono">)[0-9a-f<>wbr]*'), rb"\1(head)"),
    # A letter's own id, drawn after whatever else was.
    (re.compile(rb"(?m)^Message-ID: .*$"), b"(Message-ID)"),
)
"""All that is left out of the comparison, with why."""


Told = tuple[str, bytes]
"""What was asked and when, or that a letter was sent; and all that came."""


@dataclass
class Base:
    """The file that every twin is a copy of, and who and what is in it."""

    path: Path
    vault: Vault
    centre: UUID
    others: tuple[UUID, ...]
    people: dict[str, UUID]

    @contextmanager
    def twin(self, name: str) -> Iterator["Twin"]:
        """A copy that lives its own life."""
        path = self.path.with_name(f"{name}.db")
        shutil.copy(self.path, path)
        sessions = opened(path)
        try:
            yield Twin(sessions, self)
        finally:
            sessions.engine.dispose()
            path.unlink()


def opened(path: Path) -> Sessions:
    """A database that needn't outlive a power cut."""
    sessions = connect(f"sqlite:///{path}")
    event.listen(sessions.engine, "connect", lambda c, _record: c.execute("PRAGMA synchronous=OFF"))
    return sessions


def a_base(path: Path) -> Base:
    """Two providers, one with two centres; much lapses in December, October awaits its report."""
    sessions = opened(path)
    load_texts(sessions, NOW)  # with keys of this chance; those that tests share are of the first's
    institute = an_institute(sessions, new_vault())
    entitled = tuple(
        replace(identity(f"41000{n}", f"730{n}"), valid_until=IDENTITIES_UNTIL) for n in range(1, 5)
    )
    centre = institute.centre(
        0, identities=entitled, accredited_until=TERM, notice_given_on=date(2025, 12, 25)
    )
    sister = institute.centre(3, provider="Provider 0")
    other = institute.centre(1)
    draw_month(institute, centre, sister)
    verify(institute, *assess_all(institute))
    with sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
    of = {"provider": found.provider}
    institute.person("Another", Role.ASSESSOR)
    people = {
        CONTACT: institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, **of),
        PANEL: institute.person("Pam", Role.PANEL_MEMBER, password=PASSWORD),
    }
    institute.person("Ada", Role.ADMINISTRATOR)
    institute.person("Aud", Role.AUDITOR)
    sessions.engine.dispose()
    return Base(path, institute.vault, centre, (sister, other), people)


@dataclass
class Twin:
    """One installation, and the transcript of what it told; of its public seals apart."""

    sessions: Sessions
    base: Base
    clock: SettableClock = field(default_factory=lambda: SettableClock(NOW))
    told: list[Told] = field(default_factory=list)
    seals: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.institute = Institute(self.sessions, self.base.vault, UUID(int=0), UUID(int=0))
        self.telephone = FakeTelephone(self.clock)
        self.desk = desk(self.institute, self.telephone, self.clock)
        self.board = Switchboard(self.institute, self.clock, self.telephone, self.desk)
        self.app = workspace(self.institute, self.clock, SITE)
        self.app.config["WTF_CSRF_ENABLED"] = False

    # --- asking ---------------------------------------------------------------------------------

    def browser(self, email: str) -> FlaskClient:
        """A browser that is signed in, but for nobody's."""
        browser = self.app.test_client()
        if email:
            token = f"{email} {len(self.told)}"
            with self.sessions.begin() as session:
                key = sha256(token.encode()).hexdigest()
                sign_ins.open_sign_in(session, key, self.base.people[email], self.clock())
            browser.set_cookie(cookie_name(secure=False), token)
        return browser

    def ask(self, browser: FlaskClient, target: str, **more: Any) -> TestResponse:
        """Ask, and put the whole answer into the transcript."""
        method = more.pop("method", "POST" if "data" in more else "GET")
        answer = browser.open(target, method=method, **more)
        body = answer.get_data()
        answer.close()
        if answer.mimetype in ("application/zip", WORKBOOK):
            body = unpacked(body)
            del answer.headers["Content-Length"]  # of what was packed with the machine's time
        head = f"{answer.status}\n{answer.headers}".encode()
        self.told.append((f"{self.clock()} {method} {target}", hidden(head + body)))
        return answer

    def look_around(self, ids: dict[str, UUID]) -> None:
        """The addresses of pages, as each of the three."""
        for email, role in (
            (CONTACT, Role.PROVIDER_CONTACT),
            (PANEL, Role.PANEL_MEMBER),
            (NOBODY, None),
        ):
            browser = self.browser(email)
            for target in self.addresses(role, ids):
                self.ask(browser, target)
            for target in (
                "/supplies",
                "/reports",
                f"/plan/calls/{ids['call']}",
                "/static/style.css",
            ):
                self.ask(browser, target, method="HEAD")
                self.ask(browser, target, method="OPTIONS")

    def look_in(self) -> None:
        """What a contact would look at every day, and anybody."""
        of, browser = f"/supplies/{self.base.centre}", self.browser(CONTACT)
        for target in ("/supplies", f"{of}/identities", f"{of}.xlsx", "/reports", "/account"):
            self.ask(browser, target)
        for target in ("/register", "/sign-in", "/health"):
            self.ask(self.browser(NOBODY), target)

    def look_at_seals(self, plan: UUID) -> None:
        """What anybody may read of a plan that was sealed."""
        asked = len(self.told)
        with repeated_chance("a look at the seals"):  # and what comes later draws as without it
            for target in ("/seals", f"/seals/{plan}", f"/seals/{plan}.txt"):
                self.ask(self.browser(NOBODY), target)
        self.seals += self.told[asked:]
        del self.told[asked:]

    def addresses(self, role: Role | None, ids: dict[str, UUID]) -> Iterator[str]:
        """A contact's pages with every id, all others with a call's; of others, their own."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda each: each.rule):
            if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
                continue
            declared = roles_of(self.app.view_functions[rule.endpoint])
            theirs = declared is None or role in declared
            if rule.rule.startswith("/seals"):
                continue  # that a plan is sealed is public: asked apart
            if not theirs and role is not Role.PROVIDER_CONTACT:
                continue
            keys = [*ids.values()] if theirs and role else [ids["call"]]
            of_ids = any(isinstance(c, UUIDConverter) for c in rule._converters.values())
            for key in keys if of_ids else keys[:1]:
                values: dict[str, Any] = {}
                for name, converter in rule._converters.items():
                    words = sorted(getattr(converter, "items", ()))
                    values[name] = (
                        key
                        if isinstance(converter, UUIDConverter)
                        else words[0]
                        if words
                        else "2027-01"
                        if name == "month"
                        else "no-such-token"
                    )
                with self.app.test_request_context():
                    built = rule.build(values)
                assert built is not None
                yield built[1]

    def change(self, browser: FlaskClient, part: str, typed: dict[str, str]) -> None:
        """Type into a form of the centre, look at what it would change, and enter that."""
        path = f"/supplies/{self.base.centre}/{part}"
        stands = fields(self.ask(browser, path).text)
        kept = self.ask(browser, path, data=stands | typed).location
        assert kept, part
        self.enter(browser, kept)

    def enter(self, browser: FlaskClient, kept: str) -> None:
        """Agree to what a preview shows."""
        found = SHOWN.search(self.ask(browser, kept).text)
        assert found is not None
        assert self.ask(browser, kept, data={"shown": found[1]}).location == "/supplies"

    # --- the worker -----------------------------------------------------------------------------

    def work(self) -> None:
        """What the worker scans every minute, and the letters that this brings."""
        at = self.desk
        reconcile(at)
        expire(at)
        dial_due(at)
        follow_up_calls(at, ZONE)
        reassigning.mend_calls(at, ZONE)
        reassigning.offer_calls(at, ZONE, 5, SITE)
        with self.sessions.reading() as session:
            asked = offers.unanswered(session)
        for each in asked:
            reassigning.reply(
                self.sessions, each.call, each.person, offers.Answer.ACCEPTED, "test", self.clock()
            )
        settle_due(self.sessions, self.clock())
        advance_plans(self.sessions, self.clock(), ZONE)
        self.post()

    def write(self) -> None:
        """What the worker writes once a day, and sends."""
        now, of = self.clock(), (self.sessions, self.base.vault)
        remind(*of, now, SITE, "Test institute")
        write_monday_letter(*of, now, ZONE, SITE, "Test institute", proved_everything=True)
        write_anchor_letter(*of, now, ZONE, "anchors@institute.example", "Test institute")
        self.post()

    def post(self) -> None:
        """Send what waits; what goes to a provider stands in the transcript."""

        def send(letter: mail.Letter) -> None:
            if letter.to.endswith("@provider.example") or letter.to == CONTACT:
                travels = mail_doors.message(letter, "institute@institute.example").as_bytes()
                self.told.append((f"{self.clock()} letter", hidden(travels)))

        mail.deliver(self.sessions, self.base.vault, send, self.clock)

    def until(self, moment: datetime) -> None:
        """Live through the mornings until a moment on which letters may be due."""
        day = self.clock().date() + timedelta(days=1)
        while day < moment.date():
            if day.weekday() == MONDAY or any(
                last - timedelta(days=left + late) == day
                for last in (NOTICE_UNTIL, IDENTITIES_UNTIL, TERM)
                for left in STEPS
                for late in (0, -1)
            ):
                self.clock.now = datetime.combine(day, EIGHT, UTC)
                self.work()
                self.write()
            day += timedelta(days=1)
        self.clock.now = moment

    def publish(self) -> None:
        """Publish October."""
        for centre in (self.base.centre, self.base.others[0]):
            with repeated_chance(f"the report of {centre}"):  # a random id is all that it draws
                reporting.publish(self.sessions, centre, OCTOBER, self.clock(), "test", ZONE)

    def calls(self) -> tuple[PlannedCall, ...]:
        """The calls of December by moment."""
        with self.sessions.reading() as session:
            return tuple(diary.calls(session, months=[DECEMBER], sampled=True))


def unpacked(data: bytes) -> bytes:
    """The files of an archive, which holds the machine's own time beside them."""
    with ZipFile(BytesIO(data)) as archive:
        files = [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
    return b"\n".join(files)


def hidden(data: bytes) -> bytes:
    """An answer without what no two answers share."""
    for pattern, instead in HIDDEN:
        data = pattern.sub(instead, data)
    return data
