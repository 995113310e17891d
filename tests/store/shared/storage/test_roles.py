"""
Each service has its own role: its own schema and nothing else, and records to add to.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from shared.settings import SERVICES
from shared.storage.database import engine_for

PERMISSION_DENIED = "42501"


def refused(session, statement):
    """
    Whether the database refuses *statement* for want of a right.
    """
    with pytest.raises(ProgrammingError) as refusal, session.begin():
        session.execute(statement)
    return refusal.value.orig.sqlstate == PERMISSION_DENIED


def rows_of(table, schema=None):
    return sa.select(sa.literal(1)).select_from(sa.table(table, schema=schema))


@pytest.fixture
def session(migrated, request):
    """
    A connection of the role that the test's `service` names.
    """
    engine = migrated.engine(request.getfixturevalue("service"))
    with engine.connect() as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def tables(migrated):
    engine = migrated.engine()
    found = sa.inspect(engine)
    yield {name: found.get_table_names(name) for name in SERVICES}
    engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_reads_every_table_of_its_own(session, service, tables):
    assert len(tables[service]) >= 5
    for table in tables[service]:
        session.execute(rows_of(table))


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_sees_no_table_of_another_service(session, service, tables):
    others = [name for name in SERVICES if name != service]
    open_ = [
        f"{other}.{table}"
        for other in others
        for table in tables[other]
        if not refused(session, rows_of(table, other))
    ]

    assert open_ == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_makes_no_tables_anywhere(session, service):
    for schema in (*SERVICES, "public"):
        assert refused(session, sa.text(f"CREATE TABLE {schema}.mine (id int)"))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor = ''", "DELETE FROM audit", "TRUNCATE audit"],
)
def test_nobody_rewrites_who_wrote_what(session, service, statement):
    assert refused(session, sa.text(statement))


@pytest.mark.parametrize("service", ["reporting"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET amount = 0",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "UPDATE facts SET id = id",
        "DELETE FROM facts",
        "TRUNCATE facts",
    ],
)
def test_the_measure_ledger_is_only_added_to(session, service, statement):
    assert refused(session, sa.text(statement))


ADDED_TO = {
    "intake": ["openings", "corrections", "document_openings", "leak_log"],
    "assignment": [
        *("facts", "duty_history", "closing_signatures", "case_moves"),
        *("document_openings", "leak_log"),
    ],
    "hearing": ["document_openings"],
    "aid": [
        *("openings", "document_openings", "grants", "counter_entries"),
        *("payment_files", "payment_sendings", "payment_receipts"),
    ],
}


@pytest.mark.parametrize("service", ADDED_TO)
def test_what_offices_did_signed_read_and_paid_is_only_added_to(session, service):
    rights = sa.text(
        "SELECT has_table_privilege(:table, 'INSERT'), bool_or(has_table_privilege("
        ":table, change)) FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS change"
    )
    found = {
        table: tuple(session.execute(rights, {"table": table}).one())
        for table in ADDED_TO[service]
    }

    assert found == dict.fromkeys(ADDED_TO[service], (True, False))


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_is_nothing_more_than_a_role(session, service):
    row = session.exec_driver_sql(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user"
    ).one()

    assert not any(row)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_neither_for_a_query_nor_for_a_lock_for_ever(servers, service):
    engine = engine_for(service)
    with engine.connect() as session:
        limits = [
            session.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
            )
        ]
    engine.dispose()

    assert limits == ["15s", "5s", "30s"]
