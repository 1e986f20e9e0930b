"""The languages that people play in and centres serve in, and certificates for scenarios."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; whoever is known plays everything, every centre serves in English.

    The server's defaults stay: the models declare them.
    """
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("languages", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("centre") as table:
        table.add_column(
            sa.Column("languages", sa.String(200), nullable=False, server_default="en")
        )
    op.create_table(
        "certificate",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.String(100), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "scenario", name=op.f("pk_certificate")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("certificate")
    with op.batch_alter_table("centre") as table:
        table.drop_column("languages")
    with op.batch_alter_table("person") as table:
        table.drop_column("languages")
