"""An assessor's own assessment: its draft as it is saved, its submission, and what came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.answer_form import (
    LONGEST_TICKET,
    AnswersUnreadable,
    as_typed,
    given,
    plain,
    typed_in,
)
from assessor.desk import desk, page, person
from assessor.pages.call_line import ENDED
from assessor.pages.call_page import call_page, how_it_ended, own_briefing
from assessor.pages.promise_card import promise_values
from assessor.policy import allow
from scheduler import diary, measuring, recordings, scenario_versions
from scheduler.access import Role
from scheduler.outcome import SAID_BY_ASSESSOR, Disposition
from scoring import assessing, ledger, rubric_versions
from scoring.assessing import AssessingRefused, ChangedElsewhere
from scoring.ledger import UNANSWERED, Assessment, GivenAnswer
from scoring.rubric import Criterion, Rubric
from scoring.score import NA, Answer, AnswersRefused, Outcome

pages = Blueprint("assessments", __name__)

VERSION = re.compile("[0-9]{1,9}")
CHANGED = (
    "This draft was changed in another window meanwhile. Below stands what you sent: compare it "
    "with what is saved, and send it once more."
)


@pages.post("/assessments/<uuid:key>/draft")
@allow(Role.ASSESSOR)
def save(key: UUID) -> BaseResponse | tuple[str, int]:
    """Keep the draft as it stands; a script is answered without a page."""
    draft, rubric = _own(key)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        revision = _keep(draft, rubric)
    except AnswersUnreadable as error:
        if not by_script:
            return _refused(draft, rubric, "The draft isn't saved.", 422, error.faults)
        titles = {criterion.id: criterion.title for criterion in rubric.criteria}
        name, sentence = next(iter(error.faults.items()))
        return Response(f"{titles[name]}: {sentence}", 422, mimetype="text/plain")
    except ChangedElsewhere:
        if not by_script:
            return _refused(draft, rubric, CHANGED, 409)
        return Response(status=409)
    except AssessingRefused as error:
        if not by_script:
            return redirect(f"/assessments/{key}", 303)
        return Response(str(error), 422, mimetype="text/plain")
    if by_script:
        return Response(status=204, headers={"X-Version": str(revision)})
    return redirect(f"/calls/{draft.call}", 303)


@pages.post("/assessments/<uuid:key>/submit")
@allow(Role.ASSESSOR)
def submit(key: UUID) -> BaseResponse | tuple[str, int]:
    """Save the draft and hand it to the verifiers; what is missing is named at its field."""
    draft, rubric = _own(key)
    try:
        _keep(draft, rubric)
        assessing.submit(desk().sessions, key, person().id, desk().clock())
    except AnswersUnreadable as error:
        return _refused(draft, rubric, "Some evidence can't be read.", 422, error.faults)
    except AnswersRefused:
        faults = _missing(rubric)
        words = "1 answer is missing" if len(faults) == 1 else f"{len(faults)} answers are missing"
        return _refused(draft, rubric, f"{words}. The draft is saved.", 422, faults)
    except ChangedElsewhere:
        return _refused(draft, rubric, CHANGED, 409)
    except AssessingRefused as error:
        if draft.state != "draft":
            return redirect(f"/assessments/{key}", 303)
        return _refused(draft, rubric, str(error), 422)
    return redirect(f"/assessments/{key}", 303)


def _own(key: UUID) -> tuple[Assessment, Rubric]:
    """An own first assessment, in whatever state, with its rubric."""
    with desk().sessions.reading() as session:
        found = ledger.find_assessment(session, key)
        if found is None or found.person != person().id or found.part != "first":
            abort(404)
        return found, rubric_versions.rubric(session, found.rubric_version)


def _keep(draft: Assessment, rubric: Rubric) -> int:
    version = request.form.get("version", "")
    return assessing.save(
        desk().sessions,
        draft.id,
        person().id,
        given(typed_in(request.form, rubric)),
        notes=plain(request.form.get("notes", "")),
        suspected=bool(request.form.get("suspected")),
        said=_said(),
        ticket=_ticket(),
        revision=int(version) if VERSION.fullmatch(version) else None,
    )


def _ticket() -> str:
    return plain(request.form.get("ticket", ""))[:LONGEST_TICKET]


def _said() -> Disposition:
    chosen = request.form.get("said", "")
    return Disposition(chosen) if chosen in SAID_BY_ASSESSOR else Disposition.COMPLETED


def _missing(rubric: Rubric) -> Mapping[str, str]:
    """What to do at each criterion whose answer can't be scored."""
    answers = given(typed_in(request.form, rubric))
    faults = {}
    for criterion in rubric.criteria:
        answer = answers.get(criterion.id)
        if answer is None or answer.value == UNANSWERED:
            faults[criterion.id] = "Choose a level" + (", or N/A." if criterion.na_allowed else ".")
        elif answer.value is NA and not criterion.na_allowed:
            faults[criterion.id] = "N/A isn't possible here. Choose a level."
        elif answer.value is NA and not answer.reason:
            faults[criterion.id] = "Say why this is N/A, in the words beside the evidence."
        elif answer.value is not NA and answer.value > criterion.top:
            faults[criterion.id] = f"Choose a level from 0 to {criterion.top}."
    return faults


