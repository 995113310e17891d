"""
How many cases an office has of each origin, kind, class and difficulty.
"""

from __future__ import annotations

from typing import Any

from services.assignment.domain.activities import case_counts
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.working.cases import CaseCountsQuery, CaseCountsView
from services.assignment.store import CaseLists
from shared.vocabulary import CountedBy
from shared.web.call import Call
from shared.web.endpoint import api


@api("GET", "/case-counts", query=CaseCountsQuery, answer=CaseCountsView)
def show_case_counts(call: Call) -> dict[str, Any]:
    """
    Count the cases of an office and of those below it by one thing, with the share of
    each value. Only of cases, never of who petitioned.
    """
    query, programme = call.query, programme_of(call.query["programme"])
    by = CountedBy(query["counted_by"])
    counts = CaseLists(call.session).counts(
        programme.code, call.offices(), by, in_scope=query.get("in_scope")
    )
    return {
        "programme": programme.code,
        "office": call.office(),
        "counted_by": by,
        "cases": sum(each.cases for each in counts),
        "items": case_counts.by_value(counts, by, programme),
    }
