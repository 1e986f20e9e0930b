"""Rehearsed months: what a closed centre leaves, and names as parts of files."""

from datetime import UTC, datetime
from pathlib import Path

from config.clock import Month
from config.settings import read_settings
from scheduler import diary, register
from scheduler.outcome import Disposition
from scoring import ledger
from scripts import planting
from scripts.database import prepare
from scripts.rehearsal.rehearsing import enough_centres, invent_centres, rehearse_month, slug

BEFORE = datetime(2027, 5, 1, tzinfo=UTC)


def test_a_name_in_any_script_becomes_a_part_of_a_file_name() -> None:
    assert slug("Hartwell Help, Ltd.") == "hartwell-help-ltd"
    assert slug("帮助台 一号") == "帮助台-一号"
    assert slug("../etc/x_y") == "etc-x-y"


def test_a_rehearsal_invents_centres_only_where_it_is_asked_or_none_is_ready(
    tmp_path: Path,
) -> None:
    opened, month = prepare(read_settings({"UNANNOUNCED_VAR": str(tmp_path)})), Month(2027, 7)
    try:
        planting.plant_pool(opened)
        planting.plant_assessors(opened, BEFORE)
        invent_centres(opened, 2, BEFORE, rehearsal=False)
        assert len(enough_centres(opened, month, None)) == 2
        assert len(enough_centres(opened, month, 3)) == 3
    finally:
        opened.sessions.engine.dispose()


def test_a_closed_centre_is_recorded_as_closed_and_never_scored(tmp_path: Path) -> None:
    opened = prepare(read_settings({"UNANNOUNCED_VAR": str(tmp_path)}))
    try:
        played = rehearse_month(opened, Month(2027, 7), 2, lambda _done, _of: None, closed=1).played
        with opened.sessions.reading() as session:
            became = {
                centre.id: {
                    call.disposition
                    for call in diary.calls(session, plan=played.plan, centre=centre.id)
                }
                for centre in register.centres(session)
            }
            (closed,) = [key for key, each in became.items() if Disposition.CLOSED in each]
            calls = diary.calls(session, plan=played.plan, centre=closed)
            official = ledger.assessments(session, calls=[call.id for call in calls])
    finally:
        opened.sessions.engine.dispose()
    assert became.pop(closed) == {Disposition.CLOSED}
    assert Disposition.COMPLETED in became.popitem()[1]
    assert {each.state for each in official} == {"put away"}
    reports = list((tmp_path / "reports" / "2027-07").iterdir())
    assert sum("figure,,,,Was served,0," in path.read_text() for path in reports) == 1
