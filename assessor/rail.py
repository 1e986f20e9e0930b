"""The rail: which pages a person has, by role, with counts where something waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config import mail
from scheduler.access import Person, Role
from scoring import assessing, verifying


@dataclass(frozen=True, slots=True)
class Item:
    """One place on the rail."""

    label: str
    href: str
    current: bool
    count: int | None = None


PLACES: tuple[tuple[Role, tuple[tuple[str, str], ...]], ...] = (
    (
        Role.ASSESSOR,
        (
            ("Today", "/today"),
            ("Drafts", "/drafts"),
            ("Feedback", "/feedback"),
            ("My calendar", "/calendar"),
        ),
    ),
    (Role.VERIFIER, (("Queue", "/verifications"), ("My reviews", "/verifications/mine"))),
    (
        Role.ADMINISTRATOR,
        (
            ("Months", "/months"),
            ("Centres", "/centres"),
            ("Plan", "/plan"),
            ("Line", "/line"),
            ("Reports", "/reports"),
            ("People", "/people"),
            ("Rubrics", "/rubrics"),
            ("Mail", "/mail"),
            ("Retention", "/retention"),
            ("Journal", "/journal"),
        ),
    ),
    (Role.PROVIDER_CONTACT, (("What we supply", "/supplies"), ("Reports", "/reports"))),
    (Role.PANEL_MEMBER, (("Cases", "/cases"),)),
    (
        Role.AUDITOR,
        (
            ("Journal", "/journal"),
            ("Seals", "/seals"),
            ("Ties lifted", "/ties-lifted"),
            ("Centres", "/centres"),
            ("Plan", "/plan"),
            ("Reports", "/reports"),
            ("Retention", "/retention"),
        ),
    ),
)


def home(person: Person) -> str:
    """Where a person lands after signing in: the first place of their first role."""
    return next(places[0][1] for role, places in PLACES if role in person.roles)


def rail(session: Session, person: Person, current: str, now: datetime) -> list[Item]:
    """The places of every role that the person holds, each once."""
    places: dict[str, str] = {}
    for role, of_role in PLACES:
        if role in person.roles:
            for label, href in of_role:
                places.setdefault(href, label)
    counts = _counts(session, person.id, places, now)
    return [
        Item(label, href, href == current, counts.get(href) or None)
        for href, label in places.items()
    ]


def _counts(
    session: Session, person: UUID, places: dict[str, str], now: datetime
) -> dict[str, int]:
    counts: dict[str, int] = {}
    if "/drafts" in places:
        counts["/drafts"] = len(assessing.unfinished(session, person))
    if "/verifications" in places:
        counts["/verifications"] = len(verifying.queue(session, person, now))
    if "/mail" in places:
        counts["/mail"] = mail.count(session, mail.LetterState.GIVEN_UP)
    return counts
