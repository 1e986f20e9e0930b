"""The forms by which administrators change what the institute keeps of a centre."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, person
from assessor.pages.centre_record import (
    Pairs,
    Refused,
    accreditation_in_words,
    accreditation_typed,
    custodian_in_words,
    custodian_typed,
    holidays_in_words,
    holidays_typed,
    languages_in_facts,
    languages_typed,
    volume_in_words,
    volume_typed,
)
from assessor.pages.centres import shown
from assessor.policy import allow
from assessor.told import tell
from config.clock import civil_date
from scheduler import accreditation, accrediting, certifying, custody, entrusting, proving, register
from scheduler.access import Role
from scheduler.accreditation import Accreditation
from scheduler.centre import ProviderStatus, Reach
from scheduler.further import Custodian, Declared, HolidaysKept
from scheduler.language import NoLanguage, read_languages
from scheduler.proofs import ProvingCheck, Result
from scheduler.refused import ChangedMeanwhile, FieldRefused
from scheduler.returns_times import FIRST_YEAR, LAST_YEAR
from scheduler.volume import NoVolume, read_volume

pages = Blueprint("centre_forms", __name__)
Answer = Response | tuple[str, int]
LARGEST = 2**31 - 1  # that a column of numbers holds
SEEN = ("version", "seen")  # what a form says of the state that it was opened on
Choice = TypeVar("Choice", ProviderStatus, Reach, Result)


@pages.post("/centres/<uuid:centre>/accreditation")
@allow(Role.ADMINISTRATOR)
def accredit(centre: UUID) -> Answer:
    """Set the status and the undertaking of a centre's provider."""
    at = _centre(centre)
    own = desk()

    def act() -> None:
        wanted = Accreditation(
            _one_of(ProviderStatus, "status"), _day_or_none("signed_on"), _text("code")
        )
        today = civil_date(own.clock(), own.zone)
        accrediting.accredit(
            own.sessions, at.provider, wanted, _version(), own.clock(), today, *_who()
        )

    def stands() -> tuple[Mapping[str, str], Pairs]:
        with own.sessions.reading() as session:
            found, version = accreditation.accreditation(session, at.provider)
        return accreditation_typed(found, version), accreditation_in_words(found)

    return _answer(centre, "accreditation", "The provider's record is saved.", act, stands)


@pages.post("/centres/<uuid:centre>/holidays")
@allow(Role.ADMINISTRATOR)
def holidays(centre: UUID) -> Answer:
    """Set a centre's region and what it keeps of the public holidays."""
    at = _centre(centre)
    own = desk()

    def act() -> None:
        wanted = HolidaysKept(_text("region"), bool(_text("keeps")), _exceptions())
        accrediting.keep_holidays(own.sessions, at, wanted, _version(), own.clock(), *_who())

    def stands() -> tuple[Mapping[str, str], Pairs]:
        with own.sessions.reading() as session:
            exceptions = register.holiday_exceptions(session, centre)
            found, version = accreditation.holidays_kept(session, centre, exceptions)
        return holidays_typed(found, version), holidays_in_words(found)

    return _answer(centre, "holidays", "The holidays are saved.", act, stands)


@pages.post("/centres/<uuid:centre>/languages")
@allow(Role.ADMINISTRATOR)
def languages(centre: UUID) -> Answer:
    """Set the languages that a centre serves in."""
    _centre(centre)
    own = desk()

    def act() -> None:
        try:
            wanted = read_languages(_text("languages"))
        except NoLanguage as error:
            raise FieldRefused("languages", str(error)) from error
        certifying.state_languages(
            own.sessions, centre, wanted, _text("seen"), own.clock(), *_who()
        )

    def stands() -> tuple[Mapping[str, str], Pairs]:
        found = _centre(centre).languages
        return languages_typed(found), languages_in_facts(found)

    return _answer(centre, "languages", "The centre's languages are saved.", act, stands)


@pages.post("/centres/<uuid:centre>/checks")
@allow(Role.ADMINISTRATOR)
def check(centre: UUID) -> Answer:
    """Keep a proving check."""
    at = _centre(centre)
    own = desk()

    def act() -> None:
        made_on = _day_or_none("made_on")
        if made_on is None:
            raise FieldRefused("made_on", "Say on which day the check was made.")
        made = ProvingCheck(
            number=_id("number", "Choose the number that was called."),
            identity=_id("identity", "Choose an identity.") if _text("identity") else None,
            made_on=made_on,
            made_by=str(person().id),
            result=_one_of(Result, "result"),
            note=_text("note"),
        )
        today = civil_date(own.clock(), at.zone)
        proving.record_check(own.sessions, centre, made, own.clock(), today, *_who())

    return _answer(centre, "check", "The check is on record.", act)


@pages.post("/centres/<uuid:centre>/numbers/<uuid:number>/reach")
@allow(Role.ADMINISTRATOR)
def reach(centre: UUID, number: UUID) -> Answer:
    """Say how far a number reaches."""
    _centre(centre)
    own = desk()

    def act() -> None:
        seen, wanted = _one_of(Reach, "seen"), _one_of(Reach, "reach")
        proving.set_reach(own.sessions, centre, number, seen, wanted, own.clock(), *_who())

    return _answer(centre, "reach", "The number's reach is saved.", act)


@pages.post("/centres/<uuid:centre>/custodian")
@allow(Role.ADMINISTRATOR)
def custodian(centre: UUID) -> Answer:
    """Name the person who set up a centre's identities, with what they declared."""
    at = _centre(centre)
    own = desk()

    def act() -> None:
        wanted = Custodian(
            _text("name"),
            _text("email"),
            *(_day_or_none(each) for each in ("unmarked_on", "consented_on", "uncounted_on")),
        )
        today = civil_date(own.clock(), at.zone)
        entrusting.entrust(
            own.sessions, centre, at.contact_email, wanted, _version(), own.clock(), today, *_who()
        )

    def stands() -> tuple[Mapping[str, str], Pairs]:
        with own.sessions.reading() as session:
            found, version = custody.custodian(session, centre)
        return custodian_typed(found, version), custodian_in_words(found)

    return _answer(centre, "custodian", "The custodian is saved.", act, stands)


