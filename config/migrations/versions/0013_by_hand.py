"""A call may be made by hand: the assessor dials it on the institute's own telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column(
        "planned_call",
        sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("planned_call", "by_hand")
