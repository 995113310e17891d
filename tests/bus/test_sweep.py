"""
A clock that stood still: what fell overdue meanwhile is announced once, oldest first.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from datetime import date
from functools import partial
from itertools import groupby

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from deploy.local.plain import http
from services.assignment.casework.escalation import unescalated
from services.assignment.store.duties.escalation import late_without_step, waiting
from tests.builders import petition_registered
from tests.bus.conftest import started_again

OPEN, OVERDUE = 5_000, 2_000
CASES = 100
BEFORE, NOW = date(2020, 11, 20), date(2020, 12, 8)
WORD = f"扫{os.getpid()}"

# The oldest stand last, in the table as in every index.
FILL = sa.text(
    """
    INSERT INTO assignment.duties
        (id, number, office, programme, kind, title, source, opened_on, due_on,
         provisional, steps, state, state_on, creditor, warn_days, basis, supervised,
         backdated, past, answer, report, past_hour)
    SELECT :word || '-' || lpad((:open - n)::text, 7, '0') || '/sweep',
           :word || '-' || n, '410922', 'puyang-2020', 'sweep', '扫描', '测试',
           DATE '2020-10-01',
           CASE WHEN n < :overdue THEN DATE '2020-12-01' + n / 400
                ELSE DATE '2021-06-01' + n % 300 END,
           FALSE, '[]', 'open', DATE '2020-10-01', 'upper', 3, '', FALSE,
           FALSE, '[]', '', FALSE, FALSE
    FROM generate_series(:open - 1, 0, -1) AS n
    """
)
TOLD = sa.text(
    """
    SELECT body ->> 'causation_id' AS sweep, body #>> '{payload,duty}' AS duty,
           (body #>> '{payload,due_on}')::date AS due_on,
           (body ->> 'occurred_on')::date AS day
    FROM assignment.outbox
    WHERE type = 'assignment.duty_overdue' AND starts_with(case_number, :word)
    ORDER BY position
    """
)


@pytest.fixture(scope="module")
def replicas(stack, eventually):
    """
    Two more processes of assignment beside the one that runs.
    """
    with ExitStack() as running:
        for _ in range(2):
            url = running.enter_context(started_again(stack, "assignment"))
            eventually(partial(_ready, url))
        yield


def _ready(url):
    return http.get(f"{url}/readyz").is_success


@pytest.fixture
def many_duties(owner_session):
    owner_session.execute(FILL, {"word": WORD, "open": OPEN, "overdue": OVERDUE})
    owner_session.execute(sa.text("ANALYZE assignment.duties"))
    yield
    owner_session.execute(
        sa.text("DELETE FROM assignment.duties WHERE starts_with(id, :word)"),
        {"word": WORD},
    )


@pytest.fixture
def told(owner_session):
    return lambda: owner_session.execute(TOLD, {"word": WORD}).all()


def test_three_replicas_one_killed_in_mid_sweep_tell_of_each_duty_once_oldest_first(
    stack, replicas, many_duties, told, clock, eventually, database, waiting_for_a_lock
):
    clock.set(BEFORE)
    with database.begin("owner") as session:
        # All three claim their share, and cannot announce it yet.
        session.execute(sa.text("LOCK TABLE assignment.outbox IN SHARE MODE"))
        clock.set(NOW)
        eventually(lambda: waiting_for_a_lock("jianjian-assignment") >= 3)
        stack.kill("assignment")
    eventually(lambda: len(told()) >= OVERDUE)
    stack.start("assignment")
    stack.wait_ready("assignment")
    rows = told()

    assert set(Counter(row.duty for row in rows).values()) == {1}
    assert len(rows) == OVERDUE
    assert all((row.day - row.due_on).days == 1 for row in rows)
    sweeps = [list(each) for _, each in groupby(rows, key=lambda row: row.sweep)]
    assert len(sweeps) > 2
    for sweep in sweeps:
        order = [(row.due_on, row.duty) for row in sweep]
        assert order == sorted(order)


LITERAL = {"literal_binds": True}
REPLIES = sa.text(
    """
    SELECT number FROM assignment.duties
    WHERE kind = 'supervision_reply' AND number = ANY(:numbers)
    """
)
STEPS_REACHED = sa.text(
    """
    SELECT body #>> '{payload,escalation_step}' AS escalation_step,
           body ->> 'occurred_on' AS day,
           body ->> 'causation_id' AS transaction, body #>> '{payload,step}' AS step
    FROM assignment.outbox
    WHERE type = 'assignment.escalation_step_reached' AND case_number = ANY(:numbers)
    ORDER BY position
    """
)


def test_three_replicas_one_killed_reach_every_step_once_oldest_first(
    stack, replicas, announce, settled, clock, eventually, owner_session, database
):
    # Two things of each are late: the answer, and the talk with the petitioner.
    petitions = [
        petition_registered(office="990101", programme="dy-leaders")
        for _ in range(CASES)
    ]
    numbers = [each.case_number for each in petitions]
    announce(*petitions)
    settled()

    def steps_reached():
        return owner_session.execute(STEPS_REACHED, {"numbers": numbers}).all()

    with database.begin("owner") as session:
        session.execute(sa.text("LOCK TABLE assignment.escalation_steps IN SHARE MODE"))
        clock.set(NOW)
        eventually(lambda: waiting_in(owner_session, "escalation_steps"))
        stack.kill("assignment")
    eventually(lambda: len(steps_reached()) >= 4 * CASES)
    stack.start("assignment")
    stack.wait_ready("assignment")
    settled()
    rows = steps_reached()

    assert set(Counter(row.escalation_step for row in rows).values()) == {1}
    assert Counter((row.step, row.day) for row in rows) == {
        ("reminder", "2020-11-28"): 2 * CASES,
        ("notice", "2020-12-05"): 2 * CASES,
    }
    assert Counter(
        owner_session.scalars(REPLIES, {"numbers": numbers})
    ) == dict.fromkeys(numbers, 2)
    for _, together in groupby(rows, key=lambda row: row.transaction):
        days = [row.day for row in together]
        assert days == sorted(days)


def test_a_duty_that_lost_its_next_step_is_counted_until_recalculating_puts_it_back(
    announce, settled, clock, eventually, owner_session, jianjian
):
    petition = petition_registered()
    number = {"number": petition.case_number}
    announce(petition)
    settled()
    forget = sa.text("DELETE FROM assignment.next_steps WHERE number = :number")
    owner_session.execute(forget, number)
    today = date(2020, 11, 30)
    clock.set(today)

    def missing():
        return unescalated(owner_session, today)

    steps_reached = sa.text(
        "SELECT step FROM assignment.escalation_steps WHERE number = :number"
    )
    lost = eventually(lambda: missing() == 1)
    before = owner_session.execute(steps_reached, number).all()
    code, said = jianjian("recalculate", PROGRAMMES="puyang-2020")

    assert lost
    assert before == []
    assert code == 0, said
    assert eventually(lambda: missing() == 0)
    assert owner_session.execute(steps_reached, number).scalar() == "reminder"


def test_an_offices_report_waits_for_a_step_from_the_day_its_period_begins(
    owner_session, eventually
):
    # Xingqing's weekly feedback: the week under way has begun by itself.
    def all_of_them():
        papers = owner_session.execute(PAPERS).one()
        return papers.begun and papers.without == 0

    assert eventually(all_of_them)


PAPERS = sa.text(
    """
    SELECT count(*) AS begun,
           count(*) FILTER (WHERE NOT EXISTS (
               SELECT FROM assignment.next_steps WHERE subject = duties.id
               UNION ALL
               SELECT FROM assignment.escalation_steps WHERE subject = duties.id
           )) AS without
    FROM assignment.duties
    WHERE programme = 'xq-2020' AND kind = 'feedback' AND state = 'open'
    """
)


def test_the_self_check_looks_at_late_duties_only(database):
    with database.engine("owner").connect() as session:
        session.execute(FILL, {"word": WORD, "open": 50_000, "overdue": CASES})
        session.execute(FLAG, {"word": WORD})
        session.execute(sa.text("ANALYZE assignment.duties"))
        plan = plan_of(session, late_without_step("puyang-2020", NOW))
        session.rollback()

    assert "ix_duties_late" in {node.get("Index Name") for node in plan}


def test_the_claim_of_steps_walks_from_the_oldest_and_stops_at_the_limit(database):
    with database.engine("owner").connect() as session:
        session.execute(WAITING_STEPS, {"next_steps": 100_000})
        for table in ("matters", "next_steps"):
            session.execute(sa.text(f"ANALYZE assignment.{table}"))
        # Among so few rows a sort costs about as much, and any plan may win.
        session.execute(sa.text("SET LOCAL enable_sort = off"))
        query = waiting("xq-2020", NOW, 200)
        plan = plan_of(session, query)
        session.rollback()
    (walked,) = [node for node in plan if node.get("Relation Name") == "next_steps"]

    assert walked["Index Name"] == "ix_next_steps_programme_on"
    assert walked["Actual Rows"] < 1_000


FLAG = sa.text(
    "UPDATE assignment.duties SET flagged = due_on < DATE '2020-12-08'"
    " WHERE starts_with(id, :word)"
)
# Half of them are of a programme that is not run here.
WAITING_STEPS = sa.text(
    """
    WITH added AS (
        INSERT INTO assignment.matters
            (number, programme, is_case, in_scope, everyday, handed, merged, led,
             leaders, hearing_decided, standing)
        SELECT 'waiting-' || n, CASE n % 2 WHEN 0 THEN 'xq-2020' ELSE 'gone' END,
               FALSE, FALSE, FALSE, FALSE, FALSE, '[]', '[]', FALSE, 'open'
        FROM generate_series(1, :next_steps) AS n
        RETURNING number, programme
    )
    INSERT INTO assignment.next_steps
        (subject, cause, number, programme, step, since, "on")
    SELECT number || '/x', 'overdue', number, programme, 'reminder', day, day
    FROM added, LATERAL (
        SELECT DATE '2021-02-01' - length(number) AS day
    ) AS began
    """
)


def plan_of(session, query):
    """
    How a statement of ours went, step by step.
    """
    said = query.compile(dialect=postgresql.dialect(), compile_kwargs=LITERAL)
    escaped = f"EXPLAIN (ANALYZE, FORMAT JSON) {said}".replace(":", "\\:")
    (plan,) = session.execute(sa.text(escaped)).scalar_one()
    return list(nodes(plan["Plan"]))


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def waiting_in(session, table):
    """
    Whether somebody waits to write into a table of assignment.
    """
    query = sa.text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND relation = ('assignment.' || :table)::regclass"
    )
    return session.execute(query, {"table": table}).scalar_one()


def test_the_claim_walks_the_index_of_what_is_not_flagged_yet(database):
    with database.engine("owner").connect() as session:
        session.execute(FILL, {"word": WORD, "open": OPEN, "overdue": OVERDUE})
        # Most of what is late was flagged long ago: it stands in another index.
        session.execute(FLAG, {"word": WORD})
        session.execute(sa.text("ANALYZE assignment.duties"))
        session.execute(sa.text("SET LOCAL enable_sort = off"))
        plan = session.execute(CLAIM).scalars().all()
        session.rollback()

    said = "\n".join(plan)
    assert "ix_duties_unflagged" in said
    assert "Sort" not in said


CLAIM = sa.text(
    """
    EXPLAIN SELECT id FROM assignment.duties
    WHERE state = 'open' AND NOT flagged AND NOT backdated
      AND due_on < DATE '2021-03-01'
    ORDER BY due_on LIMIT 500 FOR UPDATE SKIP LOCKED
    """
)
