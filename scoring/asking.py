"""Answers who asks what is kept about them: people here, and analysts, whom no record names.

An analyst is found by centre, date and the reference of a ticket, once the provider has confirmed
who asks. Before every call of the period is over the answer is one sentence, the same whether there
was a call or not: otherwise asking would tell a provider the plan.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import diary, people, recordings, register
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scoring import dossier
from scoring.dossier import Scope
from scoring.personal_rows import AnalystRequestRow
from scoring.retention import RetentionRefused

NOT_YET = "Your request is noted. It will be answered when the period of that day is over."
NOTHING = "Nothing is kept about a call under that reference on that day."
QUARTER = 3  # months: the period of a day for which no plan was drawn
SHORTEST_TICKET = 4  # letters and digits, or it would fit any words
HELD_BACK = (
    "Calls that aren't over are left out: their date and time stand on the calendar. Sealed values "
    "and whatever opens an account are named and not shown."
)

"""Whether a recording of a call is kept."""


@dataclass(frozen=True, slots=True)
class AnalystRequest:
    """What an analyst asks for; who at the provider confirmed that it is they, when and how."""

    centre: UUID
    called_on: date
    ticket: str
    confirmed_by: str
    confirmed_on: date
    confirmed_how: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A request as it is listed."""

    id: UUID
    asked: AnalystRequest
    centre_name: str
    entered_at: datetime
    answered_at: datetime | None


# --- people here --------------------------------------------------------------------------------


def copy_for(
    sessions: Sessions, vault: Vault, person: UUID, now: datetime, actor: UUID, origin: str
) -> dict[str, object]:
    """Everything that is kept about a person, for themselves or made by an administrator.

    Their telephone is in clear only in their own copy. A provider's contact gets no numbers of the
    journal's entries: those between two of their own would count what the institute does. The entry
    in the journal is written first.
    Raises RetentionRefused for nobody.
    """
    with sessions.begin() as session:
        found = people.profile(session, person)
        if found is None:
            raise RetentionRefused("There is no such person.")
        own = person == actor
        inside = found.person.provider is None
        scope = Scope(telephone=own, plans=not own or inside, numbers=inside)
        journal.record(
            session, now, str(actor), "personal data copied", f"person {person}", origin=origin
        )
        return {"left out": HELD_BACK, **dossier.of_person(session, vault, person, scope)}


# --- analysts -----------------------------------------------------------------------------------


def note(sessions: Sessions, asked: AnalystRequest, now: datetime, actor: UUID) -> UUID:
    """Take down a request that the provider has confirmed. Raises RetentionRefused."""
    with sessions.begin() as session:
        centre = register.find_centre(session, asked.centre)
        if centre is None:
            raise RetentionRefused("Choose a centre of the list.")
        today = civil_date(now, centre.zone)
        if asked.called_on > today or asked.confirmed_on > today:
            raise RetentionRefused("A day is to come. Check both dates.")
        if len(dossier.bare(asked.ticket)) < SHORTEST_TICKET:
            raise RetentionRefused("Write the ticket's whole reference, at least four signs.")
        if not (asked.confirmed_by.strip() and asked.confirmed_how.strip()):
            raise RetentionRefused("Write who at the provider confirmed who asks, and how.")
        key = uuid4()
        session.add(
            AnalystRequestRow(
                id=key,
                centre_id=asked.centre,
                called_on=asked.called_on,
                ticket=asked.ticket.strip(),
                confirmed_by=asked.confirmed_by.strip(),
                confirmed_on=asked.confirmed_on,
                confirmed_how=asked.confirmed_how.strip(),
                entered_at=now,
            )
        )
        detail: dict[str, object] = {"request": str(key)}
        said = {"confirmed by": asked.confirmed_by.strip(), "how": asked.confirmed_how.strip()}
        about = f"centre {asked.centre}"
        journal.record(session, now, str(actor), "analyst asked", about, detail, aside=said)
        return key


def noted(session: Session) -> tuple[Noted, ...]:
    """Every request that is still kept, the newest first."""
    rows = session.scalars(
        select(AnalystRequestRow).order_by(
            AnalystRequestRow.entered_at.desc(), AnalystRequestRow.id
        )
    )
    return tuple(_noted(session, row) for row in rows)


def answer(
    sessions: Sessions, key: UUID, now: datetime, actor: UUID
) -> tuple[str, list[dict[str, object]]]:
    """The answer to a request as it may be given now: a sentence, and what is kept of the call.

    Raises RetentionRefused for a request that there isn't.
    """
    with sessions.begin() as session:
        row = session.get(AnalystRequestRow, key)
        if row is None:
            raise RetentionRefused("There is no such request.")
        if not is_over(session, row.called_on, civil_date(now, _zone(session, row.centre_id))):
            return NOT_YET, []
        calls = _calls(session, row.centre_id, row.called_on)
        found = dossier.calls_of_day(session, [call.id for call in calls], row.ticket)
        kept = []
        for each in found:
            call = UUID(str(each.pop("call")))
            kept.append({**each, "recording": _said(session, call)})
        row.answered_at = now
        detail: dict[str, object] = {"request": str(key), "calls": len(kept)}
        journal.record(
            session, now, str(actor), "analyst answered", f"centre {row.centre_id}", detail
        )
        return ("This is what is kept of that call." if kept else NOTHING), kept


def is_over(session: Session, day: date, today: date) -> bool:
    """Whether every call of the period of a day is over; without a plan, whether its quarter is.

    A rehearsed period counts by its calls alone.
    """
    month = Month.of(day)
    plans = diary.covering(session, Period(month, 1))
    drawn = [each for plan in plans for each in (plan, *diary.additions(session, plan.id))]
    if any(call.disposition.open for plan in drawn for call in diary.calls(session, plan=plan.id)):
        return False
    if drawn and all(plan.purpose == "rehearsal" for plan in drawn):
        return True
    quarter = Period(Month(day.year, (day.month - 1) // QUARTER * QUARTER + 1), QUARTER)
    return all(end <= today for end in (quarter.end, *(plan.period.end for plan in drawn)))


def _calls(session: Session, centre: UUID, day: date) -> list[PlannedCall]:
    """The calls to a centre on a civil day of its zone, withdrawn ones left out."""
    return [
        call
        for call in diary.calls(session, centre=centre, sampled=True)
        if call.disposition is not Disposition.WITHDRAWN
        and civil_date(call.ended_at or call.drawn_moment, call.zone) == day
    ]


def _said(session: Session, call: UUID) -> str:
    recording = recordings.of_call(session, call)
    kept = recording is not None and recording.playable
    return "A recording is kept." if kept else "No recording is kept."


def _zone(session: Session, centre: UUID) -> str:
    found = register.find_centre(session, centre)
    assert found is not None
    return found.zone


def _noted(session: Session, row: AnalystRequestRow) -> Noted:
    centre = register.find_centre(session, row.centre_id)
    return Noted(
        row.id,
        AnalystRequest(
            row.centre_id,
            row.called_on,
            row.ticket,
            row.confirmed_by,
            row.confirmed_on,
            row.confirmed_how,
        ),
        centre.name if centre else "",
        row.entered_at,
        row.answered_at,
    )
