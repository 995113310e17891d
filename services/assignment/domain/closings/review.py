"""
The review of a closing by the programme's hub; nothing ends without it.

Confirming requires the whole standard and every signature, returning requires reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.assignment import events
from services.assignment.domain.closings.audits import is_evaluated
from services.assignment.domain.closings.closing import (
    Closing,
    ClosingCase,
    check_waiting,
    end_of_case,
    standing_after,
)
from services.assignment.domain.closings.evidence import (
    documents_of,
    reported_documents,
    withdrawn_under,
)
from services.assignment.domain.closings.shown import shown_problems
from services.assignment.domain.closings.signatures import unsigned
from services.assignment.domain.closings.standard import (
    Checked,
    checklist_problems,
    since_reopened,
    standard_problems,
    ticks_of,
)
from services.assignment.domain.facts.base import Fact
from shared.errors import Forbidden, Problem, reject_if
from shared.events import Event
from shared.policy.parts.closing import Route
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before, is_account
from shared.vocabulary import Verdict


@dataclass(frozen=True)
class Review:
    """
    The hub's decision on a closing, its day and its author.

    *return_reasons*: ids of the programme's own; *reasons*: in free words.
    """

    verdict: str
    on: date
    by: str
    checklist: tuple[Checked, ...] = ()
    return_reasons: tuple[str, ...] = ()
    reasons: str | None = None

    @property
    def confirms(self) -> bool:
        return self.verdict == Verdict.CONFIRMED


def review(
    matter: ClosingCase,
    closing: Closing,
    decision: Review,
    *,
    programme: Programme,
    route: Route | None,
    facts: Collection[Fact],
    today: date,
) -> tuple[ClosingCase, Closing, tuple[Event, ...]]:
    """
    Confirm a closing or send it back (PY-44, XQ-42); *route*: who had to sign it,
    *facts*: what happened in the case.

    Both are dated on the day of the review, only the end of the case on the day it
    was concluded.

    Raises `Conflict` if it was reviewed already, `Forbidden` if the reviewer is
    who submitted it, `Rejected` with every problem.
    """
    check_waiting(closing)
    if is_account(closing.submitted_by, decision.by):
        raise Forbidden.because(
            "own_closing", "报结人不能审核自己的报结。", "请由另一名审核人审核。"
        )
    counts_as = programme.closing.counts_as(closing.kind) or closing.kind
    # A case can be merged away while its closing waits; then it can be neither
    # confirmed nor returned.
    standing = standing_after(matter, counts_as if decision.confirms else "return")
    problems = [*_problems(closing, decision, programme, today)]
    if decision.confirms:
        problems += _to_confirm(closing, decision, programme, route, facts)
        # Only a case that counts as resolved has heads and measures (PY-01). What
        # showed them when it was reported may have been taken back since.
        if counts_as == "resolved":
            on = decision.on
            problems += shown_problems(closing, programme, facts, on, "/verdict")
    else:
        problems += _to_return(decision, programme)
    reject_if(problems)
    reviewed = _as_reviewed(closing, decision, programme, facts)
    matter = replace(matter, standing=standing)
    if decision.confirms:
        ended, announced = _confirm(matter, closing, decision, facts)
        return ended, reviewed, announced
    returned = events.ClosingReturned.of(
        matter, decision.on, kind=closing.kind, closing=closing.id
    )
    return matter, reviewed, (returned,)


def _as_reviewed(
    closing: Closing,
    decision: Review,
    programme: Programme,
    facts: Collection[Fact],
) -> Closing:
    """
    The closing with the decision on it, and what shows each item of the standard.
    """
    since = since_reopened(facts, decision.on)
    return replace(
        closing,
        state=decision.verdict,
        reviewed_on=decision.on,
        reviewed_by=decision.by,
        checklist=ticks_of(closing, decision.checklist, programme.closing, since),
        return_reasons=decision.return_reasons,
        reasons=decision.reasons,
    )


def _confirm(
    matter: ClosingCase, closing: Closing, decision: Review, facts: Collection[Fact]
) -> tuple[ClosingCase, tuple[Event, ...]]:
    """
    The case that a confirmed closing ends, with the confirmation and the end.
    """
    confirmed = events.ClosingConfirmed.of(
        matter,
        decision.on,
        kind=closing.kind,
        closing=closing.id,
        documents=_stands_on(closing, facts),
        measures=closing.measures,
    )
    matter = replace(
        matter,
        concluded_on=closing.concluded_on,
        confirmed_on=decision.on,
        dispositions=closing.dispositions,
        evaluated=is_evaluated(facts),
    )
    end = end_of_case(matter, closing.concluded_on, decision.on)
    return matter, (confirmed, end)


def _problems(
    closing: Closing, decision: Review, programme: Programme, today: date
) -> Iterator[Problem]:
    """
    What can be wrong with either decision.
    """
    last, name = closing.last_act
    yield from day_has_come(decision.on, today, "/reviewed_on")
    yield from day_not_before(decision.on, last, "/reviewed_on", name)
    yield from checklist_problems(closing, decision.checklist)
    yield from _reasons_known(decision.return_reasons, programme)


def _stands_on(closing: Closing, facts: Collection[Fact]) -> tuple[str, ...]:
    """
    Return the documents on which a confirmed closing stands, including those on which
    it stood when it was reported, such as those of an ending.
    """
    reported = reported_documents(facts)
    return tuple(dict.fromkeys((*reported, *documents_of(closing, facts))))


def _to_return(decision: Review, programme: Programme) -> Iterator[Problem]:
    """
    Check that a returned closing names one of the programme's reasons, or a reason in
    free words where the programme lists none (XQ-43).
    """
    allowed = programme.closing.return_reasons
    if allowed and not decision.return_reasons:
        yield Problem(
            "reason_missing",
            "退回报结必须写明属于哪一种退回理由。",
            f"请在 return_reasons 中至少选一项：{_choices(programme)}。",
            "/return_reasons",
        )
    if not allowed and not decision.reasons:
        yield Problem(
            "reason_missing", "退回报结必须说明理由。", "请填写退回理由。", "/reasons"
        )


def _to_confirm(
    closing: Closing,
    decision: Review,
    programme: Programme,
    route: Route | None,
    facts: Collection[Fact],
) -> Iterator[Problem]:
    """
    No document withdrawn since, every mandatory item of the standard shown (PY-31),
    everybody signed (JZ-32).
    """
    yield from withdrawn_under(closing, facts, "/number")
    # What happened before the case flowed back shows nothing of its new treatment.
    since = since_reopened(facts, decision.on)
    yield from standard_problems(closing, decision.checklist, programme.closing, since)
    for signer in unsigned(route, closing.signatures):
        yield Problem(
            "signature_missing",
            f"缺少“{signer.title}”的签字。",
            "请先按次序签字（signatures），否则请退回。",
            "/number",
        )
    if decision.return_reasons:
        yield Problem(
            "reasons_not_needed",
            "确认报结不能同时写退回理由。",
            "请删去 return_reasons，或改为退回。",
            "/return_reasons",
        )


def _reasons_known(reasons: Collection[str], programme: Programme) -> Iterator[Problem]:
    allowed = {reason.id for reason in programme.closing.return_reasons}
    for index, reason in enumerate(reasons):
        if reason not in allowed:
            yield Problem(
                "no_such_reason",
                f"退回理由里没有“{reason}”。",
                f"可填：{_choices(programme)}。",
                f"/return_reasons/{index}",
            )


def _choices(programme: Programme) -> str:
    allowed = programme.closing.return_reasons
    return "、".join(f"{reason.id}（{reason.text}）" for reason in allowed) or "（无）"
