"""The register's migration leads up and down with rows in its way, and old rows get defaults."""

from datetime import date
from uuid import uuid4

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine

from config.database import connect
from scripts.database import alembic_config, migrate
from tests.builders import NOW

PROVIDER, CENTRE = uuid4(), uuid4()


def table(engine: Engine, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=engine)


def insert(engine: Engine, into: str, **values: object) -> None:
    found = table(engine, into)
    typed = {
        key: value.hex if engine.dialect.name == "sqlite" and hasattr(value, "hex") else value
        for key, value in values.items()
    }
    with engine.begin() as connection:
        connection.execute(found.insert().values(**typed))


def only(engine: Engine, name: str) -> dict[str, object]:
    with engine.connect() as connection:
        return dict(connection.execute(table(engine, name).select()).one()._mapping)


def test_old_rows_get_defaults_and_outlive_the_way_back(bare_database_url: str) -> None:
    engine = connect(bare_database_url).engine
    migrate(engine, "0003")
    now = NOW.replace(tzinfo=None) if engine.dialect.name == "sqlite" else NOW
    insert(engine, "provider", id=PROVIDER, name="Provider", created_at=now)
    insert(
        engine,
        "centre",
        id=CENTRE,
        provider_id=PROVIDER,
        name="Centre",
        kind="external",
        zone="Europe/London",
        country="GB",
        contact_email="liaison@provider.example",
        accredited_from=date(2026, 1, 1),
        accredited_until=date(2029, 1, 1),
        recording_permitted=False,
        invented=False,
        created_at=now,
    )
    before = only(engine, "provider"), only(engine, "centre")
    migrate(engine, "0004")
    provider, centre = only(engine, "provider"), only(engine, "centre")
    assert (provider["status"], provider["undertaking_code"], provider["version"]) == (
        "accredited",
        "",
        1,
    )
    assert (centre["region"], bool(centre["keeps_holidays"]), centre["version"]) == ("", False, 1)
    insert(
        engine, "holiday_exception", id=uuid4(), centre_id=CENTRE, day=date(2027, 1, 1), open=True
    )
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "0003")
        connection.commit()
    assert (only(engine, "provider"), only(engine, "centre")) == before
    engine.dispose()
