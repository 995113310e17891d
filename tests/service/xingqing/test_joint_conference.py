"""
The joint conference of Xingqing and its sub-districts (xq-2020): frozen lists, what a
case must name, closings.

The weekly reports of its 28 units make each day that passes dear: no test moves the
clock by more than some days.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from tests.builders import case_opened, new_number
from tests.service.asking import all_items, at, get, places, post, refused

PROGRAMME = "xq-2020"
STREET, CONFERENCE = "640104001", "640104800"
CHECKED = [
    "matter_ended",
    "petition_ceased",
    "content",
    "no_repeat",
    "substantive",
]


@pytest.fixture
def streets_case(led_case):
    """
    A case of a sub-district, led by its secretary with a team; opened on 2020-11-16,
    and today is 2020-11-24.
    """
    secretary = "党（工）委书记"
    leaders, day = ((STREET, secretary),), date(2020, 11, 16)
    found = led_case(STREET, CONFERENCE, PROGRAMME, leaders, day, department="综治中心")
    named = {
        "named_on": "2020-11-17",
        "leaders": [{"office": STREET, "post": secretary}],
        "department": "综治中心",
        "team": "化解专班",
        "resolve_by": "2021-12-31",
    }
    answer = found.leader.post(
        "assignment", at("cases", found.number, "leaders"), named
    )
    assert answer.json()["complete"], answer.text
    return found


@pytest.mark.requirement("XQ-06", "XQ-07")
def test_the_cases_handed_down_otherwise_and_found_here_are_frozen_and_counted(
    as_office, a_case, eventually
):
    # XQ-07 将各级另行交办重复信访件及自办件全部化解: a list of their own, on which the
    # rate stands in the figures and in the signed return, the live list beside it.
    hub = as_office(CONFERENCE, "reviewer")

    def opened(on):
        return a_case(
            case_opened(
                new_number("街信"), office=STREET, programme=PROGRAMME, occurred_on=on
            )
        )

    listed = opened(date(2020, 11, 16))
    body = {"programme": PROGRAMME, "baseline": "others", "frozen_on": "2020-11-18"}
    frozen = hub.post("assignment", "/baselines", body)
    later = opened(date(2020, 11, 19))
    path = f"/baselines/{frozen.json()['id']}/cases"
    numbers = {item["number"] for item in all_items(hub, "assignment", path)}
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19"}

    def rates():
        figures = hub.get("reporting", "/figures", **asked).json()
        return {rate["baseline"]: rate for rate in figures["baselines"]}

    eventually(lambda: rates()["others"]["listed"] == len(numbers))
    signing = {**asked, "reason": "补报。"}
    paper = hub.post("reporting", "/returns", signing).json()
    signed = hub.get("reporting", f"/returns/{paper['id']}").json()["figures"]
    others = rates()["others"]

    assert frozen.status_code == 201, frozen.text
    assert listed in numbers
    assert later not in numbers
    assert others in signed["baselines"]
    # XQ-06 95件重复信访件于2020年12月底化解率达到65%.
    handed = rates()["handed95"]
    assert (handed["target_on"], handed["target_percent"]) == ("2020-12-31", 65)
    assert others["frozen"]["base"] == others["listed"] == len(numbers)
    assert others["live"]["base"] > others["frozen"]["base"]
    assert (others["target_on"], others["target_percent"]) == ("2022-12-31", 100)
    assert others["frozen"]["short_by"] == others["frozen"]["base"]


@pytest.mark.requirement("XQ-05")
def test_a_list_is_frozen_by_one_of_two_who_freeze_it_at_once(as_office):
    hub = as_office(CONFERENCE, "reviewer")
    body = {
        "programme": PROGRAMME,
        "baseline": "handed95",
        "frozen_on": "2020-10-30",
    }
    with ThreadPoolExecutor(4) as at_once:
        asked = [
            at_once.submit(hub.post, "assignment", "/baselines", body) for _ in range(4)
        ]
    answers = sorted(each.result().status_code for each in asked)

    assert answers == [201, 409, 409, 409]


def test_a_case_is_red_until_all_it_must_name_is_named(as_office, a_case):
    opened = case_opened(
        new_number("凤街信"),
        office=STREET,
        occurred_on=date(2020, 11, 19),
        programme=PROGRAMME,
        leaders=((STREET, "党（工）委书记"),),
        department="综治中心",
        resolve_by=None,
    )
    number = a_case(opened)
    clerk, leader = as_office(STREET), as_office(STREET, "leader")
    named = {"named_on": "2020-11-20", "leaders": []}
    post(leader, number, "leaders", **named, team="凤凰北街专班")
    missing = get(clerk, at("cases", number, "leaders"))["missing_fields"]
    before = get(clerk, at("cases", number))
    post(leader, number, "leaders", **named, resolve_by="2021-06-30")
    after = get(clerk, at("cases", number))

    assert [each["id"] for each in missing] == ["resolve_by"]
    assert {duty["alert_level"] for duty in before["duties"]} <= {
        "yellow",
        "blue",
        None,
    }
    assert before["alert_level"] == "red"
    assert after["alert_level"] in {"yellow", "blue"}


@pytest.mark.requirement("XQ-25", "XQ-43", "XQ-42")
def test_each_report_is_reviewed_for_itself_and_returned_for_a_named_reason(
    streets_case,
):
    # XQ-25, XQ-43.
    case, post = streets_case, "党（工）委书记"
    first = case.report(submitted_on="2020-11-20").json()["id"]
    silent = case.review(first, verdict="returned", reasons="只写了过程。")
    unknown = case.review(first, verdict="returned", return_reasons=["no_such"])
    said = {"verdict": "returned", "return_reasons": ["process_only"]}
    returned = case.review(first, reviewed_on="2020-11-23", **said)
    second = case.report(submitted_on="2020-11-24").json()["id"]
    shown = [each["to_sign"] for each in case.shown()["closings"]]
    today = {"on": "2020-11-24"}
    unit = case.sign(second, "unit", post, **today)
    bare = case.sign(second, "leader", post, **today)
    leader = case.sign(second, "leader", post, opinion="同意报结。", **today)
    waiting = case.reviews()
    confirmed = case.review(second, CHECKED)

    assert "process_only" in refused(silent, 422)["reason_missing"]["remedy"]
    assert places(unknown) == {("/return_reasons/0", "no_such_reason")}
    assert returned.status_code == 201, returned.text
    assert returned.json()["return_reasons"] == ["process_only"]
    assert shown == [[], ["责任单位主要领导", "包案领导签署书面意见"]]
    assert unit.status_code == 201, unit.text
    assert places(bare) == {("/opinion", "opinion_missing")}
    assert leader.json()["signatures"][-1]["opinion"] == "同意报结。"
    assert waiting == [
        ("discharged", "2020-11-23", "2020-12-04"),
        ("open", "2020-11-24", "2020-12-08"),
    ]
    assert confirmed.status_code == 201, confirmed.text
    assert [state for state, *_ in case.reviews()] == ["discharged", "discharged"]
