"""
Two cases that are one matter: merged, and the merge undone (PY-19).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.intake.domain.cases.cases import Case, counted_in
from services.intake.domain.cases.enrolling import after_it_was_enrolled_again
from services.intake.events.cases import CaseMerged, CaseUnmerged
from shared.errors import Problem, reject_if
from shared.rules import day_has_come, day_not_before


def merge(case: Case, into: Case, *, on: date, today: date) -> tuple[Case, CaseMerged]:
    """
    Count *case* no longer: it is the same matter as *into* (PY-19).

    Nothing is deleted. Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *day_has_come(on, today, "/merged_on", "合并日期"),
            *day_not_before(on, case.opened_on, "/merged_on", "填报日期"),
            *_after_unmerging(case, on),
            *after_it_was_enrolled_again(case, on, "/merged_on"),
            *_two_different(case, into),
            *_not_merged(case, "/number", "这件案件"),
            *_not_merged(into, "/into", "并入的案件"),
            *_same_programme(case, into),
            *_stands_there_too(case, into),
        ]
    )
    merged = replace(case, merged_into=into.number, merged_on=on)
    return merged, CaseMerged(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=case.programme,
        into=into.number,
        in_scope=case.in_scope,
        repeats=case.repeats,
        enrolled=counted_in(case),
    )


def unmerge(case: Case, *, on: date, today: date) -> tuple[Case, CaseUnmerged]:
    """
    Undo a merge: the case counts again from *on*.

    Raises `Rejected` with every reason.
    """
    into, since = case.merged_into, case.merged_on
    if into is None or since is None:
        reject_if(
            [Problem("not_merged", "这件案件没有被合并。", "请核对编号。", "/number")]
        )
        raise AssertionError
    reject_if(
        [
            *day_has_come(on, today, "/unmerged_on", "撤销日期"),
            *day_not_before(on, since, "/unmerged_on", "合并日期"),
        ]
    )
    restored = replace(case, merged_into=None, merged_on=None, unmerged_on=on)
    return restored, CaseUnmerged(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=case.programme,
        into=into,
        in_scope=case.in_scope,
        repeats=case.repeats,
        enrolled=counted_in(case),
    )


def _after_unmerging(case: Case, on: date) -> Iterator[Problem]:
    """
    On any day a case is merged or not, never both.
    """
    if case.unmerged_on and on <= case.unmerged_on:
        yield Problem(
            "merged_before_unmerged",
            f"合并日期 {on} 不晚于上次撤销合并的日期 {case.unmerged_on}。",
            "请填写撤销之后的日期。",
            "/merged_on",
        )
    if case.reinstated_on and on <= case.reinstated_on:
        yield Problem(
            "merged_before_reinstated",
            f"合并日期 {on} 不晚于恢复登记的日期 {case.reinstated_on}。",
            "请填写恢复登记之后的日期。",
            "/merged_on",
        )


def _two_different(case: Case, into: Case) -> Iterator[Problem]:
    if case.number == into.number:
        yield Problem(
            "same_as_itself",
            "案件不能并入自己。",
            "请填写另一件案件的编号。",
            "/into",
        )


def _not_merged(case: Case, place: str, name: str) -> Iterator[Problem]:
    if case.withdrawn_on:
        yield Problem(
            "case_withdrawn",
            f"{name}已于 {case.withdrawn_on} 撤销登记。",
            "请核对编号。",
            place,
        )
    if case.merged_into:
        yield Problem(
            "already_merged",
            f"{name}已并入 {case.merged_into}。",
            "如合并有误，请先撤销合并。",
            place,
        )


def _same_programme(case: Case, into: Case) -> Iterator[Problem]:
    if case.programme != into.programme:
        yield Problem(
            "other_programme",
            "两件案件不在同一个专项里。",
            "请核对编号。",
            "/into",
        )


def _stands_there_too(case: Case, into: Case) -> Iterator[Problem]:
    """
    The matter goes on counting in each further programme in which *case* stands.
    """
    there = {into.programme, *(each.programme for each in into.further)}
    for each in case.further:
        if each.programme not in there:
            yield Problem(
                "not_enrolled_there",
                f"本案还列入专项“{each.programme}”，并入的案件没有列入。",
                "请先把并入的案件列入该专项，或先将本案退出该专项。",
                "/into",
            )
