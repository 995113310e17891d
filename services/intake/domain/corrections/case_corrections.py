"""
Cases whose ledger row was wrong or has changed: corrected, or withdrawn; and reinstated
if the withdrawal was the mistake.

The row is known by its office and number. What other services were told of it changes
from the day of the correction; what was reported and signed before stays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake.domain.cases.cases import (
    Case,
    CountedRepeat,
    counted_in,
    open_case,
    with_repeats,
)
from services.intake.domain.cases.enrolling import after_it_was_enrolled_again
from services.intake.domain.corrections.corrections import differences, same_as_is_given
from services.intake.events.cases import (
    CaseCorrected,
    CaseOpened,
    CaseReinstated,
    CaseWithdrawn,
)
from shared.errors import Conflict, KeptSecret, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.rules import (
    day_has_come,
    day_not_before,
    leader_approves,
    not_the_accused,
)

Row = Mapping[str, Any]

_OF_EVENT = {"office", "case_number", "occurred_on"}
_FACTS = tuple(
    each.name for each in dataclasses.fields(CaseOpened) if each.name not in _OF_EVENT
)
# The fields of a case that follow from its row.
JUDGED = (
    *("track", "in_scope", "failing", "repeats", "origin", "case_kind"),
    *("topic", "registration_level", "persons", "channel"),
)
TERRITORY = "territorial_office"
"""
The column of the unit that answers for a case by place.
"""
# What a row says of the form itself and not of the case.
ABOUT_THE_FORM = frozenset({"seq", "reported_on"})


MATTER_COLUMNS = frozenset({"petitioner_name", "id_no", "original_case_no"})
"""
The columns that say of which matter a case is.
"""


@dataclass(frozen=True)
class CorrectedCase:
    """
    A case with its new ledger *row*; *fields* of it differ. *event*: what readers must
    hear of, None if it is nothing that they were told. *in_row*: the petitions that
    were counted beyond the former row and are among the repeats that this one states.
    """

    case: Case
    row: Row
    fields: Mapping[str, tuple[Any, Any]]
    event: CaseCorrected | None
    in_row: tuple[CountedRepeat, ...] = ()

    @property
    def keeps_matter(self) -> bool:
        """
        Whether what its matter is known by is not corrected.
        """
        return MATTER_COLUMNS.isdisjoint(self.fields)


def correct_case(
    case: Case,
    before: Row,
    after: Row,
    programme: Programme,
    *,
    on: date,
    completed: Callable[[Row, Programme], Row],
    beyond: Sequence[CountedRepeat] = (),
) -> CorrectedCase:
    """
    What a case becomes when its row is *after* instead of *before*; *completed* adds
    to a row what its form says where the row says nothing. *beyond*: the petitions that
    are counted because the row states too few repeats; one that states more has them.
    """
    fields = _fields_changed(before, after)
    _, was = open_case(
        completed(before, programme), office=case.office, programme=programme
    )
    judged, now = open_case(
        completed(after, programme), office=case.office, programme=programme
    )
    changed = tuple(n for n in _FACTS if getattr(was, n) != getattr(now, n))
    if not changed:
        again = replace(case, corrected=case.corrected + 1) if fields else case
        return CorrectedCase(again, after, fields, None)
    day = max(on, case.corrected_on or case.opened_on)
    more = now.repeats - was.repeats
    in_row = tuple(beyond[: max(0, more)])
    corrected = _judged_anew(case, judged, more - len(in_row), day)
    values = {name: getattr(now, name) for name in _FACTS}
    values["repeats"] = corrected.repeats
    values["leaders"] = _leaders_named(case, was, now)
    event = CaseCorrected(
        **values,
        office=case.office,
        case_number=case.number,
        occurred_on=day,
        correction=corrected.corrected,
        changed=changed,
        in_scope_before=case.in_scope,
        repeats_before=case.repeats,
        origin_before=case.origin,
        enrolled=counted_in(case, corrected),
    )
    in_row = tuple(replace(each, counted=False, also=()) for each in in_row)
    return CorrectedCase(corrected, after, fields, event, in_row)


def _fields_changed(before: Row, after: Row) -> dict[str, tuple[Any, Any]]:
    """
    The columns of the case in which two rows differ, each with both values.
    """
    return {
        name: both
        for name, both in differences(before, after).items()
        # The same number, in whatever brackets.
        if name not in ABOUT_THE_FORM and name != "case_no"
    }


def _judged_anew(case: Case, judged: Case, further_repeats: int, on: date) -> Case:
    """
    A case as its corrected row is *judged*, which states so many *further_repeats*; the
    later petitions that were counted as its repeats stay counted.
    """
    further = {each.programme: further_repeats for each in case.further}
    return replace(
        case,
        **{name: getattr(judged, name) for name in JUDGED if name != "repeats"},
        repeats=max(0, case.repeats + further_repeats),
        enrolments=with_repeats(case, further, on),
        corrected=case.corrected + 1,
        corrected_on=on,
    )


def _leaders_named(
    case: Case, was: CaseOpened, now: CaseOpened
) -> tuple[tuple[str, str], ...]:
    """
    The leaders that a corrected row states, of each office for which it names others
    than before: who leads for another is for assignment to know. Of a case that has
    moved, not the post that the office before named: it stands in the row as if it were
    one of the office that has the case now.
    """
    anew = [leader for leader in now.leaders if leader not in was.leaders]
    if case.had_by:
        return tuple(anew)
    offices = {office for office, _ in anew}
    return tuple(leader for leader in now.leaders if leader[0] in offices)


def day_of_row(case: Case, after: Row, today: date) -> date:
    """
    The day as of which a row that was pushed again corrects a case: the day on which
    the form was filled in anew, else today.
    """
    stated = after.get("reported_on")
    filled_in = date.fromisoformat(stated) if stated else case.opened_on
    return filled_in if filled_in > case.opened_on else today


def faults_of(corrected: CorrectedCase) -> Iterator[Problem]:
    """
    What stands against a correction by whatever way: a case that counts no more, or
    was closed by a review, is not changed in what it counts by.
    """
    case = corrected.case
    if case.withdrawn_on:
        yield Problem(
            "case_withdrawn",
            f"这件案件已于 {case.withdrawn_on} 撤销登记。",
            "请删去这一行；撤销有误的，请先恢复登记。",
        )
    elif corrected.event is not None and case.merged_into:
        yield Problem(
            "case_merged",
            f"这件案件已并入 {case.merged_into}，计入统计的内容不再更正。",
            "请更正并入的案件，或先撤销合并。",
        )
    elif corrected.event is not None and case.closed_as:
        yield Problem(
            "case_closed",
            "这件案件已经审核办结，计入统计的内容不能更正。",
            "请先按规定重启案件，再作更正；其他各列可以照常补填。",
        )


def faults_of_person(before: Row, after: Row) -> Iterator[Problem]:
    """
    A row about another person is another matter, not a correction.
    """
    by = "id_no" if before.get("id_no") and after.get("id_no") else "petitioner_name"
    one, other = (str(row.get(by) or "").upper() for row in (before, after))
    if one and other and one != other:
        yield Problem(
            "another_person",
            "信访人与已登记的不是同一人，像是另一件案件。",
            "另一案件请用新的案件编号；确系更正信访人的，请按单项更正办理并说明理由。",
        )


def territory_accused(
    row: Row, directory: Directory, on: date, location: str = ""
) -> Iterator[KeptSecret]:
    """
    The unit that answers for a case by place (XQ-51) is neither accused in it nor below
    who is.
    """
    accused = row.get("accused_office")
    yield from not_the_accused(row.get(TERRITORY), accused, directory, on, location)


def withdraw_case(
    case: Case,
    *,
    on: date,
    today: date,
    cause: str,
    same_as: str | None,
) -> tuple[Case, CaseWithdrawn]:
    """
    Count a case no longer that was registered twice or by mistake.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *_stands(case),
            *day_has_come(on, today, "/withdrawn_on", "撤销日期"),
            *day_not_before(on, case.opened_on, "/withdrawn_on", "填报日期"),
            *_after_it_counted_again(case, on),
            *after_it_was_enrolled_again(case, on, "/withdrawn_on"),
            *same_as_is_given(cause, same_as, case.number),
        ]
    )
    counted = _counted(case, on)
    return replace(case, withdrawn_on=on), CaseWithdrawn(**counted)


