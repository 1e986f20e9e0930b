"""How an assessor sees the line of their call: its state in words, its time line and its marks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assessor.desk import desk
from assessor.wording import clock
from scheduler import dialled_calls, line_state, mark_log, marking, register, ringing_off, ways
from scheduler.call import DialledCall, PlannedCall
from scheduler.outcome import LATEST_DIAL, SAID_BY_ASSESSOR, Disposition, State
from scheduler.patience import LONGEST_IN_MENU, longest_in_queue
from scheduler.ringing_off import ON_THE_LINE
from scheduler.way import Way
from scoring.evidence import clock as length

# What each mark is called on the page, and its key there.
MARKS = {
    "menu": ("menu", "M"),
    "queue": ("queue", "Q"),
    "person": ("person", "P"),
    "greeted": ("greeted", "D"),
    "code asked": ("code asked", "C"),
    "hold": ("hold", "H"),
    "transferred": ("transferred", "T"),
    "escalated": ("escalated", "E"),
    "reference": ("reference", "R"),
    "solved": ("solved", "S"),
    "ended": ("ended", "X"),
    "suspect": ("they suspect", "!"),
}
# How each disposition reads to the assessor whose call it was.
ENDED = {
    Disposition.COMPLETED: "ended",
    Disposition.BUSY: "the line was busy",
    Disposition.NO_ANSWER: "nobody answered",
    Disposition.CLOSED: "closed",
    Disposition.QUEUE_ABANDONED: "waited in vain",
    Disposition.MENU_LOST: "lost in the menu",
    Disposition.NUMBER_DEAD: "the number is dead",
    Disposition.CODE_REFUSED: "code refused",
    Disposition.OUT_OF_SCOPE: "out of scope",
    Disposition.ASSESSOR_ABSENT: "you weren't reached",
    Disposition.ABORTED: "stopped",
    Disposition.DETECTED: "detected",
    Disposition.MISSED: "missed",
    Disposition.WITHDRAWN: "withdrawn",
    Disposition.PLANNED: "planned",
    Disposition.RUNNING: "running",
    Disposition.AWAITING: "they ring back",
    Disposition.UNKNOWN: "not known yet",
}
NOT_RUNG = {Disposition.ASSESSOR_ABSENT, Disposition.MISSED, Disposition.WITHDRAWN}
TALKED = ("ended", "awaiting")
OFF = ("stopped", "late", "unknown", "untold")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: ``seconds`` after the centre was dialled, or None while it isn't set."""

    kind: str
    words: str
    key: str
    seconds: int | None

    @property
    def at(self) -> str:
        """When it was set, as 0:11."""
        return "" if self.seconds is None else length(self.seconds)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the time line, in seconds after the centre was dialled."""

    kind: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call's line as it stands: ``state`` in one word, in a few, and in a sentence."""

    state: str
    browser: bool  # the assessor calls from the page, and no telephone of theirs rings
    words: str
    kind: str  # of the pill
    sentence: str
    due: datetime
    dialled_at: datetime | None
    seconds: int | None  # since the centre was dialled, up to the end
    segments: tuple[Segment, ...]
    whole: int  # seconds that the time line's width stands for
    marks: tuple[Mark, ...]
    heard: bool  # whether there is, or may still be, a conversation to assess
    by_hand: bool
    limit: str  # when the line is rung off by itself, while the caller waits

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.state == "ended"

    @property
    def talked(self) -> bool:
        """Whether the conversation is over, though the call may still await what was promised."""
        return self.state in TALKED

    @property
    def marked(self) -> bool:
        """Whether any mark is set."""
        return any(mark.seconds is not None for mark in self.marks)

    @property
    def set_marks(self) -> tuple[Mark, ...]:
        """The marks that are set, in order of time."""
        found = [mark for mark in self.marks if mark.seconds is not None]
        return tuple(sorted(found, key=lambda mark: mark.seconds or 0))

    @property
    def markable(self) -> bool:
        """Whether a mark can be set now."""
        return self.state in ("dialling", "talking")

    @property
    def stoppable(self) -> bool:
        """Whether something is on the line that can be rung off."""
        return self.state in ("ringing", "dialling", "talking")

    @property
    def rung_off_here(self) -> bool:
        """Whether the page rings off after the talk; by hand and in the browser others do."""
        return self.state == "talking" and not self.by_hand and not self.browser

    @property
    def elapsed(self) -> str:
        """The time since the centre was dialled as 06:42."""
        return f"{(self.seconds or 0) // 60:02d}:{(self.seconds or 0) % 60:02d}"


