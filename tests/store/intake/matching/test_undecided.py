"""
What very likely repeats something waits for a person to decide, and is listed.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.intake.endpoints.cases.matching import (
    decide_matter,
    list_undecided_repeats,
)
from services.intake.endpoints.corrections.withdrawals import (
    withdraw_registered_petition,
)
from services.intake.endpoints.petitions.lifecycle import take_step
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.gauges import metrics
from services.intake.store import UndecidedRepeats
from shared.web.paging import PageRequest
from tests.builders import CITY, COUNTY, a_registration, new_number
from tests.store.test_lock_order import CAME, TODAY, ask

WHO = {"name": "甄待认", "id_no": "999999194605021872", "phone": "13800001234"}
DEMAND = "村委会未经同意征收我家三亩承包地，补偿款至今没有支付。"


def registered(session, **said):
    body = a_registration(CAME) | {"petitioner": WHO, "demand": DEMAND, **said}
    query = {"proposals": True}
    _, answer = ask(session, register_petition, None, query=query, **body)
    return answer["number"]


def waiting(session, office=CITY):
    query = {"office": COUNTY, "limit": 500}
    page = ask(session, list_undecided_repeats, None, query=query, office=office)
    return {each["number"]: each for each in page.items}


def counted(session):
    _, undecided = metrics(session)
    return sum(each.value for each in undecided.samples)


def two_likely(session):
    """
    Two petitions, and a third that is very likely a repeat of both.
    """
    others = [registered(session, original_case_no=new_number()) for _ in range(2)]
    return others, registered(session)


def decide(session, number, **said):
    body = {"same_as": None, "new_facts": False, "decided_on": TODAY, **said}
    return ask(session, decide_matter, number, **body, reason="核对身份。")


@pytest.mark.requirement("S2")
def test_what_nobody_decided_on_is_listed_with_its_age_until_all_is_refused(session):
    before = counted(session)
    (one, other), number = two_likely(session)
    (row, upper) = (waiting(session, office)[number] for office in (COUNTY, CITY))

    assert row == upper
    assert (row["candidates"], row["shown_on"], row["waiting_days"]) == (2, TODAY, 0)
    assert counted(session) > before
    UndecidedRepeats(session).note(number, [one, other], TODAY + timedelta(days=9))
    assert waiting(session)[number]["shown_on"] == TODAY
    decide(session, number, same_as=one, new_facts=True)
    assert waiting(session)[number]["candidates"] == 1
    decide(session, number, same_as=other, new_facts=True)
    assert number not in waiting(session)


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("end", ["confirmed", "refused", "withdrawn", "accepted"])
def test_nothing_waits_once_it_is_decided_and_an_acceptance_looks_again(session, end):
    (one, other), number = two_likely(session)
    assert number in waiting(session)
    if end == "confirmed":
        decide(session, number, same_as=one)
    elif end == "refused":
        decide(session, number, new_facts=True)
    elif end == "withdrawn":
        said = {"cause": "registered_by_mistake", "reason": "误登。"}
        ask(session, withdraw_registered_petition, number, **said)
    else:
        for each in (one, other):
            said = {"cause": "registered_by_mistake", "reason": "误登。"}
            ask(session, withdraw_registered_petition, each, **said)
        step = {"step": "accepted", "on": TODAY, "document": "受1"}
        ask(session, take_step, number, **step)

    assert number not in waiting(session)


@pytest.mark.requirement("S2")
def test_an_acceptance_waits_for_nobody_to_decide_what_is_decided_or_came_later(
    session,
):
    def accept(number):
        step = {"step": "accepted", "on": TODAY, "document": "受1"}
        return ask(session, take_step, number, **step)["undecided_candidates"]

    who = {"petitioner": {**WHO, "id_no": "999999195603031238", "name": "甄另人"}}
    matter = {**who, "original_case_no": new_number(), "demand": "请求退还保证金。"}
    first, _repeat = registered(session, **matter), registered(session, **matter)
    _, refused = two_likely(session)
    decide(session, refused, new_facts=True)

    assert accept(first) == []
    assert accept(refused) == []
    assert {first, refused} & {*waiting(session)} == set()


def test_the_longest_wait_is_listed_first_page_after_page(session):
    store = UndecidedRepeats(session)
    numbers = [registered(session, demand=new_number()) for _ in range(3)]
    for day, number in enumerate(numbers):
        store.note(number, [], TODAY)
        store.note(number, ["x"], CAME - timedelta(days=400 + day))
    first = store.of_offices([COUNTY], PageRequest(2))
    rest = store.of_offices([COUNTY], PageRequest(1, first.next))

    listed = [each.number for each in (*first.items, *rest.items)]
    assert listed == numbers[::-1]
