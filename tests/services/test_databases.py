from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from config.database import Base, Sessions, connect
from tests.services.postgres import Postgres, PostgresMissing, running_postgres


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_all_tables_and_nothing_of_another(sessions: Sessions, turn: str) -> None:
    before = set(inspect(sessions.engine).get_table_names())
    with sessions.begin() as session:
        session.execute(text(f"CREATE TABLE mark_of_the_{turn} (id integer)"))
    assert {*Base.metadata.tables, "alembic_version"} <= before
    assert not any(name.startswith("mark_of_the") for name in before)
    assert f"mark_of_the_{turn}" in inspect(sessions.engine).get_table_names()


def test_a_bare_database_has_no_table(bare_database_url: str) -> None:
    engine = connect(bare_database_url).engine
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_both_kinds_of_database_are_the_real_thing(engine: Engine, database_url: str) -> None:
    asked = "sqlite_version()" if engine.dialect.name == "sqlite" else "version()"
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT {asked}")).scalar()
    assert make_url(database_url).get_backend_name() == engine.dialect.name


@pytest.mark.postgresql
def test_a_database_is_dropped_with_whoever_is_connected(postgres: Postgres) -> None:
    engine = create_engine(postgres.create())
    url = engine.url.render_as_string(hide_password=False)
    with engine.connect():
        postgres.drop(url)
    engine.dispose()


def test_a_missing_server_is_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with (
        pytest.raises(PostgresMissing, match="scripts/test installs one"),
        running_postgres(),
    ):
        pass
