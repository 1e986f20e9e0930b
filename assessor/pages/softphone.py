"""The call in the browser: which way a call comes, and the pass with which the browser calls."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, person
from assessor.pages.call_page import own_briefing
from assessor.policy import allow
from assessor.told import tell
from scheduler import entering
from scheduler.access import Role
from scheduler.entering import EntryRefused
from scheduler.way import Way

pages = Blueprint("softphone", __name__)


@pages.post("/account/way")
@allow(Role.ASSESSOR)
def choose_usual() -> BaseResponse:
    """Keep the way in which one's calls come as a rule."""
    own = desk()
    entering.choose_usual(own.sessions, person().id, _way(), own.clock())
    tell("Kept. It holds for every call for which you choose nothing else.")
    return redirect("/account", 303)


@pages.post("/calls/<uuid:call>/way")
@allow(Role.ASSESSOR)
def choose(call: UUID) -> BaseResponse | tuple[str, int]:
    """Choose the way for one call, before its moment."""
    own = desk()
    _own_call(call)
    with suppress(EntryRefused):  # the call has begun meanwhile, and its page says so
        entering.choose(own.sessions, call, person().id, _way(), own.clock())
    return redirect(f"/calls/{call}", 303)


@pages.post("/calls/<uuid:call>/pass")
@allow(Role.ASSESSOR)
def give_pass(call: UUID) -> BaseResponse | tuple[str, int, dict[str, str]]:
    """What the drawn assessor's browser needs to call in, for a few minutes; stored nowhere."""
    own = desk()
    if own.softphone is None:
        abort(404)
    _own_call(call)
    try:
        attempt = entering.attempt_to_enter(own.sessions, call, person().id, own.clock())
    except EntryRefused as refusal:
        return str(refusal), 409, {"Content-Type": "text/plain; charset=utf-8"}
    granted = own.softphone.permit(entering.identity(person().id))
    return jsonify({"pass": granted, "attempt": attempt})


def _own_call(call: UUID) -> None:
    """A call of the signed-in assessor whose day has come; anything else is not found."""
    if isinstance(own_briefing(call), Response):
        abort(404)


def _way() -> Way:
    way = request.form.get("way", type=Way)
    if way is None or desk().softphone is None:
        abort(404)
    return way
