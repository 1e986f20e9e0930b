"""What an analyst promised at the end of a call: entered, come back, settled, cancelled."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.answer_form import plain
from assessor.desk import desk, person
from assessor.pages.call_page import call_page, own_briefing
from assessor.policy import allow
from scheduler import awaiting, diary, promises
from scheduler.access import Role
from scheduler.awaiting import AwaitingRefused
from scheduler.keeping_messages import play_message
from scheduler.promise import Basis, Way
from scoring import assessing, ledger, verifying
from scoring.assessing import AssessingRefused

pages = Blueprint("promises", __name__)


@pages.post("/calls/<uuid:call>/promise")
@allow(Role.ASSESSOR)
def enter(call: UUID) -> BaseResponse | tuple[str, int]:
    """Let the call await what was promised."""
    own, who = desk(), person()

    def act() -> None:
        with own.sessions.reading() as session:
            mine = ledger.assessments(session, calls=[call], person=who.id, part="first")
        if not mine:
            raise AwaitingRefused("Open the call first.")
        assessing.await_return(
            own.sessions,
            mine[0].id,
            who.id,
            own.clock(),
            way=_way("way"),
            what=plain(request.form.get("what", "")),
            basis=_basis(),
            named=_moment("named"),
        )

    return _acted(call, act)


@pages.post("/calls/<uuid:call>/promise/none")
@allow(Role.ASSESSOR)
def take_back(call: UUID) -> BaseResponse | tuple[str, int]:
    """There was no promise after all."""
    own, who = desk(), person()
    return _acted(call, lambda: awaiting.take_back(own.sessions, call, who.id, own.clock()))


@pages.post("/calls/<uuid:call>/promise/came-back")
@allow(Role.ASSESSOR)
def came_back(call: UUID) -> BaseResponse | tuple[str, int]:
    """They came back by a way that the workspace doesn't see."""
    own, who = desk(), person()

    def act() -> None:
        at = _moment("at")
        if at is None:
            raise AwaitingRefused("Give the day and time at which they came back.")
        awaiting.note(
            own.sessions,
            own.vault,
            call,
            who.id,
            own.clock(),
            way=_way("by"),
            at=at,
            gist=plain(request.form.get("gist", "")),
        )

    return _acted(call, act)


@pages.post("/calls/<uuid:call>/promise/counts/<uuid:key>")
@allow(Role.ASSESSOR)
def counts(call: UUID, key: UUID) -> BaseResponse | tuple[str, int]:
    """What came was what they promised; what came to another call is not found."""
    own, who = desk(), person()
    with own.sessions.reading() as session:
        if key not in {each.id for each in promises.came_back(session, call)}:
            abort(404)
    return _acted(call, lambda: awaiting.let_count(own.sessions, call, key, who.id, own.clock()))


@pages.post("/calls/<uuid:call>/promise/cancelled")
@allow(Role.ASSESSOR)
def cancelled(call: UUID) -> BaseResponse:
    """They were told, in role, that it works again."""
    own = desk()
    try:
        awaiting.cancel_ticket(own.sessions, call, person().id, own.clock())
    except AwaitingRefused:
        abort(404)
    return redirect("/today", 303)


@pages.get("/calls/<uuid:call>/messages/<uuid:key>.wav")
@allow(Role.ASSESSOR, Role.VERIFIER)
def message(call: UUID, key: UUID) -> BaseResponse:
    """The message that somebody left; for the assessor, and the verifier who may listen."""
    own, who = desk(), person()
    with own.sessions.reading() as session:
        planned = diary.find_call(session, call)
        mine = planned is not None and planned.assessor == who.id
        if not mine and not verifying.may_listen(session, call, who, own.clock()):
            abort(404)
    sound = play_message(own.sessions, own.vault, call, key, who.id, own.clock())
    if sound is None:
        abort(404)
    return Response(sound, mimetype="audio/wav")


def _acted(call: UUID, act: Callable[[], None]) -> BaseResponse | tuple[str, int]:
    """Act, and show the call; a refusal stands in the card with what was typed."""
    brief = own_briefing(call)
    if isinstance(brief, Response):
        abort(404)
    try:
        act()
    except (AwaitingRefused, AssessingRefused) as error:
        typed: Mapping[str, str] = request.form.to_dict()
        whole = call_page(brief, promise_refusal=str(error), promise_typed=typed)
        return (whole, 422) if isinstance(whole, str) else whole
    return redirect(f"/calls/{call}#promise", 303)


def _way(name: str) -> Way:
    chosen = request.form.get(name, "")
    if chosen not in tuple(Way):
        raise AwaitingRefused("Choose whether they ring or write.")
    return Way(chosen)


def _basis() -> Basis:
    chosen = request.form.get("basis", "")
    if chosen not in tuple(Basis):
        raise AwaitingRefused("Choose by when they come back.")
    return Basis(chosen)


def _moment(name: str) -> datetime | None:
    """A local day and time as a form posts it, in the person's zone; None when it is none."""
    try:
        typed = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
    return typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(person().zone))
