"""The seals: what was committed to before each draw, for anybody to keep; nothing of its size."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from assessor.desk import desk
from assessor.pages.plans import period_in_words
from assessor.policy import public
from assessor.signing_in import page_for_anybody
from config.settings import Line
from scheduler import diary, seals
from scheduler.certificate import Certificate, read

pages = Blueprint("seals", __name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as anybody may see it."""

    plan: diary.Plan
    certificate: Certificate
    text: str
    period: str
    state: str


@pages.get("/seals")
@public
def listed() -> str:
    """Every seal, the latest period first; rehearsals only where no real telephone rings."""
    own = desk()
    with own.sessions.reading() as session:
        found = [_sealed(session, plan) for plan in diary.plans(session)]
    shown = [each for each in found if each and _public(each)]
    return page_for_anybody("seals/list.html", "/seals", seals=shown, zone=own.zone)


@pages.get("/seals/<uuid:key>")
@public
def one(key: UUID) -> str:
    """The certificate of one plan, to be printed."""
    return page_for_anybody("seals/certificate.html", "/seals", seal=_find(key), zone=desk().zone)


@pages.get("/seals/<uuid:key>.txt")
@public
def as_text(key: UUID) -> Response:
    """The certificate as the text that ``plan prove --sealed`` reads."""
    return Response(
        _find(key).text.encode(),
        mimetype="text/plain",
        headers={"Content-Disposition": f'attachment; filename="certificate-{key}.txt"'},
    )


def _find(key: UUID) -> Sealed:
    with desk().sessions.reading() as session:
        plan = next((each for each in diary.plans(session) if each.id == key), None)
        found = _sealed(session, plan) if plan else None
    if found is None or not _public(found):
        abort(404)
    return found


def _public(sealed: Sealed) -> bool:
    return sealed.plan.purpose == "sampling" or desk().line is not Line.LIVE


def _sealed(session: Session, plan: diary.Plan) -> Sealed | None:
    seal = seals.find_seal(session, plan.id)
    if seal is None:
        return None
    return Sealed(
        plan,
        read(seal.certificate),
        seal.certificate,
        period_in_words(plan.period),
        state_in_words(plan, seal),
    )


def state_in_words(plan: diary.Plan, seal: seals.StoredSeal) -> str:
    """Where a plan stands, as anybody may know it: nothing of when its calls are made.

    A plan that has closed reads as drawn until it is disclosed: it closes with its last call, and
    one that doesn't would tell, after its period, that some call still waits for a promise.
    """
    if seal.disclosed_at:
        return "disclosed"
    if plan.state == "sealed":
        return "awaiting the public value" if _awaits(plan, seal) else "sealed"
    return "drawn"


def _awaits(plan: diary.Plan, seal: seals.StoredSeal) -> bool:
    return bool(seal.public_source) and not plan.public_value
