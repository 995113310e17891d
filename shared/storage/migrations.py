"""
Schemas, roles and migrations: one numbered history per service.

Run by `jianjian migrate`, once, before anything starts; a service only asks
whether it is behind (`schema_version`). Roles get their own schema and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

from shared.settings import SERVICES, settings
from shared.storage.database import driver_url
from shared.storage.schema_version import history_of

_LOCK = "SELECT pg_advisory_lock(hashtext('jianjian-migrate'))"
_CONNECTED = """
    SELECT DISTINCT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'jianjian-%'
    ORDER BY application_name
"""


def config_of(service: str) -> Config:
    """
    The alembic configuration of one service's history.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option(
        "version_locations",
        str(history_of(service)),
    )
    config.set_main_option("path_separator", "os")
    config.attributes["service"] = service
    return config


def connected(url: str) -> list[str]:
    """
    The names of the processes of this system that are connected to the database.
    """
    engine = create_engine(driver_url(url, "psycopg"), poolclass=sa.NullPool)
    with engine.connect() as session:
        return [*session.execute(text(_CONNECTED)).scalars()]


def migrate(url: str, revision: str = "head") -> None:
    """
    Bring the five schemas to `head`, creating schemas and roles as needed, or remove
    their tables with all data (`base`).

    Concurrent calls wait for each other.
    """
    engine = create_engine(driver_url(url, "psycopg"), poolclass=sa.NullPool)
    with engine.connect() as guard:
        guard.execute(text(_LOCK))
        guard.commit()
        for service in SERVICES:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = '5s'"))
                connection.execute(text("SET LOCAL statement_timeout = '60s'"))
                _prepare(connection, service)
                config = config_of(service)
                config.attributes["connection"] = connection
                if revision == "base":
                    command.downgrade(config, "base")
                else:
                    command.upgrade(config, "head")
                    _grant(connection, service)
    engine.dispose()


def _prepare(connection: Connection, service: str) -> None:
    url = make_url(settings.database_url(service))
    role = _quoted(str(url.username))
    password = str(url.password).replace("'", "''")
    exists = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": url.username}
    ).first()
    verb = "ALTER" if exists else "CREATE"
    connection.exec_driver_sql(f"{verb} ROLE {role} LOGIN PASSWORD '{password}'")
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {_quoted(service)}")
    connection.exec_driver_sql(f"ALTER ROLE {role} SET search_path = {service}")


def _grant(connection: Connection, service: str) -> None:
    role = _quoted(str(make_url(settings.database_url(service)).username))
    schema, rights = _quoted(service), "SELECT, INSERT, UPDATE, DELETE"
    for statement in (
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.audit FROM {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.leak_log FROM {role}",
    ):
        connection.exec_driver_sql(statement)
    there = set(sa.inspect(connection).get_table_names(service))
    for table in there.intersection(APPEND_ONLY.get(service, ())):
        connection.exec_driver_sql(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM {role}"
        )


# Rows the service's role may add and read, never change.
APPEND_ONLY = {
    "intake": ("openings", "corrections", "document_openings"),
    "assignment": (
        *("facts", "duty_history", "closing_signatures", "case_moves"),
        "document_openings",
    ),
    "hearing": ("document_openings",),
    "aid": (
        *("openings", "document_openings", "grants", "counter_entries"),
        *("payment_files", "payment_sendings", "payment_receipts"),
    ),
    "reporting": ("entries", "facts", "matters", "matter_moves"),
}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def run_environment() -> None:
    """
    What alembic runs for each service (`alembic/env.py`).
    """
    from alembic import context  # noqa: PLC0415 - exists only inside a migration run

    config = context.config
    service = config.attributes["service"]
    context.configure(
        connection=config.attributes["connection"],
        version_table_schema=service,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
