from config.database import Sessions
from scheduler.access import Role
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


def test_a_panel_member_lands_on_cases_and_is_told_that_none_waits(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    institute.person("Pia", Role.PANEL_MEMBER, password=PASSWORD)
    browser = client(workspace(institute, SettableClock(NOW)), "pia@institute.example")
    assert browser.get("/").location == "/cases"
    assert "No appeal waits" in browser.get("/cases").text
