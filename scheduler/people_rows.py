"""The rows of people: who signs in, with which roles, ties and offered hours."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class PersonRow(Base):
    """Somebody who signs in; ``planted`` people exist only on the practice telephone."""

    __tablename__ = "person"

    id: Mapped[UUID] = new_id()
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64))
    telephone_sealed: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    planted: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class PersonRoleRow(Base):
    """A role that a person holds."""

    __tablename__ = "person_role"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class SignInRow(Base):
    """A server-side session; the key is a hash of the cookie's token."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RefusedSignInRow(Base):
    """A failed sign-in, counted by who was asked for and from where; holds neither in clear."""

    __tablename__ = "refused_sign_in"

    id: Mapped[UUID] = new_id()
    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


class TieRow(Base):
    """A person's tie to a provider: they neither call it nor review its calls."""

    __tablename__ = "tie"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    reason: Mapped[str] = mapped_column(String(500))
    declared_at: Mapped[datetime]


class OfferedHoursRow(Base):
    """A weekly span in which an assessor could take a call, in the person's own zone."""

    __tablename__ = "offered_hours"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
