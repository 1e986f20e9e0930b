"""The row of a recording: from the gate that let it begin to the proof that it is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class RecordingRow(Base):
    """What is known of the recording of one attempt; the sound itself lies in the storage."""

    __tablename__ = "recording"
    __table_args__ = (Index("ix_recording_state", "state", "next_try_at"),)

    id: Mapped[UUID] = new_id()
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"), unique=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    expected_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200))
    stored_at: Mapped[datetime | None]
    file: Mapped[str | None] = mapped_column(String(32))
    size: Mapped[int | None]  # bytes in clear
    sha256: Mapped[str | None] = mapped_column(String(64))
    key_sealed: Mapped[str | None] = mapped_column(Text, info={"sealed": "key"})
    milliseconds: Mapped[int | None]
    person_ms: Mapped[int | None]  # from the answer to a person's first word, as heard
    parts: Mapped[str | None] = mapped_column(Text)  # JSON: what was heard since which millisecond
    removed_at: Mapped[datetime | None]  # from the network
    deleted_at: Mapped[datetime | None]  # from our storage


class RecordingPlayRow(Base):
    """That a person played a recording in an hour, so that the journal says it once."""

    __tablename__ = "recording_play"
    __table_args__ = (UniqueConstraint("recording_id", "person_id", "hour"),)

    id: Mapped[UUID] = new_id()
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recording.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    hour: Mapped[datetime]
