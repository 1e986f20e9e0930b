"""What a provider's contact sends: files not yet entered, and major incidents."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("person_id", name=op.f("uq_upload_person_id")),
    )
    op.create_index(op.f("ix_upload_sent_at"), "upload", ["sent_at"])
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("what", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_incident_centre_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_centre_id"), "incident", ["centre_id"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("incident")
    op.drop_table("upload")
