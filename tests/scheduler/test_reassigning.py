"""A drawn person is asked ahead; whoever can't is replaced, and the drawn moment stays."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from config import journal
from config.database import Sessions
from scheduler import codes, diary, follow_ups, offers, people
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.diary_rows import CallerNumberRow
from scheduler.offers import Answer
from scheduler.outcome import Disposition
from scheduler.reassigning import (
    ExcuseRefused,
    Finder,
    excuse,
    lapse_offers,
    mend_calls,
    offer_calls,
    reply,
    working_day,
)
from tests.builders import ZONE, identity
from tests.scheduler.planned import calls, draw, first_alone
from tests.scheduler.switchboard import Switchboard, a_switchboard

DAY = timedelta(days=1)
ORIGIN = "https://calls.example.org"


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.centre()
    return board


def two_days_before(board: Switchboard, call: PlannedCall, days: float = 2) -> None:
    board.clock.now = call.drawn_moment - days * DAY


def of(board: Switchboard, call: PlannedCall) -> PlannedCall:
    with board.sessions.reading() as session:
        found = diary.find_call(session, call.id)
        assert found is not None
        return found


def answers(board: Switchboard, call: PlannedCall) -> dict[UUID, Answer | None]:
    with board.sessions.reading() as session:
        return {each.person: each.answer for each in offers.offers(session, call=call.id)}


def say(board: Switchboard, call: PlannedCall, person: UUID, given: Answer) -> bool:
    return reply(board.sessions, call.id, person, given, str(person), board.clock())


def mine(call: PlannedCall) -> UUID:
    assert call.assessor is not None
    return call.assessor


def ask(board: Switchboard) -> int:
    return offer_calls(board.desk, ZONE, 5, ORIGIN)


def test_a_call_is_offered_once_some_working_days_ahead(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first, 20)
    assert ask(board) == 0
    two_days_before(board, first)
    assert ask(board) >= 1
    assert ask(board) == 0
    assert answers(board, first) == {mine(first): None}


def test_weekends_are_no_working_days() -> None:
    assert working_day(date(2026, 11, 27), 1) == date(2026, 11, 30)


def test_who_declines_is_replaced_by_another_at_the_same_moment(board: Switchboard) -> None:
    other = board.institute.person("Another", Role.ASSESSOR)
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    ask(board)
    before = mine(first)
    assert say(board, first, before, Answer.ACCEPTED)
    assert say(board, first, before, Answer.DECLINED)  # illness, after all
    assert mend_calls(board.desk, ZONE) == 1
    after = of(board, first)
    assert {mine(after), before} == {other, board.institute.assessor}
    assert after.drawn_moment == first.drawn_moment
    assert answers(board, first) == {before: Answer.DECLINED, mine(after): None}
    assert not say(board, first, before, Answer.ACCEPTED)
    assert mend_calls(board.desk, ZONE) == 0
    assert board.journalled("call re-assigned") == 1


def test_where_nobody_is_left_the_call_has_no_person_and_stays_planned(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    assert say(board, first, mine(first), Answer.DECLINED)
    mend_calls(board.desk, ZONE)
    assert (of(board, first).assessor, of(board, first).disposition) == (None, Disposition.PLANNED)


def test_silence_is_a_no_where_there_was_time_to_answer(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first, 5)
    ask(board)
    two_days_before(board, first, 3.5)
    assert lapse_offers(board.desk) == 0
    two_days_before(board, first, 2.9)
    assert lapse_offers(board.desk) >= 1
    assert answers(board, first) == {mine(first): Answer.SILENT}


def test_an_offer_that_came_late_stands_without_an_answer(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first, 2.5)
    ask(board)
    two_days_before(board, first, 0.1)
    lapse_offers(board.desk)
    assert answers(board, first) == {mine(first): None}


def test_only_the_drawn_person_answers_and_only_before_the_moment(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    assert not say(board, first, board.institute.verifier, Answer.ACCEPTED)
    board.clock.now = first.drawn_moment
    assert not say(board, first, mine(first), Answer.DECLINED)


def test_who_left_is_replaced(board: Switchboard) -> None:
    board.institute.person("Another", Role.ASSESSOR)
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    with board.sessions.begin() as session:
        people.set_active(session, mine(first), active=False)
    assert mend_calls(board.desk, ZONE) >= 1
    assert of(board, first).assessor not in (None, first.assessor)


def test_for_a_burnt_identity_comes_one_that_no_other_call_has_at_the_same_moment(
    sessions: Sessions,
) -> None:
    board = a_switchboard(sessions)
    board.institute.centre(identities=tuple(identity(f"{410000 + n}") for n in range(12)))
    draw(board.institute)
    first, *others = calls(board.institute)
    two_days_before(board, first)
    with board.sessions.begin() as session:
        codes.burn(session, first.identity, board.clock().date())
    mend_calls(board.desk, ZONE)
    after = of(board, first)
    assert after.identity not in {first.identity, *(other.identity for other in others)}
    assert (after.drawn_moment, after.assessor) == (first.drawn_moment, first.assessor)


def test_where_the_only_identity_is_burnt_the_call_keeps_all_that_it_has(
    board: Switchboard,
) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    with board.sessions.begin() as session:
        codes.burn(session, first.identity, board.clock().date())
    assert (mend_calls(board.desk, ZONE), of(board, first)) == (0, first)


def test_an_empty_pool_is_journalled_once_and_not_at_every_look(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    with board.sessions.begin() as session:
        session.execute(update(CallerNumberRow).values(in_pool=False))
    for _ in range(3):
        mend_calls(board.desk, ZONE)
    soon = [each for each in calls(board.institute) if each.moment < board.clock() + 14 * DAY]
    assert board.journalled("call dealt anew") == len(soon)
    assert of(board, first).caller_number is None


def test_the_letter_names_neither_centre_nor_scenario(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    two_days_before(board, first)
    ask(board)
    with board.sessions.reading() as session:
        said = [e.action for e in journal.entries(session) if e.subject == f"call {first.id}"]
    assert "call offered" in said


def test_verifiers_and_administrators_come_last_as_stand_ins_too(board: Switchboard) -> None:
    draw(board.institute)
    first = first_alone(board.institute)
    board.institute.person("A third", Role.ASSESSOR)
    both = board.institute.person("Both", Role.ASSESSOR, Role.VERIFIER)
    with board.sessions.begin() as session:
        follow_ups.hand_over(session, first.id, mine(first), both, first.scenario)
    two_days_before(board, first)
    assert say(board, first, mine(first), Answer.DECLINED)
    mend_calls(board.desk, ZONE)
    after = mine(of(board, first))
    assert after not in (both, first.assessor)
    assert say(board, of(board, first), after, Answer.DECLINED)
    mend_calls(board.desk, ZONE)
    assert mine(of(board, first)) == both


def excuse_first(board: Switchboard, first: PlannedCall) -> bool:
    finder = Finder(board.institute.vault, ORIGIN, ZONE, live=False, actor="Ada")
    return excuse(board.sessions, finder, first.id, "ill", board.clock())


def test_an_administrator_finds_another_person_at_once(board: Switchboard) -> None:
    other = board.institute.person("Another", Role.ASSESSOR)
    draw(board.institute)
    first = first_alone(board.institute)
    two_days_before(board, first, 20)
    assert excuse_first(board, first)
    after = of(board, first)
    assert {mine(after), mine(first)} == {other, board.institute.assessor}
    assert after.moment == first.moment
    assert answers(board, first) == {mine(first): Answer.EXCUSED, mine(after): None}
    assert not excuse_first(board, first), "nobody is left"
    assert of(board, first).assessor is None
    board.institute.person("A fourth", Role.ASSESSOR)
    assert excuse_first(board, first), "hours offered since then have somebody"


def test_nobody_is_excused_from_a_call_that_is_about_to_begin(board: Switchboard) -> None:
    draw(board.institute)
    first = calls(board.institute)[0]
    board.clock.now = first.moment - timedelta(minutes=1)
    with pytest.raises(ExcuseRefused, match="about to begin"):
        excuse_first(board, first)
