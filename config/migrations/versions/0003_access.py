"""Single-use links, second steps, recovery codes, confirmed sign-ins, ties that end, refusals."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "single_use_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_single_use_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_single_use_link")),
        sa.UniqueConstraint("key", name=op.f("uq_single_use_link_key")),
    )
    op.create_index(
        "uq_single_use_link_open",
        "single_use_link",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "half_sign_in",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_half_sign_in_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_in")),
    )
    op.create_table(
        "second_step",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_second_step_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_step")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])
    op.create_table(
        "refused_centre",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_refused_centre_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_refused_centre_centre_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "centre_id", name=op.f("pk_refused_centre")),
    )
    op.add_column("sign_in", sa.Column("confirmed_at", Moment(), nullable=True))
    op.execute("UPDATE sign_in SET confirmed_at = since")
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.alter_column("confirmed_at", existing_type=Moment(), nullable=False)
    op.add_column(
        "tie",
        sa.Column("to", sa.String(length=12), nullable=False, server_default="organisation"),
    )
    op.add_column("tie", sa.Column("ended_at", Moment(), nullable=True))
    op.add_column(
        "tie", sa.Column("end_reason", sa.String(length=500), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take the tables back. A tie that had ended would be in force again, so it goes as well."""
    op.execute("DELETE FROM tie WHERE ended_at IS NOT NULL")
    for table, column in (
        ("tie", "end_reason"),
        ("tie", "ended_at"),
        ("tie", "to"),
        ("sign_in", "confirmed_at"),
    ):
        op.drop_column(table, column)
    op.drop_table("refused_centre")
    op.drop_index(op.f("ix_recovery_code_person_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("second_step")
    op.drop_table("half_sign_in")
    op.drop_index("uq_single_use_link_open", table_name="single_use_link")
    op.drop_table("single_use_link")
