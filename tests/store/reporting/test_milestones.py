"""
Milestones judged as a day begins: some offices in each transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from services.reporting.casework import milestones
from services.reporting.casework.milestones import judge, judge_all
from services.reporting.store import OUTBOX, Judgements
from shared import clock
from shared.policy.current import current_policy
from tests.builders.statements import statements
from tests.store.reporting.ledger import PROGRAMME

pytestmark = pytest.mark.stack

# After the last milestone: an office without cases has reached each on its own day.
NEW_YEAR = date(2023, 1, 1)


@pytest.fixture
def engine(migrated, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: NEW_YEAR)
    engine = migrated.engine("reporting")
    yield engine
    engine.dispose()


def announced(session):
    """
    The milestones announced, in the order of the offices.
    """
    outbox = OUTBOX.table
    query = sa.select(outbox.c.case_number).order_by(outbox.c.case_number)
    return [
        *session.scalars(query.where(outbox.c.type == "reporting.milestone_judged"))
    ]


def judged(engine, at_once, monkeypatch):
    """
    How many transactions announced which milestones; nothing of it is kept.
    """
    monkeypatch.setattr(milestones, "AT_ONCE", at_once)
    with engine.connect() as session:
        transactions = 0
        while judge_all(session):
            transactions += 1
        return transactions, announced(session)


def test_the_offices_are_judged_some_in_a_transaction_and_each_once(
    engine, monkeypatch
):
    few, piecemeal = judged(engine, 2, monkeypatch)
    many, at_once = judged(engine, 10_000, monkeypatch)

    assert few > many
    assert piecemeal == at_once != []


def test_while_some_offices_are_judged_entries_of_the_others_are_posted(
    engine, monkeypatch
):
    monkeypatch.setattr(milestones, "AT_ONCE", 1)
    with engine.connect() as judging, engine.connect() as posting:
        judge_all(judging)
        posting.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
        programme = min(
            (each for each in current_policy().programmes if each.milestones),
            key=lambda each: each.code,
        )
        first, *others = sorted(
            current_policy().directory.subtree(programme.hub, NEW_YEAR)
        )
        Judgements(posting).lock(programme.code, others)

        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            Judgements(posting).lock(programme.code, [first])


def test_another_replica_does_not_wait_for_the_offices_that_are_being_judged(engine):
    with engine.connect() as one, engine.connect() as other:
        taken_up = [
            Judgements(session).take_up(PROGRAMME, NEW_YEAR) for session in (one, other)
        ]

    assert taken_up == ["", None]


def test_as_many_statements_judge_any_number_of_offices(session, programme):
    programme = replace(programme, code=PROGRAMME)
    sent = []
    for offices in (["410900"], ["410902", "410922", "410923"]):
        with statements(session) as seen:
            reached = [*judge(session, programme, offices, NEW_YEAR)]
        assert {each.office for each in reached} == {*offices}
        sent.append(len(seen))

    assert sent[0] == sent[1]
