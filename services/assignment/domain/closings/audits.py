"""
自查 and 评查: closings are drawn from those of a period and looked into, against the
standard they were reported under (JZ-52, XQ-03, XQ-26, MX-28).

A verdict changes nothing of the count; what it finds is for people to act on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.closings.closing import (
    ENDED,
    Closing,
    ClosingCase,
    as_resolved,
)
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseReopened,
    ClosingEvaluated,
    ClosingSubmitted,
)
from shared.errors import Problem
from shared.policy.parts.closing import AuditRules
from shared.rules import day_has_come, day_not_before, is_account, post_exists
from shared.vocabulary import EvaluationKind

MOST = 500  # closings in one sample


@dataclass(frozen=True)
class Drawable:
    """
    A confirmed closing that may be drawn, its case and the office of that.
    """

    closing: str
    number: str
    office: str


@dataclass(frozen=True)
class Audit:
    """
    A sample of the closings confirmed from *since* until *until* in the offices below
    *office*: of a *population* so many *percent*, ranked by the *seed*.
    """

    id: str
    programme: str
    office: str
    since: date
    until: date
    seed: str
    percent: int
    least: int
    population: int
    sample: tuple[Drawable, ...]
    drawn_on: date
    drawn_by: str


def draw(
    closings: Iterable[Drawable], seed: str, rules: AuditRules
) -> tuple[Drawable, ...]:
    """
    The sample that *seed* gives: the same from the same closings in any order, so that
    anybody can draw it again as long as no other is confirmed in the period. They are
    ranked by the SHA-256 of seed and id.
    """
    ranked = sorted(closings, key=lambda each: _rank(seed, each.closing))
    return tuple(ranked[: rules.size(len(ranked))])


def _rank(seed: str, closing: str) -> str:
    return hashlib.sha256(f"{seed}/{closing}".encode()).hexdigest()


def period_problems(since: date, until: date, today: date) -> Iterator[Problem]:
    """
    The last day of the period has come, and is not before its first.
    """
    yield from day_has_come(until, today, "/until")
    yield from day_not_before(until, since, "/until", "开始日期", "结束日期")


def sample_problems(sample: Collection[Drawable]) -> Iterator[Problem]:
    if not sample:
        yield Problem(
            "nothing_to_draw",
            "这一期没有已审核确认的报结。",
            "请核对专项和起止日期。",
            "/since",
        )
    if len(sample) > MOST:
        yield Problem(
            "sample_too_large",
            f"应抽取 {len(sample)} 件，一次至多 {MOST} 件。",
            "请缩短起止日期，分次抽取。",
            "/since",
        )


def evaluation_problems(
    closing: Closing,
    evaluation: ClosingEvaluated,
    posts: Collection[str],
    *,
    own: bool,
    today: date,
) -> Iterator[Problem]:
    """
    Check an evaluation: a self-check is made by the responsible office itself, an
    evaluation by nobody who reported or reviewed the closing. *own*: the evaluator
    belongs to the responsible office.
    """
    checks_itself = evaluation.kind == EvaluationKind.SELF_CHECK
    yield from day_has_come(evaluation.on, today, "/on")
    yield from day_not_before(evaluation.on, closing.submitted_on, "/on", "报结日")
    yield from post_exists(evaluation.post, posts, "/post")
    if checks_itself and not own:
        yield Problem(
            "not_this_office",
            "自查由报结的责任单位办理。",
            "请由责任单位记录，或改为评查（evaluation）。",
            "/kind",
        )
    done_by = closing.submitted_by, closing.reviewed_by
    if not checks_itself and any(is_account(by, evaluation.by) for by in done_by):
        yield Problem(
            "own_closing",
            "报结人、审核人不能评查自己经办的报结。",
            "请由其他人员评查。",
            "/kind",
        )
    if closing.state == "returned":
        yield Problem(
            "closing_returned",
            "这次报结已被退回，没有可查的结论。",
            "请在重新报结后记录。",
            "/number",
        )
    yield from _unmet_known(closing, evaluation.unmet)


def _unmet_known(closing: Closing, unmet: Sequence[str]) -> Iterator[Problem]:
    allowed = [item.id for item in closing.standard]
    for place, item in enumerate(unmet):
        if item not in allowed:
            yield Problem(
                "no_such_item",
                f"办结标准里没有“{item}”。",
                f"可填：{'、'.join(allowed) or '（无）'}。",
                f"/unmet/{place}",
            )


def as_counted(matter: ClosingCase, facts: Collection[Fact]) -> ClosingCase:
    """
    A case with all that its closing counts as: its heads, as led or not, as evaluated.
    """
    return replace(
        as_resolved(matter, facts),
        evaluated=is_evaluated(facts),
        evaluated_on=evaluated_after(facts),
    )


def is_evaluated(facts: Iterable[Fact]) -> bool:
    """
    Whether others looked into a report of the case that was made since it last flowed
    back.
    """
    return _first_evaluation(facts) is not None


def evaluated_after(facts: Iterable[Fact]) -> date | None:
    """
    Return the day on which others looked into the present closing, if the closing had
    ended the case by then. None if nobody did, or if it happened before, so that the
    closing counts as evaluated from its first day.
    """
    evaluation = _first_evaluation(facts)
    return evaluation[0] if evaluation and evaluation[1] else None


def _first_evaluation(facts: Iterable[Fact]) -> tuple[date, bool] | None:
    """
    The day on which others first looked into a report of the case that was made since
    it last flowed back, and whether one of these had ended the case by then.
    """
    # In the order of recording, so that looking into a report before the case ended
    # differs from doing so after.
    reports, is_over, evaluation = set[str](), False, None
    for fact in facts:
        if isinstance(fact, CaseReopened):
            reports, is_over, evaluation = set(), False, None
        elif isinstance(fact, ClosingSubmitted):
            reports.add(fact.closing)
        elif isinstance(fact, ENDED):
            is_over = True
        elif isinstance(fact, ClosingEvaluated) and _by_others(fact, reports):
            evaluation = evaluation or (fact.on, is_over)
    return evaluation


def _by_others(evaluation: ClosingEvaluated, reports: Collection[str]) -> bool:
    return (
        evaluation.kind == EvaluationKind.EVALUATION and evaluation.closing in reports
    )


def is_first(facts: Iterable[Fact], closing: str, kind: str) -> bool:
    """
    Whether none of the reports for the same closing of the case was looked into in this
    way: this one, and those that were reported between the same two flow-backs.
    """
    flowed_back = 0
    reported_after = dict[str, int]()
    looked_into = set[str]()
    for fact in facts:
        if isinstance(fact, CaseReopened):
            flowed_back += 1
        elif isinstance(fact, ClosingSubmitted):
            reported_after[fact.closing] = flowed_back
        elif isinstance(fact, ClosingEvaluated) and fact.kind == kind:
            looked_into.add(fact.closing)
    this = reported_after[closing]
    return all(reported_after[each] != this for each in looked_into)
