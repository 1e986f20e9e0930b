"""An assessor's own day: the next call, what is to finish, what verifiers said, the calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session

from assessor.desk import desk, page, person
from assessor.pages.assessments import in_words
from assessor.pages.call_line import ENDED, CallLine, call_line
from assessor.policy import allow
from assessor.told import told
from scheduler import calendar_addresses, diary, offers, promises, register, scenario_versions
from scheduler.access import Person, Role
from scheduler.briefing import code_window, known_from
from scheduler.call import PlannedCall
from scheduler.offers import Answer
from scheduler.outcome import OPEN, Disposition
from scheduler.promise import Promise
from scoring import assessing, ledger, rubric_versions
from scoring.ledger import UNANSWERED, Assessment, Verification

pages = Blueprint("today", __name__)

STALE = timedelta(hours=1)  # a planned call that long past is no next call any more
SHOWN_LATER, SHOWN_FEEDBACK, A_PAGE = 5, 3, 20


@dataclass(frozen=True, slots=True)
class NextCall:
    """The call that comes next, or runs; what its day doesn't allow yet is None."""

    call: PlannedCall
    line: CallLine | None
    title: str
    rubric: str
    centre: str
    code_from: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """A call to come on the calendar; only what was offered can be accepted."""

    call: PlannedCall
    title: str
    sampled: bool
    offered: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class ToFinish:
    """A call whose assessment waits for its assessor."""

    call: PlannedCall
    title: str
    missing: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What somebody promised on an own call, or whose ticket is still to be cancelled in role."""

    promise: Promise
    title: str
    centre: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a verifier said of an own assessment; ``differences`` are sentences."""

    assessment: UUID
    call: PlannedCall
    title: str
    verification: Verification
    differences: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        """Whether the verifier agreed with every answer."""
        return self.verification.judgement == "confirmed"


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that is over: what it was, how it ended, and its assessment."""

    call: PlannedCall
    title: str
    state: str
    assessment: UUID | None


@pages.get("/today")
@allow(Role.ASSESSOR)
def today() -> str:
    """The next call and the steps to it, and what is to be done besides."""
    own, who = desk(), person()
    now = own.clock()
    with own.sessions.reading() as session:
        coming = _coming(session, who, now)
        upcoming = _next(session, coming[0], who, now) if coming else None
        finish = _to_finish(session, who)
        awaited = _awaited(session, who)
        verified = _verified(session, who)
        feedback = _feedback(session, verified[:SHOWN_FEEDBACK])
    return page(
        "today/today.html",
        "/today",
        zone=who.zone,
        now=now,
        upcoming=upcoming,
        later=coming[1 : 1 + SHOWN_LATER],
        finish=finish,
        awaited=awaited,
        feedback=feedback,
        standing=_standing(verified),
    )


@pages.get("/drafts")
@allow(Role.ASSESSOR)
def drafts() -> str:
    """Every assessment that isn't submitted."""
    own, who = desk(), person()
    with own.sessions.reading() as session:
        finish = _to_finish(session, who)
    return page("today/drafts.html", "/drafts", zone=who.zone, finish=finish)


@pages.get("/feedback")
@allow(Role.ASSESSOR)
def feedback() -> str:
    """What verifiers said, the newest first."""
    own, who = desk(), person()
    number = _page_number()
    with own.sessions.reading() as session:
        verified = _verified(session, who)
        said = _feedback(session, verified[(number - 1) * A_PAGE : number * A_PAGE])
    return page(
        "today/feedback.html",
        "/feedback",
        zone=who.zone,
        feedback=said,
        standing=_standing(verified),
        number=number,
        of=len(verified),
        a_page=A_PAGE,
    )


@pages.get("/calendar")
@allow(Role.ASSESSOR)
def calendar() -> str:
    """The own coming calls, by their moment alone until their day, and the past ones."""
    own, who = desk(), person()
    now = own.clock()
    number = _page_number()
    with own.sessions.reading() as session:
        coming = _coming(session, who, now)
        past = [call for call in diary.calls(session, assessor=who.id) if _is_past(call)]
        past.sort(key=lambda call: call.moment, reverse=True)
        shown = past[(number - 1) * A_PAGE : number * A_PAGE]
        mine = ledger.assessments(
            session, calls=[call.id for call in shown], person=who.id, part="first"
        )
        of_call = {assessment.call: assessment for assessment in mine}
        rows = [_past(session, call, of_call.get(call.id)) for call in shown]
        address = calendar_addresses.made_at(session, who.id)
        ahead = tuple(_ahead(session, coming, who, now))
    return page(
        "today/calendar.html",
        "/calendar",
        zone=who.zone,
        coming=ahead,
        past=rows,
        address=address,
        notices=told(),
        number=number,
        of=len(past),
        a_page=A_PAGE,
    )


def _is_past(call: PlannedCall) -> bool:
    """Whether a call is over; one that was withdrawn never was, and most were told to nobody."""
    return call.ended_at is not None and call.disposition is not Disposition.WITHDRAWN


def _ahead(
    session: Session, coming: Iterable[PlannedCall], who: Person, now: datetime
) -> Iterator[Ahead]:
    """The calls to come but those that were declined; practice calls are offered to nobody."""
    answers = {
        (each.call, each.moment): each.answer for each in offers.offers(session, person=who.id)
    }
    sampled = _sampled(session, who, now)
    for call in coming:
        known = (call.id, call.moment)
        if answers.get(known) not in (Answer.DECLINED, Answer.EXCUSED):
            title = _title(session, call) if now >= known_from(call, who.zone) else ""
            yield Ahead(call, title, call.id in sampled, known in answers, answers.get(known))


