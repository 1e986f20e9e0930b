"""Promises that calls ended in, what came back, and numbers that the network refused."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(5), nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("basis", sa.String(12), nullable=False),
        sa.Column("promised_at", Moment(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(6), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["planned_call.id"], name=op.f("fk_promise_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint("call_id", name=op.f("uq_promise_call_id")),
    )
    op.create_index(op.f("ix_promise_due"), "promise", ["due"])
    op.create_table(
        "inbound_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.String(34), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("caller_sealed", sa.Text(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("talked", sa.Boolean(), nullable=False),
        sa.Column("recording_sid", sa.String(34), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("message_sealed", sa.Text(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_inbound_call_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_call")),
        sa.UniqueConstraint("sid", name=op.f("uq_inbound_call_sid")),
    )
    op.create_index(op.f("ix_inbound_call_call_id"), "inbound_call", ["call_id"])
    op.create_index(op.f("ix_inbound_call_received_at"), "inbound_call", ["received_at"])
    op.create_table(
        "came_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(5), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("gist_sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_came_back_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_came_back")),
        sa.UniqueConstraint("key", name=op.f("uq_came_back_key")),
    )
    op.create_index(op.f("ix_came_back_call_id"), "came_back", ["call_id"])
    op.create_table(
        "pool_letter",
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("what", "day", name=op.f("pk_pool_letter")),
    )
    op.add_column("caller_number", sa.Column("refused_at", Moment(), nullable=True))


def downgrade() -> None:
    """Take the tables back; what is still awaited counts as it ended."""
    op.execute("UPDATE planned_call SET disposition = 'completed' WHERE disposition = 'awaiting'")
    op.drop_column("caller_number", "refused_at")
    for table in ("pool_letter", "came_back", "inbound_call", "promise"):
        op.drop_table(table)
