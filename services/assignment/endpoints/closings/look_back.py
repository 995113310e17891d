"""
反向审视: findings about the work of departments, their correction, their causes.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record
from services.assignment.domain.closings import look_back
from services.assignment.domain.closings.look_back import (
    CauseCount,
    CorrectionStep,
    LookBack,
)
from services.assignment.endpoints.lookup import (
    accused_of,
    case_of,
    noting_a_leak,
    programme_of,
)
from services.assignment.schemas.closings import look_back as schemas
from services.assignment.store import LookBacks
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.web.auth import require_office
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/look-backs",
    roles=CLERKS,
    body=schemas.LookBackBody,
    answer=schemas.LookBackView,
    status=201,
)
def find_in_looking_back(call: Call) -> LookBack:
    """
    Record what a case shows of the work of a department, which owes its correction.
    """
    row, rules = case_of(call, lock=True), current_policy()
    finding = LookBack(
        **{**call.body, "to_office": call.body["to_office"] or row.office},
        id=str(uuid7()),
        number=row.number,
        programme=row.programme,
        office=row.office,
    )
    reject_if(
        look_back.finding_problems(
            finding,
            rules.programmes.get(row.programme).closing.look_back,
            rules.directory,
            opened_on=row.opened_on,
            today=call.today,
            accused=accused_of(call.session, row),
        )
    )
    LookBacks(call.session).insert(finding)
    record(
        call.session,
        events.LookBackFound.of(
            finding,
            finding.found_on,
            look_back=finding.id,
            link=finding.link,
            problem=finding.problem,
            to_office=finding.to_office,
        ),
    )
    return finding


@api(
    "GET",
    "/look-backs",
    query=schemas.LookBackQuery,
    answer=schemas.LookBackView,
    many=True,
)
def list_look_backs(call: Call) -> Page[LookBack]:
    """
    List the findings in the cases of an office and those below it, and about them.
    """
    names = ("programme", "state", "link", "problem")
    filters = {name: call.query[name] for name in names if call.query.get(name)}
    return LookBacks(call.session).of_offices(call.offices(), filters, call.page)


@api(
    "GET",
    "/look-back-causes",
    query=schemas.CauseQuery,
    answer=schemas.CauseCountView,
    many=True,
)
def list_look_back_causes(call: Call) -> Page[CauseCount]:
    """
    Count the findings in a period by link and by problem, the most frequent first.
    """
    programme = programme_of(call.query["programme"])
    days = (call.query["from_"], call.query["to"])
    causes = LookBacks(call.session).causes(call.offices(), programme.code, *days)
    return Page(look_back.count_causes(causes), None)


@api(
    "POST",
    "/look-backs/<number>/corrections",
    roles=CLERKS,
    body=schemas.CorrectionBody,
    answer=schemas.LookBackView,
    status=201,
)
def correct_in_looking_back(call: Call) -> LookBack:
    """
    The office that answers for the finding says what it did about it.
    """
    finding = _look_back_of(call)
    require_office(call.who, finding.to_office, current_policy().directory, call.today)
    correction = CorrectionStep(what="corrected", by=call.who.account, **call.body)
    after = look_back.step(finding, "correct", correction, today=call.today)
    LookBacks(call.session).update(after)
    event = events.LookBackCorrected.of(finding, correction.on, look_back=finding.id)
    record(call.session, event)
    return after


@api(
    "POST",
    "/look-backs/<number>/judgements",
    roles=CLERKS,
    body=schemas.CorrectionVerdictBody,
    answer=schemas.LookBackView,
    status=201,
)
def judge_correction(call: Call) -> LookBack:
    """
    Accept the correction of a finding, or return it so that it is owed again; never by
    the account that corrected.
    """
    finding, body = _look_back_of(call), call.body
    require_office(call.who, finding.office, current_policy().directory, call.today)
    judgement = CorrectionStep(
        on=body["on"], what=body["verdict"], text=body["text"], by=call.who.account
    )
    after = look_back.step(finding, body["verdict"], judgement, today=call.today)
    LookBacks(call.session).update(after)
    record(
        call.session,
        events.LookBackJudged.of(
            finding, judgement.on, look_back=finding.id, verdict=body["verdict"]
        ),
    )
    return after


def _look_back_of(call: Call) -> LookBack:
    """
    The finding in the path, locked, as of the office that has its case now. Raises
    `NotFound`.
    """
    number, directory = call.path["number"], current_policy().directory
    ours = directory.subtree(call.who.office, call.today)
    store = LookBacks(call.session)
    finding = store.seen(number, ours)
    with noting_a_leak(call, finding or store.get(number)):
        return or_not_found(finding, "反向审视的问题", number)
