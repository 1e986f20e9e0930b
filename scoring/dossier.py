"""The place of everything about one person: reads all of it, and erases what names them.

It goes by the tables' own foreign keys, so that a table which comes later is read as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from config import journal_aside
from config.database import Base
from config.journal import JournalRow
from config.journal_aside import AsideRow
from config.mail import OutboxRow
from config.vault import Vault
from scheduler.access import ERASED
from scheduler.diary_rows import MarkRow, PlannedCallRow
from scheduler.outcome import Disposition
from scheduler.people_rows import PersonRow
from scheduler.register_rows import CentreRow, CustodianRow, ProvingCheckRow
from scoring.ledger_rows import AnswerRow, AssessmentRow, ReportIssueRow, VerificationRow

# What stays under an id that names nobody. Everything else that hangs on a person goes with them.
STAYS = frozenset({"planned_call", "assessment", "verification", "incident"})
GOES = frozenset(
    {
        *("person_role", "sign_in", "half_sign_in", "second_step", "recovery_code"),
        *("single_use_link", "tie", "refused_centre", "offered_hours", "upload"),
        *("passkey", "outside_account", "tie_leave", "recording_play", "offer", "call_way"),
        *("calendar_address", "certificate"),
    }
)
# A provider's contact reads nothing of these from their own page, not even that they are empty.
OF_PLANS = frozenset({"planned_call", "assessment", "verification"})
# Keys of sign-ins and hashes, which open something and say nothing of the person; who else acted.
KEYS = frozenset({"password_hash", "key", "last_step", "public_key", "credential_id", "given_by"})
SOMEBODY = "another person"
SEALED = "kept encrypted; not shown here"

Plain = str | int | bool | None
Rows = list[dict[str, Plain]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a copy may hold: the person's own telephone, tables of plans, the journal's numbers."""

    telephone: bool
    plans: bool
    numbers: bool


def of_person(session: Session, vault: Vault, person: UUID, scope: Scope) -> dict[str, Rows]:
    """Every row about a person by table, and their part of the journal; nobody else's data."""
    row = session.get_one(PersonRow, person)
    found = {"person": _rows(session, person, "person", PersonRow.id == person)}
    if row.telephone_sealed and scope.telephone:
        opened = vault.open(row.telephone_sealed, "person", "telephone", person.hex)
        found["person"][0]["telephone"] = opened
    for table, columns in _hanging_on_people():
        if scope.plans or table.name not in OF_PLANS:
            theirs = or_(*(column == person for column in columns))
            found[table.name] = _rows(session, person, table.name, theirs)
    if scope.plans:
        found |= _work(session, person)
    found["outbox"] = _letters(session, row.email)
    found["journal"] = _entries(session, person, numbers=scope.numbers)
    return {name: rows for name, rows in found.items() if rows}


