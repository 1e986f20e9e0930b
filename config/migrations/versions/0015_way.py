"""The way in which an assessor comes into a call: the usual one, and one for a single call."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column(
        "person", sa.Column("way", sa.String(10), nullable=False, server_default="bridge")
    )
    op.create_table(
        "call_way",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_call_way_call_id_planned_call")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_call_way_person_id_person")
        ),
        sa.PrimaryKeyConstraint("call_id", "person_id", name=op.f("pk_call_way")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("call_way")
    op.drop_column("person", "way")
