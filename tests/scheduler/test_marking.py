import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from config import journal
from config.database import Sessions
from scheduler import mark_log, marking
from scheduler.call import DialledCall, PlannedCall
from scheduler.marking import MarkRefused, Stretch, offsets, stretches
from scheduler.outcome import State
from tests.builders import NOW, an_institute

DIALLED = datetime(2027, 1, 13, 14, 37, tzinfo=UTC)
NOBODY = UUID(int=0)


def at(seconds: int) -> datetime:
    return DIALLED + timedelta(seconds=seconds)


def a_call(answered: int | None = 11, ended: int | None = 450) -> DialledCall:
    planned = PlannedCall(
        *(NOBODY,) * 4, 0, 0, DIALLED, DIALLED, "UTC", "2027-01", *(NOBODY,) * 4, None, None, None
    )
    return DialledCall(
        planned,
        1,
        State.ENDED,
        DIALLED,
        DIALLED,
        at(1),
        None if answered is None else at(answered),
        None if ended is None else at(ended),
        ended,
        None,
    )


def test_a_call_is_told_as_ring_menu_queue_person_and_hold() -> None:
    marks = [("menu", at(11)), ("queue", at(33)), ("person", at(81)), ("greeted", at(83))]
    marks += [("hold", at(300)), ("reference", at(352)), ("ended", at(449))]
    assert stretches(a_call(), marks, at(999)) == (
        Stretch("ring", 0, 11, "ring"),
        Stretch("menu", 11, 33, "menu"),
        Stretch("queue", 33, 81, "queue"),
        Stretch("person", 81, 300, "person"),
        Stretch("hold", 300, 352, "hold"),
        Stretch("person", 352, 450, "person"),
    )


def test_what_nobody_marked_after_the_answer_is_a_menu_or_a_queue() -> None:
    found = stretches(a_call(), [("person", at(40))], at(999))
    assert [(each.kind, each.words) for each in found] == [
        ("ring", "ring"),
        ("menu", "menu or queue"),
        ("person", "person"),
    ]


def test_a_hold_that_nothing_follows_is_a_moment() -> None:
    found = stretches(a_call(), [("person", at(20)), ("hold", at(100))], at(999))
    assert found[-1] == Stretch("person", 20, 450, "person")


def test_a_call_that_still_runs_is_told_so_far() -> None:
    assert stretches(a_call(None, None), [], at(7)) == (Stretch("ring", 0, 7, "ring"),)


def test_a_mark_before_the_answer_counts_from_the_answer() -> None:
    found = stretches(a_call(), [("menu", at(9))], at(999))
    assert [(each.start, each.end) for each in found] == [(0, 11), (11, 450)]


def test_stretches_follow_each_other_without_a_gap() -> None:
    marks = [("queue", at(20)), ("person", at(20)), ("suspect", at(400)), ("menu", at(500))]
    found = stretches(a_call(), marks, at(999))
    assert found[0].start == 0
    assert found[-1].end == 450
    assert all(one.end == two.start for one, two in pairwise(found))


def test_a_centre_that_was_never_dialled_has_no_time_line() -> None:
    never = a_call()
    never = DialledCall(never.call, 1, State.ENDED, DIALLED, *(None,) * 6)
    assert stretches(never, [("menu", at(3))], at(9)) == ()
    assert offsets(never, [("menu", at(3))]) == ()


def test_marks_are_told_in_seconds_after_the_dialling() -> None:
    assert offsets(a_call(), [("menu", at(12)), ("solved", at(301))]) == (
        ("menu", 12),
        ("solved", 301),
    )


def test_the_first_mark_of_a_kind_stays_and_only_the_drawn_assessor_sets_one(
    sessions: Sessions,
) -> None:
    institute = an_institute(sessions)
    call = institute.call()
    assert marking.mark(sessions, call, institute.assessor, "menu", NOW)
    assert not marking.mark(sessions, call, institute.assessor, "menu", NOW + timedelta(minutes=1))
    with pytest.raises(MarkRefused, match="not yours"):
        marking.mark(sessions, call, institute.verifier, "queue", NOW)
    with pytest.raises(MarkRefused, match="no mark"):
        marking.mark(sessions, call, institute.assessor, "coffee", NOW)
    with sessions.reading() as session:
        assert mark_log.of_call(session, call) == (("menu", NOW),)


def test_a_mark_taken_back_can_be_set_anew_and_the_journal_keeps_it(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    call, own = institute.call(), institute.assessor
    marking.mark(sessions, call, own, "person", NOW)
    with pytest.raises(MarkRefused, match="not yours"):
        marking.take_back(sessions, call, institute.verifier, "person", NOW)
    later = NOW + timedelta(seconds=9)
    assert marking.take_back(sessions, call, own, "person", later)
    assert not marking.take_back(sessions, call, own, "person", later)
    assert marking.mark(sessions, call, own, "person", later)
    with sessions.reading() as session:
        assert mark_log.of_call(session, call) == (("person", later),)
        (entry,) = [e for e in journal.entries(session) if e.action == "mark taken back"]
    assert json.loads(entry.detail) == {"mark": "person", "at": NOW.isoformat()}
