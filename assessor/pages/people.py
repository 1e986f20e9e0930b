"""The people of the institute and the providers' contacts; inviting them and what they may do.

No telephone number is shown: it is sealed when it is typed.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.copies import copy_of
from assessor.desk import desk, page, person, signed_in
from assessor.pages.person_skill import skill_card
from assessor.person_form import PersonForm, as_it_stands, faults_in_order, read, typed, zones
from assessor.policy import allow
from assessor.told import tell, told
from assessor.wording_supplies import hours_in_words
from config.clock import YEARS, civil_date, midnight
from config.mail_doors import out_of_folder
from scheduler import (
    declaring,
    inviting,
    leaves,
    passkeys,
    people,
    register,
    second_steps,
    securing,
    sign_ins,
)
from scheduler.access import Person, Role
from scheduler.admitting import IDLE, LONGEST
from scheduler.declaring import DeclaringRefused
from scheduler.inviting import InvitingRefused
from scheduler.people import Profile
from scheduler.refused import ChangedMeanwhile
from scheduler.securing import SecuringRefused
from scoring import erasing
from scoring.retention import RetentionRefused

pages = Blueprint("people", __name__)

VERSION = re.compile("[0-9]{1,9}")
ROLES = tuple((role.value, role.value[:1].upper() + role.value[1:]) for role in Role)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person on the list."""

    person: Person
    provider: str  # "" for the institute's own
    offered: str
    ties: tuple[str, ...]


@pages.get("/people")
@allow(Role.ADMINISTRATOR)
def every() -> str:
    """Every active person by name, and below them who is no longer."""
    with desk().sessions.reading() as session:
        everybody = people.everybody(session)
        gone = people.everybody(session, active=False)
        providers = _providers(session)
        offers = {o.person: o.spans for o in people.offers(session, [p.id for p in everybody])}
        ties = people.ties(session)
    listed = [
        Listed(
            person,
            providers.get(person.provider, "") if person.provider else "",
            hours_in_words(offers[person.id]),
            tuple(sorted(providers[p] for who, p in ties if who == person.id and p in providers)),
        )
        for person in everybody
    ]
    counts = Counter(role for person in everybody for role in person.roles)
    return page(
        "people/list.html",
        "/people",
        people=listed,
        gone=gone,
        counts=[(role, counts[role]) for role in Role if counts[role]],
        notices=told(),
    )


@pages.get("/people/new")
@allow(Role.ADMINISTRATOR)
def new() -> str:
    """The form that invites somebody."""
    return _new(PersonForm(zone=desk().zone), {})


@pages.post("/people/new")
@allow(Role.ADMINISTRATOR)
def invite() -> BaseResponse | tuple[str, int]:
    """Enter somebody and mail them a link."""
    own, form = desk(), typed(request.form)
    stated, faults = read(form)
    if stated is None:
        return _new(form, faults), 422
    try:
        inviting.invite(
            own.sessions, own.vault, own.head, form.email, stated, own.clock(), person().id
        )
    except InvitingRefused as refusal:
        return _new(form, {_field_of(refusal): str(refusal)}), 422
    tell(f"A letter with a link is on its way to {form.email}. It works once, for two days.")
    return redirect("/people", 303)


@pages.get("/people/<uuid:key>")
@allow(Role.ADMINISTRATOR)
def one(key: UUID) -> str:
    """One person: what they may do, their ties, their open sessions."""
    return shown(key)


@pages.post("/people/<uuid:key>")
@allow(Role.ADMINISTRATOR)
def change(key: UUID) -> BaseResponse | tuple[str, int]:
    """Write what was stated of a person."""
    own, form = desk(), typed(request.form)
    _profile(key)
    stated, faults = read(form)
    if stated is None:
        return shown(key, form, faults), 422
    try:
        seen = int(form.version) if VERSION.fullmatch(form.version) else -1
        inviting.change(own.sessions, own.vault, key, stated, seen, own.clock(), person().id)
    except InvitingRefused as refusal:
        return shown(key, form, {"roles": str(refusal)}), 422
    except ChangedMeanwhile:
        newest = as_it_stands(_profile(key))
        return shown(key, replace(form, version=newest.version), stands=newest), 422
    tell("Saved. It counts from their next page on.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/access")
