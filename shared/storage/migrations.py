"""
Schemas, roles and migrations: one numbered history per service.

Run by `jianjian migrate`, once, before anything starts; a service only asks
whether it is behind (`schema_version`). Roles get their own schema and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.settings import SERVICES, settings
from shared.storage.database import driver_url
from shared.storage.schema_version import history_of

_LOCK = "SELECT pg_advisory_lock(hashtext('jianjian-migrate'))"


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


def migrate(url: str, revision: str = "head") -> None:
    """
    Bring the five schemas to *revision*, creating schemas and roles as needed.

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
                    command.upgrade(config, revision)
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


def drop_telling_trigger(service: str) -> None:
    """
    Have no transaction tell the relay: from now on processes do, after their commit.
    """
    op.execute(f"DROP TRIGGER tell_relay ON {service}.outbox")
    op.execute(f"DROP FUNCTION {service}.tell_relay()")


def create_telling_trigger(service: str) -> None:
    """
    Have the transaction that announces something tell the relay.
    """
    op.execute(
        f"""
        CREATE FUNCTION {service}.tell_relay() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_notify('outbox_{service}', ''); RETURN NULL; END $$;
        CREATE TRIGGER tell_relay AFTER INSERT ON {service}.outbox
        FOR EACH STATEMENT EXECUTE FUNCTION {service}.tell_relay();
        """
    )


