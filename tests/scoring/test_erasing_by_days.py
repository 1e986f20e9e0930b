"""What has been kept long enough goes, what is held stays, and the journal proves what went."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import journal, mail
from config.database import Base, Sessions
from config.journal_aside import asides
from config.mail import OutboxRow
from scheduler import inviting, people, register, uploads
from scheduler.access import Role
from scheduler.diary_rows import AttemptRow, CallbackRow
from scheduler.notices import Letterhead
from scheduler.people import Stated
from scoring import erasing, ledger
from scoring.erasing import Ended, digest
from scoring.retention import RULES, Kept
from tests.assessor.month_of_calls import assess, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute

HEAD = Letterhead("Test institute", "http://127.0.0.1")
DAYS = {rule.kind: rule.days for rule in RULES}


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute."""
    return an_institute(sessions)


def run(institute: Institute, days: int) -> dict[str, int]:
    """A run so many days later; answers how many of each kind went."""
    now = NOW + timedelta(days=days)
    taken: list[UUID] = []
    done = erasing.retain(institute.sessions, RULES, now, taken.extend)
    return {ended.kind.value: ended.count for ended in done}


def count(institute: Institute, row: type[Base]) -> int:
    with institute.sessions.reading() as session:
        return len(session.execute(select(row)).all())


def letter(institute: Institute, to: str = "a@elsewhere.example") -> None:
    """A letter that is sent."""
    with institute.sessions.begin() as session:
        mail.post(session, institute.vault, NOW, to, "Subject", "Body")
    mail.deliver(institute.sessions, institute.vault, lambda _letter: None, lambda: NOW)


def test_a_letter_goes_on_its_day_and_not_before(institute: Institute) -> None:
    letter(institute)
    assert run(institute, DAYS[Kept.LETTER]).get("letter") is None
    assert run(institute, DAYS[Kept.LETTER] + 1)["letter"] == 1
    assert count(institute, OutboxRow) == 0


