"""
Schemas as the migrations make them: up, down, up again, and as the code believes.
"""

from __future__ import annotations

import importlib

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from shared.cli import main
from shared.settings import SERVICES
from shared.storage import migrations, schema_version
from tests.tables import MIGRATED_WITHIN

COMMON = {"outbox", "inbox", "idempotency", "audit"}


def metadata_of(service):
    return importlib.import_module(f"services.{service}.store").metadata


def tables_of(engine):
    """
    Schema to its tables, without alembic's own.
    """
    found = sa.inspect(engine)
    return {
        service: set(found.get_table_names(service)) - {"alembic_version"}
        for service in SERVICES
        if service in found.get_schema_names()
    }


def finish(process):
    said, _ = process.communicate(timeout=MIGRATED_WITHIN)
    return process.returncode, said


def behind(engine):
    with engine.connect() as session:
        return {name: schema_version.behind(session, name) for name in SERVICES}


def test_migrations_wait_for_each_other_and_go_down_and_up_again(fresh_database):
    fresh = fresh_database()
    engine = fresh.engine()
    outcomes = [finish(each) for each in (fresh.migrate(), fresh.migrate())]
    found, up = behind(engine), tables_of(engine)
    seen = []
    for arguments in (("--to", "base", "--yes"), ()):
        code, said = finish(fresh.migrate(*arguments))
        assert code == 0, said
        seen.append(tables_of(engine))
    engine.dispose()

    down, again = seen
    assert [code for code, _ in outcomes] == [0, 0], outcomes
    assert found == dict.fromkeys(SERVICES, "")
    assert all(up[service] >= COMMON for service in SERVICES)
    assert down == {service: set() for service in SERVICES}
    assert again == up


def test_nothing_is_removed_unasked_or_while_somebody_works(migrated, monkeypatch):
    for name, url in migrated.urls.items():
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", url)
    monkeypatch.setenv("DATABASE_URL", migrated.urls["owner"])
    url = migrated.urls["owner"]

    def migrate(*arguments):
        return CliRunner().invoke(main, ["migrate", *arguments])

    with psycopg.connect(url, application_name="jianjian-intake"):
        in_use = migrate("--to", "base", "--yes")

    assert (migrate("--to", "base").exit_code, migrate("--to", "3").exit_code) == (2, 2)
    assert in_use.exit_code == 1
    assert "still connected: jianjian-intake" in in_use.output


def test_an_empty_schema_is_known_to_be_behind(fresh_database):
    engine = fresh_database().engine()
    found = behind(engine)
    engine.dispose()

    assert all("None instead of" in said for said in found.values())


@pytest.mark.parametrize("service", SERVICES)
def test_the_tables_of_the_code_are_those_of_the_newest_migration(migrated, service):
    def ours(name, kind, parents):
        schema = name if kind == "schema" else parents["schema_name"]
        return schema == service and (kind, name) != ("table", "alembic_version")

    options = {
        "include_schemas": True,
        "include_name": ours,
        "compare_type": True,
        "compare_server_default": True,
        "version_table_schema": service,
    }
    engine = migrated.engine()
    with engine.connect() as session:
        context = MigrationContext.configure(session, opts=options)
        differences = compare_metadata(context, metadata_of(service))
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize("service", SERVICES)
def test_indexes_of_the_code_serve_the_same_rows_as_those_migrated(migrated, service):
    """
    The conditions of partial indexes, which the comparison above does not see.
    """
    declared = {
        index.name: condition
        for table in metadata_of(service).tables.values()
        for index in table.indexes
        if (condition := index.dialect_options["postgresql"]["where"]) is not None
    }
    engine = migrated.engine()
    with engine.connect() as session:
        found = dict(
            session.execute(
                sa.text(
                    "SELECT indexname, indexdef FROM pg_indexes"
                    " WHERE schemaname = :schema AND indexdef LIKE '% WHERE %'"
                ),
                {"schema": service},
            ).all()
        )
    engine.dispose()

    assert set(declared) == set(found)
    for name, condition in declared.items():
        assert bare(condition) == bare(found[name].partition(" WHERE ")[2])


def bare(condition):
    """
    A condition without what PostgreSQL writes for clarity.
    """
    text = str(getattr(condition, "text", condition)).replace("::text", "")
    words = text.replace("(", " ").replace(")", " ").split()
    return [word for word in words if word not in {"::character", "varying"}]


@pytest.mark.parametrize("service", SERVICES)
def test_a_history_has_one_beginning_and_one_end(service):
    script = ScriptDirectory.from_config(migrations.config_of(service))

    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert script.get_current_head() == schema_version.head(service)


# How full a page is made of the tables whose rows are changed or deleted again and
# again; no index has the columns that change where it is less than full.
CHURNED = {
    **{f"{s}.{name}": 100 for s in SERVICES for name in ("outbox", "inbox")},
    **{f"{s}.idempotency": 85 for s in SERVICES},
    "intake.imports": 50,
    "assignment.duties": 100,
    "assignment.next_steps": 100,
    "assignment.matters": 85,
    "assignment.profiles": 85,
}
VACUUMED_EARLY = {
    "autovacuum_vacuum_scale_factor=0.02",
    "autovacuum_vacuum_insert_scale_factor=0.05",
    "autovacuum_analyze_scale_factor=0.02",
}


def test_tables_that_churn_are_vacuumed_early_and_have_room_for_changes(migrated):
    query = sa.text("SELECT reloptions FROM pg_class WHERE oid = CAST(:t AS regclass)")
    engine = migrated.engine()
    with engine.connect() as session:
        options = {t: set(session.scalar(query, {"t": t}) or ()) for t in CHURNED}
    engine.dispose()

    assert options == {
        table: {f"fillfactor={full}", *VACUUMED_EARLY}
        for table, full in CHURNED.items()
    }
