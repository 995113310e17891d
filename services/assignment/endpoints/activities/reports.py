"""
The report that an office hands in: its schedule, its period, its problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from services.assignment.domain.duties import recurrence
from shared.errors import Problem
from shared.policy.current import current_policy
from shared.policy.parts.reports import ReportSchedule
from shared.policy.programme import Programme


def schedule_of(
    programme: Programme, office: str, body: dict[str, Any]
) -> ReportSchedule | None:
    """
    The schedule that binds the office, or its department, to the act.
    """
    who = (office, body["department"])
    fitting = (
        schedule
        for schedule in programme.report_schedules
        if schedule.act == body["act"]
    )
    return next(
        (
            schedule
            for schedule in fitting
            if who
            in recurrence.owing(
                programme, schedule, body["on"], current_policy().directory
            )
        ),
        None,
    )


def department_problems(
    programme: Programme, office: str, body: dict[str, Any]
) -> Iterator[Problem]:
    """
    A report that each department owes names one, else it would count for none.
    """
    for schedule in programme.report_schedules:
        debtors = recurrence.owing(
            programme, schedule, body["on"], current_policy().directory
        )
        names = [name or "" for code, name in debtors if code == office]
        if schedule.act == body["act"] and names:
            departments = "、".join(filter(None, names))
            fault = "须写明报送的部门" if departments else "不分部门报送"
            yield Problem(
                "department_unfit",
                f"“{schedule.title}”{fault}。",
                f"可填：{departments}。" if departments else "请不要填写部门。",
                "/department",
            )


def _period_missing(
    schedule: ReportSchedule, on: date, owed_periods: Sequence[str]
) -> Problem:
    """
    Why a report that names no period cannot be taken for one.
    """
    if owed_periods:
        return Problem(
            "period_missing",
            f"“{schedule.title}”还有未报的期：{'、'.join(owed_periods)}。",
            "请写明报的是哪一期。",
            "/period",
        )
    return Problem(
        "no_such_period",
        f"{on} 不在“{schedule.title}”的任何一期之内。",
        "请写明期别。",
        "/period",
    )


def period_problems(
    schedule: ReportSchedule,
    body: dict[str, Any],
    programme: Programme,
    owed: Sequence[str],
) -> Iterator[Problem]:
    """
    The period is one the schedule has; left out, it is that of the day itself,
    unless a report of another is still *owed*.
    """
    period = schedule.period_on(body["on"], current_policy().calendar)
    owed_periods = [
        period_owed
        for period_owed in owed
        if period is None or period_owed != period.id
    ]
    if body["period"] is None and period is not None and not owed_periods:
        body["period"] = period.id
    if body["period"] is None:
        yield _period_missing(schedule, body["on"], owed_periods)
    elif not schedule.has_begun(
        body["period"], programme.window.from_, body["on"], current_policy().calendar
    ):
        example = f"{body['on']} 所在的一期是 {period.id}。" if period else ""
        yield Problem(
            "no_such_period",
            f"“{schedule.title}”到 {body['on']} 为止没有“{body['period']}”这一期。",
            example or "请核对期别。",
            "/period",
        )
    if body["nil"] and not programme.report(schedule.report).nil:
        yield Problem(
            "nil_not_allowed",
            f"“{schedule.title}”不得零报告。",
            "请报送内容。",
            "/nil",
        )
