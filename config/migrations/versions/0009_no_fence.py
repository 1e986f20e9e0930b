"""An attempt is claimed once and never again, so it needs no fence."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.drop_column("attempt", "fence")


def downgrade() -> None:
    """Take the tables back."""
    op.add_column("attempt", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
