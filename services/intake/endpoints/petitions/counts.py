"""
How many petitions came in over a period, beside the same period of the year before and
the period before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from services.intake.casework.forms import coded
from services.intake.domain.petitions import counts
from services.intake.domain.words import in_words, not_in_words
from services.intake.schemas.petitions.counts import (
    PetitionCountsQuery,
    PetitionCountsView,
)
from services.intake.store.petitions.petition_counts import petition_counts
from shared.errors import Problem, reject_if
from shared.policy.calendar import a_year_before, period_before
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.vocabulary import PetitionsCountedBy
from shared.web.call import Call
from shared.web.endpoint import api


@api("GET", "/petition-counts", query=PetitionCountsQuery, answer=PetitionCountsView)
def show_petition_counts(call: Call) -> dict[str, Any]:
    """
    Count the petitions (件次) of an office and of those below it that came in from one
    day to another, by channel, kind, category, topic or office, and how many were
    repeats; beside them the matters, the cases, and the visits with their persons.
    """
    since, until = call.query["since"], call.query["until"]
    programme = _programme(call)
    channel = _channel(call, programme)
    by = PetitionsCountedBy(call.query["counted_by"])
    counted = partial(
        petition_counts, call.session, programme.code, call.offices(), channel=channel
    )

    def whole(first: date, last: date) -> dict[str, Any]:
        (every,) = counted((first, last))
        return {"since": first, "until": last, **counts.with_rate(every)}

    now, groups = whole(since, until), counted((since, until), by=by)
    offices = _names(groups) if by is PetitionsCountedBy.OFFICE else {}
    year_before = whole(a_year_before(since), a_year_before(until))
    last = whole(*period_before(since, until))
    return {
        "programme": programme.code,
        "office": call.office(),
        "counted_by": by,
        "channel": channel,
        **now,
        "year_before": year_before,
        **counts.changes(now, year_before),
        "period_before": {**last, **counts.changes(now, last)},
        "items": counts.by_value(groups, counts.titles_by(by, programme, offices)),
    }


def _programme(call: Call) -> Programme:
    """
    The programme that is asked about. Raises `Rejected` if there is none of this code,
    or the period ends before it begins.
    """
    code, programmes = call.query["programme"], current_policy().programmes
    since, until = call.query["since"], call.query["until"]
    reject_if(
        [
            *programme_exists(code, programmes.codes, "?programme"),
            *([_inverted(since, until)] if until < since else []),
        ]
    )
    return programmes.get(code)


def _channel(call: Call, programme: Programme) -> str | None:
    """
    The channel that is asked about alone, in the programme's words. Raises `Rejected`.
    """
    filters = coded({"channel": call.query.get("channel")}, programme)
    reject_if(
        replace(problem, location="?channel")
        for problem in not_in_words(filters, programme.words)
    )
    return in_words(filters, programme.words)["channel"]


def _names(found: Iterable[counts.PetitionCount]) -> dict[str, str]:
    """
    The names of the offices that have petitions, in the order of their codes.
    """
    directory = current_policy().directory
    codes = sorted(each.id for each in found if each.id)
    return {code: directory.office(code).name for code in codes}


def _inverted(since: date, until: date) -> Problem:
    detail = f"止期 {until} 早于起期 {since}。"
    return Problem("dates_inverted", detail, "请改正起止日期。", "?to")
