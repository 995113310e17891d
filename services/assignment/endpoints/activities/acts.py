"""
Acts: what an office did, in words of the programme, on a case or of its own.

The programme's file says which acts there are and what each needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from services.assignment.domain.activities.acts import act_problems, followed_problems
from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.activities.act_record import (
    act_shown,
    keep_act_of_case,
    late_for,
    page_of_acts,
    titles_at,
    withdraw,
)
from services.assignment.endpoints.lookup import (
    accused_of,
    filed_with,
    matter_of,
    unnamed_fields,
)
from services.assignment.schemas.activities.acts import (
    ActView,
    ActWithdrawalBody,
    CaseActBody,
    LogEntryView,
)
from services.assignment.store import LogEntry, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act
from shared.policy.programme import Programme
from shared.rules import (
    day_has_come,
    day_not_before,
    documents_filed,
    none_named_is_accused,
)
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery, PageQuery


@api(
    "POST",
    "/cases/<number>/acts",
    roles=CLERKS,
    body=CaseActBody,
    answer=ActView,
    status=201,
)
def record_act(call: Call) -> dict[str, Any]:
    """
    Record what was done on a case or petition; it may discharge what is owed.
    """
    body = {**call.body, "by_office": call.who.office}
    row = matter_of(call, call.path["number"], lock=True)
    programme = current_policy().programmes.get(row.programme)
    kind = current_policy().directory.office(row.office).kind
    acts = {act.id: act for act in programme.acts_on(row.opened_on, kind)}
    posts = titles_at(row.office, call.who.office, programme.hub)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *act_problems(
                acts,
                body,
                posts,
                of="case",
                unnamed=unnamed_fields(call.session, row),
                third_parties=programme.third_parties,
            ),
            *_follows(call.session, row.number, acts, body),
            *_late(call, row, programme, acts, body),
            *documents_filed(body["document_ids"], filed_with(call, row)),
            *_told_to(call, row, body),
        ]
    )
    return keep_act_of_case(call.session, row, acts[body["act"]], body)


@api(
    "POST",
    "/cases/<number>/acts/<identity>/withdrawals",
    roles=LEADERS,
    body=ActWithdrawalBody,
    answer=ActView,
    status=201,
)
def withdraw_act(call: Call) -> dict[str, Any]:
    """
    Withdraw an act that was recorded wrongly: it stays in the log, and what it
    discharged is owed again.
    """
    return withdraw(call, matter_of(call, call.path["number"], lock=True))


@api(
    "GET",
    "/cases/<number>/log",
    query=PageQuery,
    answer=LogEntryView,
    many=True,
)
def show_log(call: Call) -> Page[Any]:
    """
    List what happened in a case or petition, in the order of days.
    """
    row = matter_of(call, call.path["number"])
    programme = current_policy().programmes.get(row.programme)
    page = Matters(call.session).log(row.number, call.page)
    return page.map(lambda entry: _logged(entry, row.number, programme))


@api(
    "GET",
    "/cases/<number>/acts",
    query=ListQuery,
    answer=ActView,
    many=True,
)
def list_acts(call: Call) -> Page[Any]:
    """
    List the acts recorded on a case or petition.
    """
    row = matter_of(call, call.path["number"])
    return page_of_acts(
        call, row.number, current_policy().programmes.get(row.programme)
    )


def _follows(
    session: Connection, number: str, acts: Mapping[str, Act], body: Mapping[str, Any]
) -> Iterator[Problem]:
    """
    What is wrong with the earlier act that this one carries on.
    """
    act = acts.get(body["act"])
    if act is None or not (act.follows or body["follows"]):
        return
    facts = Matters(session).recorded(number)
    titles = {act.id: act.title for act in acts.values()}
    yield from followed_problems(act, body["follows"], facts, titles)


def _told_to(
    call: Call, row: BegunMatter, body: Mapping[str, Any]
) -> Iterator[Problem]:
    """
    Nothing of an accusation is told or passed on to whom it accuses.
    """
    if (to := body.get("to")) is not None:
        accused, directory = accused_of(call.session, row), current_policy().directory
        yield from none_named_is_accused(to, accused, directory, body["on"], "/to")


def _late(
    call: Call,
    row: BegunMatter,
    programme: Programme,
    acts: Mapping[str, Act],
    body: Mapping[str, Any],
) -> Iterator[Problem]:
    if act := acts.get(body["act"]):
        yield from late_for(call.session, row, programme, act, body["on"])


def _logged(entry: LogEntry, number: str, programme: Programme) -> dict[str, Any]:
    """
    A line of the log; of what others wrote only its title is shown.
    """
    fact = entry.fact
    act = None
    if isinstance(fact, ActRecorded):
        act = act_shown(entry.id, number, fact, programme, entry.withdrawn)
    return {
        "id": entry.id,
        "on": fact.on,
        "kind": fact.name,
        "title": act["title"] if act else fact.title,
        "act": act,
    }
