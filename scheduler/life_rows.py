"""The rows of a call's life after the draw: what was offered to whom, and what followed a try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class FollowUpRow(Base):
    """What was decided after one try of a call; the key says that it is decided once."""

    __tablename__ = "follow_up"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)  # of the attempt that it follows
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    redrawn_id: Mapped[UUID | None] = mapped_column(ForeignKey("planned_call.id"), unique=True)


class OfferRow(Base):
    """A date and time offered to a person, without centre or scenario, and their answer."""

    __tablename__ = "offer"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    moment: Mapped[datetime] = mapped_column(primary_key=True)
    offered_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(12))
    answered_at: Mapped[datetime | None]
