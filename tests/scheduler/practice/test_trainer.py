"""The trainer's page: opened by a key of the account's, it shows the calls and steers them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from scheduler.practice.behaviour import CentreAnswers
from scheduler.practice.trainer import OPEN_FOR, key_until, link
from tests.scheduler.practice.test_steering import centres_leg, ringing
from tests.scheduler.practice.world import CENTRE, TOKEN, World
from tests.services.chromium import violations

SUSPICIOUS = CentreAnswers(answer_after=25, menu=10, talk=300, persona="suspicious")


@pytest.fixture
def browser_of(world: World) -> Iterator[requests.Session]:
    """A trainer who has come by the link."""
    with requests.Session() as session:
        answer = session.get(link(world.server.origin, TOKEN, world.clock()))
        assert answer.status_code == 200
        yield session


def post(world: World, session: requests.Session, where: str, **form: str) -> requests.Response:
    key = session.cookies.get("trainer") or ""
    return session.post(f"{world.server.origin}/trainer/{where}", data={"key": key, **form})


def test_without_a_key_of_the_accounts_the_page_is_closed(world: World) -> None:
    origin, until = world.server.origin, world.clock() + timedelta(hours=1)
    good = key_until(TOKEN, until)
    late = key_until(TOKEN, world.clock())
    later = str(int(good.partition(".")[0]) + 1) + "." + good.partition(".")[2]
    for key in ("", "x", good + "0", late, later, key_until("another", until), "9" * 40 + ".0"):
        assert requests.get(f"{origin}/trainer/enter", params={"key": key}).status_code == 401
        assert requests.get(f"{origin}/trainer", cookies={"trainer": key}).status_code == 401
    assert requests.get(f"{origin}/trainer/enter", params={"key": good}).status_code == 200
    assert requests.get(f"{origin}/practice/health", cookies={"trainer": good}).status_code == 401


def test_a_key_opens_for_eight_hours(world: World, browser_of: requests.Session) -> None:
    world.clock.now += OPEN_FOR - timedelta(seconds=1)
    assert browser_of.get(f"{world.server.origin}/trainer").status_code == 200
    world.clock.now += timedelta(seconds=1)
    assert browser_of.get(f"{world.server.origin}/trainer").status_code == 401


def test_a_call_is_shown_with_its_part_and_lines_and_steered(
    world: World, browser_of: requests.Session
) -> None:
    sid = ringing(world, SUSPICIOUS).sid
    page = browser_of.get(f"{world.server.origin}/trainer").text
    assert CENTRE in page
    assert "Is this a test?" in page
    assert "Answer now" in page
    assert "Hang up" not in page
    page = post(world, browser_of, "steer", call=sid, act="answer").text
    assert ">menu</span>" in page
    assert "Put a person on" in page
    page = post(world, browser_of, "steer", call=sid, act="person").text
    assert "Back to the queue" in page
    assert post(world, browser_of, "steer", call=sid, act="hang up").status_code == 200
    gone = post(world, browser_of, "steer", call=sid, act="person")
    assert (gone.status_code, "any more" in gone.text) == (409, True)


def test_the_next_call_of_a_number_is_set(world: World, browser_of: requests.Session) -> None:
    ringing(world)
    world.play()
    set_now = post(world, browser_of, "next", number=CENTRE, how="busy")
    assert set_now.status_code == 200
    assert "Set, for that one call: busy." in set_now.text
    world.ring()
    world.play()
    assert world.application.paths("ended")[-1].form["DialCallStatus"] == "busy"
    assert post(world, browser_of, "next", number=CENTRE, how="drunk").status_code == 400
    assert post(world, browser_of, "next", number="+441134960009", how="busy").status_code == 400


def test_a_form_of_another_page_does_nothing(world: World, browser_of: requests.Session) -> None:
    sid = ringing(world).sid
    forged = {"call": sid, "act": "answer"}
    address = f"{world.server.origin}/trainer/steer"
    assert browser_of.post(address, data=forged).status_code == 401
    assert centres_leg(world).answered is None


def test_a_trainer_steers_by_the_keyboard_and_sees_it_move(
    world: World, page: Page, tmp_path: Path
) -> None:
    ringing(world, SUSPICIOUS)
    page.goto(link(world.server.origin, TOKEN, world.clock()))
    assert violations(page) == []
    page.get_by_role("button", name="Answer now").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".part")).to_have_text("menu")
    world.play(11)  # by itself, and the page shows it
    expect(page.locator(".part")).to_have_text("person")
    page.get_by_role("button", name="Back to the queue").click()
    expect(page.locator(".part")).to_have_text("queue")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