def _hanging_on_people() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table with a foreign key to a person, and the columns that hold it."""
    for table in Base.metadata.sorted_tables:
        if columns := [column for column in table.columns if _is_person(column)]:
            yield table, columns


def _rows(session: Session, person: UUID, table: str, wanted: ColumnElement[bool]) -> Rows:
    """The rows of a table that fit, without what opens something and without other people.

    A call that isn't over is left out: centre and story stay unknown until their moment.
    """
    found: Rows = []
    source = Base.metadata.tables[table]
    for row in session.execute(select(source).where(wanted)).mappings():
        if table == "planned_call" and Disposition(row["disposition"]).open:
            continue
        plain: dict[str, Plain] = {}
        for column in source.columns:
            name, value = column.name, row[column]
            if name in KEYS or (name == "id" and isinstance(value, str)):
                continue
            if "sealed" in column.info:
                plain[name.removesuffix("_sealed")] = SEALED if value else None
            elif _is_person(column) and value not in (None, person):
                plain[name] = SOMEBODY
            else:
                plain[name] = _text(value)
        found.append(plain)
    return found


def _is_person(column: Column[Any]) -> bool:
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


def _work(session: Session, person: UUID) -> dict[str, Rows]:
    """What hangs on a person's own work: answers, others' judgements of it, marks, checks."""
    own = select(AssessmentRow.id).where(AssessmentRow.person_id == person)
    judged = VerificationRow.assessment_id.in_(own), VerificationRow.verifier_id != person
    proved = session.scalars(select(ProvingCheckRow).where(ProvingCheckRow.made_by == str(person)))
    issued = session.scalars(
        select(ReportIssueRow).where(ReportIssueRow.published_by == str(person))
    )
    return {
        "answer": _rows(session, person, "answer", AnswerRow.assessment_id.in_(own)),
        "judgement of their work": _rows(session, person, "verification", and_(*judged)),
        "proving check": [
            {"made_on": _text(each.made_on), "result": each.result, "note": each.note}
            for each in proved
        ],
        "report published": [
            {"month": each.month, "number": each.number, "at": _text(each.published_at)}
            for each in issued
        ],
    }


def _letters(session: Session, address: str) -> Rows:
    rows = session.scalars(select(OutboxRow).where(func.lower(OutboxRow.to) == address.lower()))
    return [
        {
            "subject": each.subject,
            "written_at": _text(each.written_at),
            "sent_at": _text(each.sent_at),
            "body": SEALED if each.body_sealed else None,
        }
        for each in rows
    ]


def _entries(session: Session, person: UUID, *, numbers: bool) -> Rows:
    """The journal's entries by or about a person, with their ``numbers`` or without.

    Of an own entry the origin is told as well, and of an entry about them what was said; an id of
    somebody else becomes "another person", and subjects that aren't people keep their kind alone.
    """
    mine, about = str(person), f"person {person}"
    rows = session.scalars(
        select(JournalRow)
        .where(or_(JournalRow.actor == mine, JournalRow.subject == about))
        .order_by(JournalRow.seq)
    ).all()
    kept = journal_aside.asides(session, [row.seq for row in rows])
    found: Rows = []
    for row in rows:
        said = kept.get(row.seq, {})
        if row.subject != about:
            said = {name: value for name, value in said.items() if name == "origin"}
        elif row.actor != mine:
            said = {name: value for name, value in said.items() if name != "origin"}
        found.append(
            {
                **({"seq": row.seq} if numbers else {}),
                "at": row.at,
                "by": "you" if row.actor == mine else _program_or_person(row.actor),
                "action": row.action,
                "about": "you" if row.subject == about else row.subject.partition(" ")[0],
                **{name: _text(value) for name, value in said.items()},
            }
        )
    return found


def _program_or_person(actor: str) -> str:
    try:
        UUID(actor)
    except ValueError:
        return actor
    return SOMEBODY


def _text(value: Any) -> Plain:
    if value is None or isinstance(value, str | int | bool):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# --- erasing ------------------------------------------------------------------------------------


def still_named(session: Session, person: UUID) -> str:
    """Where the register names a person in a part they still have; "" where it doesn't."""
    row = session.get_one(PersonRow, person)
    address = row.email.lower()
    for named, what in ((CentreRow.contact_email, "contact"), (CustodianRow.email, "custodian")):
        query = select(CentreRow.name).where(func.lower(named) == address)
        if named is CustodianRow.email:
            query = query.join(CustodianRow, CustodianRow.centre_id == CentreRow.id)
        if (centre := session.scalar(query.limit(1))) is not None:
            return f"the {what} of {centre}"
    return ""


def calls_to_come(session: Session, person: UUID) -> int:
    """How many calls that aren't over a person is to make."""
    open_ones = [each.value for each in Disposition if each.open]
    query = select(func.count()).where(
        PlannedCallRow.assessor_id == person, PlannedCallRow.disposition.in_(open_ones)
    )
    return session.scalar(query.select_from(PlannedCallRow)) or 0


