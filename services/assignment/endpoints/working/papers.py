"""
The papers of cases, of supervision notices and of extensions, to print, sign, serve
and file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.assignment import events
from services.assignment.casework.documents import DESK
from services.assignment.casework.notice_papers import values_of_case, values_of_notice
from services.assignment.casework.record import record
from services.assignment.domain.facts.closings import (
    CaseStruckOff,
    ClosingEvaluated,
    ClosingSampled,
)
from services.assignment.domain.facts.duties import DutyExtended
from services.assignment.domain.matter import BegunMatter
from services.assignment.domain.working.plans import taken_over
from services.assignment.endpoints.batches.letters import of_batch
from services.assignment.endpoints.duties.notices import from_above
from services.assignment.endpoints.lookup import (
    case_of,
    matter_in_sight,
    matter_of,
    units_after,
)
from services.assignment.endpoints.working.office_papers import of_office
from services.assignment.papers import (
    PAPERS,
    batch,
    closing,
    ending,
    extension,
    progress,
)
from services.assignment.schemas.working.papers import FiledPeriodPaper, PeriodPaper
from services.assignment.store import (
    Batches,
    Closings,
    Demands,
    Duties,
    Endings,
    HandOvers,
    Matters,
    Notices,
    Objections,
    Plans,
)
from services.assignment.store.tables import paper_numbers
from shared.documents.document import Document
from shared.documents.printing import PaperContent, paper_endpoints
from shared.papers import PaperTemplate
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.web.call import Call
from shared.web.lookup import or_not_found


@dataclass(frozen=True)
class RecordOnPaper:
    """
    What a paper says of the record *id* of a case, true since *day*; *office*: whose
    paper it is, None for the responsible one.
    """

    id: str
    day: date
    values: Mapping[str, Any]
    office: str | None = None


Find = Callable[[Connection, Any, str | None], RecordOnPaper | None]
"""
What a paper says of the record of an id, or of the last one. Raises `NotFound`.
"""


def _of_case(call: Call, template: PaperTemplate) -> PaperContent | None:
    row = case_of(call)
    if template.states == "progress":
        return _progress(call, row)
    find = _FINDERS.get(template.states)
    record = find(call.session, row, call.body.get("of")) if find else None
    if record is None:
        return None
    return PaperContent(
        values={**values_of_case(call.session, row), **record.values},
        office=record.office or row.office,
        day=record.day,
        record=record.id,
        number=row.number,
        matter=row,
    )


def _progress(call: Call, row: BegunMatter) -> PaperContent:
    """
    How the case stands today; filing it is reporting it (JZ-20).
    """
    session, programme = call.session, _programme(row)
    demands = Demands(session).of_case(row.number)
    facts = Matters(session).facts(row.number)
    taking_part = [unit.office for unit in units_after(row, facts)]
    plans = [
        taken_over(plan, row.office, taking_part)
        for plan in Plans(session).of_case(row.number)
        if plan.state == "in_force"
    ]
    stands = progress.values(
        demands[-1] if demands else None,
        plans[-1] if plans else None,
        facts,
        programme,
        current_policy().directory,
    )

    def filed(session: Connection, document: Document) -> None:
        event = events.ProgressReportFiled(
            office=row.office,
            case_number=row.number,
            occurred_on=call.today,
            programme=row.programme,
            document=document.id,
        )
        record(session, event)

    return PaperContent(
        values={**values_of_case(session, row), **stands},
        office=row.office,
        day=call.today,
        record=progress.next_report(row.number, facts),
        number=row.number,
        matter=row,
        filed=filed,
    )


def _closing(
    session: Connection, row: BegunMatter, of: str | None
) -> RecordOnPaper | None:
    report = _last_record(Closings(session).of_matter(row.number), of, "报结")
    if report is None:
        return None
    looked_into = [
        fact for fact in _evaluations(session, row) if fact.closing == report.id
    ]
    programme, directory = _programme(row), current_policy().directory
    values = closing.values(report, looked_into, programme, directory)
    return RecordOnPaper(report.id, report.submitted_on, values)


def _evaluation(
    session: Connection, row: BegunMatter, of: str | None
) -> RecordOnPaper | None:
    """
    The last evaluation of the closing with that id, or the last of all; the paper is of
    the office that evaluated it.
    """
    evaluations = _evaluations(session, row)
    if of is not None:
        evaluations = [fact for fact in evaluations if fact.closing == of]
    if not evaluations:
        return None
    last = evaluations[-1]
    report = or_not_found(Closings(session).get(last.closing), "报结", last.closing)
    samples = Matters(session).facts_of_type([row.number], ClosingSampled)
    values = closing.values_of_evaluation(
        last,
        report,
        sampled=any(fact.get("closing") == last.closing for fact in samples),
        programme=_programme(row),
        directory=current_policy().directory,
    )
    return RecordOnPaper(report.id, last.on, values, last.office)


def _evaluations(session: Connection, row: BegunMatter) -> list[ClosingEvaluated]:
    facts = Matters(session).facts_of_type([row.number], ClosingEvaluated)
    return [fact for fact in facts if isinstance(fact, ClosingEvaluated)]


def _strike_off(
    session: Connection, row: BegunMatter, _of: str | None
) -> RecordOnPaper | None:
    if row.standing != "struck_off":
        return None
    facts = Matters(session).facts(row.number)
    *_, last = (fact for fact in facts if isinstance(fact, CaseStruckOff))
    values = closing.values_of_strike_off(last)
    return RecordOnPaper(f"{row.number}/{last.on}", last.on, values)


def _ending(
    session: Connection, row: BegunMatter, of: str | None
) -> RecordOnPaper | None:
    applied = _last_record(Endings(session).of_matter(row.number), of, "终结申报")
    if applied is None:
        return None
    programme, directory = _programme(row), current_policy().directory
    values = ending.values(applied, programme, directory)
    return RecordOnPaper(applied.id, applied.applied_on, values)


def _hand_over(
    session: Connection, row: BegunMatter, of: str | None
) -> RecordOnPaper | None:
    record = _last_record(HandOvers(session).of_matter(row.number), of, "移交")
    if record is None:
        return None
    return RecordOnPaper(record.id, record.on, ending.values_of_hand_over(record))


_FINDERS: Mapping[str, Find] = {
    "closing": _closing,
    "evaluation": _evaluation,
    "strike_off": _strike_off,
    "ending": _ending,
    "hand_over": _hand_over,
}


def _of_notice(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The paper is the supervising office's, which is above the one that it goes to.
    """
    number, notices = call.path["number"], Notices(call.session)
    issued = matter_in_sight(call, notices.get(number), "督办函", number)
    from_above(call, issued.office)
    if template.states != "notice":
        return None
    row = Matters(call.session).known(issued.number)
    title = current_policy().directory.matter_title(issued.number)
    return PaperContent(
        values=values_of_notice(call.session, issued, row),
        office=call.who.office,
        day=issued.issued_on,
        record=issued.id,
        number=f"{title}-{issued.step}",
        matter=row,
    )


