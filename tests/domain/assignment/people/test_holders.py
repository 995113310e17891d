"""
Who holds a post: three deputies are three, and a case follows from one to the next.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.assignment.domain.facts.leaders import LeaderRecused, LeaderSucceeded
from services.assignment.domain.leaders import suggestions, workload
from services.assignment.domain.people import holders
from services.assignment.domain.people.holders import Holding, Holdings
from shared.policy.current import current_policy
from tests.builders import COUNTY
from tests.builders.leadership import (
    START,
    compute,
    named,
    office_below,
    opened,
    programme_of,
)

DEPUTY = (COUNTY, "副检察长")
LATER = START + timedelta(days=30)


def holds(holder, post="副检察长", office=COUNTY, since=START, until=None):
    return Holding(f"{post}{holder}", office, post, holder, since, until)


THREE = Holdings([holds("A01"), holds("B02"), holds("C03", until=LATER)])


def codes(problems):
    return [problem.code for problem in problems]


def led_by(holder, on=START, **said):
    return named(on, DEPUTY, holders=((*DEPUTY, holder),), **said)


def tenures(*facts):
    found = compute("puyang-2020", opened(), *facts)
    return [(each.holder, each.since, each.until) for each in found.tenures]


@pytest.mark.requirement("PY-59")
def test_of_a_post_with_several_holders_one_is_named():
    def problems(holder, on=START):
        return codes(holders.naming_problems([(*DEPUTY, holder)], THREE, on))

    assert problems(None) == ["holder_missing"]
    assert problems("A01") == []
    assert problems("D04") == ["no_such_holder"]
    assert problems("C03", on=LATER) == ["no_such_holder"]
    assert (
        "A01、B02、C03"
        in next(holders.naming_problems([(*DEPUTY, None)], THREE, START)).remedy
    )


def test_the_only_holder_of_a_post_need_not_be_named():
    one = Holdings([holds("A01")])

    assert holders.holders_named([(*DEPUTY, None)], one, START) == ((*DEPUTY, "A01"),)
    assert holders.holders_named([(*DEPUTY, None)], Holdings(), START) == ()


@pytest.mark.requirement("PY-59")
def test_a_case_that_passes_to_another_holder_keeps_its_history():
    passed = LeaderSucceeded(
        on=LATER, leader_office=COUNTY, post="副检察长", holder="B02"
    )

    assert tenures(led_by("A01"), passed) == [
        ("A01", START, LATER),
        ("B02", LATER, None),
    ]


def test_a_holder_who_becomes_known_led_all_the_time():
    assert tenures(named(START, DEPUTY), led_by("A01", on=LATER)) == [
        ("A01", START, None)
    ]


def test_one_holder_stands_back_and_another_of_the_post_leads():
    back = LeaderRecused(
        on=START,
        leader_office=COUNTY,
        post="副检察长",
        lifted=False,
        own=True,
        holder="A01",
    )
    without = compute("puyang-2020", opened(), led_by("A01"), back)
    another = compute(
        "puyang-2020", opened(), led_by("A01"), back, led_by("B02", on=LATER)
    )
    barred = without.recused_holders

    assert without.leaders == ()
    assert another.leaders == (DEPUTY,)
    assert codes(
        holders.naming_problems([(*DEPUTY, "A01")], THREE, START, recused=barred)
    ) == ["leader_recused"]


def test_nobody_holds_a_post_twice_and_a_chief_is_one():
    office = current_policy().directory.office(COUNTY)
    chief = holds("A01", "检察长")

    def problems(new, *known):
        return codes(holders.entry_problems(new, office, known))

    assert problems(holds("A01"), holds("A01", until=LATER)) == ["already_holds"]
    assert problems(holds("A01", since=LATER), holds("A01", until=LATER)) == []
    assert problems(holds("B02", "检察长"), chief) == ["post_taken"]
    assert problems(holds("B02"), holds("A01")) == []
    assert problems(holds("B02", "处长")) == ["no_such_post"]


def test_who_is_succeeded_held_the_post_before():
    def problems(former, since):
        return codes(holders.succession_problems(former, "A01", since))

    assert problems(holds("A01"), LATER) == []
    assert problems(holds("A01"), START) == ["date_before_start"]
    assert problems(None, LATER) == ["no_such_holder"]


@pytest.mark.requirement("DY-13", "DY-14", "PY-59")
def test_averages_are_by_the_holders_that_the_office_has_entered():
    programme, directory = programme_of("dy-leaders"), current_policy().directory
    city = office_below("dy-leaders", "city")
    deputy = (city, "副检察长")
    entered = [holds(each, office=city) for each in ("A01", "B02")]

    def measured(on, held):
        measuring = workload.Measuring(programme, directory, [city], on, held)
        led = workload.CaseGroup(
            city,
            handed=False,
            traits={"difficulty": "nail"},
            main=(deputy,),
            cases=3,
            open=2,
            holders=((*deputy, "A01"),),
        )
        measuring.take(led)
        found = measuring.result()
        post = next(p for p in found.posts if (p.office, p.post) == deputy)
        return found.levels[0], post

    level, post = measured(START, Holdings(entered))
    before, _ = measured(START - timedelta(days=1), Holdings(entered))
    unknown, counted = measured(START, Holdings())

    assert post.heads == 2
    assert counted.heads == 3  # as the directory says
    assert unknown.heads - level.heads == 1
    assert before.heads == unknown.heads
    assert {h.holder: (h.cases, h.open, h.hard) for h in post.people.values()} == {
        "A01": (3, 2, 3),
        "B02": (0, 0, 0),
    }


def test_a_post_that_nobody_holds_any_more_has_no_head():
    left = Holdings([holds("A01", until=LATER)])

    assert left.heads(DEPUTY, START) == 1
    assert left.heads(DEPUTY, LATER) == 0
    assert left.heads(DEPUTY, START - timedelta(days=1)) is None


def test_the_least_burdened_holder_is_proposed_first():
    loads = suggestions.Loads(
        posts={DEPUTY: suggestions.Load(5, 1)},
        holders={(*DEPUTY, "A01"): suggestions.Load(4, 1)},
        held=THREE,
    )
    proposed = loads.by_holder(DEPUTY, START, [(*DEPUTY, "C03")])

    assert [each.holder for each in proposed] == ["B02", "A01"]
    assert loads.of(DEPUTY) == suggestions.Load(5, 1)


def test_a_day_in_the_office_is_one_of_a_holding():
    held = holds("A01", until=LATER)

    assert held.on(START)
    assert not held.on(LATER)
    assert not held.on(date(2000, 1, 1))


@pytest.mark.requirement("PY-59")
@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (LATER, []),
        (START, []),
        (START - timedelta(days=1), [("date_before_start", "/until")]),
        (LATER + timedelta(days=1), [("post_taken", "/until")]),
    ],
)
def test_a_holding_ends_after_it_began_and_before_the_next_one_of_a_chief(
    until, expected
):
    first = holds("A01", post="检察长")
    following = holds("B02", post="检察长", since=LATER)
    office = current_policy().directory.office(COUNTY)
    found = holders.ending_problems(first, until, office, [following])

    assert [(each.code, each.location) for each in found] == expected
