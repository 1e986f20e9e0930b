"""What is kept how long, what is held back, what was deleted; and what analysts ask."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.copies import as_file
from assessor.desk import desk, page, person, signed_in
from assessor.policy import allow
from assessor.told import tell, told
from assessor.wording import moment
from config import journal
from scheduler import people, register
from scheduler.access import Role
from scoring import asking, erasing, holds
from scoring.asking import AnalystRequest
from scoring.retention import FOR_GOOD, RetentionRefused, rules

pages = Blueprint("retention", __name__)
PROOFS = 50
FIELDS = ("centre", "called_on", "ticket", "confirmed_by", "confirmed_on", "confirmed_how")


@dataclass(frozen=True, slots=True)
class Proof:
    """A deletion as the journal proves it."""

    seq: int
    when: str
    kind: str
    count: int
    before: str
    digest: str


@pages.get("/retention")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def show() -> str:
    """The days of each kind, what goes next, holds and proofs."""
    return _show()


@pages.post("/retention/holds")
@allow(Role.ADMINISTRATOR)
def place_hold() -> BaseResponse | tuple[str, int]:
    """Keep back everything of a centre, person or call."""
    own, typed = desk(), request.form
    subject = typed.get("subject", type=UUID)
    try:
        if subject is None:
            raise RetentionRefused("Copy the id from the page's address.")
        kind, why = typed.get("kind", ""), typed.get("reason", "")
        erasing.hold(own.sessions, kind, subject, why, own.clock(), person().id)
    except RetentionRefused as refusal:
        return _show(str(refusal), typed.to_dict()), 422
    tell("Held. Nothing of it is deleted until the hold is ended.")
    return redirect("/retention", 303)


@pages.post("/retention/holds/<uuid:key>/end")
@allow(Role.ADMINISTRATOR)
def end_hold(key: UUID) -> BaseResponse | tuple[str, int]:
    """End a hold, with a reason."""
    own = desk()
    try:
        why = request.form.get("reason", "")
        if not erasing.release(own.sessions, key, why, own.clock(), person().id):
            abort(404)
    except RetentionRefused as refusal:
        return _show(str(refusal)), 422
    tell("The hold has ended. What is due goes with the next night.")
    return redirect("/retention", 303)


def _show(refusal: str = "", typed: dict[str, str] | None = None) -> str:
    own = desk()
    table = rules(own.retention)
    with own.sessions.reading() as session:
        due = erasing.to_end(session, table, own.clock())
        names = _names(session)
        held = [
            (each, names.get(each.subject, str(each.subject)[:8]), moment(each.placed_at, own.zone))
            for each in holds.in_force(session)
        ]
        found = journal.latest(session, limit=PROOFS, holding=erasing.PROOF)
    return page(
        "retention/retention.html",
        "/retention",
        kinds=list(zip(table, due, strict=True)),
        for_good=FOR_GOOD,
        held=held,
        proofs=[_proof(each, own.zone) for each in found],
        acts=signed_in().has(Role.ADMINISTRATOR),
        zone=own.zone,
        refusal=refusal,
        typed=typed or {},
        notices=told(),
    )


def _names(session: Session) -> dict[UUID, str]:
    everybody = (*people.everybody(session), *people.everybody(session, active=False))
    centres = {centre.id: centre.name for centre in register.centres(session)}
    return {**centres, **{each.id: each.name for each in everybody}}


def _proof(entry: journal.Entry, zone: str) -> Proof:
    said = json.loads(entry.detail)
    return Proof(
        entry.seq,
        moment(journal.when(entry), zone),
        said["kind"],
        said["count"],
        said["before"][:10],
        said["sha256"],
    )


# --- analysts -----------------------------------------------------------------------------------


@pages.get("/analysts")
@allow(Role.ADMINISTRATOR)
def analysts() -> str:
    """What analysts asked, and the form that takes a request down."""
    return _analysts()


@pages.post("/analysts")
@allow(Role.ADMINISTRATOR)
def ask() -> BaseResponse | tuple[str, int]:
    """Take down a request that the provider has confirmed."""
    own, typed = desk(), request.form
    centre = typed.get("centre", type=UUID)
    days = [typed.get(name, type=date.fromisoformat) for name in ("called_on", "confirmed_on")]
    called_on, confirmed_on = days
    try:
        if centre is None or called_on is None or confirmed_on is None:
            raise RetentionRefused("Choose the centre, and write both days as 2027-01-13.")
        asked = AnalystRequest(
            centre=centre,
            called_on=called_on,
            ticket=typed.get("ticket", ""),
            confirmed_by=typed.get("confirmed_by", ""),
            confirmed_on=confirmed_on,
            confirmed_how=typed.get("confirmed_how", ""),
        )
        asking.note(own.sessions, asked, own.clock(), person().id)
    except RetentionRefused as refusal:
        return _analysts(str(refusal), typed.to_dict()), 422
    tell(asking.NOT_YET)
    return redirect("/analysts", 303)


@pages.post("/analysts/<uuid:key>/answer")
@allow(Role.ADMINISTRATOR)
def answer(key: UUID) -> BaseResponse:
    """Answer as it may be answered now: a file, or one sentence."""
    own = desk()
    try:
        sentence, calls = asking.answer(own.sessions, key, own.clock(), person().id)
    except RetentionRefused:
        abort(404)
    if calls:
        return as_file("call-data.zip", sentence, {"calls": calls})
    tell(sentence)
    return redirect("/analysts", 303)


def _analysts(refusal: str = "", typed: dict[str, str] | None = None) -> str:
    own = desk()
    with own.sessions.reading() as session:
        centres = [(c.id, f"{c.name}, {c.provider_name}") for c in register.centres(session)]
        listed = asking.noted(session)
    return page(
        "retention/analysts.html",
        "/retention",
        centres=centres,
        requests=listed,
        refusal=refusal,
        typed={name: (typed or {}).get(name, "") for name in FIELDS},
        zone=own.zone,
        notices=told(),
    )