def _of_extension(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The approval of more days for a duty, or what the petitioner is told of it; of the
    office that handles the case or petition.
    """
    identity, matters = call.path["number"], Matters(call.session)
    number = or_not_found(matters.number_of(identity), "延期", identity)
    row = matter_of(call, number)
    facts = matters.recorded(number)
    fact = facts.get(identity)
    extended = or_not_found(
        fact if isinstance(fact, DutyExtended) else None, "延期", identity
    )
    duty = or_not_found(Duties(call.session).get(extended.duty), "延期", identity)
    if template.states != "extension":
        return None
    return PaperContent(
        values={
            **values_of_case(call.session, row),
            **extension.values(
                identity,
                facts,
                duty,
                Duties(call.session).history(duty.id),
                current_policy().directory,
            ),
        },
        office=row.office,
        day=extended.on,
        record=identity,
        number=number,
        matter=row,
    )


def _of_objection(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    The letter is the objecting office's.
    """
    number, objections = call.path["number"], Objections(call.session)
    objection = matter_in_sight(call, objections.get(number), "异议", number)
    if template.states != "objection":
        return None
    row = Matters(call.session).known(objection.number)
    handed = Batches(call.session).get(objection.batch)
    if handed is None:
        raise AssertionError
    return PaperContent(
        values={
            **values_of_case(call.session, row),
            **batch.values_of_objection(objection, handed, current_policy().directory),
        },
        office=objection.office,
        day=objection.last_on,
        record=objection.id,
        number=objection.number,
        matter=row if row.office == objection.office else None,
    )


def _programme(row: BegunMatter) -> Programme:
    return current_policy().programmes.get(row.programme)


def _last_record(records: Sequence[Any], of: str | None, what: str) -> Any:
    """
    Return the record of that id, or the last one if no id is named; None if there is
    none.
    """
    if of is None:
        return records[-1] if records else None
    record = next((each for each in records if each.id == of), None)
    return or_not_found(record, what, of)


PRINTED = paper_endpoints(
    PAPERS,
    DESK,
    {
        "cases": _of_case,
        "notices": _of_notice,
        "extensions": _of_extension,
        "batches": of_batch,
        "objections": _of_objection,
        "offices": of_office,
    },
    numbers=paper_numbers,
    only_printed={"batches"},
    bodies={"offices": (PeriodPaper, FiledPeriodPaper)},
)
