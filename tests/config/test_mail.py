"""The outbox: a letter is sent once, late rather than twice, and never lost from sight."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from config import journal, mail
from config.database import Sessions
from config.mail import (
    BATCH,
    WAITS,
    Letter,
    LetterState,
    MailRefused,
    OutboxRow,
    deliver,
    is_address,
    one_line,
    post,
    try_again,
)
from config.vault import Vault, new_vault
from tests.builders import NOW
from tests.fakes import SettableClock

TO, SUBJECT, BODY = "liaison@centre.org", "Something ends", "https://institute.org/in/a-single-use"


class Post:
    """Sends by remembering; ``trouble`` is raised instead, while it is set."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.trouble: BaseException | None = None

    def __call__(self, letter: Letter) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(letter)


@pytest.fixture
def vault() -> Vault:
    return new_vault()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def office() -> Post:
    return Post()


@pytest.fixture
def write(sessions: Sessions, vault: Vault) -> Callable[..., UUID]:
    """Write a letter."""

    def write(to: str = TO, subject: str = SUBJECT) -> UUID:
        with sessions.begin() as session:
            return post(session, vault, NOW, to, subject, BODY)

    return write


def row(sessions: Sessions, key: UUID) -> OutboxRow:
    with sessions.reading() as session:
        return session.get_one(OutboxRow, key)


def counts(sessions: Sessions) -> list[int]:
    with sessions.reading() as session:
        return [mail.count(session, state) for state in LetterState]


