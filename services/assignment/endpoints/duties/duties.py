"""
Days: what happened to a duty, how its due day was counted, and a calculator.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.assignment.domain.consequences.duty_facts import facts_of_duties, turns_of
from services.assignment.domain.duties.deadlines import Deadline
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.instances import instances
from services.assignment.domain.duties.ledger import owners_of
from services.assignment.domain.duties.transitions import run_all
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.batches import CaseMoved
from services.assignment.domain.facts.duties import SignedRecord
from services.assignment.domain.facts.further import OWN, seen_by
from services.assignment.domain.matter import MatterState
from services.assignment.endpoints.lookup import programme_of
from services.assignment.endpoints.seen import SeenMatter, duty_seen
from services.assignment.endpoints.views import shown_duties
from services.assignment.schemas.duties.duties import (
    DeadlineQuery,
    DeadlineView,
    ExplanationView,
    WholeDutyView,
)
from services.assignment.store import Duties
from shared.errors import Problem, Rejected
from shared.policy.calendar import Limit, Unit
from shared.policy.current import current_policy
from shared.policy.programme import UnknownPart
from shared.policy.rule_sets import LimitFound
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found


@api("GET", "/duties/<path:duty>/history", answer=WholeDutyView)
def show_duty(call: Call) -> dict[str, Any]:
    """
    Show a duty with its history and the signed records about it.
    """
    duty, seen = duty_seen(call)
    (view,) = shown_duties([duty], seen.on)
    history = Duties(call.session).history(duty.id)
    if seen.handed_on and not call.may_see(duty.office):
        history = _until_moved(history, seen.on)
    return {
        **view,
        "history": history,
        "adjustments": adjustments(seen.facts, duty.id),
    }


def _until_moved(history: Sequence[Any], moved_on: date) -> list[Any]:
    """
    What was recorded of a duty until its case moved on a day, the end of it there (a
    hand-over or a release) included. Of a duty that the move left alone: what happened
    up to that day.
    """
    ends = (
        place
        for place, row in enumerate(history, start=1)
        if row.cause == CaseMoved.name
        and row.what in {"handed_over", "released"}
        and row.occurred_on >= moved_on
    )
    end = next(ends, None)
    # By its place and not by days: the next office may act on the day of the move, and
    # what the former office did may be dated after a move that was recorded late.
    if end is not None:
        return list(history[:end])
    return [row for row in history if row.occurred_on <= moved_on]


@api(
    "GET",
    "/duties/<path:duty>/explanation",
    answer=ExplanationView,
)
def explain_due_day(call: Call) -> dict[str, Any]:
    """
    Say of each day whether it was counted and why, by which rule.
    """
    duty, seen = duty_seen(call)
    further = seen.enrolled.get(duty.programme)
    facts = _facts_of(seen, further)
    count = _deadline(duty, seen.state, further, facts)
    return {
        "duty": duty.id,
        "title": duty.title,
        "rule": str(count.limit or count.day),
        "source": duty.source,
        "started_on": count.start,
        "due_on": duty.due_on,
        "provisional": duty.provisional,
        "days": count.explain(current_policy().calendar),
        "adjustments": adjustments(facts, duty.id),
    }


def _facts_of(seen: SeenMatter, further: MatterState | None) -> list[Fact]:
    """
    The facts from which duties follow in a matter; with *further*, as the further
    programme sees them.
    """
    began = further or seen.state
    programme = current_policy().programmes.get(began.programme)
    return facts_of_duties(
        seen_by(further.programme if further else OWN, seen.recorded),
        seen.state.office,
        began.first_day,
        began.led,
        is_case=seen.state.is_case,
        sensitive_days=programme.settings.sensitive_days,
    )


def _deadline(
    duty: Duty, row: MatterState, further: MatterState | None, facts: list[Fact]
) -> Deadline:
    """
    How the due day is counted, computed again from the facts as it was when it was
    stored.
    """
    policy = current_policy()
    programme = policy.programmes.get(duty.programme)
    outcomes = run_all(
        instances(
            facts,
            programme,
            policy.directory.office(row.office),
            further.opened_on if further else None,
        ),
        f"{duty.number}/{duty.programme}" if further else duty.number,
        facts,
        policy.calendar,
        owners_of(
            facts,
            turns_of(
                facts,
                row.office,
                (further or row).first_day,
                programme,
                policy,
            ),
        ),
    )
    ours = (outcome for outcome in outcomes if outcome.identity == duty.id)
    return or_not_found(next(ours, None), "职责", duty.id).deadline


@api(
    "GET",
    "/deadlines",
    query=DeadlineQuery,
    answer=DeadlineView,
)
def calculate_deadline(call: Call) -> dict[str, Any]:
    """
    Count a limit from a day: any limit, or one of a programme's.
    """
    start, written = call.query["from_"], call.query["rule"]
    found_limit = _limit(written, call.query.get("programme"), start)
    limit, reservation = found_limit.limit, found_limit.reservation(start)
    if limit.amount > _LONGEST[limit.unit]:
        raise Rejected.because(
            "too_far", "期限超过十年，不予计算。", "请核对期限。", "/rule"
        )
    count = Deadline(start, limit, start)
    due = count.due(current_policy().calendar)
    return {
        "from_": start,
        "rule": str(limit),
        "title": found_limit.title,
        "source": found_limit.source,
        "in_force": reservation is None,
        "reservation": reservation
        and dict(zip(("code", "text"), reservation, strict=True)),
        "due_on": due.day,
        "provisional": due.provisional,
        "days": count.explain(current_policy().calendar),
    }


def _limit(written: str, code: str | None, on: date) -> LimitFound:
    """
    The limit written, or the programme's of that id on a day.
    """
    programme = programme_of(code) if code is not None else None
    try:
        return LimitFound(Limit.parse(written), "", "")
    except ValueError as error:
        if programme is None:
            raise Rejected(_no_limit(written, str(error))) from error
    try:
        return programme.limit(written, on)
    except UnknownPart as error:
        names = "、".join(programme.limit_names())
        raise Rejected(_no_limit(written, f"可用：{names}。")) from error


# Ten years: every day of a limit is listed, and no law has a longer one.
_LONGEST = {Unit.NATURAL: 3660, Unit.WORKING: 2500, Unit.MONTH: 120}


def _no_limit(written: str, remedy: str) -> Problem:
    return Problem("no_such_limit", f"没有期限“{written}”。", remedy, "/rule")


def adjustments(facts: list[Fact], duty: str) -> list[dict[str, Any]]:
    """
    The signed records about a duty, oldest first.
    """
    ours = [f for f in facts if isinstance(f, SignedRecord) and f.duty == duty]
    return [
        {**vars(record), "kind": record.cause.removeprefix("duty_")}
        for record in sorted(ours, key=lambda f: (f.on, f.record))
    ]
