"""Second steps, passwords and sessions: codes work once, tries are few, and ends are ends."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from config.database import Sessions
from config.vault import VaultRefused
from scheduler import admitting, people, second_steps, securing, sign_ins
from scheduler.access import RECENT, Role, SignInRefused
from scheduler.admitting import HALF, IDLE, LONGEST, HalfOver
from scheduler.securing import CODE_TRIES, CODE_TRIES_WITHIN, SecuringRefused
from tests.builders import NOW, an_institute
from tests.scheduler.entering import HEAD, HERE, THERE, acts, code, letters, sign_in
from tests.scheduler.hazel import CHOSEN, EMAIL, Hazel

OTHER = "herons over Leeds"
SECOND, STEP = timedelta(seconds=1), timedelta(seconds=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hazel(sessions: Sessions) -> Hazel:
    """A verifier, signed in."""
    return Hazel(an_institute(sessions))


# --- signing in by a code -----------------------------------------------------------------------


def test_a_second_step_counts_once_a_first_code_has_proved_the_app(hazel: Hazel) -> None:
    securing.begin_second_step(hazel.sessions, hazel.vault, hazel.id, bytes(20), NOW)
    assert not sign_in(hazel.institute, EMAIL, CHOSEN, NOW).waits_for_code
    hazel.enrol()
    assert sign_in(hazel.institute, EMAIL, CHOSEN, NOW).waits_for_code


def test_a_right_password_alone_opens_nothing_any_more(hazel: Hazel) -> None:
    hazel.enrol()
    half = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    assert not hazel.is_in(half)
    later = NOW + STEP
    full = hazel.second(half, code(hazel.institute, EMAIL, later), later)
    assert full != half
    assert hazel.is_in(full, later)
    assert not hazel.is_in(half, later)
    assert acts(hazel.institute)[-1] == "signed in"


def test_a_half_sign_in_leads_to_one_session(hazel: Hazel) -> None:
    codes = hazel.enrol()
    half = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    hazel.second(half, codes[0], NOW)
    with pytest.raises(HalfOver):
        hazel.second(half, codes[1], NOW)


def test_a_right_password_does_not_wait_for_ever(hazel: Hazel) -> None:
    codes = hazel.enrol()
    half = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    with pytest.raises(HalfOver):
        hazel.second(half, codes[0], NOW + HALF + SECOND)
    assert hazel.second(half, codes[0], NOW + HALF)


def test_a_code_works_once_and_none_before_it_afterwards(hazel: Hazel) -> None:
    hazel.enrol()
    later = NOW + 2 * STEP
    used = code(hazel.institute, EMAIL, later)
    before = code(hazel.institute, EMAIL, later - STEP)
    hazel.enter(used, later)
    for typed in (used, before):
        with pytest.raises(SignInRefused, match="used before"):
            hazel.enter(typed, later)
    assert hazel.enter(code(hazel.institute, EMAIL, later + STEP), later + STEP)


def test_the_code_that_proved_the_app_is_used_up(hazel: Hazel) -> None:
    hazel.enrol()
    with pytest.raises(SignInRefused, match="used before"):
        hazel.enter(code(hazel.institute, EMAIL, NOW), NOW)


def test_a_code_of_somebody_elses_opens_nothing(hazel: Hazel) -> None:
    hazel.enrol()
    hazel.institute.person("Rowan", Role.VERIFIER, password=CHOSEN)
    with hazel.sessions.begin() as session:
        rowan = people.find_by_address(session, "rowan@institute.example")
        assert rowan is not None
        second_steps.begin(session, hazel.vault, rowan.id, "A" * 32, NOW)
        second_steps.confirm(session, rowan.id, NOW)
    later = NOW + STEP
    with pytest.raises(SignInRefused):
        hazel.enter(code(hazel.institute, "rowan@institute.example", later), later)


def test_a_secret_is_sealed_to_its_person(hazel: Hazel) -> None:
    hazel.enrol()
    rowan = hazel.institute.person("Rowan", Role.VERIFIER)
    with hazel.sessions.begin() as session:
        session.execute(text("UPDATE second_step SET person_id = :p"), {"p": rowan.hex})
    with hazel.sessions.reading() as session, pytest.raises(VaultRefused, match="was moved"):
        second_steps.secret_of(session, hazel.vault, rowan, confirmed=True)


def test_five_wrong_codes_in_five_minutes_close_the_second_step(hazel: Hazel) -> None:
    codes = hazel.enrol()
    for number in range(CODE_TRIES):
        with pytest.raises(SignInRefused, match="isn't right"):
            hazel.enter(f"{number:06}", NOW)
    for typed in ("999999", codes[0]):
        with pytest.raises(SignInRefused, match="Too many tries"):
            hazel.enter(typed, NOW + CODE_TRIES_WITHIN)
    assert hazel.enter(codes[0], NOW + CODE_TRIES_WITHIN + SECOND)


def test_ten_wrong_codes_in_a_day_have_to_wait_an_hour_and_a_letter_tells_their_owner(
    hazel: Hazel,
) -> None:
    def told() -> int:
        return sum("tries codes" in subject for subject, _ in letters(hazel.institute, EMAIL))

    def fail(now: datetime, times: int = CODE_TRIES) -> datetime:
        for number in range(times):
            with pytest.raises(SignInRefused, match="isn't right"):
                hazel.enter(f"{number:06}", now)
        return now

    codes = hazel.enrol()
    first = fail(NOW)
    assert told() == 0
    second = fail(first + 8 * HOUR)
    assert told() == 1
    with pytest.raises(SignInRefused, match="Wait an hour"):
        hazel.enter(codes[0], second + HOUR)
    third = fail(second + HOUR + SECOND)
    assert told() == 1
    assert hazel.enter(codes[0], third + HOUR + SECOND)
    fourth = fail(second + DAY + SECOND)  # the first ten are forgotten
    assert told() == 2
    with pytest.raises(SignInRefused, match="Wait an hour"):
        hazel.enter(codes[1], fourth + HOUR)


def test_tries_side_by_side_slip_past_no_limit(hazel: Hazel) -> None:
    hazel.enrol()
    half = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token

    def attempt(number: int) -> str:
        try:
            return hazel.second(half, f"{number:06}", NOW)
        except SignInRefused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(attempt, range(16)))
    assert sum("isn't right" in each for each in said) == CODE_TRIES
    assert sum("Too many tries" in each for each in said) == 16 - CODE_TRIES


def test_a_stranger_without_the_password_spends_no_try_of_the_second_step(hazel: Hazel) -> None:
    codes = hazel.enrol()
    for _ in range(CODE_TRIES + 1):
        with pytest.raises(HalfOver):
            hazel.second("a token that nobody has", "000000", NOW)
    assert hazel.enter(codes[0], NOW)


# --- recovery codes -----------------------------------------------------------------------------


def test_ten_recovery_codes_work_once_each(hazel: Hazel) -> None:
    codes = hazel.enrol()
    assert len(set(codes)) == 10
    for typed in (codes[3], codes[4].upper().replace("-", " ")):
        assert hazel.is_in(hazel.enter(typed, NOW))
        with pytest.raises(SignInRefused):
            hazel.enter(typed, NOW)
    with hazel.sessions.reading() as session:
        assert second_steps.recovery_codes_left(session, hazel.id) == 8
        kept = repr(session.execute(text("SELECT * FROM recovery_code")).all())
        kept += repr(session.execute(text("SELECT * FROM journal")).all())
    assert not any(typed in kept for typed in codes)


def test_new_recovery_codes_end_the_old_ones_and_need_a_code(hazel: Hazel) -> None:
    old = hazel.enrol()
    new = securing.new_recovery_codes(
        hazel.sessions, hazel.vault, HEAD, hazel.id, old[0], secrets.token_bytes, NOW
    )
    with pytest.raises(SignInRefused):
        hazel.enter(old[1], NOW)
    assert hazel.enter(new[0], NOW)
    with pytest.raises(SecuringRefused, match="isn't right"):
        securing.new_recovery_codes(
            hazel.sessions, hazel.vault, HEAD, hazel.id, "000000", secrets.token_bytes, NOW
        )
    assert hazel.enter(new[1], NOW)


# --- adding and taking away ---------------------------------------------------------------------


def test_a_wrong_first_code_adds_nothing(hazel: Hazel) -> None:
    securing.begin_second_step(hazel.sessions, hazel.vault, hazel.id, bytes(20), NOW)
    with pytest.raises(SecuringRefused, match="isn't right"):
        securing.confirm_second_step(
            hazel.sessions,
            hazel.vault,
            HEAD,
            hazel.id,
            "000000",
            hazel.token,
            secrets.token_bytes,
            NOW,
        )
    assert hazel.is_in(sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token)


def test_a_second_step_in_use_is_not_replaced(hazel: Hazel) -> None:
    codes = hazel.enrol()
    with pytest.raises(SecuringRefused, match="in use already"):
        securing.begin_second_step(hazel.sessions, hazel.vault, hazel.id, bytes(20), NOW)
    assert hazel.enter(codes[0], NOW)


def test_adding_it_ends_the_other_sessions(hazel: Hazel) -> None:
    other = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    hazel.enrol()
    assert hazel.is_in(hazel.token)
    assert not hazel.is_in(other)


def test_it_is_taken_away_by_a_code_alone(hazel: Hazel) -> None:
    codes = hazel.enrol()
    with pytest.raises(SecuringRefused):
        securing.remove_second_step(hazel.sessions, hazel.vault, HEAD, hazel.id, "000000", NOW)
    assert sign_in(hazel.institute, EMAIL, CHOSEN, NOW).waits_for_code
    securing.remove_second_step(hazel.sessions, hazel.vault, HEAD, hazel.id, codes[0], NOW)
    assert not sign_in(hazel.institute, EMAIL, CHOSEN, NOW).waits_for_code
    assert acts(hazel.institute)[-2] == "second step removed"


def test_an_administrator_takes_it_away_with_a_reason_and_every_session_ends(
    hazel: Hazel,
) -> None:
    hazel.enrol()
    ada = hazel.institute.person("Ada", Role.ADMINISTRATOR)
    with pytest.raises(SecuringRefused, match="Say why"):
        securing.remove_second_step_of(hazel.sessions, hazel.vault, HEAD, hazel.id, " ", NOW, ada)
    assert securing.remove_second_step_of(
        hazel.sessions, hazel.vault, HEAD, hazel.id, "she rang me", NOW, ada
    )
    assert not hazel.is_in(hazel.token)
    assert not securing.remove_second_step_of(
        hazel.sessions, hazel.vault, HEAD, hazel.id, "again", NOW, ada
    )


# --- passwords ----------------------------------------------------------------------------------


def change(hazel: Hazel, old: str = CHOSEN, new: str = OTHER, origin: str = HERE) -> None:
    securing.change_password(hazel.sessions, hazel.vault, HEAD, EMAIL, old, new, NOW, origin)


def test_a_changed_password_ends_every_session_and_what_waits_for_a_code(hazel: Hazel) -> None:
    codes = hazel.enrol()
    half = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    change(hazel)
    assert not hazel.is_in(hazel.token)
    with pytest.raises(HalfOver):
        hazel.second(half, codes[0], NOW)
    with pytest.raises(SignInRefused):
        sign_in(hazel.institute, EMAIL, CHOSEN, NOW)
    assert sign_in(hazel.institute, EMAIL, OTHER, NOW).waits_for_code


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a wrong password", OTHER, "present password is wrong"),
        (CHOSEN, "short", "at least 12"),
        (CHOSEN, CHOSEN, "Choose another"),
        (CHOSEN, EMAIL, "no password"),
    ],
)
def test_a_refused_change_changes_nothing(hazel: Hazel, old: str, new: str, said: str) -> None:
    with pytest.raises(SecuringRefused, match=said):
        change(hazel, old, new)
    assert hazel.is_in(hazel.token)
    assert sign_in(hazel.institute, EMAIL, CHOSEN, NOW)


def test_the_present_password_is_not_guessed_on_the_account_page_either(hazel: Hazel) -> None:
    for _ in range(securing.TRIES):
        with pytest.raises(SecuringRefused, match="is wrong"):
            change(hazel, "a wrong password")
    with pytest.raises(SecuringRefused, match="Too many"):
        change(hazel)
    change(hazel, origin=THERE)


# --- confirming, and sessions -------------------------------------------------------------------


def test_confirming_makes_the_proof_new_and_the_session_another_but_not_longer(
    hazel: Hazel,
) -> None:
    later = NOW + IDLE
    old = admitting.who(hazel.sessions, hazel.token, later)
    assert old is not None
    assert not old.recently(NOW + RECENT + SECOND)
    token = admitting.confirm(hazel.sessions, hazel.token, CHOSEN, later, HERE)
    assert not hazel.is_in(hazel.token, later)
    found = admitting.who(hazel.sessions, token, later)
    assert found is not None
    assert (found.since, found.confirmed) == (NOW, later)
    assert found.recently(later + RECENT)
    assert acts(hazel.institute)[-1] == "sign-in confirmed"


def test_a_wrong_password_confirms_nothing_and_leaves_the_session(hazel: Hazel) -> None:
    with pytest.raises(SignInRefused, match="isn't your password"):
        admitting.confirm(hazel.sessions, hazel.token, "a wrong password", NOW, HERE)
    assert hazel.is_in(hazel.token)
    assert acts(hazel.institute)[-1] == "confirmation refused"


def test_who_was_signed_out_confirms_nothing(hazel: Hazel) -> None:
    admitting.sign_out(hazel.sessions, hazel.token, NOW)
    with pytest.raises(SignInRefused, match="signed out"):
        admitting.confirm(hazel.sessions, hazel.token, CHOSEN, NOW, HERE)


def open_now(hazel: Hazel, now: datetime = NOW) -> list[UUID]:
    with hazel.sessions.reading() as session:
        found = sign_ins.open_sign_ins(
            session, hazel.id, seen_after=now - IDLE, since_after=now - LONGEST
        )
    return [each.handle for each in found]


def test_a_session_is_ended_by_its_handle_and_by_its_own_person_only(hazel: Hazel) -> None:
    other = sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token
    rowan = hazel.institute.person("Rowan", Role.VERIFIER)
    handle = sign_ins.handle_of(securing.key_of(other))
    assert handle in open_now(hazel)
    assert not securing.end_session(hazel.sessions, rowan, handle, NOW, rowan)
    assert hazel.is_in(other)
    assert securing.end_session(hazel.sessions, hazel.id, handle, NOW, hazel.id)
    assert not securing.end_session(hazel.sessions, hazel.id, handle, NOW, hazel.id)
    assert not hazel.is_in(other)
    assert open_now(hazel) == [sign_ins.handle_of(securing.key_of(hazel.token))]


def test_what_idled_or_ended_is_no_longer_listed(hazel: Hazel) -> None:
    assert len(open_now(hazel, NOW + IDLE)) == 1
    assert open_now(hazel, NOW + IDLE + SECOND) == []
    securing.end_sessions(hazel.sessions, hazel.id, NOW, hazel.id)
    assert open_now(hazel) == []


def test_every_other_session_ends_and_this_one_stays(hazel: Hazel) -> None:
    others = [sign_in(hazel.institute, EMAIL, CHOSEN, NOW).token for _ in range(2)]
    assert securing.end_sessions(hazel.sessions, hazel.id, NOW, hazel.id, but=hazel.token) == 2
    assert hazel.is_in(hazel.token)
    assert not any(hazel.is_in(token) for token in others)
