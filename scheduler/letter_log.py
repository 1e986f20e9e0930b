"""The place that remembers which letters were written that are written once."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config.database import insert_once
from scheduler.letter_rows import AnchorLetterRow, MondayLetterRow, ReminderRow
from scheduler.reminder import Reminder


def note_reminder(session: Session, centre: UUID, reminder: Reminder, now: datetime) -> bool:
    """Remember a reminder; False when it was written before."""
    row = ReminderRow(
        id=uuid4(),
        centre_id=centre,
        need=reminder.need,
        lapses_on=reminder.last,
        days=reminder.days,
        written_at=now,
    )
    return insert_once(session, row)


def note_monday(session: Session, week: str, now: datetime) -> bool:
    """Remember the letter of an ISO week, such as 2027-W03; False when it was written before."""
    return insert_once(session, MondayLetterRow(week=week, written_at=now))


def monday_written(session: Session, week: str) -> bool:
    """Whether the letter of an ISO week was written."""
    return session.get(MondayLetterRow, week) is not None


def note_anchor(session: Session, day: date, now: datetime) -> bool:
    """Remember the letter of a day with the journal's head; False when it was written before."""
    return insert_once(session, AnchorLetterRow(day=day, written_at=now))


def anchor_written(session: Session, day: date) -> bool:
    """Whether the letter of a day with the journal's head was written."""
    return session.get(AnchorLetterRow, day) is not None
