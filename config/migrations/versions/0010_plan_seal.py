"""What is published of a plan before its draw, and kept for its disclosure."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; plans sealed before have no certificate."""
    op.create_table(
        "plan_seal",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("salt_sealed", sa.Text(), nullable=False),
        sa.Column("public_source", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("disclosed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["sampling_plan.id"], name=op.f("fk_plan_seal_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_seal")),
    )


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("plan_seal")
