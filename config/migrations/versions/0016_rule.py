"""The rules that were put in force, reasons for more sampling, and what a plan could not meet."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "rule_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("guard", sa.String(12), nullable=False),
        sa.Column("day", sa.String(12), nullable=False),
        sa.Column("hour", sa.String(12), nullable=False),
        sa.Column("measured_on", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rule_version")),
    )
    op.create_table(
        "extra_sampling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("factor", sa.String(12), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(64), nullable=True),
        sa.Column("ended_words", sa.String(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_extra_sampling_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_extra_sampling_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_sampling")),
        sa.UniqueConstraint("call_id", name=op.f("uq_extra_sampling_call_id")),
    )
    op.create_index(op.f("ix_extra_sampling_centre_id"), "extra_sampling", ["centre_id"])
    with op.batch_alter_table("plan_centre") as table:
        table.add_column(sa.Column("short", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("plan_centre") as table:
        table.drop_column("short")
    op.drop_table("extra_sampling")
    op.drop_table("rule_version")
