"""
Records of one matter are found by keyed hashes, at any office.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from services.intake.domain.cases.cases import Case
from services.intake.endpoints.cases.matching import propose_for_petition
from services.intake.endpoints.petitions.lifecycle import take_step
from services.intake.store import (
    Cases,
    Matching,
    MatterDecisions,
    NewCase,
    NewPetitions,
    Petitions,
)
from services.intake.store.matching.match_rules import match_rules
from shared.web.paging import PageRequest
from tests.builders import CITY, COUNTY, NEIGHBOUR, a_petition, new_number
from tests.store.test_lock_order import TODAY, ask
from tests.store.test_withdrawals import sent_meanwhile

WHO = {"name": "甄筛重", "id_no": "999999194605021872", "phone": "13800001234"}
DEMAND = "村委会未经同意征收我家三亩承包地，补偿款至今没有支付。"


def registered(session, office=COUNTY, **changes):
    given = {"petitioner": WHO, "demand": DEMAND, **changes}
    stored = {"received_on": date(2020, 3, 2), "origin": "letter", "persons": 1}
    body = a_petition(**given) | stored
    found = NewPetitions(session).register(body, office=office, programme="puyang-2020")
    return found.petition


def opened(session, **row):
    number = new_number()
    row = {
        "case_no": number,
        "petitioner_name": "甄筛重",
        "main_demand": DEMAND,
        **row,
    }
    case = Case(
        number=number,
        office=COUNTY,
        programme="puyang-2020",
        opened_on=date(2020, 1, 2),
        track="campaign",
        in_scope=True,
        failing=(),
        repeats=0,
        origin="own_screening",
        case_kind="complaint",
    )
    Cases(session).open([NewCase(case, row, "0f" * 16)], None)
    return number


def found(session, number):
    matching = Matching(session, match_rules())
    return {each.number: each for each in matching.like_petition(number)}


def test_a_new_petition_finds_petitions_and_cases_that_share_a_key(session):
    elsewhere = registered(session, NEIGHBOUR, original_case_no="（2018）刑初1号")
    case = opened(session)
    stranger = registered(
        session, petitioner={"name": "贾无关", "phone": "13911110000"}
    )
    new = registered(session, petitioner={**WHO, "id_no": "", "phone": ""})
    like = found(session, new.number)

    assert {elsewhere.number, case} <= set(like)
    assert stranger.number not in like
    assert like[case].kind == "case"
    assert like[elsewhere.number].office == NEIGHBOUR
    assert like[elsewhere.number].content.case_numbers == ("2018刑初1",)


def test_keys_name_nobody(session):
    number = registered(session).number
    query = sa.text("SELECT keys FROM intake.petitions WHERE number = :number")
    keys = session.execute(query, {"number": number}).scalar_one()

    assert len(keys) == 5
    assert all(isinstance(key, int) and abs(key) > 2**40 for key in keys)


def test_a_page_of_cases_is_compared_with_those_of_higher_numbers(session):
    one, other = sorted([opened(session), opened(session)])
    matching = Matching(session, match_rules())
    page = matching.same_matter([COUNTY], PageRequest(500))
    others = {case.number: [each.number for each in like] for case, like in page.items}

    assert other in others[one]
    assert one not in others[other]


def matter_of(session, number):
    query = sa.text(
        "SELECT matter FROM intake.petitions WHERE number = :number UNION ALL"
        " SELECT matter FROM intake.cases WHERE number = :number"
    )
    return session.execute(query, {"number": number}).scalar_one()


def test_a_decision_joins_and_parts_matters(session):
    case = opened(session)
    first = registered(session, original_case_no="（2017）豫刑初8号")
    again = registered(
        session, original_case_no="（2017）豫刑初8号", demand="再次请求复查。"
    )
    decisions = MatterDecisions(session)
    _, earlier = decisions.earlier(case)
    decisions.join(first, earlier)
    shared = {matter_of(session, n) for n in (case, first.number, again.number)}
    decisions.part(again)

    assert again.repeat_of == first.number
    assert Petitions(session).get(again.number).repeat_of == case
    assert len(shared) == 1
    assert matter_of(session, again.number) not in shared


def test_a_matter_is_the_same_however_its_case_number_is_written(session):
    first = registered(session, original_case_no="（2016）豫0922刑初9号")
    again = registered(session, original_case_no="〔2016〕豫０９２２刑初字第9号")

    assert again.repeat_of == first.number


def test_however_many_are_like_a_petition_they_are_read_at_once(session):
    own = registered(session, office=CITY).number

    def statements():
        with sent_meanwhile(session) as sent:
            answer = ask(session, propose_for_petition, own, office=CITY)
        return len(answer["candidates"]), len(sent)

    registered(session)
    one = statements()
    for _ in range(3):
        registered(session, original_case_no=new_number())

    assert (one[0], *statements()) == (1, 4, one[1])


def test_an_acceptance_compares_before_it_locks_the_petition(session):
    earlier = registered(session, original_case_no=new_number())
    petition = registered(session)
    body = {"step": "accepted", "on": TODAY, "document": "受1"}
    with sent_meanwhile(session) as sent:
        taken = ask(session, take_step, petition.number, **body)
    compared = [n for n, each in enumerate(sent) if "keys &&" in each]
    locked = [n for n, each in enumerate(sent) if "FOR UPDATE" in each]

    assert taken["undecided_candidates"] == [earlier.number]
    assert max(compared) < min(locked)
