"""The first tables: register, people, plans, calls, assessments, reports, journal."""

import sqlalchemy as sa
from alembic import op

from config.database import Moment
from config.journal import POSTGRESQL_GUARDS, SQLITE_GUARDS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "caller_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.Column("in_pool", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_number")),
        sa.UniqueConstraint("e164", name=op.f("uq_caller_number_e164")),
    )
    op.create_table(
        "dialling_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialling_stop")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_subject"), ["subject"], unique=False)

    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("name", name=op.f("uq_provider_name")),
    )
    op.create_table(
        "refused_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_sign_in")),
    )
    with op.batch_alter_table("refused_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_sign_in_key"), ["key"], unique=False)

    op.create_table(
        "rubric_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_version")),
        sa.UniqueConstraint("name", "fingerprint", name=op.f("uq_rubric_version_name_fingerprint")),
    )
    op.create_table(
        "sampling_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("seed_sealed", sa.Text(), nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("public_value", sa.Text(), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("adds_to", sa.Uuid(), nullable=True),
        sa.Column("sealed_at", Moment(), nullable=False),
        sa.Column("drawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["adds_to"], ["sampling_plan.id"], name=op.f("fk_sampling_plan_adds_to")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_plan")),
    )
    op.create_table(
        "scenario_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_version")),
        sa.UniqueConstraint(
            "name", "fingerprint", name=op.f("uq_scenario_version_name_fingerprint")
        ),
    )
    op.create_table(
        "vault_canary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_canary")),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("accredited_from", sa.Date(), nullable=False),
        sa.Column("accredited_until", sa.Date(), nullable=False),
        sa.Column("recording_permitted", sa.Boolean(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_centre_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("provider_id", "name", name=op.f("uq_centre_provider_id_name")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("telephone_sealed", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("planted", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_person_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "plan_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["sampling_plan.id"], name=op.f("fk_plan_month_plan_id")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_plan_month")),
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_closure_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "contact_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.Column("menu_keys", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("proved_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_contact_number_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_number")),
    )
    with op.batch_alter_table("contact_number", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_number_centre_id"), ["centre_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contact_number_e164"), ["e164"], unique=False)
        batch_op.create_index(
            "uq_contact_number_held",
            ["e164"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "cover_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("account_sealed", sa.Text(), nullable=False),
        sa.Column("code_sealed", sa.Text(), nullable=False),
        sa.Column("code_kind", sa.String(length=20), nullable=False),
        sa.Column("account_index", sa.String(length=64), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("burnt_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cover_identity_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_identity")),
    )
    with op.batch_alter_table("cover_identity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cover_identity_centre_id"), ["centre_id"], unique=False
        )
        batch_op.create_index(
            "uq_cover_identity_account",
            ["centre_id", "account_index"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "offered_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offered_hours_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_hours")),
    )
    with op.batch_alter_table("offered_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offered_hours_person_id"), ["person_id"], unique=False)

    op.create_table(
        "opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_opening_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "plan_centre",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("uncovered", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_plan_centre_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["sampling_plan.id"], name=op.f("fk_plan_centre_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "centre_id", name=op.f("pk_plan_centre")),
    )
    op.create_table(
        "report_issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_report_issue_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_issue")),
        sa.UniqueConstraint(
            "centre_id", "month", "number", name=op.f("uq_report_issue_centre_id_month_number")
        ),
    )
    op.create_table(
        "service_level",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("answer_within", sa.Integer(), nullable=False),
        sa.Column("answered_percent", sa.Integer(), nullable=False),
        sa.Column("escalation_within", sa.Integer(), nullable=False),
        sa.Column("calibre", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("exclusions", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_service_level_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_level")),
        sa.UniqueConstraint(
            "centre_id", "version", name=op.f("uq_service_level_centre_id_version")
        ),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "staff_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_staff_notice_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notice")),
        sa.UniqueConstraint(
            "centre_id", "given_on", name=op.f("uq_staff_notice_centre_id_given_on")
        ),
    )
    op.create_table(
        "tie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("declared_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tie_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_tie_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie")),
    )
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tie_person_id"), ["person_id"], unique=False)

    op.create_table(
        "planned_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("slot_start", Moment(), nullable=False),
        sa.Column("drawn_moment", Moment(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("service_level_id", sa.Uuid(), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("caller_number_id", sa.Uuid(), nullable=True),
        sa.Column("assessor_id", sa.Uuid(), nullable=True),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("briefed_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["person.id"], name=op.f("fk_planned_call_assessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["caller_number_id"],
            ["caller_number.id"],
            name=op.f("fk_planned_call_caller_number_id"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_planned_call_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["cover_identity.id"], name=op.f("fk_planned_call_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["number_id"], ["contact_number.id"], name=op.f("fk_planned_call_number_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["sampling_plan.id"], name=op.f("fk_planned_call_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_planned_call_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario_version.id"], name=op.f("fk_planned_call_scenario_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_level_id"],
            ["service_level.id"],
            name=op.f("fk_planned_call_service_level_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["person.id"], name=op.f("fk_planned_call_stand_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_call")),
        sa.UniqueConstraint(
            "plan_id",
            "centre_id",
            "stream",
            "slot",
            name=op.f("uq_planned_call_plan_id_centre_id_stream_slot"),
        ),
    )
    with op.batch_alter_table("planned_call", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_planned_call_assessor_id"), ["assessor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_planned_call_disposition"), ["disposition"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_planned_call_drawn_moment"), ["drawn_moment"], unique=False
        )
        batch_op.create_index("ix_planned_call_month", ["month", "centre_id"], unique=False)
        batch_op.create_index(
            "uq_planned_call_hour",
            ["centre_id", "slot_start"],
            unique=True,
            sqlite_where=sa.text("disposition != 'withdrawn'"),
            postgresql_where=sa.text("disposition != 'withdrawn'"),
        )

    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("suspected", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=20), nullable=False),
        sa.Column("score", sa.String(length=5), nullable=True),
        sa.Column("section_scores", sa.Text(), nullable=True),
        sa.Column("coverage", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)",
            name=op.f("ck_assessment_submitted_unless_draft"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["planned_call.id"], name=op.f("fk_assessment_call_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessment_person_id")),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"],
            ["rubric_version.id"],
            name=op.f("fk_assessment_rubric_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "call_id", "person_id", "part", name=op.f("uq_assessment_call_id_person_id_part")
        ),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_assessment_official",
            ["call_id"],
            unique=True,
            sqlite_where=sa.text("official"),
            postgresql_where=sa.text("official"),
        )

    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ending", sa.String(length=20), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("ever_unknown", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("heard_at", Moment(), nullable=True),
        sa.Column("listed_empty_at", Moment(), nullable=True),
        sa.Column("call_sid", sa.String(length=34), nullable=True),
        sa.Column("dial_sid", sa.String(length=34), nullable=True),
        sa.Column("child_sid", sa.String(length=34), nullable=True),
        sa.Column("dialled_at", Moment(), nullable=True),
        sa.Column("rang_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("sip", sa.String(length=3), nullable=True),
        sa.Column("refusal", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ending IS NOT NULL)", name=op.f("ck_attempt_ending_when_ended")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["planned_call.id"], name=op.f("fk_attempt_call_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_attempt_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("call_id", "ordinal", name=op.f("uq_attempt_call_id_ordinal")),
        sa.UniqueConstraint("call_sid", name=op.f("uq_attempt_call_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_attempt_token")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_due", ["state", "due"], unique=False)
        batch_op.create_index(
            "uq_attempt_live_call",
            ["call_id"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('intent', 'sending', 'unknown', 'created', 'dialling')"
            ),
            postgresql_where=sa.text(
                "state IN ('intent', 'sending', 'unknown', 'created', 'dialling')"
            ),
        )
        batch_op.create_index(
            "uq_attempt_provider_line",
            ["provider_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('sending', 'unknown', 'created', 'dialling')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown', 'created', 'dialling')"),
        )

    op.create_table(
        "mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["planned_call.id"], name=op.f("fk_mark_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("call_id", "kind", name=op.f("uq_mark_call_id_kind")),
    )
    op.create_table(
        "answer",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.String(length=20), nullable=False),
        sa.Column("evidence_from", sa.Integer(), nullable=True),
        sa.Column("evidence_until", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_answer_assessment_id")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "criterion", name=op.f("pk_answer")),
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("parent_sid", sa.String(length=34), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_callback_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint(
            "attempt_id",
            "call_sid",
            "status",
            "sequence",
            name=op.f("uq_callback_attempt_id_call_sid_status_sequence"),
        ),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_verification_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["assessment.id"], name=op.f("fk_verification_second_id")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["person.id"], name=op.f("fk_verification_verifier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_verification_assessment_id")),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verification_verifier_id"), ["verifier_id"], unique=False
        )
    guards = SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS
    for guard in guards:
        op.execute(guard)


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_verifier_id"))

    op.drop_table("verification")
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_attempt_id"))

    op.drop_table("callback")
    op.drop_table("answer")
    op.drop_table("mark")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_provider_line",
            sqlite_where=sa.text("state IN ('sending', 'unknown', 'created', 'dialling')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown', 'created', 'dialling')"),
        )
        batch_op.drop_index(
            "uq_attempt_live_call",
            sqlite_where=sa.text(
                "state IN ('intent', 'sending', 'unknown', 'created', 'dialling')"
            ),
            postgresql_where=sa.text(
                "state IN ('intent', 'sending', 'unknown', 'created', 'dialling')"
            ),
        )
        batch_op.drop_index("ix_attempt_due")

    op.drop_table("attempt")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_official",
            sqlite_where=sa.text("official"),
            postgresql_where=sa.text("official"),
        )
        batch_op.drop_index(batch_op.f("ix_assessment_person_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("planned_call", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_planned_call_hour",
            sqlite_where=sa.text("disposition != 'withdrawn'"),
            postgresql_where=sa.text("disposition != 'withdrawn'"),
        )
        batch_op.drop_index("ix_planned_call_month")
        batch_op.drop_index(batch_op.f("ix_planned_call_drawn_moment"))
        batch_op.drop_index(batch_op.f("ix_planned_call_disposition"))
        batch_op.drop_index(batch_op.f("ix_planned_call_assessor_id"))

    op.drop_table("planned_call")
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tie_person_id"))

    op.drop_table("tie")
    op.drop_table("staff_notice")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    op.drop_table("service_level")
    op.drop_table("report_issue")
    op.drop_table("plan_centre")
    op.drop_table("person_role")
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_centre_id"))

    op.drop_table("opening")
    with op.batch_alter_table("offered_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offered_hours_person_id"))

    op.drop_table("offered_hours")
    with op.batch_alter_table("cover_identity", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cover_identity_account",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cover_identity_centre_id"))

    op.drop_table("cover_identity")
    with op.batch_alter_table("contact_number", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_number_held",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_number_e164"))
        batch_op.drop_index(batch_op.f("ix_contact_number_centre_id"))

    op.drop_table("contact_number")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_centre_id"))

    op.drop_table("closure")
    op.drop_table("plan_month")
    op.drop_table("person")
    op.drop_table("centre")
    op.drop_table("vault_canary")
    op.drop_table("scenario_version")
    op.drop_table("sampling_plan")
    op.drop_table("rubric_version")
    with op.batch_alter_table("refused_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_sign_in_key"))

    op.drop_table("refused_sign_in")
    op.drop_table("provider")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_subject"))

    op.drop_table("journal")
    op.drop_table("heartbeat")
    op.drop_table("dialling_stop")
    op.drop_table("caller_number")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_refuse()")