@allow(Role.ADMINISTRATOR)
def let_in(key: UUID) -> BaseResponse | tuple[str, int]:
    """End somebody's access, or let them in again."""
    own, active = desk(), request.form.get("access") == "open"
    _profile(key)
    try:
        inviting.let_in(own.sessions, key, active, own.clock(), person().id)
    except InvitingRefused as refusal:
        return shown(key, refusal=str(refusal)), 422
    tell("They may sign in again." if active else "Their access has ended, with every session.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/invitation")
@allow(Role.ADMINISTRATOR)
def invite_again(key: UUID) -> BaseResponse | tuple[str, int]:
    """Mail another invitation to somebody without a password."""
    own, found = desk(), _profile(key)
    try:
        inviting.invite_again(own.sessions, own.vault, own.head, key, own.clock(), person().id)
    except InvitingRefused as refusal:
        return shown(key, refusal=str(refusal)), 422
    tell(f"A letter with a new link is on its way to {found.person.email}; the older link ended.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/sessions/end")
@allow(Role.ADMINISTRATOR)
def end_sessions(key: UUID) -> BaseResponse:
    """End every session of a person."""
    own = desk()
    _profile(key)
    securing.end_sessions(own.sessions, key, own.clock(), person().id)
    tell("Every session of theirs has ended.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/second-step/remove")
@allow(Role.ADMINISTRATOR)
def remove_second_step(key: UUID) -> BaseResponse | tuple[str, int]:
    """Take away the second step of somebody whose telephone and codes are lost."""
    own = desk()
    _profile(key)
    try:
        reason = request.form.get("why", "")
        if not securing.remove_second_step_of(
            own.sessions, own.vault, own.head, key, reason, own.clock(), person().id
        ):
            abort(404)
    except SecuringRefused as refusal:
        return shown(key, faults={"why": str(refusal)}), 422
    tell("Signing in no longer asks them for a code.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/ties/<uuid:tie>/end")
@allow(Role.ADMINISTRATOR)
def end_tie(key: UUID, tie: UUID) -> BaseResponse | tuple[str, int]:
    """End a tie, with a reason; a tie of somebody else is not found."""
    own = desk()
    _profile(key)
    reason = request.form.get("reason", "")
    try:
        if not declaring.end_tie(own.sessions, key, tie, reason, own.clock(), person().id):
            abort(404)
    except DeclaringRefused as refusal:
        return shown(key, tie=tie, refusal=str(refusal)), 422
    tell("The tie has ended. Calls of that provider may come to them again.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/copy")
@allow(Role.ADMINISTRATOR)
def copy(key: UUID) -> BaseResponse:
    """Everything that is kept about somebody, as a file for them."""
    _profile(key)
    if not signed_in().recently(desk().clock()):
        return redirect(f"/confirm?back=/people/{key}", 303)
    return copy_of(key)


@pages.post("/people/<uuid:key>/erase")
@allow(Role.ADMINISTRATOR)
def erase(key: UUID) -> BaseResponse | tuple[str, int]:
    """Erase what names somebody; their work stays under an id."""
    own, reason = desk(), request.form.get("why", "")
    _profile(key)
    if not signed_in().recently(own.clock()):
        return redirect(f"/confirm?back=/people/{key}", 303)
    try:
        take = out_of_folder(own.mail_folder) if own.mail_folder else lambda _letters: None
        erasing.erase(own.sessions, key, reason, own.clock(), person().id, take)
    except RetentionRefused as refusal:
        return shown(key, refusal=str(refusal)), 422
    tell("What named them is erased. Their work stays under an id that names nobody.")
    return redirect("/people", 303)


@pages.post("/people/<uuid:key>/leaves")
@allow(Role.ADMINISTRATOR)
def give_leave(key: UUID) -> BaseResponse | tuple[str, int]:
    """Lift a person's tie for one centre and a time, with a reason."""
    own, form = desk(), request.form
    _profile(key)
    try:
        centre, until = form.get("centre", type=UUID), _end_of(form.get("until", ""))
        if centre is None or until is None:
            raise DeclaringRefused("Choose the centre, and the last day on which it counts.")
        declaring.give_leave(
            own.sessions, key, centre, until, form.get("reason", ""), own.clock(), person().id
        )
    except DeclaringRefused as refusal:
        return shown(key, leave=form.to_dict(), refusal=str(refusal)), 422
    tell("The tie is lifted for that centre. It counts at once, and auditors see it.")
    return redirect(f"/people/{key}", 303)


