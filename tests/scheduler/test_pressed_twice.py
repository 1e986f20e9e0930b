"""A button that two press at one moment, or one presses twice, does its work once."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

from config import journal
from config.database import Sessions, connect
from scheduler import (
    challenges,
    incidents,
    one_time_code,
    people,
    register,
    second_steps,
    securing,
    stopping,
    supplying,
    ways,
)
from scheduler.access import Person, Role
from scheduler.challenges import Asked
from scheduler.way import Way
from tests.builders import NOW, Institute, an_institute

TIMES = 3


def at_once(database_url: str, act: Callable[[Sessions, int], object]) -> list[str]:
    """Let some do the same at one moment, each by a connection of their own; what went wrong."""
    ready, wrong = Barrier(TIMES), []

    def one(number: int) -> None:
        own = connect(database_url)
        with own.engine.connect():  # connected before they begin together
            ready.wait()
        try:
            act(own, number)
        except Exception as error:
            wrong.append(type(error).__name__)
        own.engine.dispose()

    everybody = [Thread(target=one, args=(number,)) for number in range(TIMES)]
    for each in everybody:
        each.start()
    for each in everybody:
        each.join()
    return wrong


def acts(sessions: Sessions, action: str) -> int:
    with sessions.reading() as session:
        return sum(each.action == action for each in journal.entries(session))


def a_contact(institute: Institute, centre: UUID) -> Person:
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
    key = institute.person("Per", Role.PROVIDER_CONTACT, provider=found.provider)
    with institute.sessions.reading() as session:
        person = people.find_person(session, key)
    assert person is not None
    return person


def test_of_those_who_stop_dialling_at_once_one_does_and_the_others_are_told(
    sessions: Sessions, database_url: str
) -> None:
    wrong = at_once(
        database_url,
        lambda own, number: stopping.stop_dialling(own, f"reason {number}", NOW, str(number)),
    )
    assert wrong == ["StoppingRefused"] * (TIMES - 1)
    assert acts(sessions, "dialling stopped") == 1


def test_those_who_resume_it_at_once_resume_it_once(sessions: Sessions, database_url: str) -> None:
    stopping.stop_dialling(sessions, "a fire alarm", NOW, "ada")
    assert not at_once(
        database_url, lambda own, number: stopping.resume_dialling(own, NOW, str(number))
    )
    assert acts(sessions, "dialling resumed") == 1


def test_a_notice_that_is_sent_twice_is_kept_once(sessions: Sessions, database_url: str) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0)
    contact, today = a_contact(institute, centre), NOW.date()
    assert not at_once(
        database_url,
        lambda own, _: supplying.acknowledge_notice(own, contact, centre, today, NOW),
    )
    with sessions.reading() as session:
        assert [first for first, _ in register.notice_spans(session, centre)].count(today) == 1


def test_what_a_person_begins_twice_is_begun_once(sessions: Sessions, database_url: str) -> None:
    institute = an_institute(sessions)
    call, who = institute.call(), institute.assessor

    def begin(own: Sessions, number: int) -> None:
        chance = bytes([number]) * one_time_code.SECRET_BYTES
        securing.begin_second_step(own, institute.vault, who, chance, NOW)
        with own.begin() as session:
            challenges.set_challenge(session, Asked.NEW_PASSKEY, "token", str(number), NOW)
        with own.begin() as session:
            ways.choose(session, call, who, Way.SOFTPHONE)

    assert not at_once(database_url, begin)
    with sessions.begin() as session:
        assert second_steps.secret_of(session, institute.vault, who, confirmed=False)
        assert challenges.take_challenge(session, Asked.NEW_PASSKEY, "token", NOW)


def test_an_incident_that_is_sent_twice_is_one(sessions: Sessions, database_url: str) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0)
    contact = a_contact(institute, centre)
    assert not at_once(
        database_url,
        lambda own, _: supplying.report_incident(own, contact, centre, 4, "a fire", NOW),
    )
    with sessions.reading() as session:
        assert len(incidents.incidents(session, centre)) == 1