def reinstate_case(
    case: Case,
    *,
    on: date,
    today: date,
    approver_post: str,
    leaders: Collection[str],
    petition_withdrawn: bool = False,
) -> tuple[Case, CaseReinstated]:
    """
    Count a case again whose withdrawal was a mistake, as one of the office's *leaders*
    approved; *petition_withdrawn*: so is still the petition that it came from.

    Raises `Conflict` unless it is withdrawn, `Rejected` with every reason.
    """
    withdrawn = case.withdrawn_on
    if withdrawn is None:
        raise Conflict.because(
            "not_withdrawn", "这件案件没有撤销登记。", "请核对编号。", "/number"
        )
    reject_if(
        [
            *day_has_come(on, today, "/reinstated_on", "恢复日期"),
            *day_not_before(on, withdrawn, "/reinstated_on", "撤销日期"),
            *leader_approves(approver_post, leaders, "/approver_post"),
            *(_petition_first(case) if petition_withdrawn else ()),
        ]
    )
    counted = _counted(case, on)
    after = replace(case, withdrawn_on=None, reinstated_on=on)
    return after, CaseReinstated(**counted)


def _counted(case: Case, on: date) -> dict[str, Any]:
    """
    What a case counts as, which a withdrawal takes off and a reinstatement adds.
    """
    return {
        "office": case.office,
        "case_number": case.number,
        "occurred_on": on,
        "programme": case.programme,
        "in_scope": case.in_scope,
        "repeats": case.repeats,
        "origin": case.origin,
        "enrolled": counted_in(case),
    }


def _after_it_counted_again(case: Case, on: date) -> Iterator[Problem]:
    """
    On any day a case counts or does not, never both.
    """
    again = max(filter(None, (case.unmerged_on, case.reinstated_on)), default=None)
    if again and on <= again:
        yield Problem(
            "withdrawn_before_it_counted",
            f"撤销日期 {on} 不晚于案件重新计数的日期 {again}。",
            "请填写此后的日期。",
            "/withdrawn_on",
        )


def _petition_first(case: Case) -> Iterator[Problem]:
    yield Problem(
        "petition_withdrawn",
        f"信访件 {case.number} 已撤销登记，由它立的案件不能恢复。",
        "请先恢复信访件的登记。",
        "/number",
    )


def _stands(case: Case) -> Iterator[Problem]:
    if case.withdrawn_on:
        yield Problem(
            "case_withdrawn",
            f"这件案件已于 {case.withdrawn_on} 撤销登记。",
            "请核对编号。",
            "/number",
        )
    if case.merged_into:
        yield Problem(
            "already_merged",
            f"这件案件已并入 {case.merged_into}，不再计数。",
            "如合并有误，请先撤销合并。",
            "/number",
        )
