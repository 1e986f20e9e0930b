"""Letters that tell people what was changed about their way in."""

import secrets

import pytest

from config.database import Sessions
from scheduler import securing
from scheduler.access import Role
from scheduler.securing import SecuringRefused
from tests.builders import NOW, an_institute
from tests.scheduler.entering import HEAD, HERE, letters
from tests.scheduler.hazel import CHOSEN, EMAIL, Hazel


@pytest.fixture
def hazel(sessions: Sessions) -> Hazel:
    """A verifier, signed in."""
    return Hazel(an_institute(sessions))


def told(hazel: Hazel) -> list[str]:
    """What letters said was changed."""
    bodies = [body for subject, body in letters(hazel.institute, EMAIL) if "was changed" in subject]
    return [body.split("workspace ")[1].split(":\n")[0] for body in bodies]


def test_a_letter_tells_of_every_change_and_holds_no_secret(hazel: Hazel) -> None:
    codes = hazel.enrol()
    assert told(hazel) == []
    new = securing.new_recovery_codes(
        hazel.sessions, hazel.vault, HEAD, hazel.id, codes[0], secrets.token_bytes, NOW
    )
    securing.remove_second_step(hazel.sessions, hazel.vault, HEAD, hazel.id, new[0], NOW)
    chosen = "nine lanterns on the quay"
    securing.change_password(hazel.sessions, hazel.vault, HEAD, EMAIL, CHOSEN, chosen, NOW, HERE)
    assert told(hazel) == [
        "new recovery codes were made for your second step; the old ones ended",
        "the second step of your sign-in was taken away",
        "your password was changed",
    ]
    written = repr(letters(hazel.institute, EMAIL))
    assert not any(secret in written for secret in (*codes, *new, CHOSEN, chosen))


def test_a_letter_tells_who_lost_their_second_step_to_an_administrator(hazel: Hazel) -> None:
    hazel.enrol()
    ada = hazel.institute.person("Ada", Role.ADMINISTRATOR)
    securing.remove_second_step_of(hazel.sessions, hazel.vault, HEAD, hazel.id, "lost", NOW, ada)
    assert told(hazel) == ["the second step of your sign-in was taken away"]


def test_a_refused_change_is_no_change_and_no_letter(hazel: Hazel) -> None:
    with pytest.raises(SecuringRefused):
        securing.change_password(
            hazel.sessions, hazel.vault, HEAD, EMAIL, "wrong", "nine lanterns", NOW, HERE
        )
    assert told(hazel) == []
