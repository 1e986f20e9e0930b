"""A call from the call page, in a real browser with the SDK as it is carried.

Only the network's end is a stand-in: its signalling, put in by the SDK's private options, and a
peer that sends a tone.
"""

import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import ways
from scheduler.access import Role
from scheduler.entering import identity
from scheduler.softphone_twilio import Softphone
from scheduler.way import Way
from tests.assessor.ringing import Ringing
from tests.assessor.test_hooks import fields, sign
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import ACCOUNT, PASSWORD, served, sign_in, workspace

SIGNALLING = Path(__file__).with_name("fake_signalling.js")
SID = "CA" + "1" * 32

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """Ann at her browser, with a call that is due."""

    def __init__(self, sessions: Sessions, page: Page) -> None:
        self.institute: Institute = an_institute(sessions)
        self.institute.assessor = self.institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
        with sessions.begin() as session:
            ways.set_usual(session, self.institute.assessor, Way.SOFTPHONE)
        self.call = self.institute.call()
        self.clock = SettableClock(NOW)
        self.line = Ringing(self.institute, self.call, self.clock)
        softphone = Softphone(ACCOUNT, "SK" + "0" * 32, "s" * 40, "AP" + "0" * 32)
        self.app = workspace(self.institute, self.clock, softphone=softphone)
        self.page = page
        page.add_init_script(path=SIGNALLING)

    def open(self, origin: str) -> None:
        sign_in(self.page, origin, "ann@institute.example")
        self.page.goto(f"{origin}/calls/{self.call}/briefing")
        press(self.page, "b")
        expect(self.page.get_by_role("button", name="Call the centre")).to_be_disabled()

    def due(self) -> None:
        self.clock.pass_by(minutes=10)
        self.page.reload()
        expect(self.page.get_by_role("button", name="Call the centre")).to_be_enabled()

    def told(self, name: str) -> object:
        return self.page.evaluate(f"window.network.{name}")

    def waits_for(self, name: str) -> object:
        """What the network was told, once it was; the page's policy lets nobody wait inside."""
        until = time.monotonic() + 120
        while not (told := self.page.evaluate(f"window.network.{name} && true")):
            assert time.monotonic() < until, self.page.locator("[data-softphone]").inner_text()
        return told

    def network(self, what: str) -> None:
        self.page.evaluate(f"window.network.{what}('{SID}')")


def test_a_call_from_the_page_from_the_check_of_the_microphone_to_its_end(
    sessions: Sessions, page: Page
) -> None:
    scene = Scene(sessions, page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.grant_permissions(["microphone"])
    with served(scene.app) as origin:
        scene.open(origin)
        assert violations(page) == []
        page.get_by_role("button", name="Check the microphone").click()
        expect(page.locator("[data-voice]")).to_have_text("You are heard.")
        expect(page.get_by_label("Microphone", exact=True).locator("option")).not_to_have_count(0)
        assert violations(page) == []

        scene.due()
        press(page, "l")
        scene.waits_for("invited")
        invited = scene.told("invited.params")
        assert invited == {"attempt": scene.line.token}
        form = fields(From="client:" + identity(scene.institute.assessor), To="", **invited)
        target = "/hooks/softphone"
        headers = {
            "X-Twilio-Signature": sign("http://127.0.0.1" + target, form),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        dial = requests.post(origin + target, urlencode(form), headers=headers, timeout=120)
        assert 'answerOnBridge="true"' in dial.text
        scene.network("rings")
        expect(page.locator("[data-said]")).to_have_text("The centre is being rung.")
        expect(page.locator("#line-state")).to_have_text("ringing the centre")
        scene.network("answers")
        expect(page.locator("[data-said]")).to_have_text("You are connected.")
        assert violations(page) == []

        warnings = page.get_by_role("status", name="The quality of the line")
        for heard, said in (("warning", "The sound comes unevenly."), ("warning-cleared", "")):
            page.evaluate(f"window.network.device._activeCall.emit('{heard}', 'high-jitter')")
            expect(page.locator("[data-warnings]")).to_have_text(said)
        expect(warnings).to_be_hidden()

        press(page, "y")
        page.get_by_role("button", name="star").click()
        press(page, "4")  # the keypad has the focus
        expect(page.locator("[data-pressed]")).to_have_text("*4")
        assert scene.told("pressed") == "*4"
        page.get_by_role("button", name="Mute").click()
        expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
        assert scene.told("device._activeCall.isMuted()") is True
        press(page, "u")
        expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")

        page.get_by_role("button", name="Hang up").click()
        expect(page.locator("[data-said]")).to_have_text("The call is over.")
        assert scene.told("hungUp") == 1
        expect(page.get_by_role("button", name="Call the centre")).to_be_hidden()
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


def test_without_permission_or_network_the_page_says_what_to_do(
    sessions: Sessions, page: Page
) -> None:
    scene = Scene(sessions, page)
    fault = page.locator("[data-fault]")
    with served(scene.app) as origin:
        scene.open(origin)
        page.get_by_role("button", name="Check the microphone").click()
        expect(fault).to_contain_text("Allow it beside the address")
        assert violations(page) == []
        scene.due()
        page.context.set_offline(True)
        page.get_by_role("button", name="Call the centre").click()
        expect(fault).to_contain_text("can't be reached from this browser")
        page.context.set_offline(False)

        page.context.grant_permissions(["microphone"])
        page.evaluate("window.network.deaf = true")  # connect() now never settles
        page.clock.install()
        page.get_by_role("button", name="Call the centre").click()
        scene.waits_for("stream")
        page.clock.run_for(16_000)
        expect(fault).to_contain_text("can't be reached from this browser")
        expect(page.get_by_role("button", name="Call the centre")).to_be_visible()
        assert scene.told("invited") is None

        page.evaluate("window.network.deaf = false")
        page.get_by_role("button", name="Call the centre").click()
        page.clock.run_for(500)
        scene.waits_for("invited")
        scene.network("rings")
        scene.network("hangsUp")
        expect(fault).to_contain_text("The call wasn't put through.")
        expect(page.get_by_role("button", name="Call the centre")).to_be_enabled()


def test_what_the_network_refuses_is_told_apart_by_its_code(sessions: Sessions, page: Page) -> None:
    scene = Scene(sessions, page)
    page.context.grant_permissions(["microphone"])
    with served(scene.app) as origin:
        scene.open(origin)
        scene.due()
        page.evaluate("window.network.deaf = true")
        for code, said in ((31202, "Tell an administrator"), (31205, "pass for this call")):
            page.evaluate("window.network.stream = null")
            page.get_by_role("button", name="Call the centre").click()
            scene.waits_for("stream")
            page.evaluate(f"window.network.refuses({code})")
            expect(page.get_by_role("alert")).to_contain_text(said)
            page.evaluate("window.network.device.destroy()")
            page.reload()
            page.evaluate("window.network.deaf = true")


def test_a_pass_that_is_refused_is_said_in_the_servers_own_words(
    sessions: Sessions, page: Page
) -> None:
    scene = Scene(sessions, page)
    page.context.grant_permissions(["microphone"])
    with served(scene.app) as origin:
        scene.open(origin)
        scene.due()
        with sessions.begin() as session:
            ways.choose(session, scene.call, scene.institute.assessor, Way.BRIDGE)
        page.get_by_role("button", name="Call the centre").click()
        expect(page.get_by_role("alert")).to_contain_text("This call comes by telephone")
        assert scene.told("stream") is None
