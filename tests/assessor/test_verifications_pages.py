import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import declaring, diary, marking, people, scenario_versions
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scoring import ledger, verifying
from scoring.score import NA
from tests.assessor.month_of_calls import assess, calls_of, draw_month, may_be_na, rubric_of
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@dataclass
class Desk:
    institute: Institute
    verifier: UUID
    calls: tuple[PlannedCall, ...]
    client: FlaskClient

    def form(self, key: UUID, **changes: str) -> dict[str, str]:
        """What the page's form posts when nothing is touched, with changes."""
        with self.institute.sessions.reading() as session:
            found = ledger.find_assessment(session, key)
        assert found is not None
        given = {a.criterion: "NA" if a.value is NA else str(a.value) for a in found.answers}
        return given | {"judgement": "confirm", "reason": ""} | changes

    def verifications(self) -> tuple[ledger.Verification, ...]:
        with self.institute.sessions.reading() as session:
            return ledger.verifications(session)


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    institute = an_institute(sessions)
    draw_month(institute, institute.centre())
    both = (Role.VERIFIER, Role.ASSESSOR)
    verifier = institute.person("Vera", *both, password=PASSWORD)
    app = workspace(institute, SettableClock(NOW))
    signed_in = client(app, "vera@institute.example")
    return Desk(institute, verifier, calls_of(institute), signed_in)


def test_the_queue_shows_what_waits_the_oldest_first(desk: Desk) -> None:
    keys = [assess(desk.institute, call) for call in reversed(desk.calls[:3])]
    page = desk.client.get("/verifications").text
    hrefs = [
        UUID(found) for found in re.findall(r'<td[^>]*><a href="/verifications/([^"]+)"', page)
    ]
    assert hrefs == list(reversed(keys))
    assert "3 assessments wait" in page
    assert "79." not in page


def test_own_work_and_that_of_a_tied_provider_is_never_there(desk: Desk) -> None:
    own = assess(desk.institute, own_call(desk))
    assert f"/verifications/{own}" not in desk.client.get("/verifications").text
    assert desk.client.get(f"/verifications/{own}").status_code == 404

    other = assess(desk.institute, desk.calls[0])
    assert f"/verifications/{other}" in desk.client.get("/verifications").text
    with desk.institute.sessions.begin() as session:
        people.declare_tie(session, desk.verifier, desk.calls[0].provider, "worked there", NOW)
    assert f"/verifications/{other}" not in desk.client.get("/verifications").text
    assert desk.client.get(f"/verifications/{other}").status_code == 404
    answer = desk.client.post(f"/verifications/{other}", data=desk.form(other))
    assert answer.status_code == 422
    assert desk.verifications() == ()
    ada = desk.institute.person("Ada")
    declaring.give_leave(
        desk.institute.sessions,
        desk.verifier,
        desk.calls[0].centre,
        NOW + timedelta(days=1),
        "nobody else is left",
        NOW,
        ada,
    )
    assert desk.client.get(f"/verifications/{other}").status_code == 200


def own_call(desk: Desk) -> PlannedCall:
    """A call that the verifier made as an assessor."""
    key = desk.institute.centre(7)
    before = desk.institute.assessor
    desk.institute.assessor = desk.verifier
    call = desk.institute.call(key)
    desk.institute.assessor = before
    with desk.institute.sessions.begin() as session:
        diary.dispose(session, call, Disposition.COMPLETED, NOW)
        found = diary.find_call(session, call)
    assert found is not None
    return found


def test_a_review_shows_answers_evidence_notes_marks_and_the_right_answer(desk: Desk) -> None:
    call = desk.calls[0]
    assert call.assessor is not None
    marking.mark(desk.institute.sessions, call.id, call.assessor, "person", call.drawn_moment)
    key = assess(desk.institute, call, "Spoke of <cake>.", one_na=True)
    optional = may_be_na(desk.institute, key)
    page = desk.client.get(f"/verifications/{key}").text
    with desk.institute.sessions.reading() as session:
        scenario = scenario_versions.scenario(session, call.scenario)
    rubric = rubric_of(desk.institute, key)
    assert str(scenario.right_answer)[:40] in page
    assert "Spoke of &lt;cake&gt;." in page
    assert "1:04 to 1:25" in page
    assert "it never came up" in page
    for criterion in rubric.criteria:
        value = "NA" if criterion.id == optional else criterion.top
        assert re.search(f'name="{criterion.id}" value="{value}"[^>]* checked', page), criterion.id
    assert len(re.findall(r'<input type="radio"[^>]* checked', page)) == len(rubric.criteria)


