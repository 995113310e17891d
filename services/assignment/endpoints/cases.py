"""
The ledger as an office reads it: its cases, and what it owes or owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.assignment.domain.duties.alerts import alert_level_of_case, owes_fields
from services.assignment.domain.leaders.required_fields import missing_fields
from services.assignment.endpoints.lookup import case_of, leading_of, programme_of
from services.assignment.endpoints.views import shown_closing, shown_duties, summary
from services.assignment.schemas.cases import (
    CaseSummary,
    CaseView,
    DutyQuery,
    DutyView,
    ListQuery,
)
from services.assignment.store import Closings, Duties, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.web.endpoint import Call, Page, after, api, page_of


@api("GET", "/cases", query=ListQuery, answer=CaseSummary, many=True)
def list_cases(call: Call) -> Page:
    """
    List the cases of an office and of those below it.
    """
    limit = call.query["limit"]
    rows = Matters(call.session).of(call.offices(), after(call.query), limit + 1)
    page = page_of(rows, limit, lambda row: row.number)
    return Page([summary(row) for row in page.items], page.next)


@api("GET", "/cases/<number>", answer=CaseView)
def show_case(call: Call) -> dict[str, Any]:
    """
    Show a case with what is owed in it and how it was closed.
    """
    row, session = case_of(call), call.session
    owed = Duties(session).of_matter(row.number)
    programme = current_policy().programmes.get(row.programme)
    led = leading_of(session, row)
    missing = owes_fields(row.standing, merged=row.merged) and bool(
        missing_fields(led, programme)
    )
    return {
        **summary(row),
        "alert_level": alert_level_of_case(owed, call.today, field_missing=missing),
        "duties": shown_duties(owed, call),
        "closings": [
            shown_closing(row, report)
            for report in Closings(session).of_matter(row.number)
        ],
    }


@api("GET", "/duties", query=DutyQuery, answer=DutyView, many=True)
def list_duties(call: Call) -> Page:
    """
    List what an office and those below it owe or owed.
    """
    limit, asked = call.query["limit"], call.query
    reject_if(_kind_problems(asked.get("kind"), asked.get("programme")))
    rows = Duties(call.session).page(
        call.offices(),
        call.today,
        after(asked),
        limit + 1,
        state=asked.get("state"),
        kind=asked.get("kind"),
        alert_level=asked.get("alert_level"),
        programme=asked.get("programme"),
        number=asked.get("number"),
    )
    page = page_of(rows, limit, lambda duty: duty.id)
    return Page(shown_duties(page.items, call), page.next)


def _kind_problems(kind: str | None, code: str | None) -> Iterator[Problem]:
    """
    Some programme asked has such a duty or report.

    Raises `Rejected` for a programme there is not.
    """
    asked = [programme_of(code)] if code else current_policy().programmes
    known = {rule.id for programme in asked for rule in programme.every_duty_rule()}
    known |= {report.id for programme in asked for report in programme.report_schedules}
    if kind and kind not in known:
        yield Problem(
            "no_such_kind",
            f"没有职责“{kind}”。",
            f"可填：{'、'.join(sorted(known))}。",
            "/kind",
        )
