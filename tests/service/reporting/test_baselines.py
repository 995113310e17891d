"""
Lists of cases frozen as a base, in the figures and in the return that is signed: by who
handed the cases down (dy-leaders), and of all other cases (xq-2020).
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import case_opened, new_number

LEADERS, COUNTY = "dy-leaders", "990101"
DAY = "2020-11-18"


@pytest.mark.requirement("DY-16")
def test_the_old_cases_that_were_handed_down_are_frozen_and_counted_by_who_handed(
    as_office, a_case, eventually
):
    # DY-16 最高检交办的信访积案和省委政法委交办的信访积案，全部息诉化解.
    hub = as_office("990000", "reviewer")

    def opened(origin, on=date(2020, 11, 10)):
        return a_case(
            case_opened(
                new_number("子检控申"),
                office=COUNTY,
                programme=LEADERS,
                origin=origin,
                occurred_on=on,
            )
        )

    opened("handed_by_spp")
    opened("handed_by_committee")
    body = {"programme": LEADERS, "frozen_on": DAY}
    frozen = {
        name: hub.post("assignment", "/baselines", {**body, "baseline": name})
        for name in ("spp", "committee")
    }
    opened("handed_by_spp", on=date(2020, 11, 19))
    asked = {"programme": LEADERS, "as_of": "2020-11-19"}

    def rates():
        figures = hub.get("reporting", "/figures", **asked).json()
        return {rate["baseline"]: rate for rate in figures["baselines"]}

    assert {answer.status_code for answer in frozen.values()} == {201}
    sizes = {name: answer.json()["size"] for name, answer in frozen.items()}
    eventually(
        lambda: {name: rates()[name]["listed"] for name in frozen} == sizes,
    )
    signing = {**asked, "reason": "补报。"}
    paper = hub.post("reporting", "/returns", signing).json()
    signed = hub.get("reporting", f"/returns/{paper['id']}").json()["figures"]

    assert signed["baselines"] == list(rates().values())
    for name, more in (("spp", 1), ("committee", 0)):
        size = sizes[name]
        assert size >= 1
        rate = rates()[name]
        assert rate["frozen"]["base"] == rate["listed"] == size
        assert rate["live"]["base"] == size + more
        assert rate["frozen"]["rate"] == "0.0%"
