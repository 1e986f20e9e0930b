"""The recording of a call: its sound, and the call on one time line as it was heard."""

from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from assessor.desk import desk, page, person
from assessor.policy import allow
from scheduler import dialled_calls, diary, mark_log, marking, recordings
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.keeping import play
from scheduler.recording import Recording
from scoring import verifying

pages = Blueprint("recordings", __name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the assessor's, in seconds from the dialling and from the recording's start."""

    words: str
    at: int
    heard_at: float


@pages.get("/calls/<uuid:call>/recording")
@allow(Role.ASSESSOR, Role.VERIFIER)
def show(call: UUID) -> str:
    """The time line, the player and what is known of the recording."""
    with desk().sessions.reading() as session:
        planned, recording = _theirs(session, call)
        dialled = dialled_calls.of_call(session, planned)
        marks = mark_log.of_call(session, call)
    answered = dialled.answered_at
    begun = dialled.dialled_at
    lead = (answered - begun).total_seconds() if answered and begun else 0
    return page(
        "calls/recording.html",
        "/today",
        call=planned,
        recording=recording,
        stretches=marking.stretches(dialled, marks, desk().clock(), recording.parts),
        lead=lead,
        marks=[
            Mark(kind, at, max(0, at - lead - 2)) for kind, at in marking.offsets(dialled, marks)
        ],
        zone=person().zone,
    )


@pages.get("/calls/<uuid:call>/recording.wav")
@allow(Role.ASSESSOR, Role.VERIFIER)
def sound(call: UUID) -> Response:
    """The sound, or the range of it that the browser asks for; playing it is journalled."""
    own = desk()
    with own.sessions.reading() as session:
        _theirs(session, call)
    found = play(own.sessions, own.vault, own.storage, call, person().id, own.clock())
    if found is None:
        abort(404)
    recording, part = found
    whole = recording.size or 0
    ranged = request.range if request.range and len(request.range.ranges) == 1 else None
    asked = ranged.range_for_length(whole) if ranged else None
    if ranged is not None and asked is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{whole}"})
    start, end = asked or (0, whole)
    pieces = part(start, end)
    first = next(pieces, b"")  # a file that doesn't open is told before an answer begins
    response = Response(chain((first,), pieces), 206 if asked else 200, mimetype="audio/wav")
    response.content_length = end - start
    response.headers["Accept-Ranges"] = "bytes"
    if asked:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{whole}"
    return response


def _theirs(session: Session, call: UUID) -> tuple[PlannedCall, Recording]:
    """A call whose recording is the person's to hear; everything else is not found."""
    planned = diary.find_call(session, call)
    recording = recordings.of_call(session, call)
    if planned is None or recording is None:
        abort(404)
    if planned.assessor != person().id and not verifying.may_listen(
        session, call, person(), desk().clock()
    ):
        abort(404)
    return planned, recording
