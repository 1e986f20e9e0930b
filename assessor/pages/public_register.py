"""The public register: which organisations and centres are accredited, and for how long.

Anybody may open it, so nothing else of a provider stands on it.
"""

from dataclasses import dataclass

from flask import Blueprint, render_template

from assessor.desk import desk
from assessor.policy import public
from assessor.wording import day
from config.clock import civil_date
from config.settings import Line
from scheduler import register
from scheduler.centre import ProviderStatus

pages = Blueprint("public_register", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One centre of the register."""

    organisation: str
    centre: str
    term: str
    status: str


@pages.get("/register")
@public
def listed() -> str:
    """Every centre whose term has begun, by organisation; applicants are on no register.

    Invented centres stand on it only where no real telephone rings.
    """
    own = desk()
    today = civil_date(own.clock(), own.zone)
    with own.sessions.reading() as session:
        centres = register.centres(session)
    return render_template(
        "public_register/register.html",
        institute=own.institute,
        today=today,
        entries=[
            Entry(
                each.provider_name,
                each.name,
                f"{day(each.accredited_from)} to {day(each.accredited_until)}",
                each.status.on(today, each.accredited_until),
            )
            for each in centres
            if each.status is not ProviderStatus.APPLICANT
            and each.accredited_from <= today
            and not (each.invented and own.line is Line.LIVE)
        ],
    )