def test_to_confirm_agrees_with_every_answer(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    answer = desk.client.post(f"/verifications/{key}", data=desk.form(key))
    assert (answer.status_code, answer.location) == (303, "/verifications")
    (verification,) = desk.verifications()
    assert (verification.judgement, verification.verifier) == ("confirmed", desk.verifier)
    page = desk.client.get("/verifications").text
    assert "Confirmed: " in page
    assert "Nothing waits for you" in page


def test_to_differ_needs_a_reason_and_keeps_what_was_chosen(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    first = rubric_of(desk.institute, key).criteria[1].id
    form = desk.form(key, judgement="differ", **{first: "0"})
    answer = desk.client.post(f"/verifications/{key}", data=form)
    assert answer.status_code == 422
    assert "Say why you differ" in answer.text
    assert re.search(f'name="{first}" value="0"[^>]* checked', answer.text)
    assert desk.verifications() == ()


def test_a_verifier_who_differs_puts_their_answers_in_the_place_of_the_first(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    first = rubric_of(desk.institute, key).criteria[1]
    form = desk.form(key, judgement="differ", reason="Heard otherwise.", **{first.id: "0"})
    answer = desk.client.post(f"/verifications/{key}", data=form)
    assert answer.status_code == 303
    with desk.institute.sessions.reading() as session:
        found = ledger.assessments(session, calls=[desk.calls[0].id])
    official = next(each for each in found if each.official)
    assert (official.person, official.part) == (desk.verifier, "second")
    assert official.by_criterion[first.id].value == 0
    assert official.by_criterion[first.id].reason == "Heard otherwise."
    assert next(e for e in found if e.part == "first").by_criterion[first.id].value == first.top
    mine = desk.client.get("/verifications/mine").text
    assert "You differed on 1 of 1." in mine
    assert "Heard otherwise." in mine
    assert f"{first.title}: " in mine.replace("&#39;", "'")


def test_changed_answers_are_never_confirmed(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    first = rubric_of(desk.institute, key).criteria[1].id
    answer = desk.client.post(f"/verifications/{key}", data=desk.form(key, **{first: "0"}))
    assert answer.status_code == 422
    assert "You changed 1 answer" in answer.text
    assert desk.verifications() == ()


def test_an_answer_that_the_rubric_has_not_is_refused_with_a_sentence(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    first = rubric_of(desk.institute, key).criteria[1]
    for value in ("9", "", "-1", "four"):
        form = desk.form(key, judgement="differ", reason="Why not", **{first.id: value})
        answer = desk.client.post(f"/verifications/{key}", data=form)
        assert answer.status_code == 422
        assert "give a value from 0 to" in answer.text
    assert desk.verifications() == ()


def test_who_comes_second_is_told_that_somebody_was_first(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    verifying.confirm(desk.institute.sessions, key, desk.institute.verifier, NOW)
    answer = desk.client.post(f"/verifications/{key}", data=desk.form(key))
    assert answer.status_code == 422
    assert "somebody may have been first" in answer.text
    assert len(desk.verifications()) == 1


def test_my_reviews_come_by_pages_the_newest_first(desk: Desk) -> None:
    assert "You have reviewed nothing yet" in desk.client.get("/verifications/mine").text
    for number, call in enumerate(desk.calls[:3]):
        key = assess(desk.institute, call)
        when = NOW + timedelta(days=number)
        verifying.confirm(desk.institute.sessions, key, desk.verifier, when)
    page = desk.client.get("/verifications/mine").text
    days = re.findall(r'data-label="Reviewed">([^<]+)<', page)
    assert days == ["27 November 2026", "26 November 2026", "25 November 2026"]
    assert desk.client.get("/verifications/mine?page=2").status_code == 404


def test_only_verifiers_open_these_pages(desk: Desk) -> None:
    key = assess(desk.institute, desk.calls[0])
    desk.institute.person("Ada", Role.ADMINISTRATOR, Role.AUDITOR, password=PASSWORD)
    other = client(desk.client.application, "ada@institute.example")
    for path in ("/verifications", "/verifications/mine", f"/verifications/{key}"):
        assert other.get(path).status_code == 404
    assert desk.client.get(f"/verifications/{uuid4()}").status_code == 404
