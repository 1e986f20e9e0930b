"""Letters: what waits, what was sent, what was given up; and the Monday letter as it stands."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response

from assessor.desk import desk, page, person
from assessor.policy import allow
from assessor.told import tell, told
from assessor.wording import moment
from config import mail
from config.mail import LetterState
from config.settings import Line
from scheduler.access import Role
from scoring.summarising import letter_now

pages = Blueprint("mail", __name__)
SHOWN = 50  # letters of a state


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as the page lists it; nobody sees its body, which may hold somebody's link."""

    key: UUID
    subject: str
    to: str
    written: str
    stands: str


@pages.get("/mail")
@allow(Role.ADMINISTRATOR)
def every() -> str:
    """The letters by state, the newest first."""
    own = desk()
    with own.sessions.reading() as session:
        found = {state: mail.listed(session, state, SHOWN) for state in LetterState}
        counts = {state: mail.count(session, state) for state in LetterState}
    return page(
        "mail/mail.html",
        "/mail",
        given_up=[_line(each, own.zone) for each in found[LetterState.GIVEN_UP]],
        waiting=[_line(each, own.zone) for each in found[LetterState.WAITING]],
        sent=[_line(each, own.zone) for each in found[LetterState.SENT]],
        counts={str(state): number for state, number in counts.items()},
        shown=SHOWN,
        folder=own.mail_folder,
        zone=own.zone,
        notices=told(),
    )


@pages.post("/mail/<uuid:letter>/again")
@allow(Role.ADMINISTRATOR)
def again(letter: UUID) -> Response:
    """Try a letter again that was given up."""
    own = desk()
    if not mail.try_again(own.sessions, letter, own.clock(), str(person().id)):
        abort(404)
    tell("The letter is tried again, from now on as if it were new.")
    return redirect("/mail", 303)


@pages.get("/monday")
@allow(Role.ADMINISTRATOR)
def monday() -> str:
    """What the Monday letter would say now."""
    own = desk()
    with own.sessions.reading() as session:
        letter = letter_now(
            session, own.clock(), own.zone, person().id, proved_everything=own.line is not Line.LIVE
        )
    return page("mail/monday.html", "/mail", letter=letter)


def _line(letter: mail.Listed, zone: str) -> Listed:
    return Listed(
        letter.id,
        letter.subject,
        letter.to,
        moment(letter.written_at, zone),
        _stands(letter, zone),
    )


def _stands(letter: mail.Listed, zone: str) -> str:
    if letter.sent_at:
        return moment(letter.sent_at, zone)
    if letter.given_up_at:
        return f"{letter.failures}, the last {moment(letter.given_up_at, zone)}"
    if letter.failures:
        return f"{letter.failures}, the next from {moment(letter.due, zone)}"
    return "none yet"
