"""
Applications are received: once per case and person (国家司法救助意见).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.aid.domain.application import Application, Person, Problems, State
from services.aid.events import AidOpened
from shared.case import Case, about, require_unmerged
from shared.errors import Conflict, reject_if
from shared.rules import check_rules, day_has_come, text_is_given
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


APPLYING = (hardship_is_stated, application_has_come)


def apply_for_aid(
    case: Case,
    earlier: Iterable[Application],
    person: Person,
    *,
    identity: str,
    today: date,
    origin: str,
    applied_on: date,
    hardship: str,
) -> tuple[Application, AidOpened]:
    """
    Take in an application; *earlier* are the same person's in the same matter.

    A person is aided once in a case (国家司法救助意见). Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, applied_on)
    _require_first(earlier)
    application = Application(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        state=State.APPLIED,
        person=person.hash,
        id_last_four=person.last_four,
        origin=AidOrigin(origin),
        applied_on=applied_on,
        hardship=hardship,
    )
    reject_if(check_rules(APPLYING, application, today))
    return application, AidOpened(
        **about(case, applied_on),
        aid=identity,
        origin=origin,
    )


def _require_first(earlier: Iterable[Application]) -> None:
    """
    After a refusal the person may apply again.
    """
    for application in earlier:
        if application.state is not State.REFUSED:
            raise Conflict.because(
                "already_aided",
                f"此人在本案已有救助申请，编号 {application.id}，"
                f"目前“{application.state.chinese}”；同一案件同一人只救助一次。",
                "请在该申请上继续办理。",
                "/person/id_no",
            )
