"""A call of an assessor: its briefing, its line, its marks, its code, and the call page."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page, person, signed_in
from assessor.pages.call_line import CallLine, call_line
from assessor.pages.call_page import call_page, code_values, own_briefing
from assessor.pages.promise_card import promise_values
from assessor.policy import allow
from config.settings import Line
from scheduler import marking, reassigning, ringing_off
from scheduler.access import Role
from scheduler.briefing import (
    Briefing,
    BriefingRefused,
    ConfirmFirst,
    confirm_briefing,
    reveal_code,
)
from scheduler.dialling_by_hand import ByHandRefused, Heard, dialling_now, tell
from scheduler.marking import MarkRefused
from scheduler.offers import Answer
from scheduler.ringing_off import Reason, RingingOffRefused, end_call
from scheduler.scenario import RULES
from scoring import ledger

pages = Blueprint("calls", __name__)


@pages.get("/calls/<uuid:call>/briefing")
@allow(Role.ASSESSOR)
def read_briefing(call: UUID) -> str | BaseResponse:
    """Who the assessor is on the call, and how it is played."""
    brief = own_briefing(call)
    if isinstance(brief, Response):
        return brief
    return page(
        "calls/briefing.html",
        "/today",
        brief=brief,
        call=brief.call,
        scenario=brief.scenario,
        rules=RULES,
        mailbox=desk().personas_mailbox,
        zone=person().zone,
    )


@pages.post("/calls/<uuid:call>/briefing")
@allow(Role.ASSESSOR)
def confirm(call: UUID) -> BaseResponse:
    """Remember that the assessor has read it, and go on to the call."""
    _open(call)
    confirm_briefing(desk().sessions, call, person().id, desk().clock())
    return redirect(f"/calls/{call}", 303)


@pages.post("/calls/<uuid:call>/answer")
@allow(Role.ASSESSOR)
def answer(call: UUID) -> BaseResponse:
    """Take an own call, or say that one can't; nobody asks why."""
    own, who = desk(), person()
    given = Answer.DECLINED if request.form.get("answer") == "decline" else Answer.ACCEPTED
    if not reassigning.reply(own.sessions, call, who.id, given, str(who.id), own.clock()):
        abort(404)
    return redirect("/calendar", 303)


@pages.get("/calls/<uuid:call>")
@allow(Role.ASSESSOR)
def show(call: UUID) -> str | BaseResponse:
    """The call page, before, during and after the call."""
    brief = own_briefing(call)
    if isinstance(brief, Response):
        return brief
    state = _line(brief)
    if brief.call.briefed_at is None and state.state == "waiting":
        return redirect(f"/calls/{call}/briefing")
    with desk().sessions.reading() as session:
        begun = ledger.assessments(session, calls=[call], person=person().id, part="first")
    if not state.heard and not begun:
        values = _values(brief, state)
        return page("calls/over.html", "/calendar", scenario=brief.scenario, **values)
    return call_page(brief)


@pages.get("/calls/<uuid:call>/line")
@allow(Role.ASSESSOR)
def line(call: UUID) -> Response:
    """What has moved on the line: asked for every two seconds while the call is open."""
    brief = _open(call)
    state = _line(brief)
    seen = request.args.get("seen", "")
    if state.state == seen and not state.markable:
        return Response(status=204)
    moved = state.state != seen
    values = _values(brief, state)
    with desk().sessions.reading() as session:
        values |= promise_values(session, brief.call, desk().vault)
    return Response(render_template("calls/line.html", **values, moved=moved, promise_typed={}))


@pages.post("/calls/<uuid:call>/marks")
@allow(Role.ASSESSOR)
def set_mark(call: UUID) -> BaseResponse:
    """Mark a moment of the call."""
    brief = _open(call)
    now = desk().clock()
    refusal = ""
    if _line(brief).markable:
        try:
            marking.mark(desk().sessions, call, person().id, request.form.get("mark", ""), now)
        except MarkRefused as error:
            refusal = str(error)
    else:
        refusal = "Marks are kept while the centre is on the line."
    return _marked(brief, refusal)


