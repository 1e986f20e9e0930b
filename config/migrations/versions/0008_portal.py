"""What providers keep current by forms: products, permissions, the log; a person's country."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("enquiry", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_product_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index(op.f("ix_product_centre_id"), "product", ["centre_id"])
    op.create_table(
        "permission",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("basis", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_permission_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", "what", "country", name=op.f("pk_permission")),
    )
    op.create_table(
        "fresh_set",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("told_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_fresh_set_centre_id")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_fresh_set")),
    )
    with op.batch_alter_table("centre") as table:
        table.add_column(
            sa.Column("volume_source", sa.String(200), nullable=False, server_default="")
        )
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("country", sa.String(2), nullable=False, server_default=""))
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("centre_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_upload_centre_id"), "centre", ["centre_id"], ["id"])


def downgrade() -> None:
    """Take the tables back; what waits for its entry is let go, since it may be a form."""
    op.execute("DELETE FROM upload")
    with op.batch_alter_table("upload") as table:
        table.drop_constraint(op.f("fk_upload_centre_id"), type_="foreignkey")
        table.drop_column("centre_id")
    with op.batch_alter_table("person") as table:
        table.drop_column("country")
    with op.batch_alter_table("centre") as table:
        table.drop_column("volume_source")
    op.drop_table("fresh_set")
    op.drop_table("permission")
    op.drop_table("product")
