"""The rows of what is published of a plan before its draw, and kept for its disclosure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base

TABLE = "plan_seal"


class PlanSealRow(Base):
    """The certificate of a plan, the salt of its pseudonyms, and what became of both.

    ``drawn`` is the plan as it was drawn, in its canonical form; ``record`` what had become of it
    when it was disclosed for the first time. Both are "" before.
    """

    __tablename__ = TABLE

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("sampling_plan.id"), primary_key=True)
    salt_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "salt"})
    public_source: Mapped[str] = mapped_column(Text)  # of the awaited value; "" where none is
    certificate: Mapped[str] = mapped_column(Text)
    drawn: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    disclosed_at: Mapped[datetime | None]
