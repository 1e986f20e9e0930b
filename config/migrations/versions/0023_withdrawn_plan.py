"""Plans that were withdrawn, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the table forward."""
    op.add_column("sampling_plan", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take the column back."""
    op.drop_column("sampling_plan", "withdrawn_at")