@pages.post("/calls/<uuid:call>/marks/back")
@allow(Role.ASSESSOR)
def take_mark_back(call: UUID) -> BaseResponse:
    """Take back a mark, as long as the assessment isn't submitted."""
    brief = _open(call)
    own, kind = desk(), request.form.get("mark", "")
    with own.sessions.reading() as session:
        mine = ledger.assessments(session, calls=[call], person=person().id, part="first")
    refusal = ""
    if any(each.state != "draft" for each in mine):
        refusal = "The assessment is submitted; its marks stay as they are."
    else:
        marking.take_back(own.sessions, call, person().id, kind, own.clock())
    return _marked(brief, refusal)


def _marked(brief: Briefing, refusal: str) -> BaseResponse:
    if not request.headers.get("HX-Request"):
        if refusal:
            abort(400)
        return redirect(f"/calls/{brief.call.id}", 303)
    values = _values(brief, _line(brief))
    fragment = render_template("calls/marks.html", **values, mark_refusal=refusal)
    return Response(fragment, 422 if refusal else 200, {"HX-Trigger": "marked"})


@pages.post("/calls/<uuid:call>/by-hand")
@allow(Role.ASSESSOR)
def by_hand(call: UUID) -> str | BaseResponse | tuple[str, int]:
    """Dial by hand, or tell what the telephone does."""
    brief, own, heard = _open(call), desk(), request.form.get("heard", "")
    try:
        if heard == "dialling":
            dialling_now(own.sessions, call, person().id, own.clock(), live=own.line is Line.LIVE)
        elif heard in set(Heard):
            tell(own.sessions, call, person().id, Heard(heard), own.clock())
        else:
            abort(400)
    except ByHandRefused as error:
        whole = call_page(brief, refusal=str(error))
        return (whole, 422) if isinstance(whole, str) else whole
    return redirect(f"/calls/{call}", 303)


@pages.post("/calls/<uuid:call>/stop")
@allow(Role.ASSESSOR)
def stop(call: UUID) -> BaseResponse:
    """End the call without a score, at once."""
    _open(call)
    own, asked = desk(), request.form.get("reason", "")
    if asked not in set(Reason):
        abort(400)
    with suppress(RingingOffRefused):  # it is over meanwhile, and the page says so
        end_call(
            own.sessions, own.vault, own.telephone, call, person().id, Reason(asked), own.clock
        )
    return redirect(f"/calls/{call}", 303)


@pages.post("/calls/<uuid:call>/hang-up")
@allow(Role.ASSESSOR)
def hang_up(call: UUID) -> str | BaseResponse | tuple[str, int]:
    """Ring off after the talk; the call is scored."""
    brief, own = _open(call), desk()
    try:
        ringing_off.hang_up(own.sessions, own.telephone, call, person().id)
    except RingingOffRefused as error:
        if not _line(brief).over:  # else it is over meanwhile, and the page says so
            whole = call_page(brief, refusal=str(error))
            return (whole, 422) if isinstance(whole, str) else whole
    return redirect(f"/calls/{call}", 303)


@pages.post("/calls/<uuid:call>/code")
@allow(Role.ASSESSOR)
def show_code(call: UUID) -> BaseResponse | tuple[str, int]:
    """Show the security code this once; it is in no page that can be loaded again."""
    brief = _open(call)
    own = desk()
    code, refusal, confirm_at = None, "", ""
    try:
        code = reveal_code(
            own.sessions, own.vault, call, signed_in(), own.clock(), request.remote_addr or ""
        )
    except BriefingRefused as error:
        refusal = str(error)
        confirm_at = f"/confirm?back=/calls/{call}" if isinstance(error, ConfirmFirst) else ""
    status = 422 if refusal else 200
    if request.headers.get("HX-Request"):
        values = code_values(brief, own.clock(), code, refusal, confirm_at)
        return render_template("calls/code.html", call=brief.call, **values), status
    whole = call_page(brief, code=code, code_refusal=refusal, confirm_at=confirm_at)
    return (whole, status) if isinstance(whole, str) else whole


def _open(call: UUID) -> Briefing:
    """The briefing of an own call whose day has come; anything else is not found."""
    brief = own_briefing(call)
    if isinstance(brief, Response):
        abort(404)
    return brief


def _line(brief: Briefing) -> CallLine:
    own = desk()
    with own.sessions.reading() as session:
        return call_line(session, brief.call, brief.scenario.minutes, person().zone, own.clock())


def _values(brief: Briefing, state: CallLine) -> dict[str, object]:
    return {"call": brief.call, "line": state, "zone": person().zone, "number": brief.number}