def _refused(
    draft: Assessment,
    rubric: Rubric,
    refusal: str,
    status: int,
    faults: Mapping[str, str] | None = None,
) -> BaseResponse | tuple[str, int]:
    """The call page once more, with all that was typed."""
    brief = own_briefing(draft.call)
    if isinstance(brief, Response):
        abort(404)
    whole = call_page(
        brief,
        typed=typed_in(request.form, rubric),
        notes=request.form.get("notes", ""),
        ticket=_ticket(),
        suspected=bool(request.form.get("suspected")),
        said=_said(),
        faults=faults,
        refusal=refusal,
        stands=_stands(draft.id, rubric) if status == 409 else (),
    )
    return (whole, status) if isinstance(whole, str) else whole


def _stands(key: UUID, rubric: Rubric) -> tuple[tuple[str, str], ...]:
    """What is saved of a draft where something else was sent, each with what it is about."""
    with desk().sessions.reading() as session:
        saved = ledger.find_assessment(session, key)
    assert saved is not None
    sent, kept = typed_in(request.form, rubric), as_typed(saved.answers)
    found = [
        (criterion.title, _saved(criterion, saved.by_criterion.get(criterion.id)))
        for criterion in rubric.criteria
        if sent.get(criterion.id) != kept.get(criterion.id)
    ]
    if saved.notes != plain(request.form.get("notes", "")):
        found.append(("Notes", saved.notes or "none"))
    if saved.ticket != _ticket():
        found.append(("Their ticket", saved.ticket or "none"))
    if saved.suspected != bool(request.form.get("suspected")):
        found.append(("The analyst seemed to suspect a test", "yes" if saved.suspected else "no"))
    if saved.said is not _said():
        found.append(("How it ended", how_it_ended(saved.said)))
    return tuple(found)


def _saved(criterion: Criterion, answer: GivenAnswer | None) -> str:
    if answer is None:
        return "not answered"
    parts = (in_words(criterion, answer.value), str(answer.evidence), answer.reason)
    return "; ".join(filter(None, parts))


# --- what came of it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One criterion with its answer, and the verifier's where it is another."""

    title: str
    tag: str
    value: str
    behaviour: str
    evidence: str
    words: str
    second: str
    second_behaviour: str
    second_words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its score and the score that the verifier's answers give."""

    title: str
    score: str
    second_score: str
    shown: tuple[Shown, ...]

    @property
    def differs(self) -> bool:
        """Whether the verifier gave another answer here."""
        return any(each.second for each in self.shown)


