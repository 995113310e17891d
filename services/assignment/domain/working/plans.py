"""
一案一策: the plan of a case, its approval, its steps and its later versions (JZ-06,
JZ-48, XQ-23, XQ-66).

A plan is changed by a new version, which takes its place once it is approved; the
earlier one stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.assignment.domain.facts.base import PostOf
from shared.errors import Conflict, Forbidden, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.working import PlanRules
from shared.rules import (
    day_has_come,
    day_not_before,
    is_account,
    not_the_accused,
    office_exists,
    post_exists,
    text_is_given,
)

# state, what happens -> the new state
MOVES = {
    ("made", "approved"): "in_force",
    ("made", "returned"): "returned",
    ("in_force", "replaced"): "replaced",
}
STATES = {
    "made": "待批准",
    "in_force": "正在执行",
    "returned": "已退回",
    "replaced": "已被新方案代替",
}


@dataclass(frozen=True)
class PlanStep:
    """
    A *task* of a post or department of an office, to be done until a day;
    *done_on*: when it was, shown by *evidence*. *place* counts from 1.
    """

    place: int = field(metadata={"description": "步骤的序号"})
    task: str
    office: str
    post: str
    until: date
    done_on: date | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Plan:
    """
    One version of the plan of a case: its *aim*, its steps, the day *until* which the
    case is to be settled; *reason*: why it takes the place of the one before.
    *case_class*: the class that the case was in, to which the plan answers (JZ-06).
    """

    id: str
    number: str
    programme: str
    office: str
    version: int
    made_on: date
    post: str
    aim: str
    until: date
    steps: tuple[PlanStep, ...] = field(metadata={"description": "方案的步骤"})
    recorded_by: str
    reason: str | None = None
    state: str = "made"
    decided_on: date | None = None
    decided_by: str | None = None
    opinion: str | None = None
    document: str | None = None
    case_class: str | None = None

    def step_id(self, place: int) -> str:
        """
        The id by which a step is owed.
        """
        return f"{self.id}/{place}"

    @property
    def open_steps(self) -> tuple[PlanStep, ...]:
        return tuple(step for step in self.steps if step.done_on is None)


@dataclass(frozen=True)
class Decision:
    """
    A plan is approved or returned, by which post of which office; *by*: whose account
    records it.
    """

    on: date
    verdict: str
    office: str
    post: str
    by: str
    opinion: str | None = None
    document: str | None = None


def plan_problems(
    plan: Plan,
    before: Sequence[Plan],
    rules: PlanRules | None,
    directory: Directory,
    *,
    opened_on: date,
    today: date,
    taking_part: Collection[str],
    accused: str | None = None,
) -> Iterator[Problem]:
    """
    The plan has somebody to do each step, of the offices *taking_part* in the case, who
    is neither *accused* nor below who is, and a day for it (JZ-48); a later version
    says why, and is not made while another waits.
    """
    if rules is None:
        yield Problem(
            "no_plan_rules",
            "本专项没有规定化解方案由谁批准。",
            "请先在方案 plan 中写明。",
            "/number",
        )
    if before:
        yield from _later_version_problems(plan, before[-1])
    if rules and rules.by_class and plan.case_class is None:
        yield Problem(
            "not_classified",
            "本案还没有分类，方案须针对案件的分类制定。",
            "请先研判案件，写明分类（case_class）和理由。",
            "/number",
        )
    yield from day_has_come(plan.made_on, today, "/made_on")
    yield from day_not_before(plan.made_on, opened_on, "/made_on", "案件登记日")
    yield from day_not_before(plan.until, plan.made_on, "/until", "制定之日")
    if directory.exists(plan.office, plan.made_on):
        posts = directory.office(plan.office).posts
        yield from post_exists(plan.post, tuple(posts), "/post")
    for index, step in enumerate(plan.steps):
        place = f"/steps/{index}"
        yield from _step_problems(step, plan, directory, place)
        accused_problems = not_the_accused(
            step.office, accused, directory, plan.made_on, f"{place}/office"
        )
        yield from (
            [*accused_problems]
            or _no_part_problems(step, plan, directory, taking_part, f"{place}/office")
        )


def _later_version_problems(plan: Plan, last: Plan) -> Iterator[Problem]:
    """
    A later version follows one that was decided, on its day or after, and says why.
    """
    if last.state == "made":
        yield Problem(
            "plan_waits",
            f"第{last.version}稿方案还没有批准。",
            "请先批准或退回，再作修改。",
            "/number",
        )
    yield from day_not_before(
        plan.made_on, last.decided_on or last.made_on, "/made_on", "上一稿的日期"
    )
    yield from text_is_given(plan.reason, "/reason", "reason_missing", "修改方案的理由")


def _step_problems(
    step: PlanStep, plan: Plan, directory: Directory, place: str
) -> Iterator[Problem]:
    yield from office_exists(step.office, directory, plan.made_on, f"{place}/office")
    if directory.exists(step.office, plan.made_on):
        office = directory.office(step.office)
        names = (*office.posts, *office.departments)
        yield from post_exists(step.post, names, f"{place}/post", office.name)
    yield from day_not_before(step.until, plan.made_on, f"{place}/until", "制定之日")
    if step.until > plan.until:
        yield Problem(
            "step_after_end",
            f"这一步的期限 {step.until} 晚于方案的化解时限（{plan.until}）。",
            "请核对日期。",
            f"{place}/until",
        )


def _no_part_problems(
    step: PlanStep,
    plan: Plan,
    directory: Directory,
    taking_part: Collection[str],
    place: str,
) -> Iterator[Problem]:
    """
    Who is to do a step has a part in the case: leads it, or helps (XQ-32).
    """
    if step.office in taking_part or not directory.exists(step.office, plan.made_on):
        return
    yield Problem(
        "step_without_part",
        f"“{directory.office(step.office).name}”没有参与本案的办理，不能承担方案的步骤。",
        "请由参与本案的单位承担，或者先明确各单位分工（POST /cases/…/units）。",
        place,
    )


def decide(
    plan: Plan,
    decision: Decision,
    rules: PlanRules,
    *,
    leaders: Collection[PostOf],
    chiefs: Collection[str],
    needs_document: bool,
    today: date,
) -> Plan:
    """
    The plan after a leader approved or returned it.

    *leaders*: who leads the case; *chiefs*: the chiefs of the office responsible.
    Raises `Conflict` if it was decided already, `Forbidden` if who decides made it,
    `Rejected` with every problem.
    """
    state = MOVES.get((plan.state, decision.verdict))
    if state is None:
        raise Conflict.because(
            "not_in_this_state",
            f"这一稿方案{STATES[plan.state]}，现在不能这样办理。",
            "请先查看方案的各稿。",
        )
    if is_account(plan.recorded_by, decision.by):
        raise Forbidden.because(
            "own_plan", "方案的制定人不能批准自己的方案。", "请由有权批准的领导决定。"
        )
    reject_if(
        [
            *day_has_come(decision.on, today, "/on"),
            *day_not_before(decision.on, plan.made_on, "/on", "制定之日"),
            *_entitled(plan, decision, rules, leaders, chiefs),
            *_texts_missing(decision, needs_document=needs_document),
        ]
    )
    return replace(
        plan,
        state=state,
        decided_on=decision.on,
        decided_by=decision.post,
        opinion=decision.opinion,
        document=decision.document,
    )


def _texts_missing(decision: Decision, *, needs_document: bool) -> Iterator[Problem]:
    """
    A plan is returned with a reason; one that is approved has the number of its
    document, where the programme files plans.
    """
    if decision.verdict != "approved":
        yield from text_is_given(
            decision.opinion, "/opinion", "reason_missing", "退回的理由"
        )
    elif needs_document:
        yield from text_is_given(
            decision.document, "/document", "document_missing", "方案的文号"
        )


def _entitled(
    plan: Plan,
    decision: Decision,
    rules: PlanRules,
    leaders: Collection[PostOf],
    chiefs: Collection[str],
) -> Iterator[Problem]:
    """
    Who approves leads the case, or is the chief, as the programme says.
    """
    allowed = leaders
    if rules.approver == "chief":
        allowed = [(plan.office, chief) for chief in chiefs]
    if (decision.office, decision.post) not in allowed:
        posts = "、".join(post for _, post in allowed)
        yield Problem(
            "post_not_entitled",
            f"“{decision.post}”不能批准这件案件的化解方案。",
            f"可由其批准：{posts}。" if posts else "请先落实包案领导。",
            "/post",
        )


def as_replaced(plan: Plan) -> Plan:
    """
    The plan after a later version was approved.
    """
    return replace(plan, state=MOVES[plan.state, "replaced"])


def taken_over(plan: Plan, office: str, taking_part: Collection[str]) -> Plan:
    """
    The plan of a case that *office* has now: one that waits or is in force is its own,
    with the open steps that the office before had set for itself and those of units
    that are not *taking_part* in the case any more.
    """
    if plan.state not in {"made", "in_force"}:
        return plan
    others = {*taking_part} - {plan.office}
    steps = tuple(
        step
        if step.done_on is not None or step.office in others
        else replace(step, office=office)
        for step in plan.steps
    )
    return replace(plan, office=office, steps=steps)


def step_done(plan: Plan, place: int, *, on: date, evidence: str, today: date) -> Plan:
    """
    The plan after one of its steps was done.

    Raises `Conflict` if it is not in force or the step is done already, `Rejected` with
    every problem.
    """
    if plan.state != "in_force":
        raise Conflict.because(
            "not_in_this_state",
            f"这一稿方案{STATES[plan.state]}，不能登记完成情况。",
            "请在正在执行的方案上登记。",
        )
    steps = {step.place: step for step in plan.steps}
    if place not in steps:
        remedy = f"可填：{'、'.join(map(str, steps))}。"
        problem = Problem("no_such_step", f"没有第{place}步。", remedy, "/place")
        reject_if([problem])
    if steps[place].done_on:
        raise Conflict.because(
            "already_done", f"第{place}步已登记完成。", "请查看方案。", "/place"
        )
    reject_if(
        [
            *day_has_come(on, today, "/on"),
            *day_not_before(on, plan.decided_on, "/on", "批准之日"),
        ]
    )
    steps[place] = replace(steps[place], done_on=on, evidence=evidence)
    return replace(plan, steps=tuple(steps.values()))
