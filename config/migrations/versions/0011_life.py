"""A call's life after the draw: each try's own moment, what followed it, offers and answers."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; every try made so far was for its call's drawn moment."""
    op.add_column("planned_call", sa.Column("again_at", Moment(), nullable=True))
    op.add_column("attempt", sa.Column("drawn_moment", Moment(), nullable=True))
    op.execute(
        "UPDATE attempt SET drawn_moment = (SELECT drawn_moment FROM planned_call "
        "WHERE planned_call.id = attempt.call_id)"
    )
    with op.batch_alter_table("attempt") as table:
        table.alter_column("drawn_moment", existing_type=Moment(), nullable=False)
    op.create_table(
        "follow_up",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("redrawn_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_follow_up_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["redrawn_id"], ["planned_call.id"], name=op.f("fk_follow_up_redrawn_id")
        ),
        sa.PrimaryKeyConstraint("call_id", "ordinal", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("redrawn_id", name=op.f("uq_follow_up_redrawn_id")),
    )
    op.create_table(
        "offer",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("moment", Moment(), nullable=False),
        sa.Column("offered_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(12), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["planned_call.id"], name=op.f("fk_offer_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_person_id")),
        sa.PrimaryKeyConstraint("call_id", "person_id", "moment", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_person_id"), "offer", ["person_id"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("offer")
    op.drop_table("follow_up")
    op.drop_column("attempt", "drawn_moment")
    op.drop_column("planned_call", "again_at")
