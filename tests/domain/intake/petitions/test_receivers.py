"""
What the receiver of a petition does with it: objects, disputes, registers it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions import lifecycle
from shared.errors import Rejected
from shared.policy.current import current_policy
from shared.vocabulary import PetitionState
from tests.builders import NEIGHBOUR, codes
from tests.builders.lifecycle import DISPUTED, PETITION, a_step, after, around


@pytest.mark.requirement("TL-04")
def test_a_receiver_objects_within_five_working_days():
    # 2020-11-04 is a Wednesday.
    assert after("forwarded", a_step("objected", on=date(2020, 11, 11)))
    with pytest.raises(Rejected) as refused:
        after("forwarded", a_step("objected", on=date(2020, 11, 12)))

    assert codes(refused) == ["objection_late"]


def test_what_its_receiver_has_registered_does_not_come_back():
    own = f"{NEIGHBOUR}-2020-0000009"
    received = replace(after("forwarded"), received_as=own)

    for name in ("objected", "taken_back"):
        step, earlier = a_step(name), (a_step("forwarded"),)
        with pytest.raises(Rejected) as refused:
            lifecycle.take(received, step, around(earlier=earlier, worked_on=True))
        assert codes(refused) == ["already_received"]
        assert f"/petitions/{own}/withdrawals" in refused.value.problems[0].remedy


@pytest.mark.requirement("S8")
def test_only_a_refused_objection_is_disputed_and_what_is_registered_stays():
    with pytest.raises(Rejected) as early:
        after("forwarded", "dispute_raised")
    received = {"received_as": f"{NEIGHBOUR}-2020-0000009"}
    disputed = replace(after("forwarded", *DISPUTED), **received)
    steps = [a_step(name) for name in ("forwarded", *DISPUTED)]
    with pytest.raises(Rejected) as kept:
        lifecycle.take(disputed, a_step("dispute_returned"), around(earlier=steps))

    assert codes(early) == ["no_refused_objection"]
    assert codes(kept) == ["already_received"]


@pytest.mark.requirement("TL-04")
def test_a_receiver_still_objects_to_what_it_has_registered_and_not_begun_to_handle():
    received = replace(after("forwarded"), received_as=f"{NEIGHBOUR}-2020-0000009")
    earlier = (a_step("forwarded"),)

    objected, *_ = lifecycle.take(received, a_step("objected"), around(earlier=earlier))

    assert objected.state == "objected"


@pytest.mark.requirement("PY-18", "PY-24")
@pytest.mark.parametrize(
    ("state", "level", "programme", "origin"),
    [
        (PetitionState.HANDED_DOWN, "city", "puyang-2020", "handed_by_city"),
        (PetitionState.HANDED_DOWN, "province", "puyang-2020", "handed_by_province"),
        (PetitionState.HANDED_DOWN, "county", "xq-2020", "handed_by_district"),
        # No such origin there, or only forwarded: as it came, else its own.
        (PetitionState.HANDED_DOWN, "county", "puyang-2020", "province_screened_visit"),
        (PetitionState.FORWARDED, "city", "puyang-2020", "province_screened_visit"),
        (PetitionState.FORWARDED, "city", "jiaozuo-2021", None),
    ],
)
def test_what_is_handed_down_comes_from_who_handed_it_down(
    state, level, programme, origin
):
    """
    A-46: whatever its first origin, as a batch of the city's.
    """
    there = current_policy().programmes.get(programme)
    first = {"programme": "puyang-2020", "origin": "province_screened_visit"}
    passed = replace(PETITION, state=state, **first)
    found = lifecycle.origin_at_receiver(passed, there, level)

    assert found == (origin or there.own_origin.id)
