"""Plants what an institute on the practice telephone lacks: caller numbers and assessors."""

from datetime import datetime

from scheduler import admitting, caller_pool, people
from scheduler.access import Role
from scheduler.centre import OpenSpan
from scripts.database import Installation
from scripts.practice_line import POOL

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")
ALL_WEEK = tuple(OpenSpan(day, 0, 1440) for day in range(7))


def assessor_telephone(number: int) -> str:
    """A mobile number of Ofcom's drama range."""
    return f"+447700900{number:03d}"


def plant_pool(installation: Installation) -> None:
    """Put the practice numbers into an empty pool."""
    with installation.sessions.begin() as session:
        if not caller_pool.caller_numbers(session):
            caller_pool.keep_caller_numbers(session, POOL)


def plant_assessors(installation: Installation, now: datetime) -> None:
    """Plant assessors and verifiers where there is none."""
    with installation.sessions.reading() as session:
        assessors = people.holders(session, Role.ASSESSOR)
        verifiers = people.holders(session, Role.VERIFIER)
    if not assessors:
        for number, ordinal in enumerate(ORDINALS):
            admitting.admit(
                installation.sessions,
                installation.vault,
                now,
                "planting",
                name=f"{ordinal} assessor",
                email=f"assessor{number + 1}@institute.example",
                zone=installation.settings.zone,
                country="GB",
                roles=(Role.ASSESSOR,),
                password=None,
                telephone=assessor_telephone(number),
                offered=ALL_WEEK,
                planted=True,
            )
    if not verifiers:
        for number, ordinal in enumerate(ORDINALS[:2]):
            admitting.admit(
                installation.sessions,
                installation.vault,
                now,
                "planting",
                name=f"{ordinal} verifier",
                email=f"verifier{number + 1}@institute.example",
                zone=installation.settings.zone,
                country="GB",
                roles=(Role.VERIFIER,),
                password=None,
                planted=True,
            )
