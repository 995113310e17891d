"""
The papers of an office about a period: the reports of looking back, and the summary of
a programme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.assignment.domain.activities.tallies import span_problems
from services.assignment.endpoints.activities.tallies import tallies_of
from services.assignment.endpoints.lookup import matter_of, programme_of
from services.assignment.papers import look_back, summary
from services.assignment.papers.case import values_of_no_case
from services.assignment.store import CaseLists, LookBacks
from shared.documents.printing import PaperContent
from shared.errors import reject_if
from shared.matter_numbers import Kind, kind_of
from shared.papers import PaperTemplate
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import day_has_come
from shared.settings import settings
from shared.vocabulary import CountedBy
from shared.web.auth import require_office
from shared.web.call import Call
from shared.web.lookup import or_not_found


def of_office(call: Call, template: PaperTemplate) -> PaperContent | None:
    """
    What a paper says of an office and those below it in a period; filed with the report
    that the office owes, or with its acts.
    """
    code, body, directory = call.path["number"], call.body, current_policy().directory
    require_office(call.who, code, directory, call.today)
    programme, since, until = programme_of(body["programme"]), body["from_"], body["to"]
    reject_if(
        [
            *day_has_come(until, call.today, "/to"),
            *span_problems(since, until, settings.integer("TALLY_DAYS")),
        ]
    )
    offices, tell = directory.subtree(code, call.today), _TOLD.get(template.states)
    values = tell(call, programme, offices) if tell else None
    if values is None:
        return None
    name = directory.office(code).name
    of_none = values_of_no_case(programme.title, name, programme, since)
    return PaperContent(
        values={**of_none, **values},
        office=code,
        day=until,
        record=f"{programme.code}/{code}/{since}/{until}",
        number=f"{code}-{since}-{until}",
        matter=_reported_under(call, code, programme, body.get("number")),
    )


def _looked_back(
    call: Call, programme: Programme, offices: Sequence[str]
) -> dict[str, Any] | None:
    """
    What was found in looking back, if anything was (MX-29, XQ-37).
    """
    since, until = call.body["from_"], call.body["to"]
    rules, store = programme.closing.look_back, LookBacks(call.session)
    findings = store.of_days(offices, programme.code, since, until)
    if rules is None or not findings:
        return None
    directory = current_policy().directory
    return look_back.values(findings, rules, directory, since=since, until=until)


def _summed_up(
    call: Call, programme: Programme, offices: Sequence[str]
) -> dict[str, Any] | None:
    """
    Return what has become of the cases until today, and what was done about them in the
    period; None if there are no cases (PY-38).
    """
    since, until = call.body["from_"], call.body["to"]
    counts = CaseLists(call.session).counts(
        programme.code, offices, CountedBy.ORIGIN, in_scope=True
    )
    if not counts:
        return None
    findings = LookBacks(call.session).of_days(offices, programme.code, since, until)
    tallies = tallies_of(call, programme, offices, since, until)
    directory = current_policy().directory
    return summary.values(
        *(counts, tallies, findings, programme, directory),
        since=since,
        until=until,
        counted_on=call.today,
    )


_Tell = Callable[[Call, Programme, Sequence[str]], dict[str, Any] | None]
_TOLD: Mapping[str, _Tell] = {
    "look_back": _looked_back,
    "summary": _summed_up,
}


def _reported_under(
    call: Call, office: str, programme: Programme, number: str | None
) -> Any:
    """
    The report or the acts of an office in a programme, of that *number*. Raises
    `NotFound`.
    """
    if number is None:
        return None
    row = matter_of(call, number)
    own = row.office == office and row.programme == programme.code
    own = own and kind_of(number) is Kind.PERIOD
    return or_not_found(row if own else None, "报告", number)
