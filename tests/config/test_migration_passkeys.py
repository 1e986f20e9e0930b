"""The migration of passkeys, leaves and people's versions, with people before and after it."""

from alembic import command
from sqlalchemy import text

from config.database import connect
from scripts.database import alembic_config

BEFORE, AFTER = "0013", "0014"
PERSON = (
    "INSERT INTO person (id, name, email, zone, planted, active, created_at)"
    f" VALUES ('{'a' * 32}', 'Ann', 'ann@institute.example', 'UTC', false, true,"
    " '2026-11-25 09:00:00.000000')"
)
PASSKEY = (
    "INSERT INTO passkey (id, person_id, credential_id, public_key, sign_count, name, added_at)"
    f" VALUES ('{'b' * 32}', '{'a' * 32}', 'AA', 'AA', 4294967295, 'telephone',"
    " '2026-11-25 09:00:00.000000')"
)


def test_it_goes_up_and_down_with_rows_present(bare_database_url: str) -> None:
    engine = connect(bare_database_url).engine
    with engine.connect() as connection:
        versions = alembic_config(connection)
        command.upgrade(versions, BEFORE)
        connection.execute(text(PERSON))
        command.upgrade(versions, AFTER)
        assert connection.scalar(text("SELECT version FROM person")) == 0
        connection.execute(text(PASSKEY))
        assert connection.scalar(text("SELECT sign_count FROM passkey")) == 2**32 - 1
        command.downgrade(versions, BEFORE)
        assert connection.scalar(text("SELECT count(*) FROM person")) == 1
        connection.commit()
    engine.dispose()
