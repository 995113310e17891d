"""
Reach every escalation step that has come, each once, by one of the replicas.

A step, its event, its notice and the step after it are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain

from prometheus_client import Counter
from sqlalchemy import Connection

from services.assignment.casework.record import apply
from services.assignment.domain.escalation import steps
from services.assignment.domain.escalation.steps import NextStep
from services.assignment.domain.recompute import escalate
from services.assignment.store import EscalationSteps, NextSteps, load_matters
from shared import clock, telemetry
from shared.policy.calendar import ONE_DAY
from shared.policy.current import Policy, current_policy

AT_ONCE = 500  # their matters are locked meanwhile
REACHED = Counter(
    "jianjian_escalation_steps_total", "Escalation steps reached", ["programme", "kind"]
)


def escalate_some(session: Connection) -> bool:
    """
    Reach the oldest escalation steps whose day has come. Returns whether there were
    any.
    """
    today, rules = clock.today(), current_policy()
    next_steps = NextSteps(session)
    for programme in next_steps.where_some_came(rules.programmes.codes, today):
        claimed = next_steps.claim(programme, today, AT_ONCE)
        if claimed:
            with telemetry.work("escalated", trace=telemetry.background_context()):
                telemetry.add_log_fields(count=sum(map(len, claimed.values())))
                _escalate(session, programme, claimed, today, rules)
            # One programme in a transaction: few matters are locked at once, and the
            # next call takes the others.
            return True
    return False


def _escalate(
    session: Connection,
    programme: str,
    claimed: Mapping[str, Iterable[NextStep]],
    today: date,
    rules: Policy,
) -> None:
    matters = load_matters(session, claimed)
    changes = [
        escalate(matters[number].seen_in(programme), coming, today, rules)
        for number, coming in claimed.items()
    ]
    apply(session, changes)
    for step in chain.from_iterable(change.reached for change in changes):
        REACHED.labels(step.programme, step.kind).inc()


def unescalated(session: Connection, today: date) -> int:
    """
    Count the duties that are late since before yesterday and have not reached their
    first step, though its day came before yesterday. 0 if the timer runs and no next
    step was lost.

    Counts from the steps reached, not from the steps that come next, and of each
    programme only the duties that fell due last.
    """
    rules, yesterday, count = current_policy(), today - ONE_DAY, 0
    for programme in rules.programmes:
        for row in EscalationSteps(session).missing(programme.code, yesterday):
            answer = steps.is_answer(row.kind, programme)
            cause = "unanswered" if answer else "overdue"
            first = steps.next_step(
                row.kind,
                {cause: row.since},
                (),
                steps.steps_of(programme, row.kind),
                rules.calendar,
            )
            if first and first.on < yesterday:
                count += row.count
    return count
