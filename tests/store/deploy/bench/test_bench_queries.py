"""
The benchmark writes into tables of the services: its statements fit them.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.bench import sweep

BENCH = Path(sweep.__file__).parent
VALUES = {
    "office": "410922",
    "programme": "puyang-2020",
    "received_on": "2021-06-28",
    "channel": "letter",
    "category": "claim",
    "case_kind": "complaint",
    "matter": "m",
    "encrypted": b"k1:0f",
}


@contextmanager
def taken_back(session):
    """
    Statements that are carried out, and leave nothing.
    """
    session.exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        session.exec_driver_sql("ROLLBACK")


def test_the_bare_endpoint_writes_a_row_of_petitions(intake_session):
    statement = (BENCH / "bare.sql").read_text(encoding="utf-8")
    with taken_back(intake_session):
        intake_session.exec_driver_sql(statement, VALUES)


def test_pgbench_writes_what_intake_writes(intake_session):
    text = (BENCH / "registration.sql").read_text(encoding="utf-8")
    statements = re.findall(
        r"^(?:WITH|INSERT INTO intake\.outbox).*?;", text, re.MULTILINE | re.DOTALL
    )

    assert len(statements) == 2
    with taken_back(intake_session):
        for statement in statements:
            intake_session.exec_driver_sql(statement)


@pytest.mark.parametrize("query", [sweep.ANNOUNCED, sweep.STEPS, sweep.STEPS_DUE])
def test_the_sweep_asks_what_assignment_keeps(owner_session, query):
    values = ("2021-06-30",) if "%s" in query else None
    owner_session.exec_driver_sql(f"EXPLAIN {query}", values)


def test_the_sweep_fills_duties_with_rows_as_assignment_keeps_them(owner_session):
    values = {"duties": 10, "overdue": 1, "programme": "puyang-2020"}
    with taken_back(owner_session):
        owner_session.exec_driver_sql(sweep.FILL, values)
    owner_session.exec_driver_sql(sweep.PLAN)
