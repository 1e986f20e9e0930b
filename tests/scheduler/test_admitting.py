"""Signing in and out: who may try how often, how long it lasts, and that its end is an end."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from config import journal, journal_aside
from config.database import Sessions
from scheduler import admitting, password, sign_ins
from scheduler.access import Role, SignInRefused
from scheduler.admitting import IDLE, LONGEST, sign_in, who
from scheduler.people_rows import SignInRow
from scheduler.securing import TRIES, TRIES_OF_PLACE, TRIES_WITHIN
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.entering import acts

EMAIL = "rowan@institute.example"
PASSWORD = "a password for tests"
HERE, THERE = "198.51.100.7", "203.0.113.9"
SECOND = timedelta(seconds=1)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute in which Rowan may sign in."""
    institute = an_institute(sessions)
    institute.person("Rowan", Role.VERIFIER, Role.AUDITOR, password=PASSWORD)
    return institute


def enter(
    institute: Institute,
    typed: str = PASSWORD,
    *,
    email: str = EMAIL,
    now: datetime = NOW,
    origin: str = HERE,
) -> str:
    return sign_in(institute.sessions, email, typed, now, origin).token


def refused(institute: Institute, times: int, *, now: datetime = NOW, origin: str = HERE) -> str:
    """Try a wrong password so many times; what the last refusal says."""
    for _ in range(times):
        with pytest.raises(SignInRefused) as refusal:
            enter(institute, "a wrong password", now=now, origin=origin)
    return str(refusal.value)


def last_act(institute: Institute) -> journal.Entry:
    with institute.sessions.reading() as session:
        return journal.latest(session, limit=1)[0]


def test_the_right_password_opens_a_session(institute: Institute) -> None:
    token = enter(institute)
    signed_in = who(institute.sessions, token, NOW)
    assert signed_in is not None
    assert signed_in.person.name == "Rowan"
    assert signed_in.since == NOW
    assert signed_in.has(Role.ADMINISTRATOR, Role.AUDITOR)
    assert not signed_in.has(Role.ADMINISTRATOR, Role.ASSESSOR)
    entry = last_act(institute)
    assert (entry.action, entry.actor) == ("signed in", str(signed_in.person.id))
    assert entry.origin == ""
    with institute.sessions.reading() as session:
        assert journal_aside.asides(session, [entry.seq]) == {entry.seq: {"origin": HERE}}


def test_an_address_may_be_written_as_people_write_it(institute: Institute) -> None:
    assert enter(institute, email=" Rowan@Institute.Example ")


@pytest.mark.parametrize("typed", ["", "A password for tests", "a password for tests "])
def test_a_wrong_password_opens_nothing(institute: Institute, typed: str) -> None:
    with pytest.raises(SignInRefused, match="don't go together"):
        enter(institute, typed)
    entry = last_act(institute)
    assert (entry.action, entry.actor, entry.subject) == ("sign-in refused", "nobody", "")
    assert EMAIL not in str(entry)


def test_a_refusal_does_not_tell_whether_the_address_is_known(institute: Institute) -> None:
    known = refused(institute, 1)
    with pytest.raises(SignInRefused) as unknown:
        enter(institute, email="nobody@institute.example")
    with pytest.raises(SignInRefused) as without_password:
        enter(institute, email="an.assessor@institute.example")
    assert str(unknown.value) == str(without_password.value) == known