def call_line(
    session: Session,
    call: PlannedCall,
    minutes: int,
    zone: str,
    now: datetime,
) -> CallLine:
    """The line of a call whose conversation should last so many minutes."""
    browser = desk().softphone is not None and ways.of_call(session, call) is Way.SOFTPHONE
    dialled = dialled_calls.of_call(session, call)
    set_at = mark_log.of_call(session, call.id)
    state = _state(dialled, now, stopped=line_state.stopped(session) is not None)
    begun, end = dialled.dialled_at, dialled.ended_at or now
    seconds = max(0, round((end - begun).total_seconds())) if begun else None
    moments = {kind: max(0, round((at - begun).total_seconds())) for kind, at in set_at if begun}
    words, sentence = _words(state, dialled, clock(dialled.due, zone), browser=browser)
    return CallLine(
        state=state,
        browser=browser,
        words=words,
        kind="red" if state in OFF else "" if state in ("waiting", "ended") else "accent",
        sentence=sentence,
        due=dialled.due,
        dialled_at=begun,
        seconds=seconds,
        segments=tuple(
            Segment(s.kind, s.start, s.end, f"{s.words} {length(s.end - s.start)}")
            for s in marking.stretches(dialled, set_at, now)
        ),
        whole=(seconds or 0) if state in TALKED else max(seconds or 0, minutes * 60),
        marks=tuple(Mark(kind, *MARKS[kind], moments.get(kind)) for kind in marking.KINDS),
        heard=call.disposition.open or call.disposition is Disposition.COMPLETED,
        by_hand=call.by_hand,
        limit=_limit(session, dialled, set_at, now) if state == "talking" else "",
    )


def _state(dialled: DialledCall, now: datetime, *, stopped: bool) -> str:
    call = dialled.call
    if call.ended_at is not None:
        return "ended"
    if call.disposition is Disposition.AWAITING:
        return "awaiting"
    match dialled.state:
        case State.INTENT if stopped:
            return "stopped"
        case State.INTENT if now < dialled.due:
            return "waiting"
        case State.INTENT if now > dialled.due + LATEST_DIAL:
            return "late"
        case State.INTENT if call.by_hand:
            return "dial"
        case State.UNKNOWN:
            return "unknown"
        case State.ENDED if call.disposition is Disposition.UNKNOWN:
            return "untold"
        case State.CREATED:
            return "ringing"
        case State.DIALLING:
            return "talking" if dialled.answered_at else "dialling"
        case State.ENDED:
            return "closing"
        case _:
            return "due"


def _words(state: str, dialled: DialledCall, due: str, *, browser: bool) -> tuple[str, str]:
    if state == "waiting" and dialled.call.by_hand:
        return f"waiting until {due}", (
            f"You dial this call yourself at {due}, not before and at most two minutes after."
        )
    if state == "dialling" and dialled.call.by_hand:
        return "ringing the centre", "Press the menu's keys yourself, and say here what comes."
    if browser and state == "waiting":
        return f"waiting until {due}", (
            f"Call from this page at {due}: only then is the centre rung, and the telephone passes "
            "its menu. From then on you have two minutes."
        )
    if browser and state in FROM_THE_BROWSER:
        return FROM_THE_BROWSER[state]
    if state == "waiting":
        return f"waiting until {due}", (
            f"Your telephone rings at {due}. Answer it and press 1: only then is the centre rung, "
            "and the telephone passes its menu."
        )
    if state == "ended":
        return ENDED[dialled.call.disposition], _said_of_ended(dialled)
    return SAID[state]


