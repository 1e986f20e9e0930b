"""The rows of the register: providers, centres, and what was supplied about them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id

ACCREDITED = "accredited"


class ProviderRow(Base):
    """An organisation that is accredited, or may be; ``version`` counts the institute's changes."""

    __tablename__ = "provider"

    id: Mapped[UUID] = new_id()
    name: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[str] = mapped_column(String(12), default=ACCREDITED, server_default=ACCREDITED)
    undertaking_signed_on: Mapped[date | None]
    undertaking_code: Mapped[str] = mapped_column(String(16), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class CentreRow(Base):
    """One support centre of a provider; ``invented`` for rehearsals and demonstrations.

    One of a ``rehearsal`` was made by it, and no other plan calls it.
    ``region`` is a subdivision as the holidays library names it, "" for the whole country;
    ``languages`` are the codes of those that it serves in;
    ``version`` counts the institute's changes.
    """

    __tablename__ = "centre"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[UUID] = new_id()
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    contact_email: Mapped[str] = mapped_column(String(254))
    accredited_from: Mapped[date]
    accredited_until: Mapped[date]
    recording_permitted: Mapped[bool]
    invented: Mapped[bool] = mapped_column(default=False)
    rehearsal: Mapped[bool] = mapped_column(default=False, server_default=false())
    region: Mapped[str] = mapped_column(String(16), default="", server_default="")
    keeps_holidays: Mapped[bool] = mapped_column(default=False, server_default=false())
    languages: Mapped[str] = mapped_column(String(200), default="en", server_default="en")
    volume_weeks: Mapped[int | None]  # of the log behind the declared volume; None: no log
    volume_source: Mapped[str] = mapped_column(String(200), default="", server_default="")
    analysts: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class StaffNoticeRow(Base):
    """A dated notice to a centre's staff that unannounced calls may be made."""

    __tablename__ = "staff_notice"
    __table_args__ = (UniqueConstraint("centre_id", "given_on"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    given_on: Mapped[date]


class ContactNumberRow(Base):
    """A line of a centre. ``ended_on``: the day on which a return left it out."""

    __tablename__ = "contact_number"
    __table_args__ = (
        Index(
            "uq_contact_number_held",
            "e164",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    e164: Mapped[str] = mapped_column(String(16), index=True)
    menu_keys: Mapped[str] = mapped_column(String(32))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reach: Mapped[str] = mapped_column(String(32), default="public", server_default="public")
    proved_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class CoverIdentityRow(Base):
    """A fictitious caller that a centre has entitled; name, account and code are sealed."""

    __tablename__ = "cover_identity"
    __table_args__ = (
        Index(
            "uq_cover_identity_account",
            "centre_id",
            "account_index",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    name_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "name"})
    account_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "account"})
    code_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "code"})
    code_kind: Mapped[str] = mapped_column(String(20))
    account_index: Mapped[str] = mapped_column(String(64))
    code_index: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    most_uses: Mapped[int] = mapped_column(default=6, server_default="6")
    fingerprint_risk: Mapped[str] = mapped_column(String(8), default="", server_default="")
    burnt_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class OpeningRow(Base):
    """A weekly span of a centre's hours, in force from ``since`` until ``ended_on``."""

    __tablename__ = "opening"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
    since: Mapped[date]
    ended_on: Mapped[date | None]


class ClosureRow(Base):
    """Days on which a centre opens no span."""

    __tablename__ = "closure"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime]
    ended_on: Mapped[date | None]


class ServiceLevelRow(Base):
    """One version of what a centre has declared."""

    __tablename__ = "service_level"
    __table_args__ = (UniqueConstraint("centre_id", "version"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    version: Mapped[int]
    since: Mapped[date]
    products: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    answer_within: Mapped[int]
    answered_percent: Mapped[int]
    escalation_within: Mapped[int]
    calibre: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    exclusions: Mapped[str] = mapped_column(Text)


class HolidayExceptionRow(Base):
    """A day on which a centre differs from its region's public holidays: open, or shut."""

    __tablename__ = "holiday_exception"
    __table_args__ = (UniqueConstraint("centre_id", "day"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    day: Mapped[date]
    open: Mapped[bool]


class ProvingCheckRow(Base):
    """An announced call to a number; ``identity_id`` is the identity whose code it gave."""

    __tablename__ = "proving_check"

    id: Mapped[UUID] = new_id()
    number_id: Mapped[UUID] = mapped_column(ForeignKey("contact_number.id"), index=True)
    identity_id: Mapped[UUID | None] = mapped_column(ForeignKey("cover_identity.id"))
    made_on: Mapped[date]
    made_by: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime]


class CustodianRow(Base):
    """Who, outside the support team, set up a centre's identities, and what they declared when."""

    __tablename__ = "custodian"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    unmarked_on: Mapped[date | None]
    consented_on: Mapped[date | None]
    uncounted_on: Mapped[date | None]
    version: Mapped[int]


class IdentityUseRow(Base):
    """A sampled call in which an identity may have been heard: its code shown or its gate passed.

    The call is told by its id alone, so that this table hangs on no plan.
    """

    __tablename__ = "identity_use"

    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("cover_identity.id"), index=True)
    used_at: Mapped[datetime]


class VolumeRow(Base):
    """Ordinary calls that a centre declared for a clock hour of a weekday (0 is Monday)."""

    __tablename__ = "volume"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    calls: Mapped[int]


class ProductRow(Base):
    """A product that a centre supports, with what is usually asked and where the fix is told."""

    __tablename__ = "product"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(100))
    enquiry: Mapped[str] = mapped_column(Text)
    fix: Mapped[str] = mapped_column(Text)


class PermissionRow(Base):
    """The legal basis on which calls with people of a country may be recorded, or listened to."""

    __tablename__ = "permission"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    basis: Mapped[str] = mapped_column(String(500))


class FreshSetRow(Base):
    """The institute asked for a fresh set of identities; the provider is told from a day on."""

    __tablename__ = "fresh_set"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    told_from: Mapped[date]
