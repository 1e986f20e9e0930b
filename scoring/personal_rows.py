"""The rows about personal data: what is held back from deletion, and what analysts asked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class LegalHoldRow(Base):
    """Nothing of a centre, person or call is deleted while its hold is in force."""

    __tablename__ = "legal_hold"

    id: Mapped[UUID] = new_id()
    kind: Mapped[str] = mapped_column(String(8))  # centre, person, call
    subject: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(500))
    placed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AnalystRequestRow(Base):
    """An analyst's request for what is kept of one call; who at the provider confirmed it."""

    __tablename__ = "analyst_request"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    called_on: Mapped[date]  # the centre's civil date
    ticket: Mapped[str] = mapped_column(String(100))
    confirmed_by: Mapped[str] = mapped_column(String(200))
    confirmed_on: Mapped[date]
    confirmed_how: Mapped[str] = mapped_column(String(300))
    entered_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
