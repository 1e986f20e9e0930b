"""The rows of what a provider's contact sends: files not yet entered, and major incidents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class UploadRow(Base):
    """What was sent, between its preview and its entry, sealed; one a person at most.

    ``centre_id`` is whose form it is; None is the files of a return.
    """

    __tablename__ = "upload"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(200))
    centre_id: Mapped[UUID | None] = mapped_column(ForeignKey("centre.id"))
    body_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "body"})


class IncidentRow(Base):
    """A major incident that a provider reported: nothing is dialled to the centre meanwhile."""

    __tablename__ = "incident"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    until: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(500))
