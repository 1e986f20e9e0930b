"""Centres that were made for rehearsals, which no other plan calls."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the table forward; the server's default stays: the model declares it.

    Of the centres invented so far nobody knows which a demonstration stands on, so they stay.
    """
    op.add_column(
        "centre", sa.Column("rehearsal", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take the column back."""
    op.drop_column("centre", "rehearsal")
