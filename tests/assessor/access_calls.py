"""The calls of the access world: to come, heard, scored, and one of which nobody knows."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

from scheduler import attempts, diary, disclosing, hearing, promises, recordings
from scheduler.advancing import advance_plans
from scheduler.call import PlannedCall
from scheduler.keeping import Keeper, keep_due
from scheduler.outcome import Attempt
from scoring import assessing, reporting
from tests.assessor.access_cast import Cast, Objects, Values
from tests.assessor.access_table import Visitor
from tests.assessor.month_of_calls import OCTOBER, assess, assess_all, draw_month, verify
from tests.assessor.ringing import Ringing
from tests.assessor.test_recordings_pages import OneSound
from tests.builders import NOW, ZONE, unfetched_recording

HANDSET = "+441632960000"


def reported(cast: Cast) -> dict[str, Objects]:
    """October: drawn, made, scored, verified, published and disclosed."""
    centres = {"own": cast.own, "other": cast.sister, "foreign": cast.foreign}
    draw_month(cast.institute, *centres.values())
    verify(cast.institute, *assess_all(cast.institute))
    advance_plans(cast.sessions, NOW, ZONE)
    disclosing.disclose(cast.sessions, cast.vault, OCTOBER, NOW, "test")
    issues = {
        name: reporting.publish(cast.sessions, centre, OCTOBER, NOW, "test", ZONE).issue.id
        for name, centre in centres.items()
    }
    return {
        "report": {name: {"key": issue} for name, issue in issues.items()},
        "centre's month": {
            **{name: {"centre": key, "month": OCTOBER} for name, key in centres.items()},
            "malformed month": {"centre": cast.own, "month": "2026-13"},
        },
        "month": {
            "own": {"month": OCTOBER},
            "missing": {"month": "2031-05"},
            "malformed month": {"month": "2026-13"},
        },
    }


def planned(cast: Cast) -> dict[str, Objects]:
    """Calls to come, calls that were heard, and an attempt of which nobody knows."""
    unknown = _unknown(cast)
    calls = {
        "own": _coming(cast, cast.ann, cast.own, 9),
        "both": _coming(cast, cast.both, cast.own, 8),
        "other": _coming(cast, cast.bob, cast.own, 7),
        "foreign": _coming(cast, cast.bob, cast.foreign, 9),
    }
    return {
        "call": {
            **{name: {"call": call} for name, call in calls.items() if name != "both"},
            ("own", Visitor.BOTH): {"call": calls["both"]},
        },
        "attempt": {"own": {"attempt": unknown.id}},
        "lost recording": {
            "own": {"recording": unfetched_recording(cast.sessions, unknown.call, NOW)}
        },
        "token of a call": {"own": {"token": unknown.token}, "missing": {"token": "A" * 22}},
        **_heard_calls(cast),
    }


def _heard_calls(cast: Cast) -> dict[str, Objects]:
    """Recorded calls: Ann's waits for a verifier, so does one of who does both; Bob's is open."""
    calls = {
        "ann": _heard(cast, 1, cast.ann, cast.own),
        "both": _heard(cast, 2, cast.both, cast.own),
        "open": _heard(cast, 3, cast.bob, cast.own),
        "foreign": _heard(cast, 4, cast.bob, cast.foreign),
    }
    keep_due(Keeper(cast.sessions, cast.vault, OneSound(), cast.storage, cast.clock))
    scored = {
        name: assessing.open_assessment(cast.sessions, call.id, cast.bob, NOW)
        if name == "open"
        else assess(cast.institute, call)
        for name, call in calls.items()
    }
    left = {name: _message(cast, each, call) for each, (name, call) in enumerate(calls.items())}
    messages = {name: {"call": call.id, "key": left[name]} for name, call in calls.items()}
    crossed = {"key": left["foreign"]}
    return {
        "recorded call": _whose({name: {"call": call.id} for name, call in calls.items()}),
        "assessment": _whose({name: {"key": key} for name, key in scored.items()}),
        "message": {
            **_whose(messages),
            "crossed": messages["ann"] | crossed,
            ("crossed", Visitor.BOTH): messages["both"] | crossed,
        },
    }


def _whose(found: dict[str, Values]) -> Objects:
    """Ann's are the assessor's own; hers and the other's wait for a verifier."""
    return {
        "own": found["ann"],
        "other": found["both"],
        "open": found["open"],
        "foreign": found["foreign"],
        ("own", Visitor.BOTH): found["both"],
        ("other", Visitor.BOTH): found["ann"],
    }


def _coming(cast: Cast, person: UUID, centre: UUID, minutes: int) -> UUID:
    """A call that is due so soon that its code may be shown."""
    cast.institute.assessor = person
    return cast.institute.call(centre, due=timedelta(minutes=minutes))


def _heard(cast: Cast, number: int, person: UUID, centre: UUID) -> PlannedCall:
    """A call that came to its end and was recorded."""
    cast.institute.assessor = person
    key = cast.institute.call(centre, now=cast.clock())
    parent = f"CA{number:032x}"
    line = Ringing(cast.institute, key, cast.clock, 0, parent, f"CA{number + 100:032x}")
    line.ring()
    with cast.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, key)
        recordings.expect(session, attempt.id, key, cast.clock())
    line.press()
    line.through()
    cast.clock.pass_by(minutes=3)
    line.end()
    sid, now = f"RE{number:032x}", cast.clock()
    hearing.recording_told(cast.sessions, line.token, parent, sid, "completed", now)
    with cast.sessions.reading() as session:
        found = diary.find_call(session, key)
    assert found is not None
    return found


def _message(cast: Cast, number: int, call: PlannedCall) -> UUID:
    """A message that somebody left for a call."""
    sid = f"CA{number + 200:032x}"
    about: dict[str, Any] = {"call": call.id, "counts": False, "answer": "message"}
    with cast.sessions.begin() as session:
        promises.add_inbound(session, cast.vault, sid, HANDSET, HANDSET, NOW, **about)
        row = promises.inbound(session, sid)
        assert row is not None
        sound = base64.b64encode(OneSound().sound(sid)).decode()
        promises.keep_message(session, cast.vault, row.id, sound)
        return row.id


def _unknown(cast: Cast) -> Attempt:
    """An attempt that a person has to settle."""
    call = _coming(cast, cast.bob, cast.third, 9)
    with cast.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call)
        assert attempts.claim(session, attempt.id, "test", NOW)
        assert attempts.forget_owner(session, attempt.id)
        assert attempts.leave_to_a_person(session, attempt.id, "two calls are listed")
    return attempt
