"""Personal values beside the journal's chain, legal holds, analysts' requests, the day's head."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "journal_aside",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_aside")),
    )
    op.create_table(
        "anchor_letter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_anchor_letter")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("placed_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_subject"), "legal_hold", ["subject"])
    op.create_table(
        "analyst_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("ticket", sa.String(100), nullable=False),
        sa.Column("confirmed_by", sa.String(200), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_how", sa.String(300), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_analyst_request_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analyst_request")),
    )
    op.create_index(op.f("ix_analyst_request_entered_at"), "analyst_request", ["entered_at"])


def downgrade() -> None:
    """Take the tables back. The chain of the journal holds without what was kept beside it."""
    op.drop_index(op.f("ix_analyst_request_entered_at"), table_name="analyst_request")
    op.drop_table("analyst_request")
    op.drop_index(op.f("ix_legal_hold_subject"), table_name="legal_hold")
    op.drop_table("legal_hold")
    op.drop_table("anchor_letter")
    op.drop_table("journal_aside")
