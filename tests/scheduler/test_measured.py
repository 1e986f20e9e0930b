from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from scheduler.call import DialledCall, PlannedCall
from scheduler.measured import Figure, Source, measured
from scheduler.outcome import State
from scheduler.recording import Recording, RecordingState
from tests.builders import LEVEL

AT = datetime(2027, 1, 13, 14, 37, tzinfo=UTC)
NOBODY = UUID(int=0)
PLANNED = PlannedCall(*(NOBODY,) * 4, 0, 0, AT, AT, "UTC", "2027-01", *(NOBODY,) * 4, *(None,) * 3)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


CALL = DialledCall(
    PLANNED, 1, State.ENDED, AT, AT, after(1), after(11), after(450), 439, "CA" + "c" * 32
)
MARKS = {"queue": after(20), "person": after(60), "hold": after(90), "escalated": after(120)}
SPENT = {"ring": 11, "menu": 9, "queue": 40, "person": 370, "hold": 20}


def recorded(person: float) -> Recording:
    return Recording(
        NOBODY,
        NOBODY,
        NOBODY,
        RecordingState.KEPT,
        "RE1",
        *(AT, AT, 0, "", AT, "file", 1, "hash", 439.0),
        person,
        (("menu", 0.0), ("person", person)),
    )


def figures(call: DialledCall = CALL, recording: Recording | None = None) -> dict[str, Figure]:
    return {f.name: f for f in measured(call, MARKS, SPENT, recording, LEVEL)}


def test_each_figure_says_its_source_and_the_line_is_judged_apart_from_the_person() -> None:
    found = figures()
    assert found["ring"] == Figure("ring", 10, Source.NETWORK)
    assert found["time to answer"] == Figure("time to answer", 11, Source.NETWORK, 30)
    assert found["time to answer"].kept is True
    assert found["time to a person"] == Figure("time to a person", 60, Source.MARK, 30)
    assert found["time to a person"].kept is False
    assert found["to the escalation"].kept is True
    assert (found["on hold"].seconds, found["length"].seconds) == (20, 439)
    assert found["menu"].kept is None


def test_a_recording_refines_the_mark_of_a_person_only_near_it() -> None:
    found = figures(recording=recorded(47.5))["time to a person"]
    assert (found.seconds, found.source, found.precision) == (58.5, Source.RECORDING, 0.5)
    assert figures(recording=recorded(5.0))["time to a person"].source is Source.MARK


def test_what_lies_within_the_precision_of_its_limit_is_not_judged() -> None:
    assert Figure("time to a person", 28, Source.MARK, 30).kept is None
    assert Figure("time to a person", 27, Source.MARK, 30).kept is True


def test_a_call_timed_by_hand_says_so_of_every_figure() -> None:
    by_hand = replace(CALL, call=replace(PLANNED, by_hand=True), rang_at=None, length=None)
    found = figures(by_hand)
    assert {figure.source for figure in found.values()} == {Source.BY_HAND}
    assert "ring" not in found
    assert found["length"].seconds == 439


def test_a_line_that_was_never_answered_has_no_figure() -> None:
    assert figures(replace(CALL, answered_at=None)) == {}
