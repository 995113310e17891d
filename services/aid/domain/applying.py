"""
Applications are received: once per case and person (国家司法救助意见).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from services.aid.domain.application import (
    AnotherCase,
    Application,
    Clue,
    Person,
    Problems,
    State,
)
from services.aid.events import AidOpened
from shared.cases.case import Case, about, require_unmerged
from shared.errors import Conflict, Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before, text_is_given
from shared.vocabulary import AidOrigin


def hardship_is_stated(application: Application, _today: date) -> Problems:
    """
    Aid is for urgent hardship, which the application describes (国家司法救助意见).
    """
    yield from text_is_given(
        application.hardship, "/hardship", "hardship_missing", "困难情况"
    )


def application_has_come(application: Application, today: date) -> Problems:
    yield from day_has_come(application.applied_on, today, "/applied_on", "申请日期")


def own_motion_has_a_clue(application: Application, _today: date) -> Problems:
    """
    Aid on the office's own motion begins with a clue that one of its departments found
    (DY-24); an application needs none.
    """
    clue = application.clue
    if application.origin is AidOrigin.OWN_MOTION and clue is None:
        yield Problem(
            "clue_missing",
            "依职权救助没有写明线索由哪个部门、何时发现。",
            "请填写 clue 的 department 和 found_on。",
            "/clue",
        )
    if clue is not None:
        yield from day_not_before(
            application.applied_on,
            clue.found_on,
            "/applied_on",
            "发现线索的日期",
            "启动日期",
        )


APPLYING = (hardship_is_stated, application_has_come, own_motion_has_a_clue)


def apply_for_aid(
    case: Case,
    earlier: Iterable[Application],
    person: Person,
    *,
    identity: str,
    today: date,
    by: str,
    once: bool,
    may_see: Callable[[str], bool],
    origin: str,
    applied_on: date,
    hardship: str,
    clue: Clue | None = None,
    another_case: AnotherCase | None = None,
) -> tuple[Application, AidOpened]:
    """
    Take in an application; *earlier* are the same person's in the same matter.

    With *once* a person is aided once in a matter, at whatever office
    (国家司法救助意见). Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, applied_on)
    if once:
        _require_first(earlier, may_see)
    application = Application(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        state=State.APPLIED,
        person=person.hash,
        matter=person.matter,
        once=f"{person.hash}/{person.matter}" if once else None,
        id_last_four=person.last_four,
        name=person.name,
        origin=AidOrigin(origin),
        applied_on=applied_on,
        applied_by=by,
        hardship=hardship,
        clue=clue,
        another_case=another_case,
    )
    reject_if(check_rules(APPLYING, application, today))
    return application, AidOpened(
        **about(case, applied_on),
        in_scope=case.in_scope,
        aid=identity,
        origin=origin,
    )


def _require_first(
    earlier: Iterable[Application], may_see: Callable[[str], bool]
) -> None:
    """
    After a refusal the person may apply again.
    """
    for application in earlier:
        if application.state is State.REFUSED:
            continue
        if not may_see(application.office):
            raise already_aided()
        raise Conflict.because(
            "already_aided",
            f"此人在本案已有救助申请，编号 {application.id}，"
            f"目前“{application.state.chinese}”；同一案件同一人只救助一次。",
            "请在该申请上继续办理。",
            "/person/id_no",
        )


def already_aided() -> Conflict:
    """
    Return the refusal of an application when the person has applied at another office,
    whose applications this one may not see.
    """
    return Conflict.because(
        "already_aided",
        "此人就同一案件已向别的机关申请过救助；同一案件同一人只救助一次。",
        "请向上级机关核实，不要重复申请。",
        "/person/id_no",
    )