@pages.post("/people/<uuid:key>/leaves/<uuid:leave>/end")
@allow(Role.ADMINISTRATOR)
def take_leave_back(key: UUID, leave: UUID) -> BaseResponse:
    """Let a tie bind again before the leave's time; another's leave is not found."""
    own = desk()
    _profile(key)
    if not declaring.take_leave_back(own.sessions, key, leave, own.clock(), person().id):
        abort(404)
    tell("The tie keeps them from that centre again.")
    return redirect(f"/people/{key}", 303)


def _end_of(text: str) -> datetime | None:
    """The end of a day of the institute's zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return midnight(day + timedelta(days=1), desk().zone) if day.year in YEARS else None


def _field_of(refusal: InvitingRefused) -> str:
    return "email" if "address" in str(refusal) else "roles"


def _profile(key: UUID) -> Profile:
    with desk().sessions.reading() as session:
        found = people.profile(session, key)
    if found is None:
        abort(404)
    return found


def _providers(session: Session) -> dict[UUID, str]:
    return {c.provider: c.provider_name for c in register.centres(session)}


def _new(form: PersonForm, faults: Mapping[str, str]) -> str:
    with desk().sessions.reading() as session:
        providers = _providers(session)
    return page("people/new.html", "/people", **_form_values(form, faults, providers))


def shown(
    key: UUID,
    form: PersonForm | None = None,
    faults: Mapping[str, str] | None = None,
    refusal: str = "",
    tie: UUID | None = None,
    stands: PersonForm | None = None,
    leave: Mapping[str, str] | None = None,
    skill_typed: Mapping[str, str] | None = None,
    skill_faults: Mapping[str, str] | None = None,
    skill_stands: bool = False,
) -> str:
    """The page of a person; a form that came back holds what was typed."""
    own = desk()
    now, found = own.clock(), _profile(key)
    with own.sessions.reading() as session:
        providers = _providers(session)
        ties = people.ties_of(session, key)
        refused = {centre for who, centre in people.refusals(session) if who == key}
        open_now = sign_ins.open_sign_ins(
            session, key, seen_after=now - IDLE, since_after=now - LONGEST
        )
        enrolled = second_steps.confirmed(session, key)
        keys = len(passkeys.passkeys(session, key))
        centres = register.centres(session)
        given = leaves.leaves(session, key)
        names = {str(each.id): each.name for each in people.everybody(session)}
        today = civil_date(now, own.zone)
        skill = skill_card(session, key, today, skill_typed, skill_faults, stands=skill_stands)
    tied_to = {each.provider for each in ties if each.ended_at is None}
    called = {c.id: c.name for c in centres}
    return page(
        "people/person.html",
        "/people",
        profile=found,
        myself=key == person().id,
        ties=[(each, providers.get(each.provider, "")) for each in ties],
        refused=[c.name for c in centres if c.id in refused],
        to_lift=[(c.id, c.name) for c in centres if c.provider in tied_to],
        leaves=[
            (each, called.get(each.centre, ""), names.get(each.given_by, ""), each.counts(now))
            for each in given
        ],
        leave_typed=leave or {},
        skill=skill,
        keys=keys,
        open_now=open_now,
        enrolled=enrolled,
        zone_shown=person().zone,
        refusal=refusal,
        wrong_tie=tie,
        stands=_in_words(stands, providers) if stands else (),
        notices=told(),
        **_form_values(form or as_it_stands(found), faults or {}, providers),
    )


def _in_words(form: PersonForm, providers: Mapping[UUID, str]) -> tuple[tuple[str, str], ...]:
    """What stands of a person, beside what somebody typed on an older state of it."""
    provider = providers.get(UUID(form.provider), "") if form.provider else "none"
    return (
        ("Name", form.name),
        ("Time zone", form.zone.replace("_", " ")),
        ("Roles", ", ".join(sorted(form.roles))),
        ("Provider", provider),
        ("Offered hours", form.hours.replace("\n", "; ") or "none"),
    )


def _form_values(
    form: PersonForm, faults: Mapping[str, str], providers: Mapping[UUID, str]
) -> dict[str, object]:
    return {
        "form": form,
        "faults": faults,
        "listed_faults": faults_in_order(faults),
        "roles": ROLES,
        "zones": zones(form.zone),
        "providers": sorted(providers.items(), key=lambda each: each[1]),
    }
