"""Clients' complaints about centres that reached the institute."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("arrived", sa.Date(), nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_complaint_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint(
            "centre_id", "reference", name=op.f("uq_complaint_centre_id_reference")
        ),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("complaint")
