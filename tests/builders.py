"""Builds what tests stand on, with sane defaults: an institute, a centre, people, a call."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select

from config.database import Base, Sessions, connect
from config.vault import Vault, new_vault
from scheduler import admitting, attempts, caller_pool, planning, recordings
from scheduler.access import Role
from scheduler.centre import (
    CodeKind,
    ContactNumber,
    CoverIdentity,
    Kind,
    OpenSpan,
    Return,
    SecurityCode,
    ServiceLevel,
)
from scheduler.diary_rows import ScenarioVersionRow
from scheduler.enrolling import enrol
from scheduler.recording import TRIES_BEFORE_ALARM
from scoring.ledger_rows import RubricVersionRow
from scripts.texts import load_texts

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = "Europe/London"
ALWAYS = tuple(OpenSpan(day, 0, 1440) for day in range(7))
LEVEL = ServiceLevel(
    products="Desktop, e-mail, calendars, printing and network accounts",
    level="First and second line",
    answer_within=30,
    answered_percent=80,
    escalation_within=30,
    calibre="Certificate in technical support skills",
    audience="All staff",
    exclusions="Hardware of other makers",
)


def identity(account: str = "410001", code: str = "0188") -> CoverIdentity:
    """A cover identity, valid for long."""
    return CoverIdentity("Alex Birch", account, SecurityCode(CodeKind.PIN, code), date(2026, 1, 1))


def a_return(number: int = 0, **changes: object) -> Return:
    """The return of an always open centre; each number is another centre of another provider."""
    stated = Return(
        provider=f"Provider {number}",
        centre=f"Centre {number}",
        kind=Kind.EXTERNAL,
        zone=ZONE,
        country="GB",
        contact_email=f"liaison{number}@provider.example",
        accredited_from=date(2026, 1, 1),
        accredited_until=date(2029, 1, 1),
        notice_given_on=date(2026, 10, 1),
        recording_permitted=False,
        numbers=(ContactNumber("Main line", f"+441632960{500 + number}", "", date(2026, 1, 1)),),
        identities=(identity(),),
        hours=ALWAYS,
        closures=(),
        service_level=LEVEL,
    )
    return replace(stated, **changes)  # type: ignore[arg-type]


@dataclass
class Institute:
    """A database with texts, a pool, an assessor and a verifier."""

    sessions: Sessions
    vault: Vault
    assessor: UUID
    verifier: UUID

    def centre(self, number: int = 0, **changes: object) -> UUID:
        """Enrol a centre."""
        stated = a_return(number, **changes)
        return enrol(self.sessions, self.vault, stated, NOW, "test", ZONE).centre

    def person(self, name: str, *roles: Role, password: str | None = None, **more: object) -> UUID:
        """Admit a person, with a telephone when they assess."""
        with self.sessions.reading() as session:
            from scheduler import people

            count = len(people.everybody(session))
        return admitting.admit(
            self.sessions,
            self.vault,
            NOW,
            "test",
            name=name,
            email=f"{name.lower().replace(' ', '.')}@institute.example",
            zone=ZONE,
            country="GB",
            roles=roles,
            password=password,
            telephone=f"+447700900{count:03d}" if Role.ASSESSOR in roles else None,
            offered=ALWAYS if Role.ASSESSOR in roles else (),
            planted=True,
            **more,  # type: ignore[arg-type]
        )

    def call(
        self,
        centre: UUID | None = None,
        *,
        due: timedelta = timedelta(minutes=10),
        scenario: str = "shared-calendar-vanished",
        now: datetime = NOW,
    ) -> UUID:
        """Plan a practice call for the assessor, due a while after now."""
        return planning.practice_call(
            self.sessions,
            self.vault,
            now,
            now + due,
            bytes(32),
            "test",
            ZONE,
            centre=centre or self.centre(),
            assessor=self.assessor,
            scenario=scenario,
        )


@cache
def loaded_texts() -> tuple[tuple[Table, list[dict[str, Any]]], ...]:
    """What loading the texts writes: to read and check them anew was most of an institute."""
    sessions = connect("sqlite://")
    tables = [
        Base.metadata.tables[row.__tablename__] for row in (RubricVersionRow, ScenarioVersionRow)
    ]
    Base.metadata.create_all(sessions.engine, tables)
    load_texts(sessions, NOW)
    with sessions.reading() as session:
        found = [(table, session.execute(select(table)).mappings()) for table in tables]
        kept = tuple((table, [dict(row) for row in rows]) for table, rows in found)
    sessions.engine.dispose()
    return kept


def an_institute(sessions: Sessions, vault: Vault | None = None) -> Institute:
    """An institute on a migrated database that is empty, or an installation's."""
    institute = Institute(sessions, vault or new_vault(), UUID(int=0), UUID(int=0))
    with sessions.begin() as session:
        for table, versions in loaded_texts():
            if session.scalar(select(table).limit(1)) is None:  # an installation has loaded its own
                session.execute(insert(table), versions)
        caller_pool.keep_caller_numbers(session, ["+441632960000", "+441632960001"])
    institute.assessor = institute.person("An assessor", Role.ASSESSOR)
    institute.verifier = institute.person("A verifier", Role.VERIFIER)
    return institute


def unfetched_recording(sessions: Sessions, call: UUID, now: datetime) -> UUID:
    """The recording of a call's attempt, which the network was asked for as often as alarms."""
    with sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call)
        recordings.expect(session, attempt.id, call, now)
        for _ in range(TRIES_BEFORE_ALARM):
            found = recordings.of_call(session, call)
            assert found is not None
            assert recordings.claim(session, found, now)
        (lost,) = recordings.alarming(session)
    return lost.id