def test_a_letter_that_waits_stays(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        mail.post(session, institute.vault, NOW, "a@elsewhere.example", "Subject", "Body")
    run(institute, 4000)
    assert count(institute, OutboxRow) == 1


def test_a_file_that_was_never_entered_goes(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        files = [("a.csv", b"a")]
        uploads.keep_upload(session, institute.vault, institute.verifier, "a", files, NOW)
    assert run(institute, 1).get("upload") is None
    assert run(institute, 2)["upload"] == 1


def test_what_the_network_told_goes_and_the_attempt_stays(institute: Institute) -> None:
    call = institute.call()
    with institute.sessions.begin() as session:
        attempt = session.scalars(select(AttemptRow).where(AttemptRow.call_id == call)).first()
        key = attempt.id if attempt else _an_attempt(session, call)
        session.add(
            CallbackRow(
                id=uuid4(),
                attempt_id=key,
                call_sid="CA1",
                parent_sid="",
                status="ringing",
                sequence=1,
                told_at=NOW,
                received_at=NOW,
            )
        )
    assert run(institute, DAYS[Kept.CALLBACK] + 1)["callback"] == 1
    assert count(institute, AttemptRow) == 1


def _an_attempt(session: Session, call: UUID) -> UUID:
    key = uuid4()
    session.add(
        AttemptRow(
            id=key,
            call_id=call,
            provider_id=register.centres(session)[0].provider,
            ordinal=1,
            due=NOW,
            token="t",
            state="intent",
        )
    )
    session.flush()
    return key


@pytest.fixture
def assessed(institute: Institute) -> UUID:
    """A centre with one assessment that has words."""
    centre = institute.centre()
    draw_month(institute, centre)
    verify(institute, assess(institute, calls_of(institute)[0], "Jo was kind", ticket="INC-7"))
    return centre


def words(institute: Institute) -> str:
    with institute.sessions.reading() as session:
        (found,) = ledger.assessments(session, state="submitted")
    return found.notes + found.ticket + "".join(answer.reason for answer in found.answers)


def test_words_are_cleared_and_the_scores_stay(institute: Institute, assessed: UUID) -> None:
    with institute.sessions.reading() as session:
        (before,) = ledger.assessments(session, state="submitted")
    assert words(institute).startswith("Jo was kindINC-7as I heard it")
    assert run(institute, DAYS[Kept.NOTE] + 1)["note"] > len(before.answers)
    assert words(institute) == ""
    with institute.sessions.reading() as session:
        (after,) = ledger.assessments(session, state="submitted")
    assert (after.score, after.outcome, after.section_scores) == (
        before.score,
        before.outcome,
        before.section_scores,
    )
    assert [a.value for a in after.answers] == [a.value for a in before.answers]


def _centre(_institute: Institute, centre: UUID) -> UUID:
    return centre


def _call(institute: Institute, _centre: UUID) -> UUID:
    return calls_of(institute)[0].id


def _person(institute: Institute, _centre: UUID) -> UUID:
    return institute.verifier


@pytest.mark.parametrize(
    ("kind", "subject"), [("centre", _centre), ("call", _call), ("person", _person)]
)
def test_nothing_that_is_held_goes_until_the_hold_ends(
    institute: Institute,
    assessed: UUID,
    kind: str,
    subject: Callable[[Institute, UUID], UUID],
) -> None:
    ada = institute.person("Ada", Role.ADMINISTRATOR)
    held = subject(institute, assessed)
    key = erasing.hold(institute.sessions, kind, held, "file 7", NOW, ada)
    before = words(institute)
    assert run(institute, 4000).get("note") is None
    assert words(institute) == before
    assert erasing.release(institute.sessions, key, "closed", NOW, ada)
    assert not erasing.release(institute.sessions, key, "closed", NOW, ada)
    assert run(institute, 4000)["note"] > 0
    with institute.sessions.reading() as session:
        acts = [e.action for e in journal.entries(session) if "hold" in e.action]
    assert acts == ["legal hold placed", "legal hold ended"]


def test_a_held_centres_letters_stay_as_do_its_contacts(institute: Institute) -> None:
    centre = institute.centre()
    with institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    contact = institute.person("Cleo", Role.PROVIDER_CONTACT, provider=provider)
    ada = institute.person("Ada", Role.ADMINISTRATOR)
    inviting.let_in(institute.sessions, contact, False, NOW, ada)
    letter(institute, "LIAISON0@provider.example")
    key = erasing.hold(institute.sessions, "centre", centre, "file 7", NOW, ada)
    gone = run(institute, 4000)
    assert "letter" not in gone
    assert "contact" not in gone
    erasing.release(institute.sessions, key, "closed", NOW, ada)
    gone = run(institute, 4000)
    assert (gone["letter"], gone["contact"]) == (1, 1)
    with institute.sessions.reading() as session:
        found = people.profile(session, contact)
    assert found is not None
    assert found.person.erased


def test_an_invitation_that_nobody_took_goes_and_one_who_came_stays(
    institute: Institute,
) -> None:
    ada = institute.person("Ada", Role.ADMINISTRATOR)
    stated = Stated("Nobody Came", ZONE, frozenset({Role.AUDITOR}), None, (), "")

    def invite(email: str) -> UUID:
        return inviting.invite(institute.sessions, institute.vault, HEAD, email, stated, NOW, ada)

    never, came = invite("never@elsewhere.example"), invite("came@elsewhere.example")
    with institute.sessions.begin() as session:
        journal.record(session, NOW, str(came), "signed in", f"person {came}")
    assert "invitation" not in run(institute, DAYS[Kept.INVITATION])
    assert run(institute, DAYS[Kept.INVITATION] + 1)["invitation"] == 1
    with institute.sessions.reading() as session:
        erased = {key: people.profile(session, key) for key in (never, came)}
    assert [each.person.erased for each in erased.values() if each] == [True, False]


def test_what_stands_beside_the_journal_goes_and_its_entries_stay(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        entry = journal.record(session, NOW, "ada", "acted", "centre 1", origin="203.0.113.1")
    assert run(institute, DAYS[Kept.JOURNAL] + 1)["journal"] >= 1
    with institute.sessions.reading() as session:
        chain = journal.entries(session)
        assert asides(session, [entry.seq]) == {}
    assert entry in chain
    assert journal.faults(chain) == []


def test_the_journal_proves_what_went_and_anybody_computes_the_hash_again(
    institute: Institute,
) -> None:
    letter(institute)
    with institute.sessions.reading() as session:
        keys = [tuple(row) for row in session.execute(select(OutboxRow.id))]
        now = NOW + timedelta(days=400)
        (due,) = [each for each in erasing.to_end(session, RULES, now) if each.kind is Kept.LETTER]
    assert due == Ended(Kept.LETTER, now - timedelta(days=DAYS[Kept.LETTER]), 1, digest(keys))
    run(institute, 400)
    with institute.sessions.reading() as session:
        (proof,) = [
            json.loads(entry.detail)
            for entry in journal.latest(session, limit=9, holding=erasing.PROOF)
            if entry.subject == "kind letter"
        ]
    assert proof == {
        "kind": "letter",
        "before": due.before.isoformat(),
        "count": 1,
        "sha256": digest(keys),
    }


def test_a_second_run_deletes_and_proves_nothing(institute: Institute) -> None:
    letter(institute)
    assert run(institute, 400)
    with institute.sessions.reading() as session:
        entries = len(journal.entries(session))
    assert run(institute, 400) == {}
    with institute.sessions.reading() as session:
        assert len(journal.entries(session)) == entries
