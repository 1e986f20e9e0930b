"""The rows of people: who signs in, with which roles, ties and offered hours."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
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
    country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    telephone_sealed: Mapped[str | None] = mapped_column(Text, info={"sealed": "telephone"})
    way: Mapped[str] = mapped_column(String(10), default="bridge", server_default="bridge")
    languages: Mapped[str] = mapped_column(String(200), default="", server_default="")  # codes
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    planted: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # of what was stated


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
    confirmed_at: Mapped[datetime]  # the last proof of who it is
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HalfSignInRow(Base):
    """A right password that waits for its one-time code; it opens no page."""

    __tablename__ = "half_sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime]


class SecondStepRow(Base):
    """The secret of a person's one-time codes; it counts once a first code has confirmed it."""

    __tablename__ = "second_step"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "secret"})
    last_step: Mapped[int]  # the newest half-minute whose code was used
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """A code for the day on which the telephone is lost; the key is its hash."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SingleUseLinkRow(Base):
    """A mailed link with which somebody sets a password; the key is a hash of its token."""

    __tablename__ = "single_use_link"
    __table_args__ = (
        Index(
            "uq_single_use_link_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = new_id()
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(12))
    written_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or a newer one took its place


class RefusedSignInRow(Base):
    """A failed try, counted by who was asked for and from where; holds neither in clear."""

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
    to: Mapped[str] = mapped_column(String(12), server_default="organisation")
    reason: Mapped[str] = mapped_column(String(500))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")


class RefusedCentreRow(Base):
    """A centre that an assessor doesn't call, for reasons of their own."""

    __tablename__ = "refused_centre"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    since: Mapped[datetime]


class CertificateRow(Base):
    """A scenario, by its name, that a person is trained and certified for until a day."""

    __tablename__ = "certificate"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    scenario: Mapped[str] = mapped_column(String(100), primary_key=True)
    until: Mapped[date]


class OfferedHoursRow(Base):
    """A weekly span in which an assessor could take a call, in the person's own zone."""

    __tablename__ = "offered_hours"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]


class TieLeaveRow(Base):
    """An administrator's leave: for a while a tie doesn't keep a person from one centre."""

    __tablename__ = "tie_leave"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    given_by: Mapped[str] = mapped_column(String(36))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # taken back before its time


class PasskeyRow(Base):
    """A public key with which a person signs in; the private one never leaves their device."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = new_id()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url
    public_key: Mapped[str] = mapped_column(Text)  # COSE, base64url
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CalendarAddressRow(Base):
    """The secret address at which a person's calendar reads their calls; the key is its hash."""

    __tablename__ = "calendar_address"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]


class ChallengeRow(Base):
    """What a browser was asked to prove and hasn't yet; the key is a hash of its token."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class OutsideAccountRow(Base):
    """The account at the institute's own sign-in service that a person came with first."""

    __tablename__ = "outside_account"

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]
