"""
一案一策: the plans of cases, their approval and their steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record, record_facts
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.working import PlanStepDropped, PlanStepSet
from services.assignment.domain.leaders.units import accused_in
from services.assignment.domain.working import plans
from services.assignment.domain.working.plans import Plan, PlanStep
from services.assignment.endpoints.activities.act_record import (
    keep_act_of_case,
    late_for,
)
from services.assignment.endpoints.lookup import (
    case_of,
    leading_after,
    leading_of,
    matter_in_sight,
    next_version,
    units_after,
    units_of_case,
)
from services.assignment.schemas.working.working import (
    PlanBody,
    PlanDecisionBody,
    PlanView,
    StepDoneBody,
)
from services.assignment.store import Matters, Plans
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.working import PlanRules
from shared.vocabulary import PlanVerdict
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import PageQuery


@api(
    "POST",
    "/cases/<number>/plans",
    roles=CLERKS,
    body=PlanBody,
    answer=PlanView,
    status=201,
)
def make_plan(call: Call) -> Plan:
    """
    Make the plan of a case, or a new version of it; a leader approves it.
    """
    row, body, rules = case_of(call, lock=True), call.body, current_policy()
    store, facts = Plans(call.session), Matters(call.session).facts(row.number)
    before = store.of_case(row.number)
    steps = tuple(
        PlanStep(place=place, **{**step, "office": step["office"] or row.office})
        for place, step in enumerate(body["steps"], 1)
    )
    plan = Plan(
        **{**body, "steps": steps},
        **next_version(call, row, before),
        case_class=leading_after(row, facts).case_class,
    )
    reject_if(
        plans.plan_problems(
            plan,
            before,
            rules.programmes.get(row.programme).plan,
            rules.directory,
            opened_on=row.opened_on,
            today=call.today,
            taking_part=[unit.office for unit in units_after(row, facts)],
            accused=accused_in(facts),
        )
    )
    store.insert(plan)
    of = {"plan": plan.id, "edition": plan.version}
    event = events.PlanMade.of(plan, plan.made_on, **of)
    record(call.session, event)
    return plan


@api(
    "POST",
    "/plans/<identity>/decisions",
    roles=LEADERS,
    body=PlanDecisionBody,
    answer=PlanView,
    status=201,
)
def decide_on_plan(call: Call) -> Plan:
    """
    Approve a plan, so that its steps are owed, or return it.
    """
    row, plan = _plan_of(call)
    programme = current_policy().programmes.get(row.programme)
    rules = _rules_of(programme.plan)
    act = programme.act(rules.act)
    office = current_policy().directory.office(row.office)
    after = plans.decide(
        plan,
        plans.Decision(**call.body, office=call.who.office, by=call.who.account),
        rules,
        leaders=leading_of(call.session, row).leaders,
        chiefs=[title for title, post in office.posts.items() if post.chief],
        needs_document="document" in act.needs,
        today=call.today,
    )
    on, of = call.body["on"], {"plan": plan.id, "edition": plan.version}
    if after.state == "in_force":
        reject_if(late_for(call.session, row, programme, act, on))
    Plans(call.session).update(after)
    if call.body["verdict"] == PlanVerdict.RETURNED:
        record(call.session, events.PlanReturned.of(plan, on, **of))
        return after
    dropped = _replace_others(call, after, on)
    event = events.PlanApproved.of(plan, on, **of, until=plan.until)
    record(call.session, event)
    _record_steps(call, after, [*dropped, *_steps_set(after, on)])
    fields = {"on": on, "post": plan.post, "until": plan.until, "act": act.id}
    fields |= {"document": after.document, "by_office": call.who.office}
    keep_act_of_case(call.session, row, act, fields)
    return after


@api(
    "POST",
    "/plans/<identity>/steps",
    roles=CLERKS,
    body=StepDoneBody,
    answer=PlanView,
    status=201,
)
def complete_plan_step(call: Call) -> Plan:
    """
    Record that a step of a plan was done.
    """
    _, plan = _plan_of(call)
    after = plans.step_done(plan, **call.body, today=call.today)
    Plans(call.session).update(after)
    step = plan.step_id(call.body["place"])
    record(call.session, events.PlanStepDone.of(plan, call.body["on"], step=step))
    return after


@api("GET", "/cases/<number>/plans", query=PageQuery, answer=PlanView, many=True)
def list_plans(call: Call) -> Page[Plan]:
    """
    List every version of the plan of a case.
    """
    row = case_of(call)
    page = Plans(call.session).page_of(row.number, call.page)
    taking_part = [unit.office for unit in units_of_case(call.session, row)]
    return page.map(lambda plan: plans.taken_over(plan, row.office, taking_part))


def _plan_of(call: Call) -> tuple[Any, Plan]:
    """
    The case and its plan that the path names, both locked.
    """
    identity, store = call.path["identity"], Plans(call.session)
    number = or_not_found(store.get(identity), "化解方案", identity).number
    row = Matters(call.session).known(number, lock=True)
    matter_in_sight(call, row, "化解方案", identity)
    plan = or_not_found(store.get(identity, lock=True), "化解方案", identity)
    taking_part = [unit.office for unit in units_of_case(call.session, row)]
    return row, plans.taken_over(plan, row.office, taking_part)


def _rules_of(rules: PlanRules | None) -> PlanRules:
    if rules is None:
        raise LookupError("a plan was made under a programme without rules for plans")
    return rules


def _replace_others(call: Call, approved: Plan, on: date) -> list[Fact]:
    """
    Replace the version that was in force; nobody owes its open steps any more.
    """
    store, dropped = Plans(call.session), list[Fact]()
    for plan in store.of_case(approved.number):
        if plan.state == "in_force" and plan.id != approved.id:
            store.update(plans.as_replaced(plan))
            dropped += [
                PlanStepDropped(on=on, step=plan.step_id(step.place))
                for step in plan.open_steps
            ]
    return dropped


def _steps_set(plan: Plan, on: date) -> list[Fact]:
    return [
        PlanStepSet(
            on=on,
            step=plan.step_id(step.place),
            to_office=step.office,
            until=step.until,
        )
        for step in plan.steps
    ]


def _record_steps(call: Call, plan: Plan, facts: Iterable[Fact]) -> None:
    record_facts(call.session, {plan.number: {str(uuid7()): fact for fact in facts}})