@pages.get("/assessments/<uuid:key>")
@allow(Role.ASSESSOR)
def show(key: UUID) -> str | BaseResponse:
    """A submitted assessment, its score, and the verification beside it."""
    first, rubric = _own(key)
    if first.state == "draft":
        return redirect(f"/calls/{first.call}")
    with desk().sessions.reading() as session:
        call = diary.find_call(session, first.call)
        assert call is not None
        title = scenario_versions.scenario(session, call.scenario).title
        judged = next(iter(ledger.verifications(session, assessments=[key])), None)
        second = _second(session, judged)
        recorded = recordings.of_call(session, call.id) is not None
        promise = promise_values(session, call, desk().vault)
        figures = measuring.measure(session, call, desk().clock())
    return page(
        "assessments/assessment.html",
        "/feedback",
        assessment=first,
        call=call,
        title=title,
        promised=promise,
        rubric=rubric,
        zone=person().zone,
        ended=ENDED[call.disposition],
        said=how_it_ended(call.disposition) if call.disposition in SAID_BY_ASSESSOR else "",
        judged=judged,
        recorded=recorded,
        figures=figures,
        second=second,
        outcome=OUTCOMES[first.outcome] if first.outcome else "",
        second_outcome=OUTCOMES[second.outcome] if second and second.outcome else "",
        coverage=round(100 * first.coverage) if first.coverage is not None else None,
        parts=_parts(rubric, first, second),
    )


OUTCOMES = {
    Outcome.PASS: "passed",
    Outcome.FAIL_CRITICAL: "not passed, as a critical behaviour was not met",
    Outcome.FAIL_SCORE: "not passed, as the score is below the pass mark",
    Outcome.FAIL_SECTION: "not passed, as one section is below its least score",
    Outcome.VOID: "nothing that counts was answered with a level",
    Outcome.VOID_COVERAGE: "not counted, as too much of it is N/A",
}


def _second(session: Session, judged: ledger.Verification | None) -> Assessment | None:
    if judged is None or judged.second is None:
        return None
    return ledger.find_assessment(session, judged.second)


def _parts(rubric: Rubric, first: Assessment, second: Assessment | None) -> tuple[Part, ...]:
    other = second.by_criterion if second else {}
    return tuple(
        Part(
            section.title,
            _score(first, section.id),
            _score(second, section.id) if second else "",
            tuple(
                _shown(criterion, first.by_criterion[criterion.id], other.get(criterion.id))
                for criterion in section.criteria
                if criterion.id in first.by_criterion
            ),
        )
        for section in rubric.sections
    )


def _score(assessment: Assessment, section: str) -> str:
    score = assessment.section_scores.get(section)
    return "not assessed" if score is None else str(score)


def _shown(criterion: Criterion, answer: GivenAnswer, other: GivenAnswer | None) -> Shown:
    differs = other is not None and other.value != answer.value
    return Shown(
        title=criterion.title,
        tag=criterion.tag or "",
        value=in_words(criterion, answer.value),
        behaviour=behaviour(criterion, answer.value),
        evidence=str(answer.evidence),
        words=answer.reason,
        second=in_words(criterion, other.value) if other and differs else "",
        second_behaviour=behaviour(criterion, other.value) if other and differs else "",
        second_words=other.reason if other and differs else "",
    )


def in_words(criterion: Criterion, value: Answer) -> str:
    """A value as it is shown: "3 of 4", "yes", "N/A"."""
    if value is NA:
        return "N/A"
    if value == UNANSWERED:
        return "not answered"
    if criterion.top == 1:
        return "yes" if value else "no"
    return f"{value} of {criterion.top}"


def behaviour(criterion: Criterion, value: Answer) -> str:
    """What a value means on this criterion."""
    if value is NA:
        return criterion.na_hint
    return next((level.behaviour for level in criterion.levels if level.value == value), "")
