"""
How many petitions came in over a period, beside the same period of the year before and
the period before.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.intake.domain.petitions import counts
from services.intake.schemas.petitions.counts import (
    PetitionCountsQuery,
    PetitionCountsView,
)
from services.intake.store.petition_counts import petition_counts
from shared.errors import Problem, reject_if
from shared.policy.calendar import a_year_before, period_before
from shared.policy.current import current_policy
from shared.rules import programme_exists
from shared.vocabulary import PetitionsCountedBy
from shared.web.call import Call
from shared.web.endpoint import api


@api("GET", "/petition-counts", query=PetitionCountsQuery, answer=PetitionCountsView)
def show_petition_counts(call: Call) -> dict[str, Any]:
    """
    Count the petitions (件次) of an office and of those below it that came in from one
    day to another, by channel, kind, category or topic, and how many were repeats.
    """
    query = call.query
    since, until = query["since"], query["until"]
    known = current_policy().programmes.codes
    reject_if(
        [
            *programme_exists(query["programme"], known, "?programme"),
            *([_inverted(since, until)] if until < since else []),
        ]
    )
    programme = current_policy().programmes.get(query["programme"])
    by = PetitionsCountedBy(query["counted_by"])

    def counted(first: date, last: date) -> list[counts.PetitionCount]:
        days = first, last
        return petition_counts(
            call.session, programme.code, call.offices(), days, by=by
        )

    def beside(first: date, last: date) -> dict[str, Any]:
        then = counts.together(counted(first, last))
        return {"since": first, "until": last, **then}

    found = counted(since, until)
    now = counts.together(found)
    year_before = beside(a_year_before(since), a_year_before(until))
    last = beside(*period_before(since, until))
    return {
        "programme": programme.code,
        "office": call.office(),
        "since": since,
        "until": until,
        "counted_by": by,
        **now,
        "year_before": year_before,
        **counts.changes(now, year_before),
        "period_before": {**last, **counts.changes(now, last)},
        "items": counts.by_value(found, by, programme),
    }


def _inverted(since: date, until: date) -> Problem:
    detail = f"止期 {until} 早于起期 {since}。"
    return Problem("dates_inverted", detail, "请改正起止日期。", "?to")
