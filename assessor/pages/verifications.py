"""The verifier's pages: what waits, one review, and their own judgements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assessor.desk import desk, local, page, person
from assessor.pages.promise_card import promise_values
from assessor.policy import allow
from assessor.told import tell, told
from config.clock import civil_date
from scheduler import (
    dialled_calls,
    diary,
    mark_log,
    marking,
    measuring,
    recordings,
    scenario_versions,
)
from scheduler.access import Role
from scheduler.call import DialledCall
from scheduler.measured import Figure
from scheduler.scenario import Scenario
from scoring import ledger, rubric_versions, verifying
from scoring.figure_words import count
from scoring.ledger import Assessment, GivenAnswer
from scoring.rubric import Criterion, Kind, Rubric
from scoring.score import NA, Answer, AnswersRefused
from scoring.verifying import VerifyingRefused

pages = Blueprint("verifications", __name__)
QUEUE = "/verifications"
MINE = "/verifications/mine"
A_PAGE = 40
DIGITS = tuple("0123456789")
LONGEST_REASON = 500  # letters, beside each answer that differs


@dataclass(frozen=True, slots=True)
class Waiting:
    """An assessment in the queue."""

    href: str
    scenario: str
    rubric: str
    called: date
    since: date


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a criterion."""

    value: str
    label: str
    behaviour: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with the assessor's answer and what is chosen now."""

    criterion: Criterion
    yes_no: bool
    levels: tuple[Level, ...]
    given: str  # as the form posts it
    said: Level
    evidence: str
    words: str
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """All that a verifier sees of one assessment."""

    id: UUID
    scenario: Scenario
    rubric: Rubric
    called: date
    dialled: DialledCall
    recorded: bool
    stretches: tuple[marking.Stretch, ...]
    marks: tuple[tuple[str, int], ...]  # seconds
    figures: tuple[Figure, ...]
    notes: str
    ticket: str
    suspected: bool
    promised: dict[str, object]
    zone: str
    sections: tuple[tuple[str, tuple[Judged, ...]], ...]


@dataclass(frozen=True, slots=True)
class Own:
    """One of the verifier's own judgements."""

    judged: date
    scenario: str
    rubric: str
    called: date
    differs: bool
    reason: str
    changes: tuple[str, ...]


@pages.get(QUEUE)
@allow(Role.VERIFIER)
def queue() -> str:
    """What waits for this verifier, the oldest first."""
    return _queue(told())


@pages.get("/verifications/<uuid:key>")
@allow(Role.VERIFIER)
def review(key: UUID) -> str:
    """One assessment, to be confirmed or differed from."""
    found = _review(key, {})
    if found is None:
        abort(404)
    return page("verifications/review.html", QUEUE, review=found, reason="", faults=[])


@pages.post("/verifications/<uuid:key>")
@allow(Role.VERIFIER)
def judge(key: UUID) -> Response | tuple[str, int]:
    """Confirm, or differ with the answers and the reason of the form."""
    own, who = desk(), person()
    posted, reason = request.form.to_dict(), request.form.get("reason", "")
    found = _review(key, posted)
    if found is None:
        return _queue([("wrong", verifying.NOT_WAITING)]), 422
    changed = [each for _, criteria in found.sections for each in criteria if _changed(each)]
    try:
        if posted.get("judgement") == "differ":
            answers = {each.criterion.id: _answer(each, reason) for each in changed}
            verifying.differ(own.sessions, key, who.id, answers, reason, own.clock())
            tell(f"You differed on {count(len(changed), 'answer')}; yours stand now.")
        elif changed:
            raise VerifyingRefused(
                f"You changed {count(len(changed), 'answer')}. Differ and say why, or choose the "
                "assessor's again."
            )
        else:
            verifying.confirm(own.sessions, key, who.id, own.clock())
            tell(f"Confirmed: {found.scenario.title}.")
    except (VerifyingRefused, AnswersRefused) as refusal:
        sentences = getattr(refusal, "faults", (str(refusal),))
        missing = not reason.strip() and bool(changed)
        place = "f-reason" if missing else changed[0].criterion.id if changed else "judge"
        return page(
            "verifications/review.html",
            QUEUE,
            review=found,
            reason=reason,
            faults=[(place, sentence) for sentence in sentences],
        ), 422
    return redirect(QUEUE, 303)


@pages.get(MINE)
@allow(Role.VERIFIER)
def mine() -> str:
    """The verifier's own judgements, the newest first."""
    number = request.args.get("page", 1, type=int)
    with desk().sessions.reading() as session:
        every = ledger.verifications(session, verifier=person().id)
        shown = every[A_PAGE * (number - 1) : A_PAGE * number] if number > 0 else ()
        if every and not shown:
            abort(404)
        own = [_own(session, each) for each in shown]
    return page(
        "verifications/mine.html",
        MINE,
        judgements=own,
        every=len(every),
        differed=sum(each.judgement == "differs" for each in every),
        first=A_PAGE * (number - 1) + 1,
        newer=f"{MINE}?page={number - 1}" if number > 1 else None,
        older=f"{MINE}?page={number + 1}" if A_PAGE * number < len(every) else None,
    )


