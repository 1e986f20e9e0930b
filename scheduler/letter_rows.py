"""The rows of letters that are written once: reminders, the Monday letter, the day's head."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class ReminderRow(Base):
    """A centre's provider was reminded of a lapse, so many days ahead."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("centre_id", "need", "lapses_on", "days"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    need: Mapped[str] = mapped_column(String(30))
    lapses_on: Mapped[date]  # the last day on which the need is met
    days: Mapped[int]  # 30, 14 or 0
    written_at: Mapped[datetime]


class MondayLetterRow(Base):
    """The letter of one ISO week; the key says that it is written once."""

    __tablename__ = "monday_letter"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)  # 2027-W03
    written_at: Mapped[datetime]


class AnchorLetterRow(Base):
    """The letter of one day that holds the journal's head; the key says that it is written once."""

    __tablename__ = "anchor_letter"

    day: Mapped[date] = mapped_column(primary_key=True)  # of the institute's zone
    written_at: Mapped[datetime]
