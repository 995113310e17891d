"""
The result of a hearing: at once, and after the watch that the programme orders.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import Act, Hearing, Problems, Terms, state_after
from services.hearing.events import HearingResulted, HearingWatchOver
from shared.cases.case import Case, about
from shared.errors import Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before


def result_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.result_on, terms.today, "/result_on", "结果日期")


def result_follows_the_sitting(hearing: Hearing, _terms: Terms) -> Problems:
    """
    A result is dated on the day of the sitting or later, as only this counts as settled
    by the hearing (DY-22).
    """
    yield from day_not_before(
        hearing.result_on,
        hearing.held_on,
        "/result_on",
        "听证举行的日期",
        "结果日期",
    )


def result_follows_the_opinion(hearing: Hearing, _terms: Terms) -> Problems:
    """
    The members give their opinion first, the office its result with it (DY-37).
    """
    yield from day_not_before(
        hearing.result_on,
        hearing.opinion_on,
        "/result_on",
        "听证员意见的日期",
        "结果日期",
    )


RESULT = (result_has_come, result_follows_the_sitting, result_follows_the_opinion)


def give_result(
    case: Case,
    hearing: Hearing,
    terms: Terms,
    *,
    result_on: date,
    settled: bool,
) -> tuple[Hearing, HearingResulted]:
    """
    Record the result of a hearing, once; also for a case merged since.

    Raises `Conflict` the second time, or before the members' opinion; `Rejected`.
    """
    hearing = replace(
        hearing,
        state=state_after(hearing, Act.GIVE_RESULT),
        result_on=result_on,
        settled=settled,
    )
    reject_if(check_rules(RESULT, hearing, terms))
    return hearing, HearingResulted(
        **about(case, result_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
        settled=settled,
        public=bool(hearing.public),
    )


def end_watch(
    case: Case,
    resulted: Hearing,
    terms: Terms,
    *,
    watch_over_on: date,
    settled: bool,
    repeated_on: date | None = None,
) -> tuple[Hearing, HearingWatchOver]:
    """
    Record whether the matter was settled when the watch after the result was over, as
    the office knows it from what came in; *repeated_on*: the first day after the result
    on which a petition of the matter is known to have come in.

    Raises `Conflict` the second time, or before the result; `Rejected`.
    """
    hearing = replace(
        resulted,
        state=state_after(resulted, Act.END_WATCH),
        watch_over_on=watch_over_on,
        settled_for_good=settled,
    )
    reject_if(
        [
            *day_has_come(watch_over_on, terms.today, "/watch_over_on"),
            *_the_watch_is_over(hearing, terms),
            *(_did_not_come_again(repeated_on) if settled else ()),
        ]
    )
    return hearing, HearingWatchOver(
        **about(case, watch_over_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
        settled=settled,
    )


def _the_watch_is_over(hearing: Hearing, terms: Terms) -> Problems:
    if hearing.result_on is None or hearing.watch_over_on is None:
        return
    if terms.watch_over is None:
        yield Problem(
            "no_watch",
            "本专项没有规定听证后的观察期，不能登记观察期结果。",
            "请先在专项方案 hearing.watch 中写明观察多少天。",
            "/watch_over_on",
        )
        return
    earliest = terms.watch_over(hearing.result_on)
    if hearing.watch_over_on < earliest:
        yield Problem(
            "watch_not_over",
            f"观察期到 {earliest} 才满，不能登记 {hearing.watch_over_on} 的结果。",
            f"请在 {earliest} 或以后登记。",
            "/watch_over_on",
        )


def _did_not_come_again(repeated_on: date | None) -> Problems:
    """
    Check that a matter is not recorded as settled if a petition of it came in after the
    result (A-21).
    """
    if repeated_on:
        yield Problem(
            "repeated_in_watch",
            f"听证有结果后，{repeated_on} 又收到同一事项的来件，不是息诉息访。",
            "请登记为未息诉（settled 为 false）；来件认错的，请先在受理服务改正。",
            "/settled",
        )
