"""What an assessor may see and when, and what their posts change."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import diary, mark_log, offers
from scheduler.access import Role
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Disposition
from scoring import verifying
from scoring.ledger import GivenAnswer
from tests.assessor.assessor_desk import Desk
from tests.builders import NOW
from tests.workspace import PASSWORD, client

TITLE = "The shared calendar has vanished"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    return Desk(sessions)


def other(desk: Desk, email: str) -> FlaskClient:
    return client(desk.app, email)


def addresses(desk: Desk) -> list[str]:
    call, draft = f"/calls/{desk.call}", f"/assessments/{desk.draft()}"
    reads = [call, f"{call}/briefing", f"{call}/line", draft]
    writes = [f"{call}/briefing", f"{call}/marks", f"{call}/code", f"{draft}/draft"]
    return [f"GET {each}" for each in reads] + [
        f"POST {each}" for each in (*writes, f"{draft}/submit")
    ]


def test_a_call_is_there_for_the_assessor_who_was_drawn_and_for_nobody_else(desk: Desk) -> None:
    bob = other(desk, "bob@institute.example")
    for address in addresses(desk):
        method, path = address.split()
        answer = bob.open(path, method=method, data={"mark": "menu"})
        assert (address, answer.status_code) == (address, 404)
    assert desk.assessment().answers == ()


def test_who_is_no_assessor_finds_none_of_the_pages(desk: Desk) -> None:
    desk.institute.person("Vera", Role.VERIFIER, password=PASSWORD)
    vera = other(desk, "vera@institute.example")
    for path in ("/today", "/drafts", "/feedback", "/calendar", f"/calls/{desk.call}"):
        assert vera.get(path).status_code == 404


def test_before_its_day_a_call_is_a_moment_and_nothing_else(sessions: Sessions) -> None:
    desk = Desk(sessions, due=timedelta(days=2))
    for path in ("/today", "/calendar", f"/calls/{desk.call}", f"/calls/{desk.call}/briefing"):
        page = desk.ann.get(path).text
        assert "Friday 27 November" in page
        assert "09:00" in page
        assert TITLE not in page
        assert "Centre 0" not in page
    for path in ("briefing", "marks", "code"):
        assert desk.ann.post(f"/calls/{desk.call}/{path}").status_code == 404


def test_on_its_day_a_call_has_a_title_and_its_briefing_can_be_read(desk: Desk) -> None:
    assert TITLE in desk.ann.get("/today").text
    assert TITLE in desk.ann.get("/calendar").text
    page = desk.ann.get(f"/calls/{desk.call}/briefing").text
    assert "An office manager, new to the system" in page
    assert "410001" in page
    assert "+44 1632 960000" in page  # where to ring back
    assert "no address: ask to be rung" in page
    assert "0188" not in page


def test_a_call_is_accepted_only_once_it_was_offered_and_a_practice_call_never(
    sessions: Sessions,
) -> None:
    desk = Desk(sessions, due=timedelta(days=2))
    calendar = desk.ann.get("/calendar").text
    assert "a practice call" in calendar
    assert 'name="answer"' not in calendar
    with sessions.begin() as session:
        call = diary.find_call(session, desk.call)
        assert call is not None
        session.get_one(SamplingPlanRow, call.plan).purpose = "sampling"
    assert 'name="answer"' not in desk.ann.get("/calendar").text
    assert "No call is planned for you" in desk.ann.get("/today").text, "known from its offer"
    with sessions.begin() as session:
        offers.offer(session, call.id, desk.institute.assessor, call.moment, NOW)
    assert 'value="accept"' in desk.ann.get("/calendar").text


def test_a_withdrawn_call_is_neither_to_come_nor_past(sessions: Sessions) -> None:
    desk = Desk(sessions, due=timedelta(days=20))
    with sessions.begin() as session:
        diary.dispose(session, desk.call, Disposition.WITHDRAWN, NOW)
    for path in ("/today", "/calendar", "/drafts"):
        text = desk.ann.get(path).text
        assert (str(desk.call) in text, "15 December" in text) == (False, False), path


def test_who_has_no_call_is_told_so(sessions: Sessions) -> None:
    desk = Desk(sessions)
    assert "No call is planned for you" in other(desk, "bob@institute.example").get("/today").text


def test_a_call_whose_briefing_is_unread_begins_with_the_briefing(desk: Desk) -> None:
    answer = desk.ann.get(f"/calls/{desk.call}")
    assert answer.headers["Location"] == f"/calls/{desk.call}/briefing"
    answer = desk.ann.post(f"/calls/{desk.call}/briefing")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/calls/{desk.call}")
    assert desk.ann.get(f"/calls/{desk.call}").status_code == 200


# --- the code -----------------------------------------------------------------------------------


def test_the_code_is_shown_once_after_the_briefing_and_stored_in_no_page(desk: Desk) -> None:
    refused = desk.ann.post(f"/calls/{desk.call}/code", headers=HTMX)
    assert refused.status_code == 422
    assert "Confirm first that you have read the briefing." in refused.text
    desk.confirm()
    assert "0188" not in desk.ann.get(f"/calls/{desk.call}").text
    shown = desk.ann.post(f"/calls/{desk.call}/code", headers=HTMX)
    assert "0188" in shown.text
    assert "zero one eight eight" in shown.text
    assert "<main" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "0188" not in desk.ann.get(f"/calls/{desk.call}").text


def test_the_code_stays_closed_until_ten_minutes_before_the_call(sessions: Sessions) -> None:
    desk = Desk(sessions, due=timedelta(minutes=11))
    desk.confirm()
    refused = desk.ann.post(f"/calls/{desk.call}/code", headers=HTMX)
    assert "The code opens ten minutes before the call." in refused.text


def test_without_script_the_code_comes_with_the_whole_page(desk: Desk) -> None:
    desk.confirm()
    shown = desk.ann.post(f"/calls/{desk.call}/code")
    assert shown.status_code == 200
    assert "0188" in shown.text
    assert "<main" in shown.text


# --- the line -----------------------------------------------------------------------------------


def state(desk: Desk, seen: str) -> str:
    return desk.ann.get(f"/calls/{desk.call}/line?seen={seen}", headers=HTMX).text


def test_the_line_says_what_goes_on_from_waiting_to_the_end(desk: Desk) -> None:
    assert "waiting until 09:10" in state(desk, "")
    desk.line.ring()
    assert "Your telephone rings. Answer it and press 1." in state(desk, "waiting")
    desk.line.press()
    assert "ringing the centre" in state(desk, "ringing")
    desk.clock.pass_by(seconds=7)
    desk.line.through()
    assert "on the line" in state(desk, "dialling")
    desk.clock.pass_by(seconds=120)
    desk.line.end()
    assert "ended" in state(desk, "talking")


def test_the_line_is_silent_while_nothing_moves(desk: Desk) -> None:
    answer = desk.ann.get(f"/calls/{desk.call}/line?seen=waiting", headers=HTMX)
    assert (answer.status_code, answer.text) == (204, "")


def test_marks_are_kept_while_the_centre_is_on_the_line_and_shown_in_its_time_line(
    desk: Desk,
) -> None:
    marks = f"/calls/{desk.call}/marks"
    refused = desk.ann.post(marks, data={"mark": "menu"}, headers=HTMX)
    assert refused.status_code == 422
    desk.line.ring()
    desk.line.press()
    desk.clock.pass_by(seconds=5)
    desk.line.through()
    for seconds, kind in ((1, "menu"), (20, "queue"), (30, "person")):
        desk.clock.pass_by(seconds=seconds)
        assert desk.ann.post(marks, data={"mark": kind}, headers=HTMX).status_code == 200
    desk.clock.pass_by(seconds=60)
    page = state(desk, "talking")
    for words in ("ring 0:05", "menu or queue 0:01", "menu 0:20", "queue 0:30", "person 1:00"):
        assert words in page
    assert desk.ann.post(marks, data={"mark": "hold"}).status_code == 303
    desk.line.end()
    assert desk.ann.post(marks, data={"mark": "solved"}, headers=HTMX).status_code == 422
    with desk.sessions.reading() as session:
        assert [kind for kind, _ in mark_log.of_call(session, desk.call)] == [
            *("menu", "queue", "person", "hold")
        ]


# --- the draft ----------------------------------------------------------------------------------


def test_a_draft_is_saved_as_it_stands_and_comes_back_so(desk: Desk) -> None:
    desk.confirm()
    saved = desk.save(
        desk_version(desk),
        **{
            "c-courtesy": "3",
            "c-courtesy_from": "0:40",
            "c-courtesy_words": "easily done",
            "c-hands_from": "1:10",
            "c-hands_to": "1:30",
            "notes": "says <just>",
            "ticket": " INC-40718 ",
            "suspected": "1",
            "said": "code refused",
        },
    )
    assert saved.status_code == 204
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert re.search(r'name="c-courtesy" value="3"[^>]* checked', page)
    assert 'name="c-courtesy_from" value="0:40"' in page
    assert 'value="easily done"' in page
    assert 'name="c-hands_to" value="1:30"' in page
    assert not re.search(r'name="c-hands" [^>]* checked', page)
    assert "says &lt;just&gt;" in page
    form = page[page.index(f'<form id="assessment-{desk.draft()}"') :]
    assert "data-no-keep" not in form.partition(">")[0], "what is typed survives a lost network"
    ticket = re.search(r'<input[^>]*name="ticket"[^>]*>', form.partition("</form>")[0])
    assert ticket is not None
    assert 'value="INC-40718"' in ticket[0]
    assert "data-no-keep" not in ticket[0]
    assert re.search(r'value="code refused" checked', page)
    assert f'name="version" value="{saved.headers["X-Version"]}"' in page


def desk_version(desk: Desk) -> int:
    desk.draft()
    return desk.assessment().revision


def test_a_draft_that_was_changed_elsewhere_is_not_written_over(desk: Desk) -> None:
    old = desk_version(desk)
    first = desk.save(old, **{"c-courtesy": "3"})
    assert int(first.headers["X-Version"]) > old
    assert desk.save(old, **{"c-courtesy": "2"}).status_code == 409
    assert desk.assessment().by_criterion["courtesy"].value == 3
    refused = desk.ann.post(
        f"/assessments/{desk.draft()}/draft",
        data={"version": old, "c-courtesy": "2", "ticket": "T9"},
    )
    assert refused.status_code == 409
    assert re.search(r'name="c-courtesy" value="2"[^>]* checked', refused.text)
    beside = refused.text.partition("What is saved now")[2].partition("</dl>")[0]
    title = next(each.title for each in desk.rubric().criteria if each.id == "courtesy")
    assert re.findall(r"<d[td][^>]*>([^<]*)</d[td]>", beside) == [
        title,
        "3 of 4",
        "Their ticket",
        "none",
    ]
    assert 'value="T9"' in refused.text


def test_saying_the_same_twice_changes_nothing(desk: Desk) -> None:
    old = desk_version(desk)
    first = desk.save(old, **{"c-courtesy": "3"})
    again = desk.save(old, **{"c-courtesy": "3"})
    assert again.status_code == 204
    assert again.headers["X-Version"] == first.headers["X-Version"]


def test_evidence_that_can_t_be_read_is_refused_by_the_criterion_s_name(desk: Desk) -> None:
    refused = desk.save(desk_version(desk), **{"c-courtesy": "3", "c-courtesy_from": "4:"})
    assert refused.status_code == 422
    assert refused.mimetype == "text/plain"
    assert refused.text == (
        "Being helped was no embarrassment: '4:' is no moment of a call; write it as 4:05."
    )


# --- submitting ---------------------------------------------------------------------------------


def test_nothing_is_submitted_before_the_call_is_over(desk: Desk) -> None:
    desk.draft()
    desk.line.ring()
    refused = desk.post("submit", **desk.every_answer())
    assert refused.status_code == 422
    assert "The call is not over. Submit when it has ended." in refused.text
    assert desk.assessment().state == "draft"


def test_what_is_missing_is_named_at_its_field_and_the_rest_is_kept(desk: Desk) -> None:
    desk.draft()
    desk.line.whole()
    answers = desk.every_answer()
    del answers["c-hands"], answers["c-courtesy"]
    refused = desk.post("submit", **answers)
    assert refused.status_code == 422
    assert "2 answers are missing. The draft is saved." in refused.text
    assert 'href="#c-hands"' in refused.text
    assert 'id="c-courtesy-error">Choose a level.' in refused.text
    assert desk.assessment().state == "draft"
    assert len(desk.assessment().answers) == len(answers)


def test_a_complete_assessment_is_scored_and_shown_with_its_score(desk: Desk) -> None:
    desk.draft()
    desk.line.whole()
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "critical" not in page.lower()
    assert "weight" not in page.lower()
    sent = desk.post("submit", **desk.every_answer())
    address = f"/assessments/{desk.assessment().id}"
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    assert desk.assessment().state == "submitted"
    shown = desk.ann.get(address).text
    assert f"<b>{desk.assessment().score} of 100</b>" in shown
    assert "waits for a verifier" in shown
    assert desk.ann.get(f"/calls/{desk.call}").headers["Location"] == address
    assert desk.post("submit", **desk.every_answer()).headers["Location"] == address
    assert "Every call that you made is assessed." in desk.ann.get("/today").text


def test_an_ended_call_without_an_assessment_is_there_to_be_finished(desk: Desk) -> None:
    desk.line.whole()
    for path in ("/today", "/drafts"):
        assert "not begun" in desk.ann.get(path).text
    desk.save(desk_version(desk), **{"c-courtesy": "3"})
    assert "12 answers missing" in desk.ann.get("/today").text


@pytest.mark.parametrize("said", ["completed", "closed"])
def test_of_a_busy_line_nothing_is_scored_and_its_draft_is_closed(desk: Desk, said: str) -> None:
    desk.draft()
    desk.line.ring()
    desk.line.press()
    desk.line.end("busy")
    assert "nothing to score, close it" in desk.ann.get("/drafts").text
    assert "Close the call" in desk.ann.get(f"/calls/{desk.call}").text
    sent = desk.post("submit", said=said)
    assert sent.status_code == 303
    assert desk.assessment().state == "put away"
    assert desk.disposition() is Disposition.BUSY
    assert "the line was busy" in desk.ann.get(sent.headers["Location"]).text
    assert "Nothing is left to finish." in desk.ann.get("/drafts").text


def test_how_a_call_ended_is_the_assessor_s_to_say(desk: Desk) -> None:
    desk.draft()
    desk.line.whole()
    sent = desk.post("submit", said="code refused")
    assert desk.disposition() is Disposition.CODE_REFUSED
    assert desk.assessment().state == "put away"
    assert "They refused my code" in desk.ann.get(sent.headers["Location"]).text


def test_what_a_verifier_says_is_read_beside_the_own_answers(desk: Desk) -> None:
    desk.draft()
    desk.line.whole()
    desk.post("submit", **desk.every_answer())
    key = desk.assessment().id
    assert "None of your assessments is verified yet." in desk.ann.get("/feedback").text
    verifying.differ(
        desk.sessions,
        key,
        desk.institute.verifier,
        {"hands": GivenAnswer("hands", 4, "you led")},
        "She let you do it.",
        desk.clock(),
    )
    for path in ("/today", "/feedback"):
        page = desk.ann.get(path).text
        assert "the verifier differs: She let you do it." in page
        assert "you gave 1 of 4, the verifier 4 of 4" in page
    page = desk.ann.get(f"/assessments/{key}").text
    assert "She let you do it." in page
    assert "“you led”" in page


def test_looking_at_a_call_of_which_nothing_is_to_be_scored_begins_no_draft(desk: Desk) -> None:
    desk.line.ring()
    desk.line.press()
    desk.line.end("no-answer")
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "Nobody was reached. There is nothing to score" in page
    assert '<form id="assessment' not in page
    assert "Nothing is left to finish." in desk.ann.get("/drafts").text