def _said_of_ended(dialled: DialledCall) -> str:
    disposition = dialled.call.disposition
    if dialled.state in ON_THE_LINE:
        return "The line is being rung off. If you still hear it, ring off on your telephone."
    if disposition is Disposition.COMPLETED:
        return "The call is over. Answer what is left and submit."
    if disposition in RUNG_OFF:
        return RUNG_OFF[disposition]
    if disposition in SAID_BY_ASSESSOR:
        return "The call is over, and you said how it ended."
    if disposition in NOT_RUNG:
        return "The centre was not rung. There is nothing to score."
    return "Nobody was reached. There is nothing to score; the call itself counts."


def _limit(
    session: Session, dialled: DialledCall, marks: tuple[tuple[str, datetime], ...], now: datetime
) -> str:
    """When the wait comes to its limit, as the marks say."""
    kinds = {kind for kind, _ in marks}
    if kinds & marking.WITH_A_PERSON:
        return ""
    if not kinds & marking.STRETCHES:
        return "Mark whether you hear a menu, a queue or a person: only a marked wait has a limit."
    level = register.service_level(session, dialled.call.service_level)
    if dialled.call.by_hand:
        seconds = round(longest_in_queue(level.answer_within).total_seconds())
        return f"Ring off after 20 minutes in a menu, or {length(seconds)} in a queue, and say so."
    menu, queue = ringing_off.waited(dialled, marks, now)
    last = [kind for kind, _ in marks if kind in marking.STRETCHES][-1]
    if last == "menu":
        left, becomes = LONGEST_IN_MENU - menu, "lost in the menu"
    else:
        left, becomes = longest_in_queue(level.answer_within) - queue, "a queue abandoned"
    return (
        f"In {length(max(0, round(left.total_seconds())))} of more waiting the line is rung off, "
        f"and the call counts as {becomes}. "
        "Mark a person as soon as one is there."
    )


# What is said of a call that was ended before its time.
RUNG_OFF = {
    Disposition.ABORTED: "You stopped the call, and the administrator was told. There is nothing "
    "to score, and nothing is held against you.",
    Disposition.QUEUE_ABANDONED: "The wait came to its limit and the line was rung off. It counts "
    "as the centre's: there is nothing to score.",
    Disposition.MENU_LOST: "The menu came to its limit and the line was rung off. It counts as "
    "the centre's: there is nothing to score.",
}
SAID = {
    "dial": (
        "dial now",
        "Press “I am dialling now” and dial. Two minutes after its moment it is missed.",
    ),
    "due": ("about to ring you", "Your telephone rings any moment now."),
    "ringing": ("ringing you", "Your telephone rings. Answer it and press 1."),
    "dialling": (
        "ringing the centre",
        "The centre is being rung, and the keys that it declared are pressed for you. What its "
        "menu asks next, press on your own telephone.",
    ),
    "talking": ("on the line", "Mark what you hear, and answer as you go."),
    "closing": ("rung off", "The line is rung off; what became of the call is being written down."),
    "stopped": (
        "dialling is stopped",
        "The administrator has stopped every dial. If that lasts, the call is missed; "
        "nothing is held against you.",
    ),
    "late": (
        "not dialled",
        "The moment has passed and nothing was dialled. Tell the administrator; "
        "nothing is held against you.",
    ),
    "unknown": (
        "not known",
        "It isn't known whether your telephone was rung. The network is being asked, and nothing "
        "is dialled twice. If it rings, answer and press 1.",
    ),
    "untold": (
        "not told",
        "You dialled this call and told no end of it. Tell the administrator what you heard; it is "
        "settled on their page.",
    ),
    "awaiting": (
        "they ring back",
        "The analyst promised to come back to you. The call stays open until the declared time.",
    ),
}
FROM_THE_BROWSER = {
    "due": ("yours to make", "Call the centre now, from this page, within two minutes."),
    "dialling": (
        "ringing the centre",
        "The centre is being rung, and the keys that it declared are pressed for you. What its "
        "menu asks next, press on the keypad.",
    ),
}
