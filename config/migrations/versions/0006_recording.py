"""Recordings of calls: what is known of each, and the sealed key that opens its file."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "recording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sid", sa.String(34), nullable=True),
        sa.Column("expected_at", Moment(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(200), nullable=True),
        sa.Column("stored_at", Moment(), nullable=True),
        sa.Column("file", sa.String(32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("key_sealed", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("person_ms", sa.Integer(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_recording_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_recording_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_recording_attempt_id")),
        sa.UniqueConstraint("sid", name=op.f("uq_recording_sid")),
    )
    op.create_index(op.f("ix_recording_call_id"), "recording", ["call_id"])
    op.create_index("ix_recording_state", "recording", ["state", "next_try_at"])
    op.create_table(
        "recording_play",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hour", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_recording_play_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recording_play_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_play")),
        sa.UniqueConstraint(
            "recording_id",
            "person_id",
            "hour",
            name=op.f("uq_recording_play_recording_id_person_id_hour"),
        ),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("recording_play")
    op.drop_table("recording")
