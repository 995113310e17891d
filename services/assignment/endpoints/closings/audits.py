"""
自查 and 评查: the sample of a period, and what was found of each closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record_facts, record_happened
from services.assignment.domain.closings import audits
from services.assignment.domain.closings.audits import Audit
from services.assignment.domain.closings.closing import Closing
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import ClosingEvaluated, ClosingSampled
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import case_of, matter_in_sight, programme_of
from services.assignment.schemas.closings import audits as schemas
from services.assignment.store import Audits, Closings, Matters
from shared.errors import Conflict, Rejected, reject_if
from shared.policy.current import current_policy
from shared.vocabulary import EvaluationKind
from shared.web.call import LEADERS, REVIEWERS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight, or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/audits",
    roles=REVIEWERS,
    body=schemas.AuditBody,
    answer=schemas.AuditView,
    status=201,
)
def draw_audit(call: Call) -> dict[str, Any]:
    """
    Draw a sample of the closings that were confirmed in a period, once (XQ-26).
    """
    body = call.body
    programme = programme_of(body["programme"])
    rules = programme.closing.audit
    if rules is None:
        raise Rejected.because(
            "no_audit",
            "本专项没有规定抽查报结的比例。",
            "请先在方案 closing.audit 中写明。",
            "/programme",
        )
    reject_if(audits.period_problems(body["since"], body["until"], call.today))
    store = Audits(call.session)
    days = body["since"], body["until"]
    drawable = store.drawable(programme.code, call.offices(), *days)
    sample = audits.draw(drawable, body["seed"], rules)
    reject_if(audits.sample_problems(sample))
    audit = Audit(
        id=str(uuid7()),
        programme=programme.code,
        office=call.who.office,
        since=body["since"],
        until=body["until"],
        seed=body["seed"],
        percent=rules.percent,
        least=rules.least,
        population=len(drawable),
        sample=sample,
        drawn_on=call.today,
        drawn_by=call.who.account,
    )
    if earlier := store.overlapping(audit):
        raise Conflict.because(
            "already_drawn",
            f"{earlier.since} 至 {earlier.until} 的报结已经抽取过，不得重抽。",
            "请查看原来的抽取（GET /audits），或改填不重叠的起止日期。",
            "/since",
        )
    store.insert(audit)
    _record_sample(call, audit)
    return _shown(call, audit)


def _record_sample(call: Call, audit: Audit) -> None:
    """
    Record in each case that its closing was drawn.
    """
    facts: dict[str, dict[str, Any]] = {}
    for each in audit.sample:
        fact = ClosingSampled(on=call.today, closing=each.closing, audit=audit.id)
        facts.setdefault(each.number, {})[str(uuid7())] = fact
    record_facts(call.session, facts)


@api("GET", "/audits", query=schemas.AuditQuery, answer=schemas.AuditSummary, many=True)
def list_audits(call: Call) -> Page[Any]:
    """
    List the samples of an office and those below it, and how far they are evaluated.
    """
    page = Audits(call.session).of_offices(call.offices(), call.page)
    evaluations = _evaluations(call, page.items)
    return page.map(
        lambda audit: {
            **vars(audit),
            "evaluated": sum(each.closing in evaluations for each in audit.sample),
        }
    )


@api("GET", "/audits/<identity>", answer=schemas.AuditView)
def show_audit(call: Call) -> dict[str, Any]:
    """
    Show a sample, and what was found of each closing in it.
    """
    identity = call.path["identity"]
    audit = in_sight(call, Audits(call.session).get(identity), "抽查", identity)
    return _shown(call, audit)


@api(
    "POST",
    "/closings/<number>/evaluations",
    roles=LEADERS,
    body=schemas.EvaluationBody,
    answer=schemas.EvaluationView,
    status=201,
)
def evaluate_closing(call: Call) -> dict[str, Any]:
    """
    Record what a look into a closing found: a self-check, or an evaluation by others.
    """
    number, body, closings = call.path["number"], call.body, Closings(call.session)
    matter = or_not_found(closings.get(number), "报结", number).number
    row = Matters(call.session).known(matter, lock=True)
    matter_in_sight(call, row, "报结", number)
    # It may have been reviewed until the case was locked.
    report = or_not_found(closings.get(number), "报结", number)
    facts = Matters(call.session).facts(row.number)
    evaluation = ClosingEvaluated(
        **{**body, "unmet": tuple(body["unmet"])},
        closing=report.id,
        first=audits.is_first(facts, report.id, body["kind"]),
        in_scope=row.in_scope,
        office=call.who.office,
        standard=report.standard_version,
        by=call.who.account,
    )
    office = current_policy().directory.office(call.who.office)
    reject_if(
        audits.evaluation_problems(
            report,
            evaluation,
            (*office.posts, *office.departments),
            own=call.who.office == row.office,
            today=call.today,
        )
    )
    _keep_evaluation(call, row, report, evaluation)
    return {**vars(evaluation), "number": row.number}


def _keep_evaluation(
    call: Call, row: BegunMatter, report: Closing, evaluation: ClosingEvaluated
) -> None:
    """
    Announce an evaluation, and record it with the words that are not announced.
    """
    event = events.ClosingEvaluated.of(
        row,
        evaluation.on,
        in_scope=evaluation.in_scope,
        closing=evaluation.closing,
        kind=evaluation.kind,
        verdict=evaluation.verdict,
        first=evaluation.first,
        counted=report.state == "confirmed" and not row.merged,
        concluded_on=report.concluded_on,
        confirmed_on=report.reviewed_on,
    )
    words = ("post", "office", "standard", "unmet", "text", "by")
    record_happened(
        call.session, event, **{name: evaluation.get(name) for name in words}
    )


@api(
    "GET",
    "/cases/<number>/evaluations",
    query=ListQuery,
    answer=schemas.EvaluationView,
    many=True,
)
def list_evaluations(call: Call) -> Page[Any]:
    """
    List the self-checks and evaluations of the closings of a case.
    """
    row = case_of(call)
    page = Matters(call.session).page_of_facts(row.number, ClosingEvaluated, call.page)
    return page.map(lambda entry: {**vars(entry[2]), "number": row.number})


def _shown(call: Call, audit: Audit) -> dict[str, Any]:
    """
    A sample with the last evaluation of each closing.
    """
    by_closing = _evaluations(call, [audit])
    evaluations = [by_closing.get(each.closing) for each in audit.sample]
    return {
        **vars(audit),
        "sample": [
            {
                **vars(each),
                "evaluated_on": evaluation.on if evaluation else None,
                "verdict": evaluation.get("verdict") if evaluation else None,
            }
            for each, evaluation in zip(audit.sample, evaluations, strict=True)
        ],
        "evaluated": sum(evaluation is not None for evaluation in evaluations),
    }


def _evaluations(call: Call, drawn: Iterable[Audit]) -> dict[str, Fact]:
    """
    The last evaluation of each closing in these samples, by the closing.
    """
    numbers = {each.number for audit in drawn for each in audit.sample}
    return {
        fact.get("closing"): fact
        for fact in Matters(call.session).facts_of_type(numbers, ClosingEvaluated)
        if fact.get("kind") == EvaluationKind.EVALUATION
    }
