"""
A case that stands in further programmes beside its own (PY-60): enrolled and withdrawn.

What is recorded of the case is recorded once. A further programme judges it by its own
scope when it is enrolled, and counts it from that day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.cases.cases import Case, CountedRepeat, Enrolment
from services.intake.domain.cases.judging import Judged, Row, judge
from services.intake.domain.cases.proposals import Proposal
from services.intake.events.enrolments import CaseEnrolled, CaseEnrolmentWithdrawn
from shared.errors import NotFound, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.policy.programmes import Programmes
from shared.rules import day_has_come, day_not_before

MOST_OF_REASON = 500


def enrol(
    case: Case,
    judged: Judged,
    programme: Programme,
    directory: Directory,
    *,
    on: date,
    today: date,
    repeats: Collection[CountedRepeat] = (),
) -> tuple[Case, CaseEnrolled]:
    """
    Let a case stand also in a further programme from a day on; *repeats*: the petitions
    known to repeat it that the programme counts.

    Raises `Rejected` with every reason.
    """
    before = [each for each in case.enrolments if each.programme == programme.code]
    reject_if(
        [
            *_open(case),
            *_further_programme(case, programme),
            *_covers(case, programme, directory, on),
            *day_has_come(on, today, "/on", "列入日期"),
            *day_not_before(on, case.opened_on, "/on", "填报日期", "列入日期"),
            *_after_it_left(before, on),
            *_after_what_counts(
                case, on, "/on", max((each.on for each in repeats), default=None)
            ),
            *_no_fewer(judged.case.repeats, len(repeats)),
            *judged.foreign_words,
            *_outside(judged.proposal),
        ]
    )
    enrolment = Enrolment(
        programme=programme.code,
        since=on,
        track=judged.case.track,
        origin=judged.case.origin,
        repeats=judged.case.repeats,
        period=len(before) + 1,
        stated=judged.stated,
    )
    enrolled = replace(case, enrolments=(*case.enrolments, enrolment))
    fields = {**vars(judged.opened), "case_number": case.number}
    return enrolled, CaseEnrolled(
        **fields,
        own_programme=case.programme,
        corrections=case.corrected,
        period=enrolment.period,
    )


def withdraw_enrolment(
    case: Case, code: str, *, on: date, today: date
) -> tuple[Case, CaseEnrolmentWithdrawn]:
    """
    Let a case stand in a further programme no more: it should not have been enrolled,
    or the programme no longer covers it.

    Raises `NotFound` if it does not stand in it, `Rejected` with every reason.
    """
    standing = next((each for each in case.further if each.programme == code), None)
    if standing is None:
        raise NotFound.because(
            "not_enrolled", f"本案没有列入专项“{code}”。", "请核对专项代码。"
        )
    reject_if(
        [
            *_open(case),
            *day_has_come(on, today, "/withdrawn_on", "退出日期"),
            *day_not_before(
                on, standing.since, "/withdrawn_on", "列入日期", "退出日期"
            ),
            *_after_what_counts(case, on, "/withdrawn_on", standing.changed_on),
        ]
    )
    return _left(case, standing, on)


def _left(
    case: Case, standing: Enrolment, on: date
) -> tuple[Case, CaseEnrolmentWithdrawn]:
    enrolments = tuple(
        replace(each, withdrawn_on=on) if each is standing else each
        for each in case.enrolments
    )
    return replace(case, enrolments=enrolments), CaseEnrolmentWithdrawn(
        office=case.office,
        case_number=case.number,
        occurred_on=on,
        programme=standing.programme,
        in_scope=True,
        repeats=standing.repeats,
        origin=standing.origin,
        period=standing.period,
    )


@dataclass(frozen=True)
class Leaving:
    """
    A case leaves a further programme whose scope it does not meet any more: what is
    announced, and why.
    """

    event: CaseEnrolmentWithdrawn
    reason: str


def leave_outside(
    case: Case,
    row: Row,
    programmes: Programmes,
    *,
    on: date,
    completed: Callable[[Row, Programme], Row],
) -> tuple[Case, tuple[Leaving, ...]]:
    """
    Let a case that was corrected, as of a day, to this ledger *row* stand in no further
    programme whose scope it fails; what is closed, merged away or withdrawn stays as it
    counts. *completed* adds to a row what its form says where the row says nothing.
    """
    leaving = list[Leaving]()
    home = programmes.get(case.programme)
    for standing in () if any(_open(case)) else case.further:
        whole_row = completed(row, home)
        stated = {
            **standing.stated,
            "origin": standing.origin,
            "repeats_in_window": standing.repeats,
        }
        programme = programmes.get(standing.programme)
        judged = judge(
            case, whole_row, stated, home=home, programme=programme, on=standing.since
        )
        failing = [
            *(problem.detail for problem in judged.foreign_words),
            *(
                f"{clause.text}（{clause.source}）"
                for clause in judged.proposal.failing
            ),
        ]
        if failing:
            days = (
                *(standing.since, standing.changed_on, case.moved_on),
                *(case.unmerged_on, case.reinstated_on, case.corrected_on),
            )
            case, event = _left(case, standing, max(on, *filter(None, days)))
            reason = f"更正后不符合专项“{programme.title}”的范围：{'；'.join(failing)}"
            leaving.append(Leaving(event, reason[:MOST_OF_REASON]))
    return case, tuple(leaving)


def _open(case: Case) -> Iterator[Problem]:
    """
    What is closed, merged away or withdrawn counts as it is.
    """
    if case.withdrawn_on or case.merged_into or case.closed_as:
        how = (
            "撤销登记"
            if case.withdrawn_on
            else "并入他案"
            if case.merged_into
            else "审核办结"
        )
        yield Problem(
            "case_not_open",
            f"本案已经{how}，不能列入其他专项，也不能退出。",
            "请按在办案件办理；已办结的须先重启。",
            "/number",
        )


def _further_programme(case: Case, programme: Programme) -> Iterator[Problem]:
    if programme.code == case.programme:
        yield Problem(
            "own_programme",
            f"专项“{programme.title}”就是本案自己的专项。",
            "请填写另一专项。",
            "/programme",
        )
    for each in case.further:
        if each.programme == programme.code:
            yield Problem(
                "already_enrolled",
                f"本案已于 {each.since} 列入该专项。",
                "一案在一个专项中同时只列入一次。",
                "/programme",
            )


def _after_it_left(before: Iterable[Enrolment], on: date) -> Iterator[Problem]:
    """
    On any day a case counts in a programme or does not, never twice.
    """
    left = max((each.withdrawn_on or each.since for each in before), default=None)
    yield from day_not_before(on, left, "/on", "上次退出日期", "列入日期")


def _after_what_counts(
    case: Case, on: date, place: str, repeated_on: date | None
) -> Iterator[Problem]:
    """
    What a case counts by in a further programme it counts from a day, or until one: the
    repeats, the office that has it and that it counts at all must be so on that day.
    """
    again = max(filter(None, (case.unmerged_on, case.reinstated_on)), default=None)
    for code, day, what in (
        ("before_last_repeat", repeated_on, "在该专项中的重复件数最近一次变化"),
        ("before_last_move", case.moved_on, "移交现承办单位"),
        ("before_it_counted_again", again, "撤销合并或恢复登记"),
    ):
        if day and on < day:
            yield Problem(
                code,
                f"日期 {on} 早于本案{what}的日期（{day}）。",
                f"请填写 {day} 或之后的日期。",
                place,
            )


def after_it_was_enrolled_again(case: Case, on: date, place: str) -> Iterator[Problem]:
    """
    A case that left a further programme and stands in it again counts there from the
    later day on: it is not taken off on a day between the two.
    """
    again = [each.since for each in case.further if each.period > 1]
    if again and on < max(again):
        yield Problem(
            "before_enrolled_again",
            f"日期 {on} 早于本案再次列入其他专项的日期（{max(again)}）。",
            f"请填写 {max(again)} 或之后的日期；再次列入有误的，请先退出该专项。",
            place,
        )


def _no_fewer(stated: int, registered: int) -> Iterator[Problem]:
    """
    A number that a person states is no lower than what the register itself shows.
    """
    if stated < registered:
        yield Problem(
            "repeats_below_known",
            f"填写的重复件数 {stated} 少于已登记的重复来件 {registered} 件。",
            "请核对；有误登的来件，请先撤销登记或改认定。",
            "/repeats",
        )


def _covers(
    case: Case, programme: Programme, directory: Directory, on: date
) -> Iterator[Problem]:
    runs = on in programme.window
    if not runs or not directory.is_within(case.office, programme.offices_root, on):
        yield Problem(
            "office_outside_programme",
            f"专项“{programme.title}”在 {on} 不涵盖办理本案的单位。",
            "请核对专项和日期。",
            "/programme",
        )


def _outside(proposal: Proposal) -> Iterator[Problem]:
    """
    Each clause of the scope that the case does not meet, or not yet.
    """
    for clause in proposal.failing:
        yield Problem(
            "out_of_scope",
            f"不符合专项范围：{clause.text}（{clause.source}）。",
            "不在范围内的案件不列入；登记有误的，请先更正案件。",
            "/programme",
        )
    for clause in proposal.undecided:
        yield Problem(
            "scope_undecided",
            f"专项范围尚不能判断：{clause.text}（{clause.source}）。",
            "请填写治理范围类别（scope_class）或已有处理意见（prior_opinions）。",
            "/programme",
        )
