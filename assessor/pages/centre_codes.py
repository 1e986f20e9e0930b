"""A security code in clear, for an administrator who says why: on one answer and no page."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, page, signed_in
from assessor.pages.centre_record import Refused
from assessor.pages.centres import shown
from assessor.policy import allow
from assessor.spelling import aloud
from scheduler import register, revealing
from scheduler.access import Role
from scheduler.refused import FieldRefused
from scheduler.revealing import ConfirmFirst

pages = Blueprint("centre_codes", __name__)


@pages.post("/centres/<uuid:centre>/identities/<uuid:identity>/code")
@allow(Role.ADMINISTRATOR)
def reveal(centre: UUID, identity: UUID) -> str | Response | tuple[str, int]:
    """Show an identity this once; loading the page again shows nothing."""
    own, typed = desk(), {"identity": str(identity), "reason": request.form.get("reason", "")}
    with own.sessions.reading() as session:
        found = register.find_centre(session, centre)
    if found is None:
        abort(404)
    try:
        opened = revealing.reveal(
            own.sessions,
            own.vault,
            centre,
            identity,
            signed_in(),
            typed["reason"],
            own.clock(),
            request.remote_addr or "",
        )
    except FieldRefused as refusal:
        fault = (f"f-code-{identity}", str(refusal))
        return shown(centre, Refused("code", typed, (fault,))), 422
    except ConfirmFirst:
        return redirect(f"/confirm?back=/centres/{centre}", 303)
    if opened is None:
        abort(404)
    return page(
        "centres/code.html",
        "/centres",
        centre=found,
        identity=opened,
        code=opened.code.text,
        code_aloud=aloud(opened.code.text),
    )
