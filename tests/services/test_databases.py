from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, inspect, literal, make_url, select, text
from sqlalchemy.exc import OperationalError

from config.database import Base, Sessions, connect
from tests.builders import an_institute
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


def _rows(url: str) -> dict[str, int]:
    """How many rows each table holds; tables without rows left out."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        counts = {n: connection.scalar(text(f'SELECT count(*) FROM "{n}"')) for n in names}
    return {name: count for name, count in counts.items() if count}


@pytest.mark.postgresql
def test_a_database_is_lent_again_with_nothing_of_the_test_before(
    postgres: Postgres, migrated_postgres: str
) -> None:
    with postgres.lent(migrated_postgres) as first:
        assert _rows(first) == {"alembic_version": 1}
        sessions = connect(first)
        an_institute(sessions).centre()
        assert _rows(first)["journal"] > 1
        holding = sessions.engine.connect()
        holding.execute(text("LOCK TABLE person"))
    with pytest.raises(OperationalError):
        holding.execute(text("SELECT 1"))
    holding.close()
    sessions.engine.dispose()
    with postgres.lent(migrated_postgres) as second:
        assert _rows(second) == {"alembic_version": 1}
        with create_engine(second, poolclass=NullPool).connect() as asked:
            may = asked.scalar(text("SELECT current_setting('is_superuser')")) == "on"
        assert (second == first) is may


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE another (id integer)",
        "CREATE SEQUENCE another",
        "CREATE INDEX another ON person (name)",
        "DROP TRIGGER journal_no_change ON journal",
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "ALTER TABLE person ADD COLUMN another integer",
        "CREATE FUNCTION another() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_a_database_of_which_more_than_rows_was_changed_is_dropped(
    statement: str, postgres: Postgres, migrated_postgres: str
) -> None:
    with postgres.lent(migrated_postgres) as changed:
        engine = create_engine(changed, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(statement))
    with postgres.lent(migrated_postgres) as other:
        assert other != changed
    with pytest.raises(OperationalError, match="does not exist"):
        engine.connect()


def test_what_one_engine_has_compiled_no_other_compiles_again(tmp_path: Path) -> None:
    engines = [connect(f"sqlite:///{tmp_path / name}").engine for name in ("one", "two")]
    for number, engine in enumerate(engines):
        with engine.connect() as connection:
            connection.execute(text(f"PRAGMA user_version = {number}"))
            said = connection.execute(
                select(literal(7), text("user_version FROM pragma_user_version"))
            )
            assert said.one() == (7, number)
    dialects = [engine.dialect for engine in engines]
    caches = [engine.get_execution_options()["compiled_cache"] for engine in engines]
    assert dialects[0] is dialects[1]
    assert caches[0] is caches[1]
    for engine in engines:
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
