"""The call page: the story on the left, the rubric on the right, the line above them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import Response, abort, redirect
from werkzeug.wrappers import Response as BaseResponse

from assessor.answer_form import LONGEST_TICKET, PREFIX, TypedAnswer, as_typed
from assessor.desk import desk, hear_the_network, page, person
from assessor.pages.call_line import call_line
from assessor.pages.promise_card import promise_values
from assessor.spelling import aloud
from scheduler.briefing import Briefing, briefing, known_from
from scheduler.centre import SecurityCode
from scheduler.outcome import LATEST_DIAL, Disposition
from scheduler.scenario import RULES, Scenario
from scoring import assessing, ledger, rubric_versions
from scoring.ledger import UNANSWERED
from scoring.rubric import Kind, Rubric

RIGHT_ANSWER = "right-answer"  # the criterion whose labels a scenario writes
# How an assessor says that a call ended, and what that means.
HOW_IT_ENDED = (
    (Disposition.COMPLETED, "Somebody dealt with me", "the only one of which the rubric is scored"),
    (Disposition.CLOSED, "An announcement said that they are closed", ""),
    (Disposition.QUEUE_ABANDONED, "I waited to the limit and gave up", ""),
    (Disposition.MENU_LOST, "The menu led nowhere by the declared keys", ""),
    (Disposition.CODE_REFUSED, "They refused my code", ""),
    (Disposition.OUT_OF_SCOPE, "They don't support what I asked about", ""),
    (
        Disposition.ABORTED,
        "I pressed Stop",
        "abuse, distress, an emergency, an outage message, a wait beyond the limit; or the line "
        "broke off",
    ),
    (Disposition.DETECTED, "They asked twice whether it is a test, and I said yes", ""),
)


def own_briefing(call: UUID) -> Briefing | Response:
    """The briefing of a call of the signed-in assessor; before its day, a page that says so.

    Another's call, or none, is not found.
    """
    own, who = desk(), person()
    with own.sessions.reading() as session:
        found = briefing(session, own.vault, call, who.id)
    if found is None:
        abort(404)
    opens = known_from(found.call, who.zone)
    if own.clock() < opens:
        return Response(page("calls/early.html", "/today", call=found.call, opens=opens, who=who))
    return found


def call_page(
    brief: Briefing,
    *,
    typed: Mapping[str, TypedAnswer] | None = None,
    notes: str | None = None,
    ticket: str | None = None,
    suspected: bool | None = None,
    said: Disposition | None = None,
    faults: Mapping[str, str] | None = None,
    refusal: str = "",
    stands: Sequence[tuple[str, str]] = (),
    code: SecurityCode | None = None,
    code_refusal: str = "",
    confirm_at: str = "",
    promise_refusal: str = "",
    promise_typed: Mapping[str, str] | None = None,
) -> str | BaseResponse:
    """Render the call page; what was typed and refused stands in the place of what is stored.

    ``stands`` is what is saved beside it, where another window saved something else.
    A call whose assessment is submitted has no form any more: its assessment is shown.
    """
    own, who = desk(), person()
    now = own.clock()
    key = assessing.open_assessment(own.sessions, brief.call.id, who.id, now)
    with own.sessions.reading() as session:
        draft = ledger.find_assessment(session, key)
        assert draft is not None
        rubric = rubric_versions.rubric(session, draft.rubric_version)
        line = call_line(session, brief.call, brief.scenario.minutes, who.zone, now)
        promise = promise_values(session, brief.call, own.vault)
    if draft.state != "draft":
        return redirect(f"/assessments/{key}", 303)
    if line.browser and not line.over:
        hear_the_network()
    return page(
        "calls/call.html",
        "/today",
        brief=brief,
        call=brief.call,
        scenario=brief.scenario,
        rules=RULES,
        mailbox=own.personas_mailbox,
        zone=who.zone,
        line=line,
        number=brief.number,
        softphone=own.softphone is not None,
        latest=int(LATEST_DIAL.total_seconds()),
        rubric=rubric,
        levels=levels(rubric, brief.scenario),
        code_kind=brief.code_kind[:1].upper() + brief.code_kind[1:],
        prefix=PREFIX,
        draft=draft,
        answers=as_typed(draft.answers) if typed is None else typed,
        notes=draft.notes if notes is None else notes,
        ticket=draft.ticket if ticket is None else ticket,
        longest_ticket=LONGEST_TICKET,
        suspected=draft.suspected if suspected is None else suspected,
        said=draft.said if said is None else said,
        answered=sum(answer.value != UNANSWERED for answer in draft.answers),
        how_it_ended=HOW_IT_ENDED,
        faults=faults or {},
        refusal=refusal,
        stands=stands,
        promise_refusal=promise_refusal,
        promise_typed=promise_typed or {},
        **promise,
        **code_values(brief, now, code, code_refusal, confirm_at),
    )


def code_values(
    brief: Briefing, now: datetime, code: SecurityCode | None, refusal: str, confirm_at: str
) -> dict[str, object]:
    """What the code's box shows."""
    return {
        "code_closed": now > brief.code_until,
        "code": code.text if code else "",
        "code_aloud": aloud(code.text) if code else "",
        "code_refusal": refusal,
        "confirm_at": confirm_at,
    }


def levels(rubric: Rubric, scenario: Scenario) -> dict[str, tuple[tuple[int, str], ...]]:
    """The values of each criterion with their labels, rising.

    What a right and a wrong answer sound like is the scenario's to say.
    """
    return {
        criterion.id: ((0, scenario.wrong_label), (1, scenario.right_label))
        if criterion.id == RIGHT_ANSWER and criterion.kind is Kind.YES_NO
        else tuple((level.value, level.label) for level in criterion.levels)
        for criterion in rubric.criteria
    }


def how_it_ended(said: Disposition) -> str:
    """How an assessor said that a call ended, in words."""
    return next(words for each, words, _ in HOW_IT_ENDED if each is said)