@pages.post("/centres/<uuid:centre>/identities/<uuid:identity>/limit")
@allow(Role.ADMINISTRATOR)
def limit(centre: UUID, identity: UUID) -> Answer:
    """Set after how many calls an identity leaves planning, and how easily it is recognised."""
    _centre(centre)
    own = desk()

    def act() -> None:
        with own.sessions.reading() as session:
            worn = {each.identity: each for each in custody.wear(session, centre)}
        if identity not in worn:
            raise FieldRefused("most_uses", "The centre has no such identity any more.")
        seen = replace(
            worn[identity],
            most_uses=min(request.form.get("seen_uses", 0, type=int), LARGEST),
            risk=_text("seen_risk"),
        )
        wanted = request.form.get("most_uses", 0, type=int)
        try:
            entrusting.limit(
                own.sessions, centre, seen, wanted, _text("risk"), own.clock(), *_who()
            )
        except ChangedMeanwhile as error:
            sentence = "Somebody changed this identity meanwhile; look at it and try again."
            raise FieldRefused("most_uses", sentence) from error

    return _answer(centre, "limit", "Limit and risk are saved.", act)


@pages.post("/centres/<uuid:centre>/fresh-set")
@allow(Role.ADMINISTRATOR)
def fresh_set(centre: UUID) -> Answer:
    """Ask the provider for a fresh set of identities."""
    at = _centre(centre)
    own = desk()

    def act() -> None:
        today = civil_date(own.clock(), at.zone)
        entrusting.ask_fresh_set(own.sessions, centre, own.clock(), today, *_who())

    return _answer(centre, "fresh-set", "The provider is asked on the first of next month.", act)


@pages.post("/centres/<uuid:centre>/volume")
@allow(Role.ADMINISTRATOR)
def volume(centre: UUID) -> Answer:
    """Set a centre's ordinary calls by weekday and hour, and its number of analysts."""
    _centre(centre)
    own = desk()

    def act() -> None:
        declared = None
        if _text("calls"):
            try:
                calls = read_volume(_text("calls"))
                declared = Declared(calls, _count_or_none("weeks"), _text("source")[:200])
            except NoVolume as error:
                raise FieldRefused("calls", str(error)) from error
        wanted = declared, _count_or_none("analysts")
        accrediting.declare_volume(
            own.sessions, centre, wanted, _text("seen"), own.clock(), *_who()
        )

    def stands() -> tuple[Mapping[str, str], Pairs]:
        with own.sessions.reading() as session:
            found = accreditation.volume(session, centre)
        return volume_typed(*found), volume_in_words(*found)

    return _answer(centre, "volume", "The ordinary calls are saved.", act, stands)


def _answer(
    centre: UUID,
    form: str,
    done: str,
    act: Callable[[], None],
    stands: Callable[[], tuple[Mapping[str, str], Pairs]] | None = None,
) -> Answer:
    """Do it and go back to the centre, or show its page again with what was typed."""
    typed = {key: value for key, value in request.form.items() if key != "csrf_token"}
    try:
        act()
    except FieldRefused as error:
        refused = Refused(form, typed, ((f"f-{form}-{error.field}", str(error)),))
    except ChangedMeanwhile:
        assert stands is not None
        newest, words = stands()
        sentence = "Somebody saved a newer change meanwhile. Compare both, then save again."
        kept = {**typed, **{key: newest[key] for key in SEEN if key in newest}}
        refused = Refused(form, kept, ((f"{form}-stands", sentence),), words)
    else:
        tell(done)
        return redirect(f"/centres/{centre}", 303)
    return shown(centre, refused), 422


def _centre(centre: UUID) -> register.Centre:
    with desk().sessions.reading() as session:
        found = register.find_centre(session, centre)
    if found is None:
        abort(404)
    return found


def _who() -> tuple[str, str]:
    return str(person().id), request.remote_addr or ""


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _count_or_none(name: str) -> int | None:
    text = _text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise FieldRefused(name, f"“{text}” is no whole number; write it in figures.")
    return int(text)


def _version() -> int:
    version = request.form.get("version", 0, type=int)
    return version if 0 <= version < LARGEST else 0


def _day_or_none(name: str) -> date | None:
    return _day(name, _text(name)) if _text(name) else None


def _day(name: str, text: str) -> date:
    """A day that a return may state too: the provider is to send back what is on file."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FieldRefused(name, f"{text} is no day; write it as 2027-01-13.") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FieldRefused(name, f"{text} is in no likely year; check the year.")
    return day


def _id(name: str, sentence: str) -> UUID:
    try:
        return UUID(_text(name))
    except ValueError as error:
        raise FieldRefused(name, sentence) from error


def _one_of(kind: type[Choice], name: str) -> Choice:
    try:
        return kind(_text(name))
    except ValueError as error:
        raise FieldRefused(name, "Choose one of the list.") from error


def _exceptions() -> tuple[tuple[date, bool], ...]:
    found: dict[date, bool] = {}
    for line in _text("exceptions").splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or words[1] not in ("open", "shut"):
            raise FieldRefused(
                "exceptions", f"“{line.strip()}” isn't understood; write 2027-12-27 open, or shut."
            )
        found[_day("exceptions", words[0])] = words[1] == "open"
    return tuple(sorted(found.items()))
