"""
How a case is worked: acts with third parties, their withdrawal, and the plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.activities.acts import (
    act_problems,
    check_withdrawable,
    followed_problems,
    withdrawal_problems,
)
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.leaders import ActRecorded, ActWithdrawn
from services.assignment.domain.recompute import recompute
from services.assignment.domain.working import demands, plans
from services.assignment.domain.working.demands import Demand, PointAnswer
from services.assignment.domain.working.plans import Decision
from shared.errors import Conflict, Forbidden, Rejected
from shared.policy.current import current_policy
from shared.policy.parts.working import PlanRules
from shared.vocabulary import Disposition, ReplyMode
from tests.builders.plans import CAME, PLAN, STEPS, UNIT
from tests.builders.programme_story import Story, act, happened, opened

XINGQING = current_policy().programmes.get("xq-2020")
DIRECTORY = current_policy().directory
ACTS = {each.id: each for each in XINGQING.acts}
LEADER = (UNIT, "党（工）委书记")
RULES = PlanRules("leader", "plan_made", "XQ-66")
DECISION = Decision(
    on=CAME, verdict="approved", office=UNIT, post=LEADER[1], by="包案领导"
)


def codes(problems):
    return [problem.code for problem in problems]


# -- third parties


def body(**fields):
    blank = dict.fromkeys(
        ("kind", "post", "evidence", "to", "until", "text", "document", "consent")
    )
    return {**blank, "count": None, "nil": None, "on": CAME, **fields}


def found(**fields):
    posts = [*DIRECTORY.office(UNIT).posts]
    return codes(
        act_problems(
            ACTS,
            body(**fields),
            posts,
            of="case",
            third_parties=XINGQING.third_parties,
        )
    )


def party(role, days=0):
    return {"role": role, "consented_on": CAME - timedelta(days=days)}


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        ([party("lawyer")], []),
        ([party("lawyer", 3), party("local_worthy")], []),
        ([], ["parties_missing"]),
        ([party("neighbour")], ["no_such_role"]),
        ([party("lawyer"), party("lawyer")], ["given_twice"]),
        ([party("lawyer", -1)], ["consent_too_late"]),
        ([party("neighbour", -1)], ["no_such_role", "consent_too_late"]),
    ],
)
def test_third_parties_are_of_a_known_role_and_take_part_after_consent(
    parties, expected
):
    assert found(act="third_party_joined", text="释法。", parties=parties) == expected


def test_a_mediation_says_how_it_came_out():
    mediated = {"act": "mediated", "kind": "人民调解", "document": "调〔2020〕1号"}

    assert found(**mediated) == ["result_missing"]
    assert found(**mediated, result="未成") == ["not_in_list"]
    assert found(**mediated, result="达成协议") == []
    told = {"act": "counselled", "text": "心理疏导。", "result": "达成协议"}
    assert found(**told) == ["not_in_list"]


def test_what_is_carried_out_is_an_agreement_of_this_case_that_stands():
    carried, titles = ACTS["agreement_carried_out"], {"mediated": "调解"}
    facts = {
        "a1": act("mediated", CAME, record="a1"),
        "a2": act("explained", CAME, record="a2"),
        "a3": act("mediated", CAME, record="a3"),
        "w1": ActWithdrawn(on=CAME, act="mediated", record="a3", post="主任"),
    }

    assert codes(followed_problems(carried, "a1", facts, titles)) == []
    for wrong in (None, "a2", "a3", "b1"):
        problems = [*followed_problems(carried, wrong, facts, titles)]
        assert codes(problems) == ["follows_missing"]
        assert "a1" in problems[0].remedy
    other = followed_problems(ACTS["explained"], "a1", facts, titles)
    assert codes(other) == ["nothing_to_follow"]


# -- withdrawal


def the_case(*facts):
    return Story("xq-2020", UNIT, opened(CAME, resolve_by=None), *facts)


def test_a_withdrawn_act_owes_again_what_it_discharged():
    case = the_case(act("plan_made", date(2020, 11, 5)))
    done = case.states()["plan"]
    (recorded,) = (
        key for key, fact in case.facts.items() if isinstance(fact, ActRecorded)
    )
    case.learn(
        ActWithdrawn(
            on=date(2020, 11, 9), act="plan_made", record=recorded, post="主任"
        )
    )

    assert done == ("discharged", date(2020, 11, 5))
    assert case.states()["plan"][0] == "open"
    assert case.due()["plan"] == date(2020, 11, 26)


def test_what_a_withdrawn_act_opened_was_never_owed():
    mediated = act("mediated", date(2020, 11, 5), result="达成协议", record="a1")
    case = the_case(mediated)
    opened_by_it = case.open() - the_case().open()
    (recorded,) = (
        key for key, fact in case.facts.items() if isinstance(fact, ActRecorded)
    )
    withdrawn = ActWithdrawn(
        on=date(2020, 11, 9), act="mediated", record=recorded, post="主任"
    )
    after = recompute(case.known(), {"w1": withdrawn}, current_policy())
    (duty,) = (
        each for each in after.matter.duties.values() if each.kind == "agreement"
    )

    assert opened_by_it == {"agreement/a1"}
    assert (duty.state, duty.state_on) == ("released", date(2020, 11, 5))
    assert [change.what for change in after.changed_duties] == ["released"]


def test_each_agreement_is_carried_out_by_its_own_act():
    case = the_case(
        act("mediated", date(2020, 11, 5), result="达成协议", record="a1"),
        act("mediated", date(2020, 11, 6), result="达成协议", record="a2"),
        act("agreement_carried_out", date(2020, 11, 20), record="a2"),
    )

    assert case.states()["agreement/a1"][0] == "open"
    assert case.states()["agreement/a2"] == ("discharged", date(2020, 11, 20))


_ACTS = st.lists(st.sampled_from(["plan_made", "explained", "mediated"]), max_size=6)


@given(names=_ACTS, gone=st.sets(st.integers(min_value=0, max_value=5)))
def test_the_matter_is_as_if_withdrawn_acts_had_never_been_recorded(names, gone):
    recorded = {
        f"a{i}": act(name, CAME + timedelta(days=i), result="达成协议", record=f"a{i}")
        for i, name in enumerate(names)
    }
    withdrawn = {
        f"w{i}": ActWithdrawn(
            on=CAME + timedelta(days=9), act="any", record=f"a{i}", post="主任"
        )
        for i in gone
    }
    left = without_withdrawn_acts({**recorded, **withdrawn})
    kept = {f"a{i}" for i in range(len(names)) if i not in gone}

    assert {key for key in left if key in recorded} == kept


@pytest.mark.parametrize("standing", ["submitted", "resolved", "struck_off"])
def test_nothing_is_withdrawn_from_under_a_closing(standing):
    fact = act("explained", CAME)
    check_withdrawable(fact, withdrawn=False, standing="open")
    with pytest.raises(Conflict, match="not_in_this_state"):
        check_withdrawable(fact, withdrawn=False, standing=standing)
    with pytest.raises(Conflict, match="already_withdrawn"):
        check_withdrawable(fact, withdrawn=True, standing="open")


def test_a_leader_withdraws_after_the_day_of_the_act():
    fact, before = act("explained", CAME), CAME - timedelta(days=1)

    assert codes(withdrawal_problems(fact, CAME, "主任", ["主任"], CAME)) == []
    assert codes(withdrawal_problems(fact, before, "书记员", ["主任"], CAME)) == [
        "date_before_start",
        "approver_not_a_leader",
    ]


# -- plans


def problems(plan, before=(), rules=RULES):
    return codes(
        plans.plan_problems(
            plan,
            before,
            rules,
            DIRECTORY,
            opened_on=CAME,
            today=date(2021, 6, 1),
            taking_part=(UNIT, "640104002"),
        )
    )


def test_no_step_of_a_plan_about_an_accusation_is_of_whom_it_accuses():
    theirs = replace(STEPS[1], office="640104002", post="分管副职")
    found = plans.plan_problems(
        replace(PLAN, steps=(STEPS[0], theirs)),
        (),
        RULES,
        DIRECTORY,
        opened_on=CAME,
        today=date(2021, 6, 1),
        taking_part=(UNIT,),
        accused="640104002",
    )

    assert ("accused_office", "/steps/1/office") in {
        (each.code, each.location) for each in found
    }


@pytest.mark.requirement("XQ-23", "XQ-32")
def test_a_step_is_of_a_unit_that_has_a_part_in_the_case():
    def of(office):
        step = replace(STEPS[1], office=office)
        return problems(replace(PLAN, steps=(STEPS[0], step)))

    assert of("640104002") == []
    assert of("640104003") == ["step_without_part"]


def decided(plan=PLAN, **changes):
    return plans.decide(
        plan,
        replace(DECISION, **changes),
        RULES,
        leaders=[LEADER],
        chiefs=[],
        needs_document=False,
        today=date(2021, 6, 1),
    )


@pytest.mark.requirement("XQ-66", "JZ-48")
def test_every_fault_of_a_plan_is_named_at_once():
    nobody = replace(STEPS[0], post="志愿者", until=CAME - timedelta(days=1))
    too_late = replace(STEPS[1], until=PLAN.until + timedelta(days=1))
    elsewhere = replace(STEPS[1], office="999999")
    wrong = replace(
        PLAN,
        made_on=CAME - timedelta(days=1),
        steps=(nobody, too_late, elsewhere),
    )

    assert problems(PLAN) == []
    assert problems(wrong) == [
        "date_before_start",
        "no_such_post",
        "step_after_end",
        "no_such_office",
    ]
    assert problems(PLAN, rules=None) == ["no_plan_rules"]


def test_a_plan_that_waits_or_is_in_force_passes_on_with_its_case():
    new, other = "640104002", "640104003"
    done = replace(STEPS[0], done_on=CAME, evidence="安置协议。")
    plan = replace(PLAN, steps=(done, STEPS[1], replace(STEPS[1], office=other)))
    for state in ("made", "in_force"):
        waiting = replace(plan, state=state)
        taken = plans.taken_over(waiting, new, [new, UNIT, other])
        alone = plans.taken_over(waiting, new, [new])

        assert taken.office == alone.office == new
        assert [step.office for step in taken.steps] == [UNIT, new, other]
        # Whose unit has no part any more is of the office that has the case.
        assert [step.office for step in alone.steps] == [UNIT, new, new]
    for state in ("returned", "replaced"):
        past = replace(plan, state=state)

        assert plans.taken_over(past, new, [new]) == past


def test_a_later_version_says_why_and_waits_its_turn():
    second = replace(PLAN, id="p2", version=2, made_on=CAME + timedelta(days=5))

    assert problems(second, [PLAN]) == ["plan_waits", "reason_missing"]
    assert problems(replace(second, reason="新情况。"), [decided()]) == []


@pytest.mark.parametrize("state", ["made", "in_force", "returned", "replaced"])
@pytest.mark.parametrize("verdict", ["approved", "returned"])
def test_a_plan_moves_as_the_table_says_and_in_no_other_way(state, verdict):
    plan = replace(PLAN, state=state)
    if state != "made":
        with pytest.raises(Conflict, match="not_in_this_state"):
            decided(plan, verdict=verdict)
        return
    after = decided(plan, verdict=verdict, opinion="补充步骤。")

    assert after.state == {"approved": "in_force", "returned": "returned"}[verdict]
    assert (after.decided_by, after.decided_on) == (LEADER[1], CAME)


def test_only_a_plan_that_was_approved_is_replaced():
    assert plans.as_replaced(decided()).state == "replaced"
    for plan in (PLAN, decided(verdict="returned", opinion="补充步骤。")):
        with pytest.raises(KeyError):
            plans.as_replaced(plan)


@pytest.mark.parametrize("verdict", ["approved", "returned"])
def test_nobody_decides_on_the_plan_that_the_same_account_made(verdict):
    with pytest.raises(Forbidden, match="own_plan"):
        decided(verdict=verdict, opinion="补充步骤。", by=PLAN.recorded_by)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"post": "分管副职"}, "post_not_entitled"),
        ({"office": "640104800"}, "post_not_entitled"),
        ({"verdict": "returned"}, "reason_missing"),
        ({"on": CAME - timedelta(days=1)}, "date_before_start"),
        ({"on": date(2021, 6, 2)}, "date_in_future"),
    ],
)
def test_a_plan_is_approved_by_who_leads_the_case(changes, expected):
    with pytest.raises(Rejected) as refusal:
        decided(**changes)

    assert codes(refusal.value.problems) == [expected]


def test_where_the_programme_says_so_the_chief_approves_and_under_a_number():
    rules = PlanRules("chief", "plan_made", "JZ-06")

    def approve(chiefs, **changes):
        return plans.decide(
            PLAN,
            replace(DECISION, **changes),
            rules,
            leaders=[],
            chiefs=chiefs,
            needs_document=True,
            today=CAME,
        )

    with pytest.raises(Rejected) as refusal:
        approve([])
    assert codes(refusal.value.problems) == ["post_not_entitled", "document_missing"]
    assert approve([LEADER[1]], document="富〔2020〕1号").state == "in_force"


@given(places=st.lists(st.integers(min_value=0, max_value=3), max_size=6))
def test_a_step_is_done_once_and_only_of_the_plan_in_force(places):
    plan, done = decided(), set()
    for place in places:
        expected = {0: Rejected, 3: Rejected}.get(place)
        expected = Conflict if place in done else expected
        if expected:
            with pytest.raises(expected):
                plans.step_done(plan, place, on=CAME, evidence="卷一", today=CAME)
            continue
        plan = plans.step_done(plan, place, on=CAME, evidence="卷一", today=CAME)
        done.add(place)

    assert {step.place for step in plan.steps if step.done_on} == done
    assert {step.place for step in plan.open_steps} == {1, 2} - done
    for state in ("made", "returned", "replaced"):
        with pytest.raises(Conflict, match="not_in_this_state"):
            plans.step_done(
                replace(PLAN, state=state), 1, on=CAME, evidence="卷一", today=CAME
            )


def test_the_steps_of_a_plan_are_owed_until_they_are_done_or_dropped():
    step = {"to_office": UNIT, "until": date(2020, 11, 30)}
    case = the_case(
        happened("matter.plan_step_set", CAME, step="p1/1", **step),
        happened("matter.plan_step_set", CAME, step="p1/2", **step),
        happened("matter.plan_step_done", date(2020, 11, 3), step="p1/1"),
        happened("matter.plan_step_dropped", date(2020, 11, 9), step="p1/2"),
        happened("matter.plan_step_set", date(2020, 11, 9), step="p2/1", **step),
    )

    assert case.states()["plan_step/p1/1"] == ("discharged", date(2020, 11, 3))
    assert case.states()["plan_step/p1/2"] == ("released", date(2020, 11, 9))
    assert case.owed()["plan_step/p2/1"] == (UNIT, None, date(2020, 11, 30))


# -- the demand


DEMAND = Demand(
    id="d1",
    number=PLAN.number,
    programme="xq-2020",
    office=UNIT,
    version=1,
    fixed_on=CAME,
    mode=ReplyMode.IN_PERSON,
    post=LEADER[1],
    points=("落实安置房。", "支付过渡费。"),
    recorded_by="承办人",
)
ANSWER = PointAnswer(1, Disposition.REASONABLE_SOLVE, CAME, LEADER[1], "已安置。")


def faults(demand, before=()):
    return codes(
        demands.demand_problems(
            demand, before, [LEADER[1]], opened_on=CAME, today=date(2021, 6, 1)
        )
    )


def answered(demand, *given, newest=True):
    for each in given:
        demand = demands.answer(
            demand, each, newest=newest, posts=[LEADER[1]], today=date(2021, 6, 1)
        )
    return demand


def test_a_demand_is_fixed_by_a_post_and_amended_with_a_reason():
    early = replace(DEMAND, fixed_on=CAME - timedelta(days=1), post="志愿者")
    second = replace(DEMAND, id="d2", version=2, fixed_on=CAME - timedelta(days=1))

    assert faults(DEMAND) == []
    assert faults(early) == ["date_before_start", "no_such_post"]
    assert faults(second, [DEMAND]) == [
        "date_before_start",
        "date_before_start",
        "reason_missing",
    ]


@given(places=st.lists(st.integers(min_value=0, max_value=3), max_size=5))
def test_each_point_is_answered_once(places):
    demand, done = DEMAND, set()
    for place in places:
        given_ = replace(ANSWER, place=place)
        expected = Conflict if place in done else Rejected
        if place in done or place not in {1, 2}:
            with pytest.raises(expected):
                answered(demand, given_)
            continue
        demand = answered(demand, given_)
        done.add(place)

    assert {*demand.unanswered} == {1, 2} - done
    assert {each.place for each in demand.answers} == done


def test_a_version_that_was_amended_is_not_worked_any_more():
    with pytest.raises(Conflict, match="not_in_this_state"):
        answered(DEMAND, ANSWER, newest=False)
    with pytest.raises(Rejected) as refusal:
        answered(
            DEMAND, replace(ANSWER, on=CAME - timedelta(days=1), post="志愿者", place=9)
        )
    assert codes(refusal.value.problems) == [
        "no_such_point",
        "date_before_start",
        "no_such_post",
    ]
