"""Who may hear a recording, and how the browser gets the part of it that it asks for."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from config.database import Sessions
from config.storage import FolderStorage
from scheduler import attempts, hearing, recordings
from scheduler.access import Role
from scheduler.keeping import Keeper, keep_due
from scheduler.practice.sound import Part, wav
from scheduler.telephone import Recorded
from tests.assessor.assessor_desk import Desk
from tests.assessor.ringing import OURS
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

SID = "RE" + "1" * 32
SOUND = b"".join(wav(((Part.MENU, 8.0), (Part.QUEUE, 9.0), (Part.PERSON, 20.0)), "x"))


class OneSound:
    """A recorder that has one sound."""

    def recordings_of(self, call_sid: str) -> tuple[Recorded, ...]:
        return ()

    def sound(self, sid: str, channels: int = 2) -> bytes:
        return SOUND

    def delete_recording(self, sid: str) -> None:
        pass


@pytest.fixture
def desk(sessions: Sessions, tmp_path: Path) -> Desk:
    """A desk whose call is over, and recorded."""
    desk = Desk(sessions)
    storage = FolderStorage(tmp_path)
    desk.app = workspace(desk.institute, desk.clock, storage=storage)
    desk.ann = client(desk.app, "ann@institute.example")
    desk.line.ring()
    with sessions.begin() as session:
        (attempt,) = attempts.of_call(session, desk.call)
        recordings.expect(session, attempt.id, desk.call, desk.clock())
    desk.line.press()
    desk.line.through()
    desk.clock.pass_by(minutes=3)
    desk.line.end()
    hearing.recording_told(sessions, desk.line.token, OURS, SID, "completed", desk.clock())
    keep_due(Keeper(sessions, desk.institute.vault, OneSound(), storage, desk.clock))
    return desk


def sound(desk: Desk, **headers: str) -> TestResponse:
    more: dict[str, Any] = {"headers": headers}
    return desk.ann.get(f"/calls/{desk.call}/recording.wav", **more)


def test_the_assessor_hears_the_call_and_sees_it_on_one_time_line(desk: Desk) -> None:
    page = desk.ann.get(f"/calls/{desk.call}/recording").text
    for part in ("menu", "queue", "person"):
        assert f'class="{part}"' in page
    assert "as heard on the recording" in page
    whole = sound(desk)
    assert (whole.status_code, whole.data) == (200, SOUND)
    assert whole.headers["Cache-Control"] == "no-store"


def test_a_part_of_the_sound_is_sent_as_asked_for(desk: Desk) -> None:
    part = sound(desk, Range="bytes=70000-70009")
    assert (part.status_code, part.data) == (206, SOUND[70000:70010])
    assert part.headers["Content-Range"] == f"bytes 70000-70009/{len(SOUND)}"
    assert sound(desk, Range="bytes=-5").data == SOUND[-5:]
    assert sound(desk, Range=f"bytes={len(SOUND)}-").status_code == 416
    assert sound(desk, Range="bytes=0-1,4-5").data == SOUND, "one part or the whole"


def test_nobody_else_hears_it_but_the_verifier_for_whom_it_waits(desk: Desk) -> None:
    paths = [f"/calls/{desk.call}/recording", f"/calls/{desk.call}/recording.wav"]
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.PANEL_MEMBER, Role.VERIFIER):
        desk.institute.person(f"Other {role.name}", role, password=PASSWORD)
        one = client(desk.app, f"other.{role.name.lower()}@institute.example")
        assert [one.get(path).status_code for path in paths] == [404, 404]
    bob = client(desk.app, "bob@institute.example")
    assert [bob.get(path).status_code for path in paths] == [404, 404]

    desk.draft()
    answer = desk.post("submit", version="1", said="completed", **desk.every_answer())
    assert answer.status_code == 303, answer.text
    desk.institute.person("Vera", Role.VERIFIER, password=PASSWORD)
    vera = client(desk.app, "vera@institute.example")
    assert [vera.get(path).status_code for path in paths] == [200, 200]
    assert [bob.get(path).status_code for path in paths] == [404, 404], "he verifies nothing"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_a_recording_fits_a_telephone(desk: Desk, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    with served(desk.app) as origin:
        sign_in(page, origin, "ann@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.goto(f"{origin}/calls/{desk.call}/recording")
        expect(page.get_by_role("heading", name="The sound")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []


def test_a_call_that_was_not_recorded_has_no_page(sessions: Sessions) -> None:
    desk = Desk(sessions)
    assert desk.ann.get(f"/calls/{desk.call}/recording").status_code == 404
