"""The rows of alarms, and of the workers whose silence raises one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id

OPEN = "ended_at IS NULL"


class AlarmRow(Base):
    """One condition; the index says that it is raised once while it lasts."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "uq_alarm_open",
            "kind",
            "about",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[UUID] = new_id()
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(64))
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    told_at: Mapped[datetime | None]
    tries: Mapped[int]
    next_try_at: Mapped[datetime]


class WorkerRow(Base):
    """A worker that has ticked and not said goodbye."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    at: Mapped[datetime]
