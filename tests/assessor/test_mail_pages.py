import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assessor.desk import WebDesk
from config import journal, mail
from config.database import Sessions
from config.mail import WAITS, Letter
from scheduler.access import Role
from scoring.summarising import letter_now
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

SECRET = "https://calls.institute.org/links/single-use-of-somebody"


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    return institute


@pytest.fixture
def app(institute: Institute) -> Flask:
    return workspace(institute, SettableClock(NOW))


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """The administrator, signed in."""
    return client(app, "ada@institute.example")


def write(institute: Institute, subject: str, to: str = "liaison@centre.org") -> UUID:
    with institute.sessions.begin() as session:
        return mail.post(session, institute.vault, NOW, to, subject, f"Open {SECRET}")


def deliver(institute: Institute, clock: SettableClock, *, fails: bool = False) -> None:
    def send(_letter: Letter) -> None:
        if fails:
            raise TimeoutError

    mail.deliver(institute.sessions, institute.vault, send, clock)


def give_up(institute: Institute) -> SettableClock:
    """Let every try fail."""
    clock = SettableClock(NOW)
    for wait in (*WAITS, timedelta(0)):
        deliver(institute, clock, fails=True)
        clock.now += wait
    return clock


def test_an_empty_outbox_says_so(administrator: FlaskClient) -> None:
    text = administrator.get("/mail").text
    assert "No letter has been written yet" in text
    assert "<table" not in text


def test_letters_stand_by_their_state_and_none_shows_its_body(
    institute: Institute, administrator: FlaskClient
) -> None:
    write(institute, "A lost one")
    give_up(institute)
    write(institute, "A delivered one")
    deliver(institute, SettableClock(NOW))
    write(institute, "A fresh one")
    text = administrator.get("/mail").text
    assert "1 letter was given up" in text
    assert text.index("A lost one") < text.index("A fresh one") < text.index("A delivered one")
    assert "6, the last 26 November 2026, 02:20" in text
    assert "liaison@centre.org" in text
    assert "single-use" not in text
    assert re.search(r"Mail</span> <b class=\"count\">1<", text)


def test_a_letter_that_was_given_up_is_tried_again_by_name(
    institute: Institute, administrator: FlaskClient
) -> None:
    key = write(institute, "A lost one")
    assert administrator.post(f"/mail/{key}/again").status_code == 404  # it waits anyway
    clock = give_up(institute)
    answer = administrator.post(f"/mail/{key}/again", follow_redirects=True)
    assert "The letter is tried again" in answer.text
    assert "none yet" in answer.text
    deliver(institute, clock)
    assert "Every letter was sent" in administrator.get("/mail").text
    with institute.sessions.reading() as session:
        assert journal.latest(session, limit=1)[0].action == "letter tried again"


def test_a_letter_that_does_not_exist_is_not_found(administrator: FlaskClient) -> None:
    assert administrator.post(f"/mail/{uuid4()}/again").status_code == 404


def test_the_page_names_the_folder_where_no_server_takes_letters(
    app: Flask, administrator: FlaskClient
) -> None:
    assert "No mail server is set" not in administrator.get("/mail").text
    own = app.extensions["desk"]
    values = {name: getattr(own, name) for name in WebDesk.__slots__}
    app.extensions["desk"] = WebDesk(**{**values, "mail_folder": Path("/srv/var/mail")})
    assert "/srv/var/mail" in administrator.get("/mail").text


def test_the_monday_page_says_what_the_letter_says_with_its_links(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(notice_given_on=None)
    text = administrator.get("/monday").text
    with institute.sessions.reading() as session:
        letter = letter_now(session, NOW, ZONE, institute.verifier, proved_everything=True)
    assert letter.summary in text
    for section in letter.sections:
        assert section.heading.replace("'", "&#39;") in text
        for item in section.items:
            assert f'<a href="{item.path}">{item.sentence}</a>' in text
    assert f"/centres/{centre}" in text
