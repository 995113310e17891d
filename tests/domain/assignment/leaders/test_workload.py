"""
The leaders' share of the work in figures; units, duty lists, reception.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.activities import rosters
from services.assignment.domain.facts.batches import UnitsAgreed
from services.assignment.domain.facts.leaders import ListItemDone
from services.assignment.domain.leaders import checklists, leadership, units, workload
from shared.errors import Conflict
from shared.policy.current import current_policy
from shared.share import Share
from tests.builders import COUNTY
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


def measured(code, *given, offices=None):
    programme, directory = programme_of(code), current_policy().directory
    offices = offices or directory.subtree(programme.hub, START)
    measuring = workload.Measuring(programme, directory, offices, START)
    for each in given:
        measuring.take(each)
    return measuring.result()


def cases(office, *main, joint=(), count=1, **changes):
    traits = {"difficulty": changes.pop("difficulty", "ordinary"), **changes}
    alike = workload.CaseGroup(office, False, traits, main, joint)
    return replace(alike, cases=count, open=count)


def post_of(found, office, post):
    return next(e for e in found.posts if (e.office, e.post) == (office, post))


# -- figures


def test_a_post_is_shown_with_its_load_and_its_share_of_hard_cases():
    chief, deputy = (COUNTY, "检察长"), (COUNTY, "副检察长")
    found = measured(
        "puyang-2020",
        cases(COUNTY, chief, difficulty="nail"),
        cases(COUNTY, chief, joint=(deputy,), count=2),
    )
    tally, joined = post_of(found, *chief), post_of(found, *deputy)

    assert (tally.cases, tally.open, tally.hard, tally.joint) == (3, 3, 1, 0)
    assert (joined.cases, joined.joint) == (0, 2)


def test_who_takes_only_easy_cases_is_pointed_out_and_who_takes_none_is_not():
    chief, deputy = (COUNTY, "检察长"), (COUNTY, "副检察长")
    found = measured(
        "puyang-2020",
        cases(COUNTY, chief, difficulty="hard"),
        cases(COUNTY, chief, deputy, count=20),
    )
    easy = {(each.office, each.post) for each in found.posts if each.only_easy}

    assert easy == {deputy}


@pytest.mark.requirement("PY-22")
def test_hard_cases_without_the_chief_are_counted_and_kept_for_the_list():
    without = cases(COUNTY, (COUNTY, "副检察长"), difficulty="bone", count=3)
    found = measured(
        "puyang-2020",
        without,
        cases(COUNTY, (COUNTY, "检察长"), difficulty="hard"),
        cases(COUNTY, (COUNTY, "副检察长")),
    )
    hard = next(each for each in found.advice if "PY-22" in each.source)

    assert (hard.base, hard.led, hard.uncovered) == (4, 1, [without])


def test_first_petitions_without_a_leader_of_the_office_are_kept_for_the_list():
    county = office_below("dy-leaders", "county")
    leader = (county, title(county, "leader"))
    nobody = cases(county, first_petition=True)
    found = measured(
        "dy-leaders",
        cases(county, leader, first_petition=True),
        nobody,
        cases(county, first_petition=False),
    )
    (target,) = found.targets

    assert (target.base, target.led, target.target) == (2, 1, 100)
    assert target.uncovered == [nobody]


def floor_of(province_cases, city_cases):
    directory = current_policy().directory
    city = office_below("dy-leaders", "city")
    province = programme_of("dy-leaders").hub
    led = [(province, province_cases), (city, city_cases)]
    found = measured(
        "dy-leaders",
        *(
            cases(office, (office, title(office, "leader")), count=count)
            for office, count in led
        ),
        offices=(province, city),
    )
    (floor,) = found.floors
    heads = {
        office: sum(
            post.holders
            for post in directory.office(office).posts.values()
            if post.leader or post.middle
        )
        for office in (province, city)
    }

    assert (floor.average.part, floor.average.whole) == (
        province_cases,
        heads[province],
    )
    assert (floor.at_least.part, floor.at_least.whole) == (city_cases, heads[city])
    return floor


def test_the_province_handles_no_less_each_than_the_cities():
    enough = floor_of(40, 1)
    too_few = floor_of(0, 40)

    assert enough.met is True
    assert too_few.met is False


def test_a_level_without_offices_asked_about_has_no_average():
    county = office_below("dy-leaders", "county")
    found = measured("dy-leaders", offices=(county,))
    (floor,) = found.floors

    assert floor.met is None
    assert floor.average.average == "—"
    assert {each.level for each in found.levels} == {"county"}


def test_averages_that_differ_are_told_apart():
    few, more = Share(1, 12), Share(2, 14)

    assert (few.average, more.average) == ("0.08", "0.14")
    assert Share(1, 3).percent == "33.3"


# -- units


def agreed(on, *parts):
    return UnitsAgreed(on=on, units=parts)


def test_a_case_is_led_by_its_own_office_until_units_are_agreed():
    assert units.units_of(COUNTY, START, []) == (units.Unit(COUNTY, "lead", START),)


def test_a_unit_that_stays_keeps_the_day_it_came():
    first = agreed(date(2021, 4, 7), (COUNTY, "lead"), ("410923", "co_handling"))
    later = agreed(date(2021, 4, 9), (COUNTY, "cooperating"), ("410923", "co_handling"))
    found = units.units_of(COUNTY, START, [later, first])

    assert [(each.role, each.since) for each in found] == [
        ("cooperating", date(2021, 4, 9)),
        ("co_handling", date(2021, 4, 7)),
    ]


def test_one_unit_leads_and_each_has_one_part():
    parts = [
        (COUNTY, "lead"),
        ("410923", "lead"),
        (COUNTY, "cooperating"),
        ("419999", "lead"),
    ]
    found = units.problems(parts, current_policy().directory, START)

    assert {(problem.code, problem.location) for problem in found} == {
        ("one_lead", "/units"),
        ("unit_repeated", "/units/0/office"),
        ("unit_repeated", "/units/2/office"),
        ("no_such_office", "/units/3/office"),
    }


def test_the_conference_moves_no_case_that_has_moved_since_it_was_asked():
    asked = units.Coordination(
        "r1", "甲", "xq-2020", COUNTY, "640104800", START, "事发地不明确"
    )

    assert not [*units.moved_since(asked, COUNTY, "410923")]
    assert not [*units.moved_since(asked, "410926", "410926")]
    for lead in (COUNTY, "410923"):
        [problem] = units.moved_since(asked, "410926", lead)
        assert (problem.code, problem.location) == ("case_moved_since", "/lead")


def test_what_the_conference_was_asked_before_a_case_flowed_back_waits_no_more():
    def asked(request):
        return happened("matter.coordination_requested", START, request=request)

    decided = happened("matter.coordination_decided", START, request="r1")
    reopened = happened("matter.case_reopened", START)

    assert units.coordination_waits([asked("r1")])
    assert not units.coordination_waits([asked("r1"), decided])
    assert not units.coordination_waits([asked("r1"), reopened])
    assert not units.coordination_waits([asked("r1"), reopened, decided])
    assert units.coordination_waits([asked("r1"), reopened, asked("r2")])


def test_the_conference_names_the_lead_once_and_who_led_helps():
    asked = units.Coordination(
        "r1", "甲", "xq-2020", COUNTY, "640104800", START, "事发地不明确"
    )
    decided = units.decide(asked, lead="410923", on=START, opinion="由其主办")
    parts = (
        units.Unit(COUNTY, "lead", START),
        units.Unit("410926", "cooperating", START),
    )

    assert (decided.state, decided.lead) == ("decided", "410923")
    with pytest.raises(Conflict):
        units.decide(decided, lead=COUNTY, on=START, opinion="再议")
    assert units.under_lead(parts, "410923") == (
        ("410923", "lead"),
        (COUNTY, "co_handling"),
        ("410926", "cooperating"),
    )


def test_a_unit_has_its_own_part_in_a_case_and_no_other():
    helps = units.Unit("410926", "cooperating", START)
    parts = (units.Unit(COUNTY, "lead", START), helps)

    assert units.part_of(parts, {"410926", "410923"}) == helps
    for offices in ({COUNTY}, {"410923"}):
        with pytest.raises(Conflict) as refused:
            units.part_of(parts, offices)
        assert refused.value.problems[0].code == "no_part_in_case"


def test_the_parts_of_units_carry_the_words_of_the_plan_without_watching_anybody():
    helping = units.duty_of("co_handling", programme_of("xq-2020"))

    assert helping.support
    assert "稳控" not in helping.duty


# -- duty lists


def jiaozuo_case(*facts):
    court = office_below("jiaozuo-2021", "county", kind="court")
    known = [opened(court), handed_down(START), *facts]
    led = compute("jiaozuo-2021", *known, office=court)
    programme = programme_of("jiaozuo-2021")
    return tuple(checklists.of_case(led, "open", known, programme.duty_lists))


def test_a_case_handed_down_has_the_lists_of_its_leader():
    three, four = jiaozuo_case()[:2]

    assert (three.title, len(three.items)) == ("三包一保", 4)
    assert (four.title, len(four.items)) == ("四包四亲自", 8)
    support = [item for sheet in (three, four) for item in sheet.items if item.support]
    assert support
    assert not any("稳" in item.text for item in support)


def test_an_item_is_done_by_its_entry_or_by_the_act_it_is_bound_to():
    item = {"list": "three_guarantees_one", "item": "inquiry"}
    done = ListItemDone(on=START, **item, post="院长", evidence="评查表")
    support = act("support_given", START, post="副院长", evidence="通知")
    sheet = jiaozuo_case(done, support)[0]

    assert [(item.id, item.done) for item in sheet.items] == [
        ("case", False),
        ("inquiry", True),
        ("conclusion", False),
        ("support", True),
    ]
    assert sheet.items[1].entries == (checklists.Entry(START, "院长", "评查表", ()),)


def test_a_list_that_the_office_has_yet_to_write_says_so():
    office = programme_of("meixian").hub
    led = leadership.compute(
        office,
        [opened(office), named(START, (office, title(office, "chief")))],
        programme_of("meixian"),
        current_policy().directory,
    )
    shown = {
        sheet.id: sheet.to_fill
        for sheet in checklists.of_case(
            led, "open", [], programme_of("meixian").duty_lists
        )
    }

    assert shown["six_ones"]
    assert shown["five_duties"]
    assert "three_ones" not in shown


def test_what_is_not_on_a_list_cannot_be_entered():
    sheets = jiaozuo_case()
    problems = [
        *checklists.problems(sheets, "没有", "x", "院长", ["院长"], files=[]),
        *checklists.problems(
            sheets, "three_guarantees_one", "x", "科长", ["院长"], files=[]
        ),
    ]

    assert [problem.code for problem in problems] == [
        "no_such_list",
        "no_such_item",
        "no_such_post",
    ]


def test_an_item_that_files_must_show_is_not_entered_with_words_alone():
    programme = programme_of("puyang-2020")
    office, directory = programme.hub, current_policy().directory
    facts = [opened(office)]
    led = leadership.compute(office, facts, programme, directory)
    (sheet,) = (
        sheet
        for sheet in checklists.of_case(led, "open", facts, programme.duty_lists)
        if sheet.id == "four_dispositions"
    )

    def codes(item, *files):
        found = checklists.problems(
            [sheet], sheet.id, item, "检察长", ["检察长"], files=files
        )
        return [problem.code for problem in found]

    assert {item.id: codes(item.id) for item in sheet.items} == {
        "solve": [],
        "explain": [],
        "help": [],
        "by_law": ["document_ids_missing"],
    }
    assert codes("by_law", "d1") == []


# -- reception


def test_a_leader_receives_each_working_day_and_gaps_are_named():
    programme, calendar = programme_of("jiaozuo-2021"), current_policy().calendar
    (roster,) = programme.rosters
    court = programme.hub
    # Friday, the weekend, Monday
    days = rosters.periods(roster, date(2021, 4, 9), date(2021, 4, 12), calendar)
    friday, monday = tuple(days)
    found = rosters.gaps(
        [court],
        (friday, monday),
        [rosters.RosterSlot("t1", "p", "r", court, friday.from_, "副院长", None)],
        [rosters.Log("l1", "p", "r", court, friday.from_, "副院长", None, 5, 3)],
        [rosters.Visits(court, friday.from_, 3)],
    )

    assert monday.from_ == date(2021, 4, 12)
    assert [(gap.from_, gap.kind, gap.count) for gap in found] == [
        (friday.from_, "not_entered", 2),
        (monday.from_, "not_rostered", 0),
        (monday.from_, "not_logged", 0),
    ]


@pytest.mark.requirement("JZ-08")
def test_what_the_log_calls_entered_must_stand_in_the_register():
    programme, calendar = programme_of("jiaozuo-2021"), current_policy().calendar
    (roster,) = programme.rosters
    court, day = programme.hub, date(2021, 4, 9)
    (friday,) = rosters.periods(roster, day, day, calendar)
    slot = rosters.RosterSlot("t1", "p", "r", court, day, "副院长", None)
    log = rosters.Log("l1", "p", "r", court, day, "副院长", None, 5, 5)

    def found(*visits):
        gaps = rosters.gaps([court], [friday], [slot], [log], visits)
        return [(gap.kind, gap.count) for gap in gaps]

    assert found() == [("not_in_register", 5)]
    assert found(rosters.Visits(court, day, 4)) == [("not_in_register", 1)]
    assert found(rosters.Visits(court, day, 7)) == []


def test_both_levels_of_courts_keep_the_roster():
    programme, directory = programme_of("jiaozuo-2021"), current_policy().directory
    (roster,) = programme.rosters
    keeping = rosters.offices_of(roster, programme, directory, START)

    assert programme.hub in keeping
    assert office_below("jiaozuo-2021", "county", kind="court") in keeping


def test_only_leaders_stand_on_the_roster_and_no_more_is_entered_than_received():
    programme, directory = programme_of("jiaozuo-2021"), current_policy().directory
    (roster,) = programme.rosters
    hub = programme.hub
    leader, middle = title(hub, "leader"), title(hub, "middle")

    assert list(rosters.post_problems(roster, hub, leader, directory)) == []
    assert [
        problem.code
        for problem in rosters.post_problems(roster, hub, middle, directory)
    ] == ["post_not_eligible"]
    assert [problem.code for problem in rosters.log_problems(2, 3)] == [
        "more_entered_than_received"
    ]


def test_gaps_are_asked_for_of_as_many_days_as_an_answer_can_hold():
    last, most = START + timedelta(days=366), rosters.MOST_OFFICE_DAYS
    after = last + timedelta(days=1)

    assert list(rosters.span_problems(START, last)) == []
    assert [f.code for f in rosters.span_problems(START, after)] == ["span_too_long"]
    assert list(rosters.size_problems(most)) == []
    assert [f.code for f in rosters.size_problems(most + 1)] == ["too_much_at_once"]


@pytest.mark.requirement("DY-13", "DY-14")
def test_an_average_is_by_heads_where_the_directory_counts_the_holders_of_a_post():
    tally = workload.PostTally("1", "副检察长", "city", cases=8, holders=4)
    chief = workload.PostTally("1", "检察长", "city", cases=2, holders=1)
    average = workload._average([tally, chief], "city")

    assert (average.part, average.whole, average.average) == (10, 5, "2.00")


@pytest.mark.requirement("DY-14")
def test_an_average_over_posts_nobody_has_counted_is_called_partial():
    found = measured("puyang-2020", offices=(office_below("puyang-2020", "county"),))
    counted = measured("dy-leaders", offices=(office_below("dy-leaders", "city"),))

    assert [level.heads_assumed for level in found.levels] == [True]
    assert [level.heads_assumed for level in counted.levels] == [False]
    assert not counted.floors[0].heads_assumed