def _queue(notices: list[tuple[str, str]]) -> str:
    zone = person().zone
    with desk().sessions.reading() as session:
        queue = verifying.queue(session, person().id, desk().clock())
        rows = [_waiting(session, each, zone) for each in queue]
    return page("verifications/queue.html", QUEUE, rows=rows, zone=zone, notices=notices)


def _waiting(session: Session, assessment: Assessment, zone: str) -> Waiting:
    scenario, rubric, called = _about(session, assessment)
    assert assessment.submitted_at is not None
    since = local(assessment.submitted_at, zone).date()
    return Waiting(f"{QUEUE}/{assessment.id}", scenario.title, rubric.title, called, since)


def _about(session: Session, assessment: Assessment) -> tuple[Scenario, Rubric, date]:
    call = diary.find_call(session, assessment.call)
    assert call is not None
    rubric = rubric_versions.rubric(session, assessment.rubric_version)
    scenario = scenario_versions.scenario(session, call.scenario)
    return scenario, rubric, civil_date(call.drawn_moment, call.zone)


def _review(key: UUID, posted: Mapping[str, str]) -> Review | None:
    """The review with the answers that were posted, else with the assessor's chosen."""
    with desk().sessions.reading() as session:
        assessment = verifying.to_review(session, key, person().id, desk().clock())
        if assessment is None:
            return None
        call = diary.find_call(session, assessment.call)
        assert call is not None
        scenario, rubric, called = _about(session, assessment)
        dialled = dialled_calls.of_call(session, call)
        marks = mark_log.of_call(session, call.id)
        recording = recordings.of_call(session, call.id)
        promised = promise_values(session, call, desk().vault)
        figures = measuring.measure(session, call, desk().clock())
    return Review(
        id=key,
        scenario=scenario,
        rubric=rubric,
        called=called,
        dialled=dialled,
        recorded=recording is not None,
        stretches=marking.stretches(
            dialled, marks, desk().clock(), recording.parts if recording else ()
        ),
        marks=marking.offsets(dialled, marks),
        figures=figures,
        notes=assessment.notes,
        ticket=assessment.ticket,
        suspected=assessment.suspected,
        promised=promised,
        zone=person().zone,
        sections=tuple(
            (section.title, tuple(_judged(assessment, section.criteria, posted)))
            for section in rubric.sections
        ),
    )


def _judged(
    assessment: Assessment, criteria: tuple[Criterion, ...], posted: Mapping[str, str]
) -> Iterator[Judged]:
    answers = assessment.by_criterion
    for criterion in criteria:
        answer = answers[criterion.id]
        given = _posted(answer.value)
        yes_no = criterion.kind is Kind.YES_NO
        levels = tuple(
            Level(_name(each.value, yes_no), each.label, each.behaviour)
            for each in criterion.levels
        )
        said = NOT_APPLICABLE if answer.value is NA else levels[answer.value]
        yield Judged(
            criterion,
            yes_no,
            levels,
            given,
            said,
            str(answer.evidence),
            answer.reason,
            posted.get(criterion.id) if posted else given,
        )


NOT_APPLICABLE = Level("N/A", "not applicable", "")


def _name(value: int, yes_no: bool) -> str:
    return ("No", "Yes")[value] if yes_no else str(value)


def _posted(value: Answer) -> str:
    return "NA" if value is NA else str(value)


def _changed(judged: Judged) -> bool:
    return judged.chosen is not None and judged.chosen != judged.given


def _answer(judged: Judged, reason: str) -> GivenAnswer:
    """What was chosen in the form; something else than a level is refused when it is scored."""
    chosen = judged.chosen or ""
    value: Answer = NA if chosen == "NA" else int(chosen) if chosen in DIGITS else -1
    return GivenAnswer(judged.criterion.id, value, reason.strip()[:LONGEST_REASON])


def _own(session: Session, verification: ledger.Verification) -> Own:
    first = ledger.find_assessment(session, verification.assessment)
    assert first is not None
    scenario, rubric, called = _about(session, first)
    second = ledger.find_assessment(session, verification.second) if verification.second else None
    return Own(
        local(verification.verified_at, person().zone).date(),
        scenario.title,
        rubric.title,
        called,
        second is not None,
        verification.reason,
        tuple(_changes(rubric, first, second)) if second else (),
    )


def _changes(rubric: Rubric, first: Assessment, second: Assessment) -> Iterator[str]:
    before, after = first.by_criterion, second.by_criterion
    for criterion in rubric.criteria:
        was, now = (_said(criterion, each[criterion.id].value) for each in (before, after))
        if was != now:
            yield f"{criterion.title}: {now}, not {was}"


def _said(criterion: Criterion, value: Answer) -> str:
    return "N/A" if value is NA else _name(value, criterion.kind is Kind.YES_NO).lower()