def _page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _coming(session: Session, who: Person, now: datetime) -> tuple[PlannedCall, ...]:
    """The open calls of an assessor, by moment; one that lies far back has been missed.

    One that awaits a promise has been made. A plan's call is known from its offer, at the latest
    from the morning of its day; who was drawn for it learns no more of the months to come.
    """
    to_come = OPEN - {Disposition.AWAITING}
    coming = diary.calls(session, assessor=who.id, since=now - STALE, dispositions=to_come)
    offered = {(each.call, each.moment) for each in offers.offers(session, person=who.id)}
    sampled = _sampled(session, who, now)
    return tuple(
        call
        for call in sorted(coming, key=lambda call: call.moment)
        if call.id not in sampled
        or (call.id, call.moment) in offered
        or now >= known_from(call, who.zone)
    )


def _sampled(session: Session, who: Person, now: datetime) -> frozenset[UUID]:
    calls = diary.calls(session, assessor=who.id, since=now - STALE, sampled=True)
    return frozenset(call.id for call in calls)


def _next(session: Session, call: PlannedCall, who: Person, now: datetime) -> NextCall:
    code_from, _ = code_window(session, call)
    if now < known_from(call, who.zone):
        return NextCall(call, None, "", "", "", code_from)
    scenario = scenario_versions.scenario(session, call.scenario)
    rubric = rubric_versions.current_rubric(session, scenario.rubric)
    centre = register.find_centre(session, call.centre)
    return NextCall(
        call=call,
        line=call_line(session, call, scenario.minutes, who.zone, now),
        title=scenario.title,
        rubric=rubric_versions.rubric(session, rubric).title,
        centre=centre.name if centre else "",
        code_from=code_from,
    )


def _to_finish(session: Session, who: Person) -> list[ToFinish]:
    return [
        ToFinish(call, _title(session, call), _missing(session, call, assessment))
        for call, assessment in assessing.unfinished(session, who.id)
    ]


def _awaited(session: Session, who: Person) -> list[Awaited]:
    found = []
    for promise in promises.of_assessor(session, who.id):
        call = diary.find_call(session, promise.call)
        assert call is not None
        centre = register.find_centre(session, call.centre)
        found.append(Awaited(promise, _title(session, call), centre.name if centre else ""))
    return found


def _missing(session: Session, call: PlannedCall, draft: Assessment | None) -> str:
    if call.disposition is not Disposition.COMPLETED:
        return f"{ENDED[call.disposition]}: nothing to score, close it"
    if draft is None:
        return "not begun"
    criteria = rubric_versions.rubric(session, draft.rubric_version).criteria
    missing = len(criteria) - sum(answer.value != UNANSWERED for answer in draft.answers)
    if not missing:
        return "every answer is there, not submitted"
    return "1 answer missing" if missing == 1 else f"{missing} answers missing"


def _verified(session: Session, who: Person) -> tuple[tuple[Assessment, Verification], ...]:
    """The own assessments that were verified, the newest verification first."""
    mine = ledger.assessments(session, person=who.id, part="first", state="submitted")
    by_id = {assessment.id: assessment for assessment in mine}
    return tuple(
        (by_id[each.assessment], each) for each in ledger.verifications(session, assessments=by_id)
    )


def _feedback(
    session: Session, verified: Iterable[tuple[Assessment, Verification]]
) -> list[Feedback]:
    said = []
    for assessment, verification in verified:
        call = diary.find_call(session, assessment.call)
        assert call is not None
        said.append(
            Feedback(
                assessment.id,
                call,
                _title(session, call),
                verification,
                _differences(session, assessment, verification),
            )
        )
    return said


def _differences(
    session: Session, first: Assessment, verification: Verification
) -> tuple[str, ...]:
    if verification.second is None:
        return ()
    second = ledger.find_assessment(session, verification.second)
    assert second is not None
    other = second.by_criterion
    return tuple(
        f"{criterion.title}: you gave {in_words(criterion, mine.value)}, "
        f"the verifier {in_words(criterion, other[criterion.id].value)}"
        for criterion in rubric_versions.rubric(session, first.rubric_version).criteria
        for mine in [first.by_criterion[criterion.id]]
        if other[criterion.id].value != mine.value
    )


def _standing(verified: tuple[tuple[Assessment, Verification], ...]) -> str:
    """How the last verifications went, in a sentence; nothing where there is none."""
    last = verified[:A_PAGE]
    if not last:
        return ""
    confirmed = sum(each.judgement == "confirmed" for _, each in last)
    if len(last) == 1:
        return (
            "Your last assessment was confirmed."
            if confirmed
            else "The verifier differs from your last assessment."
        )
    if confirmed == len(last):
        return f"Your last {len(last)} verified assessments were all confirmed."
    return f"Of your last {len(last)} verified assessments, {confirmed} were confirmed."


def _past(session: Session, call: PlannedCall, assessment: Assessment | None) -> PastCall:
    state = ENDED[call.disposition]
    if assessment is not None and assessment.state == "draft":
        state += ", draft"
    elif assessment is None and call.disposition is Disposition.COMPLETED:
        state += ", not assessed"
    return PastCall(call, _title(session, call), state, assessment.id if assessment else None)


def _title(session: Session, call: PlannedCall) -> str:
    return scenario_versions.scenario(session, call.scenario).title
