"""What a provider supplies beyond the first road."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("volume", "identity_use", "custodian", "proving_check", "holiday_exception")


def columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    """The new columns of each table, made anew: a column belongs to one table at a time."""
    return {
        "provider": (
            sa.Column("status", sa.String(12), nullable=False, server_default="accredited"),
            sa.Column("undertaking_signed_on", sa.Date()),
            sa.Column("undertaking_code", sa.String(16), nullable=False, server_default=""),
            sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        ),
        "centre": (
            sa.Column("region", sa.String(16), nullable=False, server_default=""),
            sa.Column("keeps_holidays", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("volume_weeks", sa.Integer()),
            sa.Column("analysts", sa.Integer()),
            sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        ),
        "contact_number": (
            sa.Column("reach", sa.String(32), nullable=False, server_default="public"),
        ),
        "cover_identity": (
            sa.Column("most_uses", sa.Integer(), nullable=False, server_default="6"),
            sa.Column("fingerprint_risk", sa.String(8), nullable=False, server_default=""),
        ),
    }


def upgrade() -> None:
    """Bring the tables forward."""
    for table, new in columns().items():
        for column in new:
            op.add_column(table, column)
    op.create_table(
        "holiday_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_holiday_exception_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_exception")),
        sa.UniqueConstraint("centre_id", "day", name=op.f("uq_holiday_exception_centre_id_day")),
    )
    op.create_table(
        "proving_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number_id"], ["contact_number.id"], name=op.f("fk_proving_check_number_id")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["cover_identity.id"], name=op.f("fk_proving_check_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proving_check")),
    )
    op.create_index(op.f("ix_proving_check_number_id"), "proving_check", ["number_id"])
    op.create_table(
        "custodian",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("unmarked_on", sa.Date(), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("uncounted_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_custodian_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_custodian")),
    )
    op.create_table(
        "identity_use",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["cover_identity.id"], name=op.f("fk_identity_use_identity_id")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_identity_use")),
    )
    op.create_index(op.f("ix_identity_use_identity_id"), "identity_use", ["identity_id"])
    op.create_table(
        "volume",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_volume_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "weekday", "hour", name=op.f("pk_volume")),
    )


def downgrade() -> None:
    """Take the tables back."""
    for table in TABLES:
        op.drop_table(table)
    for table, new in columns().items():
        for column in reversed(new):
            op.drop_column(table, column.name)
