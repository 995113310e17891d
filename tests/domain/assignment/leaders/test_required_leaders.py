"""
Who must lead, by the five programmes' own rules; who led when; who could.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from services.assignment.domain.facts.batches import BatchWithdrawn, ObjectionDecided
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseMerged,
    CaseUnmerged,
)
from services.assignment.domain.leaders import leadership, suggestions
from services.assignment.domain.leaders import rules as naming
from services.assignment.domain.leaders.required_fields import missing_fields
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY
from tests.builders.facts import act, handed_down, happened
from tests.builders.leadership import (
    START,
    compute,
    named,
    office_below,
    opened,
    programme_of,
    title,
)


def recused(on, office, post, *, lifted=False):
    who = {"leader_office": office, "post": post, "own": False}
    return happened("matter.leader_recused", on, lifted=lifted, **who)


def appraised(on, **judged):
    return happened("matter.case_appraised", on, **judged)


def gaps(found):
    return {gap.code for gap in found.gaps}


# -- Puyang


@pytest.mark.parametrize("difficulty", ["hard", "bone", "nail"])
def test_a_hard_case_not_led_by_the_chief_is_a_warning_and_no_gap(difficulty):
    rules = current_policy()
    case = opened(difficulty=difficulty)
    deputy = compute("puyang-2020", case, named(START, (COUNTY, "副检察长")))
    chief = compute("puyang-2020", case, named(START, (COUNTY, "检察长")))

    def advice(found):
        return leadership.gaps_of(
            found,
            COUNTY,
            programme_of("puyang-2020"),
            rules.directory,
            START,
            advice=True,
        )

    assert deputy.gaps == ()
    assert advice(deputy)
    assert advice(chief) == ()


def test_a_case_handed_down_needs_both_levels_until_it_leaves_the_batch():
    batch = handed_down(START)
    own = named(START, (COUNTY, "检察长"))
    on = date(2021, 4, 9)
    left = ObjectionDecided(on=on, batch="b1", verdict="returned")
    kept = ObjectionDecided(on=on, batch="b1", verdict="refused")
    withdrawn = BatchWithdrawn(on=on, batch="b1")

    assert gaps(compute("puyang-2020", opened(), batch, own)) == {"hub_leader_missing"}
    assert gaps(compute("puyang-2020", opened(), batch, own, kept))
    assert not gaps(compute("puyang-2020", opened(), batch, own, left))
    assert not gaps(compute("puyang-2020", opened(), batch, own, withdrawn))
    assert gaps(compute("puyang-2020", opened(handed=True), batch, own, left))


# -- Xingqing


@pytest.mark.parametrize(
    "mark", ["long_span", "many_people", "policy_heavy", "cross_separate"]
)
def test_a_case_with_one_of_the_four_marks_needs_a_leader_of_county_rank(mark):
    hub = programme_of("xq-2020").hub
    unit = office_below("xq-2020", "township")
    own = named(
        START, (unit, title(unit, "leader")), department="综治中心", team="专班"
    )
    upper = named(START, (hub, "副区长"), department=None)
    plain = compute("xq-2020", opened(unit), own, office=unit)
    marked = compute("xq-2020", opened(unit, **{mark: True}), own, office=unit)
    led = compute("xq-2020", opened(unit, **{mark: True}), own, upper, office=unit)
    later = compute(
        "xq-2020", opened(unit), own, appraised(START, **{mark: True}), office=unit
    )

    assert plain.gaps == ()
    assert gaps(marked) == {"hub_rank_missing"}
    assert led.gaps == ()
    assert gaps(later) == {"hub_rank_missing"}


def test_a_post_below_county_rank_does_not_do():
    hub = programme_of("xq-2020").hub
    unit = office_below("xq-2020", "township")
    found = compute(
        "xq-2020",
        opened(unit, long_span=True),
        named(START, (unit, title(unit, "leader")), (hub, "信访局局长"), team="专班"),
        office=unit,
    )

    assert "hub_rank_missing" in gaps(found)


def test_four_fields_are_named_for_each_case_of_xingqing():
    unit = office_below("xq-2020", "township")
    programme = programme_of("xq-2020")
    bare = compute("xq-2020", opened(unit, resolve_by=None), office=unit)
    said = {"team": "化解专班", "resolve_by": "2021-12-31"}
    full = named(START, (unit, title(unit, "leader")), **said)
    found = compute("xq-2020", opened(unit, resolve_by=None), full, office=unit)

    assert [each.id for each in missing_fields(bare, programme)] == [
        "leader",
        "team",
        "resolve_by",
    ]
    assert missing_fields(found, programme) == ()


# -- the province's leaders' scheme


def test_a_first_petition_at_the_grass_roots_is_led_by_a_leader_of_the_office():
    county = office_below("dy-leaders", "county")
    city = office_below("dy-leaders", "city")
    first = opened(county, first_petition=True)
    nobody = compute("dy-leaders", first, office=county)
    leader = named(START, (county, title(county, "leader")))
    elsewhere = compute("dy-leaders", opened(city, first_petition=True), office=city)

    assert "own_leader_missing" in gaps(nobody)
    assert "own_leader_missing" not in gaps(
        compute("dy-leaders", first, leader, office=county)
    )
    assert "own_leader_missing" not in gaps(elsewhere)


def test_a_stubborn_case_is_led_by_a_unit_of_three_levels():
    directory = current_policy().directory
    county = office_below("dy-leaders", "county")
    city, province = directory.parent(county, START), programme_of("dy-leaders").hub
    case = opened(county, difficulty="bone")
    unit = named(
        START,
        (province, title(province, "leader")),
        (city, title(city, "chief")),
        (county, title(county, "chief")),
    )
    alone = compute("dy-leaders", case, office=county)
    found = compute("dy-leaders", case, unit, office=county)
    programme = programme_of("dy-leaders")

    assert {"hub_leader_missing", "upper_chief_missing", "own_chief_missing"} <= gaps(
        alone
    )
    assert found.gaps == ()
    members = leadership.work_unit(found, county, programme, directory)
    assert {office for office, _ in members} == {county, city, province}


def test_a_middle_manager_leads_at_the_city_and_not_at_the_grass_roots():
    rules, programme = current_policy(), programme_of("dy-leaders")
    county, city = (office_below("dy-leaders", each) for each in ("county", "city"))

    def faults(office):
        named_post = [(office, title(office, "middle"))]
        return [
            fault.code
            for fault in naming.posts_problems(
                named_post, None, office, rules.directory, programme=programme, on=START
            )
        ]

    assert faults(city) == []
    assert faults(county) == ["post_not_eligible"]


# -- Jiaozuo


def test_leader_responsible_leader_handler_contact_and_plan_are_named_for_each_case():
    court = office_below("jiaozuo-2021", "county", kind="court")
    programme = programme_of("jiaozuo-2021")
    case = opened(court)
    bare = compute("jiaozuo-2021", case, office=court)
    said = {
        "responsible_post": title(court, "leader"),
        "handler_post": title(court, "middle"),
        "contact": "0391-0000000",
    }
    full = named(START, (court, title(court, "chief")), **said)
    plan = act("plan_made", START)
    found = compute("jiaozuo-2021", case, full, plan, office=court)

    assert [each.id for each in missing_fields(bare, programme)] == [
        "leader",
        "responsible_leader",
        "handler",
        "contact",
        "plan",
    ]
    assert missing_fields(found, programme) == ()


# -- standing back and history


def test_a_leader_who_stands_back_does_not_count_and_must_be_replaced():
    first = named(START, (COUNTY, "检察长"))
    back = recused(date(2021, 4, 12), COUNTY, "检察长")
    other = named(date(2021, 4, 15), (COUNTY, "副检察长"))
    alone = compute("puyang-2020", opened(), first, back)
    replaced = compute("puyang-2020", opened(), first, back, other)

    assert gaps(alone) == {"own_leader_missing"}
    assert [step.kind for step in alone.steps] == ["named", "released"]
    assert replaced.leaders == ((COUNTY, "副检察长"),)
    assert [(p.post, p.since, p.until) for p in replaced.tenures] == [
        ("检察长", START, date(2021, 4, 12)),
        ("副检察长", date(2021, 4, 15), None),
    ]


def test_who_stood_back_may_lead_again_when_that_is_lifted():
    first = named(START, (COUNTY, "检察长"))
    back = recused(date(2021, 4, 12), COUNTY, "检察长")
    again = recused(date(2021, 4, 20), COUNTY, "检察长", lifted=True)
    found = compute("puyang-2020", opened(), first, back, again)

    assert found.gaps == ()
    assert [(p.since, p.until) for p in found.tenures] == [
        (START, date(2021, 4, 12)),
        (date(2021, 4, 20), None),
    ]


def test_naming_one_who_stands_back_is_refused_in_whatever_part():
    directory, chief = current_policy().directory, (COUNTY, "检察长")
    leading_it = naming.posts_problems(
        [chief],
        None,
        COUNTY,
        directory,
        programme=programme_of("puyang-2020"),
        on=START,
        recused=[chief],
    )
    handling_it = naming.named_problems(
        "检察长", "检察长", COUNTY, directory, recused=[chief]
    )

    assert [fault.code for fault in leading_it] == ["leader_recused"]
    assert [(fault.code, fault.location) for fault in handling_it] == [
        ("leader_recused", "/responsible_post"),
        ("leader_recused", "/handler_post"),
    ]


def test_a_leader_is_named_once():
    (fault,) = naming.posts_problems(
        [(COUNTY, "检察长")] * 2,
        None,
        COUNTY,
        current_policy().directory,
        programme=programme_of("puyang-2020"),
        on=START,
    )

    assert (fault.code, fault.location) == ("leader_repeated", "/leaders/1")


def test_who_stands_back_handles_the_case_no_longer():
    court = office_below("jiaozuo-2021", "county", kind="court")
    who = {"leader_office": court, "post": "法官甲", "own": True}
    handled = named(START, handler_post="法官甲", responsible_post="副院长")
    on = date(2021, 4, 20)
    back = happened("matter.leader_recused", on, lifted=False, **who)
    found = compute("jiaozuo-2021", opened(court), handled, back, office=court)

    assert (found.handler_post, found.responsible_post) == (None, "副院长")


@pytest.mark.requirement("S11")
def test_a_correction_has_nobody_handle_the_case_who_stands_back():
    handled = named(START, handler_post="检察官")
    back = recused(date(2021, 4, 20), COUNTY, "检察长")

    def handler(post):
        fields = {**vars(opened(handler_post=post)), "on": date(2021, 4, 21)}
        wanted = {each.name for each in dataclasses.fields(CaseCorrected)}
        said = {name: v for name, v in fields.items() if name in wanted}
        told = CaseCorrected(**said, correction=1, changed=("handler_post",))
        return compute("puyang-2020", opened(), handled, back, told).handler_post

    assert handler("检察长") == "检察官"
    assert handler("副检察长") == "副检察长"


def test_the_days_on_which_a_case_was_merged_away_are_known():
    away, back, again = (date(2021, 5, day) for day in (3, 7, 9))
    facts = [CaseMerged(on=away), CaseUnmerged(on=back), CaseMerged(on=again)]

    def spans(*facts):
        return compute("puyang-2020", opened(), *facts).merged_spans

    assert spans(*facts) == ((away, back), (again, None))
    assert spans(*facts[:2]) == ((away, back),)
    assert spans() == ()


def test_what_is_recorded_of_a_case_merged_away_begins_no_second_time_away():
    away, back = date(2021, 1, 4), date(2021, 2, 1)
    meanwhile = named(date(2021, 1, 11), (COUNTY, "检察长"))
    facts = [CaseMerged(on=away), meanwhile, CaseUnmerged(on=back)]

    found = compute("puyang-2020", opened(), *facts)

    assert found.merged_spans == ((away, back),)


def test_another_holder_of_the_post_begins_a_period_of_his_own():
    first = named(START, (COUNTY, "检察长"))
    later = named(
        date(2021, 9, 1), (COUNTY, "检察长"), new_holders=[(COUNTY, "检察长")]
    )
    found = compute("puyang-2020", opened(), first, later)

    assert [(p.since, p.until) for p in found.tenures] == [
        (START, date(2021, 9, 1)),
        (date(2021, 9, 1), None),
    ]
    assert [step.kind for step in found.steps] == ["named"]


def test_the_first_leader_named_of_an_office_is_its_main_one():
    found = compute(
        "puyang-2020",
        opened(),
        named(START, (CITY, "副检察长"), (COUNTY, "检察长"), (COUNTY, "副检察长")),
    )

    assert {(p.office, p.post): p.main for p in found.tenures} == {
        (CITY, "副检察长"): True,
        (COUNTY, "检察长"): True,
        (COUNTY, "副检察长"): False,
    }


def test_nobody_leads_a_case_that_was_merged_away():
    merged = CaseMerged(on=date(2021, 5, 6))
    found = compute("puyang-2020", opened(), named(START, (COUNTY, "检察长")), merged)

    assert [p.until for p in found.tenures] == [date(2021, 5, 6)]


def test_facts_in_any_order_give_the_same_leaders():
    facts = [
        opened(),
        handed_down(START),
        named(START, (COUNTY, "检察长")),
        recused(date(2021, 4, 12), COUNTY, "检察长"),
        named(date(2021, 4, 15), (COUNTY, "副检察长")),
    ]

    assert compute("puyang-2020", *facts) == compute("puyang-2020", *reversed(facts))


# -- who could


def test_those_with_the_least_to_do_are_proposed_first_and_nobody_standing_back():
    rules, programme = current_policy(), programme_of("puyang-2020")
    found = compute("puyang-2020", opened(), recused(START, COUNTY, "政治部主任"))
    loads = {
        (COUNTY, "检察长"): suggestions.Load(3, 1),
        (COUNTY, "副检察长"): suggestions.Load(1, 1),
    }
    (proposed,) = suggestions.suggest(
        found,
        COUNTY,
        programme,
        rules.directory,
        loads=suggestions.Loads(loads),
        visible={COUNTY},
        on=START,
    )
    posts = [each.post for each in proposed.candidates]

    assert "清丰县人民检察院" in proposed.reason
    assert proposed.source
    assert posts[-2:] == ["副检察长", "检察长"]
    assert proposed.candidates[-1].leads == suggestions.Load(3, 1)
    assert "政治部主任" not in posts
    assert "检察官" not in posts


def test_nothing_is_proposed_for_a_case_that_is_led():
    rules, programme = current_policy(), programme_of("puyang-2020")
    found = compute("puyang-2020", opened(), named(START, (COUNTY, "检察长")))

    assert not list(
        suggestions.suggest(
            found,
            COUNTY,
            programme,
            rules.directory,
            loads=suggestions.Loads(),
            visible=(),
            on=START,
        )
    )
