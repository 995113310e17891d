"""
The states of a hearing: which act leads from which to which, and every other refused.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.hearing.domain.hearing import Act, State, state_after
from shared.errors import Conflict
from tests.builders.hearing_states import DECIDED, STEPS

PAIRS = [(state, act) for state in State for act in Act]


@pytest.mark.parametrize(("before", "act", "after"), STEPS)
def test_an_act_leads_from_state_to_state(before, act, after):
    assert state_after(replace(DECIDED, state=State(before)), Act(act)) == after


def test_every_other_act_is_refused_with_the_state_and_what_is_possible():
    allowed = {(before, act) for before, act, _ in STEPS}
    refusals = {}
    for state, act in PAIRS:
        if (state, act) not in allowed:
            with pytest.raises(Conflict) as refused:
                state_after(replace(DECIDED, state=state), act)
            refusals[state, act] = refused.value

    assert len(refusals) + len(STEPS) == len(PAIRS)
    assert all(refused.code == f"hearing_{s}" for (s, _), refused in refusals.items())
    (remedy,) = (p.remedy for p in refusals[State.HELD, Act.GIVE_RESULT].problems)
    assert remedy == "此时可以登记：听证员意见。"
