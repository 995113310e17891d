"""
The duties of who leads a case, item by item, with day and evidence (JZ-13, JZ-14).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.assignment import events
from services.assignment.casework.record import record_fact
from services.assignment.domain.activities.acts import act_problems
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.further import OWN, without_other_lists
from services.assignment.domain.facts.leaders import ListItemDone
from services.assignment.domain.leaders import checklists, own_lists
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.activities.act_record import (
    keep_act_of_case,
    late_for,
)
from services.assignment.endpoints.lookup import (
    case_of,
    filed_with,
    leading_of,
    unnamed_fields,
)
from services.assignment.schemas.leaders.checklists import (
    ChecklistQuery,
    ChecklistView,
    EntryBody,
)
from services.assignment.store import OUTBOX, Enrolments, ListVersions, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act, DutyList
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before, documents_filed, programme_exists
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api("GET", "/cases/<number>/checklist", query=ChecklistQuery, answer=ChecklistView)
def show_checklists(call: Call) -> dict[str, Any]:
    """
    Show the lists of duties that hold for a case and what was done of them: those of
    its own programme, or of another in which it stands.
    """
    row = case_of(call)
    return _shown(call, _programme(call, row, call.query.get("programme")))


@api(
    "POST",
    "/cases/<number>/checklist",
    roles=CLERKS,
    body=EntryBody,
    answer=ChecklistView,
    status=201,
)
def record_checklist_item(call: Call) -> dict[str, Any]:
    """
    Record that an item of a list was done, by which post and shown by what.
    """
    row = case_of(call, lock=True)
    body = {**call.body, "document_ids": tuple(call.body["document_ids"])}
    programme = _programme(call, row, body.pop("programme", None))
    lists = _lists_for(call, row, programme)
    act = checklists.act_of(lists, body["list"], body["item"])
    fields = {**body, "act": act, "by_office": call.who.office}
    acts = _acts_of(row, programme)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *checklists.problems(
                _checklists_of(call, row, programme, lists),
                body["list"],
                body["item"],
                body["post"],
                _posts_of(row, programme),
                files=body["document_ids"],
            ),
            *documents_filed(body["document_ids"], filed_with(call, row)),
            # Its post is judged already.
            *(_act_problems(call, row, programme, fields, acts) if act else ()),
        ]
    )
    _keep_item(call, row, programme, lists, body)
    if act is not None:
        keep_act_of_case(call.session, row, acts[act], fields)
    return _shown(call, programme)


def _keep_item(
    call: Call,
    row: BegunMatter,
    programme: Programme,
    lists: Sequence[DutyList],
    body: Mapping[str, Any],
) -> None:
    """
    Announce that an item was done, and record it as a fact of the case.
    """
    event = events.ChecklistItemDone(
        office=row.office,
        case_number=row.number,
        occurred_on=body["on"],
        programme=programme.code,
        list=body["list"],
        item=body["item"],
    )
    OUTBOX.announce(call.session, event)
    by_files = checklists.wants_files(lists, body["list"], body["item"])
    fields = {**body, "by_files": by_files, "further": _key_of(row, programme)}
    item_done = ListItemDone.from_fields(body["on"], fields)
    record_fact(call.session, row.number, item_done)


def _posts_of(row: BegunMatter, programme: Programme) -> list[str]:
    """
    The posts that may do an item: those of the case's office and of the hub.
    """
    directory = current_policy().directory
    codes = dict.fromkeys((row.office, programme.hub))
    return [title for code in codes for title in directory.office(code).posts]


def _acts_of(row: BegunMatter, programme: Programme) -> dict[str, Act]:
    """
    The acts of the programme that an office of this kind can do in the case, by id.
    """
    kind = current_policy().directory.office(row.office).kind
    return {act.id: act for act in programme.acts_on(row.opened_on, kind)}


def _programme(call: Call, row: BegunMatter, code: str | None) -> Programme:
    """
    The programme of that *code* in which a case stands, by default its own.

    Raises `Rejected` for another.
    """
    code = code or row.programme
    further = Enrolments(call.session).of_cases([row.number])[row.number]
    codes = {row.programme, *(c for c, each in further.items() if not each.merged)}
    reject_if(programme_exists(code, codes, "/programme"))
    return current_policy().programmes.get(code)


def _act_problems(
    call: Call,
    row: BegunMatter,
    programme: Programme,
    fields: dict[str, Any],
    acts: dict[str, Act],
) -> Iterator[Problem]:
    unnamed = unnamed_fields(call.session, row)
    yield from act_problems(
        acts,
        fields,
        {fields["post"]},
        of="case",
        unnamed=unnamed,
        third_parties=programme.third_parties,
    )
    if act := acts.get(fields["act"]):
        yield from late_for(call.session, row, programme, act, fields["on"])


def _lists_for(
    call: Call, row: BegunMatter, programme: Programme
) -> tuple[DutyList, ...]:
    """
    The lists of a programme for a case, the open ones as its office has filled them in.
    """
    directory = current_policy().directory
    lineage = directory.lineage(row.office, call.today)
    versions = ListVersions(call.session).of_offices(programme.code, lineage)
    return own_lists.filled_in(
        programme,
        versions,
        lineage,
        row.concluded_on or call.today,
        _facts(call, row, programme),
    )


def _key_of(row: BegunMatter, programme: Programme) -> str:
    return OWN if programme.code == row.programme else programme.code


def _facts(call: Call, row: BegunMatter, programme: Programme) -> list[Fact]:
    """
    What happened in a case, without what was done of the lists of other programmes.
    """
    facts = Matters(call.session).facts(row.number)
    return without_other_lists(facts, _key_of(row, programme))


def _checklists_of(
    call: Call, row: BegunMatter, programme: Programme, lists: Sequence[DutyList]
) -> tuple[checklists.Checklist, ...]:
    facts = _facts(call, row, programme)
    leading = leading_of(call.session, row)
    return tuple(checklists.of_case(leading, row.standing, facts, lists))


def _shown(call: Call, programme: Programme) -> dict[str, Any]:
    row = case_of(call)
    lists = _lists_for(call, row, programme)
    shown = _checklists_of(call, row, programme, lists)
    return {"number": row.number, "lists": shown}
