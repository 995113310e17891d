"""
What a case that is closed, or merged into another, owes no more.
"""

from __future__ import annotations

from datetime import date

import pytest

from shared.policy.current import current_policy
from tests.builders.facts import act, happened, opened
from tests.builders.matters import Known
from tests.builders.outliving import BEFORE_IT, OUTLIVING

PROGRAMMES = ("puyang-2020", "xq-2020", "meixian", "jiaozuo-2021", "dy-leaders")
SETTLED = {"matter.case_resolved", "matter.case_ended", "intake.case_merged"}
START, END = date(2021, 4, 1), date(2021, 4, 9)


def lasting(code):
    """
    The kinds of duties that the resolution, the ending or the merge does not end.
    """
    return {
        rule.id
        for rule in current_policy().programmes.get(code).duties
        for ends in [(*rule.discharged_by, *rule.released_by, *rule.until)]
        if not {trigger.event for trigger in ends} >= SETTLED
    }


def test_what_outlives_its_case_does_so_by_intent_and_with_a_reason():
    every = {kind for code in PROGRAMMES for kind in lasting(code)}

    assert every == {*OUTLIVING, *BEFORE_IT}
    assert not {*OUTLIVING} & {*BEFORE_IT}


def asked(programme, kind):
    """
    A case in which such a duty is owed.
    """
    opening = {
        "solve_by": act("solve_by_set", START, until=date(2021, 5, 31)),
        "coordination": happened("matter.coordination_requested", START, request="r"),
        "ending_decision": happened(
            "matter.ending_waits", START, step="e/1", to_office="410800900"
        ),
    }[kind]
    office = {"xq-2020": "640104001", "jiaozuo-2021": "410825900"}[programme]
    case = opened(START, office=office, programme=programme, resolve_by=None)
    return Known(programme).learn(case, opening)


def state_of(case, kind):
    (state,) = {d.state for d in case.duties.values() if d.kind == kind}
    return state


@pytest.mark.requirement("XQ-29", "XQ-33", "XQ-43", "JZ-31")
@pytest.mark.parametrize(
    ("programme", "kind", "concluded"),
    [
        # A procedural closing solves nothing (XQ-43).
        ("xq-2020", "solve_by", "open"),
        ("xq-2020", "coordination", "released"),
        ("jiaozuo-2021", "ending_decision", "released"),
    ],
)
def test_a_case_that_is_closed_waits_for_no_solution_and_no_decision(
    programme, kind, concluded
):
    def after(*names):
        events = (happened(name, END) for name in names)
        return state_of(asked(programme, kind).learn(*events), kind)

    assert after() == "open"
    assert after("matter.case_resolved") == after("matter.case_ended") == "released"
    assert after("matter.case_concluded") == concluded
    assert after("intake.case_merged") == "released"
    assert after("intake.case_merged", "intake.case_unmerged") == "open"
    assert after("matter.case_resolved", "matter.case_reopened") == "released"