def create_paper_numbers(service: str) -> None:
    """
    The numbers of papers, from the series of the offices.
    """
    op.create_table(
        "paper_numbers",
        sa.Column("series", sa.String, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("paper", sa.String, nullable=False),
        sa.Column("record", sa.String, nullable=False),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("series", "year", "number", name="pk_paper_numbers"),
        schema=service,
    )
    op.create_index(
        "ix_paper_numbers_record",
        "paper_numbers",
        ["series", "paper", "record"],
        schema=service,
    )


def create_common_tables(service: str) -> None:
    """
    The tables every service has, as of version 1: outbox, inbox, sums of the events
    cleared from both, stored answers, audit, texts sealed with the keys, leak log.

    Frozen: a later change is a migration of its own.
    """
    instant = sa.DateTime(timezone=True)
    written = sa.text("clock_timestamp()")
    identity = sa.Identity(always=True)
    uuid: Any = sa.dialects.postgresql.UUID(as_uuid=False)
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger, identity, nullable=False),
        sa.Column("id", uuid, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("bulk", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("created_at", instant, nullable=False, server_default=written),
        sa.Column("published_at", instant),
        sa.Column("refused", sa.String),
        sa.Column("retry_at", instant),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        schema=service,
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["bulk", "position"],
        schema=service,
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], schema=service)
    create_telling_trigger(service)
    op.create_table(
        "inbox",
        sa.Column("event_id", uuid, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("received_at", instant, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
        schema=service,
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], schema=service)
    op.create_table(
        "cleared_events",
        sa.Column("side", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("slice", sa.String, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("side", "type", "slice", name="pk_cleared_events"),
        schema=service,
    )
    op.create_table(
        "idempotency",
        sa.Column("office", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.Column("created_at", instant, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("office", "key", name="pk_idempotency"),
        schema=service,
    )
    op.create_index(
        "ix_idempotency_created_at", "idempotency", ["created_at"], schema=service
    )
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger, identity, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("details", sa.Text),
        sa.Column("correlation_id", sa.String, nullable=False),
        sa.Column("business_at", instant, nullable=False),
        sa.Column("recorded_at", instant, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("position", name="pk_audit"),
        schema=service,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"], schema=service)
    op.create_table(
        "key_checks",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("sealed", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_key_checks"),
        schema=service,
    )
    op.create_table(
        "leak_log",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("tried_on", sa.Date, nullable=False),
        sa.Column("tried_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leak_log"),
        schema=service,
    )
    op.create_index(
        "ix_leak_log_office", "leak_log", ["office", "tried_on", "id"], schema=service
    )
    op.create_index(
        "ix_leak_log_tried_on", "leak_log", ["tried_on", "id"], schema=service
    )
    # Each row is changed or deleted once: what a day clears is used again the next.
    for table in ("outbox", "inbox"):
        vacuum_early(service, table)
    # The answer is added to its row in the transaction of the row.
    vacuum_early(service, "idempotency", fillfactor=85)


def vacuum_early(service: str, table: str, *, fillfactor: int = 100) -> None:
    """
    Let a table whose rows are changed or deleted again and again be vacuumed and
    analyzed when a fiftieth of it has changed, not a fifth. *fillfactor*: how full, in
    percent, a page is made, so that a changed row finds room beside the old one.
    """
    op.execute(
        f"ALTER TABLE {service}.{table} SET (fillfactor = {fillfactor},"
        " autovacuum_vacuum_scale_factor = 0.02,"
        " autovacuum_vacuum_insert_scale_factor = 0.05,"
        " autovacuum_analyze_scale_factor = 0.02)"
    )


def create_document_tables(service: str) -> None:
    """
    The tables of every service that takes documents, as of version 1.

    Frozen: a later change is a migration of its own.
    """
    op.create_table(
        "documents",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("scan", sa.String, nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("filed_by", sa.String, nullable=False),
        sa.Column("made_here", sa.Boolean, nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        schema=service,
    )
    op.create_index(
        "ix_documents_number", "documents", ["number", "id"], schema=service
    )
    op.create_index("ix_documents_digest", "documents", ["digest"], schema=service)
    op.create_table(
        "document_openings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("document", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encrypted", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document_openings"),
        schema=service,
    )
    for name, columns in (
        ("ix_document_openings_office", ["office", "opened_on", "id"]),
        ("ix_document_openings_opened_on", ["opened_on", "id"]),
    ):
        op.create_index(name, "document_openings", columns, schema=service)


def drop_document_tables(service: str) -> None:
    """
    Undo `create_document_tables`.
    """
    for table in ("document_openings", "documents"):
        op.drop_table(table, schema=service)


_WITHDRAWN = (
    ("withdrawn_on", sa.Date),
    ("withdrawn_by", sa.String),
    ("withdrawn_post", sa.String),
)


def add_document_withdrawals(service: str) -> None:
    """
    When a document was withdrawn, by whom and approved by which post.

    Frozen: a later change is a migration of its own.
    """
    for name, kind in _WITHDRAWN:
        op.add_column("documents", sa.Column(name, kind), schema=service)


def drop_document_withdrawals(service: str) -> None:
    """
    Undo `add_document_withdrawals`.
    """
    for name, _ in _WITHDRAWN:
        op.drop_column("documents", name, schema=service)


def create_standing_closings(service: str) -> None:
    """
    The closings that stand, and their documents, as a service mirrors them.

    Frozen: a later change is a migration of its own.
    """
    op.create_table(
        "standing_closings",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("closing", sa.String),
        sa.Column("documents", JSONB, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_standing_closings"),
        schema=service,
    )


def add_archives(service: str) -> None:
    """
    The volume as which a case is archived, beside its standing closing.

    Frozen: a later change is a migration of its own.
    """
    op.add_column("standing_closings", sa.Column("volume", sa.String), schema=service)


def drop_archives(service: str) -> None:
    """
    Undo `add_archives`.
    """
    op.drop_column("standing_closings", "volume", schema=service)


def add_accused_to_leak_log(service: str) -> None:
    """
    The office that an accusation is kept from, beside each attempt.

    Frozen: a later change is a migration of its own.
    """
    op.add_column("leak_log", sa.Column("accused", sa.String), schema=service)


def drop_accused_from_leak_log(service: str) -> None:
    """
    Undo `add_accused_to_leak_log`.
    """
    op.drop_column("leak_log", "accused", schema=service)


def drop_common_tables(service: str) -> None:
    """
    Undo `create_common_tables`.
    """
    for table in (
        "leak_log",
        "key_checks",
        "audit",
        "idempotency",
        "cleared_events",
        "inbox",
        "outbox",
    ):
        op.drop_table(table, schema=service)
    op.execute(f"DROP FUNCTION {service}.tell_relay()")
