"""A person of whom everything is known that can be, with marks by which it is found again."""

from datetime import timedelta
from uuid import UUID

from config import mail
from scheduler import admitting, custody, declaring, entrusting, people, register
from scheduler.access import Role, TiedTo
from scheduler.further import Custodian
from tests.builders import NOW, ZONE, Institute

NAME, EMAIL = "Zephyrine Quillfeather", "zephyrine.quillfeather@institute.example"
TELEPHONE, TIED, PASSWORD = "+447700900987", "worked there with my cousin", "a password for tests"
HERE = "203.0.113.77"
MARKS = (NAME, EMAIL, TELEPHONE, TIED, HERE)


def somebody(institute: Institute, centre: UUID) -> UUID:
    """An assessor who signed in, declared a tie, refused a centre and got a letter."""
    person = institute.person(NAME, Role.ASSESSOR, Role.VERIFIER, password=PASSWORD)
    with institute.sessions.begin() as session:
        found = people.profile(session, person)
        assert found is not None
        stated = people.Stated(
            NAME, ZONE, found.person.roles, None, found.offered, telephone=TELEPHONE
        )
        people.change_person(session, institute.vault, person, stated, 0)
        mail.post(session, institute.vault, NOW, EMAIL, f"{NAME}: a link", f"Dear {NAME}")
        provider = register.centres(session)[0].provider
    admitting.sign_in(institute.sessions, EMAIL, PASSWORD, NOW, HERE)
    declaring.declare(institute.sessions, person, provider, TiedTo.PERSON, TIED, NOW)
    declaring.refuse(institute.sessions, person, centre, NOW)
    return person


def custodian(institute: Institute, centre: UUID, name: str, email: str) -> None:
    """Name a centre's custodian, which the journal keeps before and after."""
    with institute.sessions.reading() as session:
        _, version = custody.custodian(session, centre)
    wanted = Custodian(name, email, None, None, None)
    later = NOW + timedelta(minutes=1)
    entrusting.entrust(
        institute.sessions, centre, "liaison", wanted, version, later, NOW.date(), "ada", HERE
    )
