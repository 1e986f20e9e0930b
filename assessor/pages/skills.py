"""The form in which administrators state what a person may play."""

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, person
from assessor.pages.people import shown
from assessor.policy import allow
from assessor.told import tell
from config.clock import YEARS
from scheduler import certifying
from scheduler.access import Role
from scheduler.language import NoLanguage, read_languages
from scheduler.refused import ChangedMeanwhile, FieldRefused
from scheduler.skills import Skill

pages = Blueprint("skills", __name__)
UNTIL = "until-"


@pages.post("/people/<uuid:key>/skill")
@allow(Role.ADMINISTRATOR)
def state(key: UUID) -> Response | tuple[str, int]:
    """Keep a person's languages and certificates."""
    own, form = desk(), request.form
    typed = form.to_dict()
    try:
        wanted = _read(typed)
        certifying.state_skill(
            own.sessions, key, wanted, form.get("seen", ""), own.clock(), str(person().id)
        )
    except FieldRefused as refused:
        return shown(key, skill_typed=typed, skill_faults={refused.field: str(refused)}), 422
    except ChangedMeanwhile:
        return shown(key, skill_typed=typed, skill_stands=True), 422
    tell("What they may play is saved. It counts in plans that are sealed from now on.")
    return redirect(f"/people/{key}", 303)


def _read(typed: dict[str, str]) -> Skill:
    try:
        languages = read_languages(typed.get("languages", ""))
    except NoLanguage as error:
        raise FieldRefused("languages", str(error)) from error
    certified = [
        (field.removeprefix(UNTIL), _day(field, text))
        for field, text in typed.items()
        if field.startswith(UNTIL) and text
    ]
    return Skill(languages, tuple(sorted(certified)))


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise FieldRefused(field, f"“{text}” is no day. Write it as 2027-01-13.")
    return day
