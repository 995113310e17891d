"""
The result of a hearing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import Act, Hearing, Problems, Terms, moved
from services.hearing.events import HearingResulted
from shared.case import Case, about
from shared.errors import reject_if
from shared.rules import check_rules, day_has_come, day_not_before


def result_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.result_on, terms.today, "/result_on", "结果日期")


def result_follows_the_sitting(hearing: Hearing, _terms: Terms) -> Problems:
    """
    What settles after a hearing settles after it, not before (DY-22).
    """
    yield from day_not_before(
        hearing.result_on,
        hearing.held_on,
        "/result_on",
        "听证举行的日期",
        "结果日期",
    )


RESULT = (result_has_come, result_follows_the_sitting)


def give_result(
    case: Case,
    held: Hearing,
    terms: Terms,
    *,
    result_on: date,
    settled: bool,
    opinion: str,
) -> tuple[Hearing, HearingResulted]:
    """
    Record the result of a hearing, once; also for a case merged since.

    Raises `Conflict` the second time, or before the sitting; `Rejected`.
    """
    hearing = replace(
        held,
        state=moved(held, Act.GIVE_RESULT),
        result_on=result_on,
        settled=settled,
        opinion=opinion,
    )
    reject_if(check_rules(RESULT, hearing, terms))
    return hearing, HearingResulted(
        **about(case, result_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
        settled=settled,
    )
