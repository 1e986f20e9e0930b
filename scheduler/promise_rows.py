"""The rows of promises, and of whatever came back: calls to the pool's numbers, mail, notes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class PromiseRow(Base):
    """What an analyst promised at the end of a call; settled once its time is over."""

    __tablename__ = "promise"

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), unique=True)
    way: Mapped[str] = mapped_column(String(5))
    what: Mapped[str] = mapped_column(String(300))
    basis: Mapped[str] = mapped_column(String(12))
    promised_at: Mapped[datetime]
    due: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(6))
    closed_at: Mapped[datetime | None]  # the assessment is submitted: the outcome stays
    cancelled_at: Mapped[datetime | None]


class InboundCallRow(Base):
    """One call to a number of the pool, and what it was answered with."""

    __tablename__ = "inbound_call"

    id: Mapped[UUID] = new_id()
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("planned_call.id"), index=True)
    number: Mapped[str] = mapped_column(String(16))
    caller_sealed: Mapped[str | None] = mapped_column(Text, info={"sealed": "caller"})
    received_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[str] = mapped_column(String(10))  # assessor, voicemail, neutral
    counts: Mapped[bool]  # whether it surely was the centre
    talked: Mapped[bool]  # whether the assessor took it
    recording_sid: Mapped[str | None] = mapped_column(String(34))
    seconds: Mapped[int | None]  # of the talk or the message
    message_sealed: Mapped[str | None] = mapped_column(
        Text, info={"sealed": "message"}, deferred=True
    )
    removed_at: Mapped[datetime | None]  # the message, from the network


class CameBackRow(Base):
    """What came back by another way than the pool's lines: a mail, or what the assessor enters."""

    __tablename__ = "came_back"

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), index=True)
    way: Mapped[str] = mapped_column(String(5))
    source: Mapped[str] = mapped_column(String(8))  # mailbox, hand
    key: Mapped[str] = mapped_column(String(64), unique=True)  # a mail is taken in once
    at: Mapped[datetime]
    counts: Mapped[bool]
    gist_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "gist"})


class PoolLetterRow(Base):
    """The day on which administrators were written to about the pool."""

    __tablename__ = "pool_letter"

    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
