"""
A case is struck off the list, and put back, by the office whose leader approves it.
"""

from __future__ import annotations

import pytest

from services.assignment.endpoints.closings.strike_offs import (
    restore_case,
    strike_off_case,
)
from shared.errors import Forbidden
from tests.builders import CITY, COUNTY
from tests.builders.calls import DAY, a_case, ask

DECIDED = {"on": DAY, "reason": "事由清楚，结果清晰。", "approver_post": "检察长"}


@pytest.mark.requirement("XQ-14")
def test_no_office_above_strikes_off_in_the_name_of_a_leader_below(engine):
    number = a_case(engine, office=COUNTY)

    for endpoint in (strike_off_case, restore_case):
        with pytest.raises(Forbidden, match="not_this_office"):
            ask(engine, endpoint, DECIDED, office=CITY, number=number)
        changed = ask(engine, endpoint, DECIDED, office=COUNTY, number=number)
        assert changed["number"] == number
    assert changed["standing"] == "open"