def test_an_unknown_address_takes_as_much_work_as_a_known_one(
    institute: Institute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work is counted, not time: one password is hashed each time, at the same cost."""

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            hashed.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    hashed: list[str] = []
    monkeypatch.setattr(password, "HASHER", Counting())
    for email in (EMAIL, "nobody@institute.example", "an.assessor@institute.example"):
        with pytest.raises(SignInRefused):
            enter(institute, "a wrong password", email=email)
    assert len(hashed) == 3
    assert len(set(hashed)) == 1


def test_too_many_tries_lock_the_address_out_from_where_they_came(institute: Institute) -> None:
    assert "don't go together" in refused(institute, TRIES)
    assert "Too many tries" in refused(institute, 1)
    with pytest.raises(SignInRefused, match="Too many tries"):
        enter(institute)
    assert enter(institute, origin=THERE)


def test_tries_from_one_place_do_not_count_for_another_address(institute: Institute) -> None:
    institute.person("Hazel", Role.VERIFIER, password=PASSWORD)
    refused(institute, TRIES)
    assert enter(institute, email="hazel@institute.example")


def test_one_place_may_try_many_addresses_but_not_any_number(institute: Institute) -> None:
    def strangers(count: int, origin: str) -> str:
        for number in range(count):
            with pytest.raises(SignInRefused) as refusal:
                enter(institute, email=f"stranger{number}@institute.example", origin=origin)
        return str(refusal.value)

    assert "go together" in strangers(TRIES_OF_PLACE, THERE)
    assert "Too many tries" in strangers(1, THERE)
    with pytest.raises(SignInRefused, match="Too many tries"):
        enter(institute, origin=THERE)
    assert enter(institute, origin=HERE)
    assert enter(institute, origin=THERE, now=NOW + TRIES_WITHIN + SECOND)
    assert "go together" in strangers(TRIES_OF_PLACE + 1, "127.0.0.1")


def test_who_was_locked_out_may_try_again_after_five_minutes(institute: Institute) -> None:
    refused(institute, TRIES)
    with pytest.raises(SignInRefused, match="Too many tries"):
        enter(institute, now=NOW + TRIES_WITHIN)
    assert enter(institute, now=NOW + TRIES_WITHIN + SECOND)


def test_a_try_while_locked_out_does_not_make_the_wait_longer(institute: Institute) -> None:
    refused(institute, TRIES)
    refused(institute, TRIES, now=NOW + TRIES_WITHIN / 2)
    assert enter(institute, now=NOW + TRIES_WITHIN + SECOND)


def test_refused_sign_ins_are_counted_without_address_or_origin(institute: Institute) -> None:
    refused(institute, 1)
    with institute.sessions.reading() as session:
        rows = session.execute(text("SELECT * FROM refused_sign_in")).all()
    assert rows
    assert "rowan" not in repr(rows)
    assert HERE not in repr(rows)


def test_refused_sign_ins_fill_no_journal(institute: Institute) -> None:
    for number in range(30):
        with pytest.raises(SignInRefused):
            admitting.sign_in(institute.sessions, f"somebody{number}@x.example", "no", NOW, HERE)
    assert acts(institute).count("sign-in refused") == 1
    for number in range(2 * sign_ins.MOST_NOTED):
        place = f"2001:db8:{number:x}::1"
        with pytest.raises(SignInRefused):
            admitting.sign_in(institute.sessions, "somebody@x.example", "no", NOW, place)
    assert acts(institute).count("sign-in refused") == sign_ins.MOST_NOTED
    later = NOW + sign_ins.NOTED_WITHIN + SECOND
    with pytest.raises(SignInRefused):
        admitting.sign_in(institute.sessions, "somebody@x.example", "no", later, HERE)
    assert acts(institute).count("sign-in refused") == sign_ins.MOST_NOTED + 1


def test_who_holds_a_network_of_addresses_is_in_one_place(institute: Institute) -> None:
    for number in range(TRIES):
        with pytest.raises(SignInRefused, match="go together"):
            admitting.sign_in(institute.sessions, EMAIL, "no", NOW, f"2001:db8::{number:x}")
    with pytest.raises(SignInRefused, match="Too many"):
        admitting.sign_in(institute.sessions, EMAIL, "no", NOW, "2001:db8::ffff")
    with pytest.raises(SignInRefused, match="go together"):
        admitting.sign_in(institute.sessions, EMAIL, "no", NOW, "2001:db8:0:1::1")


def test_an_idle_session_ends(institute: Institute) -> None:
    token = enter(institute)
    assert who(institute.sessions, token, NOW + IDLE)
    later = NOW + 2 * IDLE
    assert who(institute.sessions, token, later)
    assert who(institute.sessions, token, later + IDLE + SECOND) is None


def test_a_session_in_use_ends_after_twelve_hours_all_the_same(institute: Institute) -> None:
    token = enter(institute)
    now = NOW
    while now + IDLE / 2 <= NOW + LONGEST:
        now += IDLE / 2
        assert who(institute.sessions, token, now), now
    assert who(institute.sessions, token, NOW + LONGEST + SECOND) is None


def test_a_session_that_was_left_ends_wherever_its_cookie_was_copied(
    institute: Institute,
) -> None:
    token, other = enter(institute), enter(institute)
    admitting.sign_out(institute.sessions, token, NOW)
    assert last_act(institute).action == "signed out"
    assert who(institute.sessions, token, NOW) is None
    assert who(institute.sessions, other, NOW)


def test_leaving_twice_changes_nothing(institute: Institute) -> None:
    token = enter(institute)
    admitting.sign_out(institute.sessions, token, NOW)
    entry = last_act(institute)
    admitting.sign_out(institute.sessions, token, NOW)
    admitting.sign_out(institute.sessions, "a token that nobody has", NOW)
    assert last_act(institute) == entry


def test_a_token_is_new_each_time_and_never_kept(institute: Institute) -> None:
    tokens = {enter(institute) for _ in range(2)}
    assert len(tokens) == 2
    assert min(len(token) for token in tokens) >= 43
    with institute.sessions.reading() as session:
        keys = set(session.scalars(select(SignInRow.id)))
        kept = repr(session.execute(text("SELECT * FROM sign_in")).all())
    assert len(keys) == 2
    assert not any(token in kept for token in tokens)
    assert who(institute.sessions, keys.pop(), NOW) is None


def test_a_password_is_kept_as_a_hash_of_its_own(institute: Institute) -> None:
    institute.person("Hazel", Role.VERIFIER, password=PASSWORD)
    with institute.sessions.reading() as session:
        kept = session.scalars(
            text("SELECT password_hash FROM person WHERE password_hash IS NOT NULL")
        ).all()
    assert len(set(kept)) == 2
    assert all(hashed.startswith("$argon2id$") for hashed in kept)


def test_whoever_is_entered_is_journalled(institute: Institute) -> None:
    key: UUID = institute.person("Hazel", Role.VERIFIER, Role.AUDITOR, password=PASSWORD)
    entry = last_act(institute)
    assert (entry.action, entry.subject) == ("person entered", f"person {key}")
    assert entry.detail == '{"planted":true,"roles":["auditor","verifier"]}'