def test_a_letter_is_sent_once_and_its_body_is_gone_afterwards(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    key = write()
    assert "single-use" not in row(sessions, key).body_sealed
    assert deliver(sessions, vault, office, clock) == 1
    (sent,) = office.letters
    assert (sent.id, sent.to, sent.subject, sent.body) == (key, TO, SUBJECT, BODY)
    assert row(sessions, key).body_sealed == ""
    clock.pass_by(days=3)
    assert deliver(sessions, vault, office, clock) == 0
    assert len(office.letters) == 1
    assert counts(sessions) == [0, 1, 0]


def test_a_letter_that_is_shown_in_a_message_of_ours_hides_its_body() -> None:
    assert "single-use" not in repr(Letter(UUID(int=1), TO, SUBJECT, NOW, BODY))


def test_a_letter_of_a_transaction_that_rolled_back_is_none(
    sessions: Sessions, vault: Vault
) -> None:
    def act() -> None:
        with sessions.begin() as session:
            post(session, vault, NOW, TO, SUBJECT, BODY)
            raise KeyError

    with pytest.raises(KeyError):
        act()
    assert counts(sessions) == [0, 0, 0]


def test_a_crash_between_claim_and_sending_only_delays(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    key = write()
    office.trouble = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        deliver(sessions, vault, office, clock)
    office.trouble = None
    assert deliver(sessions, vault, office, clock) == 0
    clock.now += WAITS[0]
    assert deliver(sessions, vault, office, clock) == 1
    assert [each.id for each in office.letters] == [key]


def test_a_letter_that_was_claimed_meanwhile_is_left_to_whoever_claimed_it(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    write()
    write()

    def send(letter: Letter) -> None:
        office(letter)
        deliver(sessions, vault, office, clock)  # another worker, in the middle of ours

    deliver(sessions, vault, send, clock)
    assert len({each.id for each in office.letters}) == len(office.letters) == 2
    assert counts(sessions) == [0, 2, 0]


def test_no_transaction_is_open_while_a_server_is_asked(
    sessions: Sessions, vault: Vault, clock: SettableClock, write: Callable[..., UUID]
) -> None:
    write()

    def send(letter: Letter) -> None:
        with sessions.begin() as session:  # would wait for ever behind a transaction of ours
            session.execute(select(OutboxRow).where(OutboxRow.id == letter.id).with_for_update())

    assert deliver(sessions, vault, send, clock) == 1


@pytest.mark.parametrize("trouble", [ConnectionRefusedError(), ValueError("no such header")])
def test_a_letter_that_keeps_failing_is_given_up_and_stays_visible(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
    trouble: Exception,
) -> None:
    key = write()
    office.trouble = trouble
    for wait in WAITS:
        assert deliver(sessions, vault, office, clock) == 0
        assert counts(sessions) == [1, 0, 0]
        clock.now += wait - timedelta(seconds=1)
        assert deliver(sessions, vault, office, clock) == 0
        clock.pass_by(seconds=1)
    deliver(sessions, vault, office, clock)
    assert counts(sessions) == [0, 0, 1]
    with sessions.reading() as session:
        (seen,) = mail.listed(session, LetterState.GIVEN_UP, 10)
    assert (seen.id, seen.to, seen.failures) == (key, TO, len(WAITS) + 1)
    assert seen.given_up_at == clock.now
    office.trouble = None
    clock.pass_by(days=9)
    assert deliver(sessions, vault, office, clock) == 0


def test_a_letter_that_was_given_up_can_be_tried_again(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    key = write()
    assert not try_again(sessions, key, clock(), "Ada")
    office.trouble = TimeoutError()
    for _ in range(len(WAITS) + 1):
        deliver(sessions, vault, office, clock)
        clock.pass_by(days=1)
    office.trouble = None
    assert try_again(sessions, key, clock(), "Ada")
    assert not try_again(sessions, key, clock(), "Ada")
    assert deliver(sessions, vault, office, clock) == 1
    assert office.letters[0].body == BODY
    with sessions.reading() as session:
        acts = [(each.actor, each.action) for each in journal.entries(session)]
    assert acts == [("Ada", "letter tried again")]


def test_a_server_that_is_down_is_asked_once_a_round_and_no_letter_waits_for_another(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    keys = {write() for _ in range(3)}
    asked = []

    def send(letter: Letter) -> None:
        asked.append(letter.id)
        raise TimeoutError

    deliver(sessions, vault, send, clock)
    assert len(asked) == 1
    clock.pass_by(seconds=10)
    assert deliver(sessions, vault, office, clock) == 2
    assert {*asked, *(each.id for each in office.letters)} == keys


def test_a_round_has_an_end(
    sessions: Sessions,
    vault: Vault,
    clock: SettableClock,
    office: Post,
    write: Callable[..., UUID],
) -> None:
    for _ in range(BATCH + 1):
        write()
    assert deliver(sessions, vault, office, clock) == BATCH
    assert deliver(sessions, vault, office, clock) == 1


def test_a_letter_that_no_key_opens_fails_like_any_other(
    sessions: Sessions, clock: SettableClock, office: Post, write: Callable[..., UUID]
) -> None:
    write()
    assert deliver(sessions, new_vault(), office, clock) == 0
    assert counts(sessions) == [1, 0, 0]


@pytest.mark.parametrize(
    "to",
    [
        "liaison@centre.org\nBcc: all@centre.org",
        "liaison@centre.org\r\n",
        "one@centre.org, two@centre.org",
        "one@centre.org;two@centre.org",
        "A name <one@centre.org>",
        "one@two@centre.org",
        "one centre.org",
        "@centre.org",
        "lia\x00ison@centre.org",
        "",
        "a" * 250 + "@b.org",
    ],
)
def test_an_address_that_could_reach_into_another_header_is_refused(
    sessions: Sessions, write: Callable[..., UUID], to: str
) -> None:
    with pytest.raises(MailRefused, match="not one e-mail address"):
        write(to=to)
    assert counts(sessions) == [0, 0, 0]


@pytest.mark.parametrize(
    "subject",
    ["Hello\nBcc: all@centre.org", "Hello\rX: y", "Hello\u2028X", "Hello\x00", "a" * 201, " Hello"],
)
def test_a_subject_that_could_reach_into_another_header_is_refused(
    sessions: Sessions, write: Callable[..., UUID], subject: str
) -> None:
    with pytest.raises(MailRefused, match="one printed line"):
        write(subject=subject)
    assert counts(sessions) == [0, 0, 0]
    write(subject=one_line(subject))


def test_ordinary_addresses_are_addresses() -> None:
    for ordinary in ("o'brien+desk@mail.centre.org", "müller@böblingen.org", "a@localhost"):
        assert is_address(ordinary)
