"""An assessment keeps the reference of the centre's ticket, by which an analyst's call is found."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column(
        "assessment", sa.Column("ticket", sa.String(100), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("assessment", "ticket")