def forget_person(session: Session, person: UUID) -> tuple[dict[str, int], list[UUID]]:
    """Erase what names a person; answers how many rows of which table, and the letters' ids.

    Their id, and what STAYS names, remain: nobody can tell any more whose they were.
    """
    row = session.get_one(PersonRow, person)
    name, address = row.name, row.email
    counts: dict[str, int] = {}
    for table, columns in _hanging_on_people():
        if table.name in GOES:
            gone = session.execute(
                delete(table).where(or_(*(column == person for column in columns)))
            )
            counts[table.name] = getattr(gone, "rowcount", 0)
    letters = list(
        session.scalars(select(OutboxRow.id).where(func.lower(OutboxRow.to) == address.lower()))
    )
    session.execute(delete(OutboxRow).where(OutboxRow.id.in_(letters)))
    theirs = select(JournalRow.seq).where(
        or_(JournalRow.actor == str(person), JournalRow.subject == f"person {person}")
    )
    counts["outbox"] = len(letters)
    counts["journal_aside"] = journal_aside.drop(
        session,
        or_(
            AsideRow.seq.in_(theirs),
            AsideRow.body.icontains(address, autoescape=True),
            AsideRow.body.icontains(name, autoescape=True),
        ),
    )
    row.name, row.email = f"Erased {person.hex[:8]}", f"{person.hex}{ERASED}"
    row.password_hash = row.telephone_sealed = None
    row.zone, row.active, row.languages = "UTC", False, ""
    session.flush()
    return {table: count for table, count in counts.items() if count}, letters


# --- an analyst's call --------------------------------------------------------------------------


def calls_of_day(session: Session, calls: list[UUID], ticket: str) -> list[dict[str, object]]:
    """What is kept of those calls to which a ticket's reference belongs; who wrote it is left out.

    It stands in its own field, or among the words of an assessment. Letters and digits alone are
    compared, word by word, so that INC-0042 is inc0042.
    """
    wanted = bare(ticket)
    found: list[dict[str, object]] = []
    for key in calls:
        rows = list(session.scalars(select(AssessmentRow).where(AssessmentRow.call_id == key)))
        answers = {
            row.id: list(
                session.scalars(select(AnswerRow).where(AnswerRow.assessment_id == row.id))
            )
            for row in rows
        }
        said = [*(row.notes for row in rows), *(a.reason for of in answers.values() for a in of)]
        told = {bare(word) for text in said for word in text.split()}
        if wanted in told | {bare(row.ticket) for row in rows}:
            found.append(_call(session, key, rows, answers))
    return found


def _call(
    session: Session,
    key: UUID,
    rows: list[AssessmentRow],
    answers: dict[UUID, list[AnswerRow]],
) -> dict[str, object]:
    call = session.get_one(PlannedCallRow, key)
    centre = session.get_one(CentreRow, call.centre_id)
    verified = session.scalars(
        select(VerificationRow).where(VerificationRow.assessment_id.in_([row.id for row in rows]))
    )
    marks = session.scalars(select(MarkRow).where(MarkRow.call_id == key).order_by(MarkRow.at))
    return {
        "call": str(key),
        "centre": centre.name,
        "ended_at": _text(call.ended_at),
        "ended": call.disposition,
        "marks": [{"what": mark.kind, "at": _text(mark.at)} for mark in marks],
        "assessments": [
            {
                "state": row.state,
                "score": row.score,
                "outcome": row.outcome,
                "ticket": row.ticket,
                "notes": row.notes,
                "answers": [
                    {
                        "criterion": a.criterion,
                        "value": "N/A" if a.value is None else a.value,
                        "words": a.reason,
                        "evidence": a.evidence,
                        "from": a.evidence_from,
                        "until": a.evidence_until,
                    }
                    for a in answers[row.id]
                ],
            }
            for row in rows
            if row.state == "submitted"
        ],
        "verifications": [
            {"judgement": each.judgement, "reason": each.reason} for each in verified
        ],
    }


def bare(text: str) -> str:
    """The letters and digits of a text, in small letters."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
