"""
How acts are kept, withdrawn and shown, of cases and of offices alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record_facts, record_happened
from services.assignment.domain.activities.acts import (
    check_withdrawable,
    first_only_problems,
    late_problems,
    withdrawal_problems,
)
from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.leaders import ActRecorded, ActWithdrawn, Party
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import leaders_at
from services.assignment.store import OUTBOX, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act
from shared.policy.programme import Programme
from shared.web.auth import require_office
from shared.web.call import Call
from shared.web.lookup import or_not_found
from shared.web.paging import Page


def withdraw(call: Call, row: BegunMatter) -> dict[str, Any]:
    """
    The act of the path, of the matter of *row*, withdrawn.
    """
    matters, identity, body = Matters(call.session), call.path["identity"], call.body
    facts = matters.recorded(row.number)
    entry = facts.get(identity)
    act = entry if isinstance(entry, ActRecorded) else None
    fact = or_not_found(act, "办理事项", identity)
    office, directory = fact.by_office or row.office, current_policy().directory
    require_office(call.who, office, directory, call.today)
    check_withdrawable(
        fact,
        withdrawn=identity not in without_withdrawn_acts(facts),
        standing=row.standing,
    )
    reject_if(
        withdrawal_problems(
            fact, body["on"], body["approver_post"], leaders_at(office), call.today
        )
    )
    event = events.ActWithdrawn(
        office=row.office,
        case_number=row.number,
        occurred_on=body["on"],
        programme=row.programme,
        act=fact.act,
        record=identity,
        post=body["approver_post"],
        kind=fact.kind,
        count=fact.count,
        in_scope=row.in_scope,
        last=len(standing_acts(facts, fact.act)) == 1,
    )
    record_happened(call.session, event, reason=body["reason"])
    withdrawal = ActWithdrawn.from_fields(body["on"], {**vars(event), **body})
    programme = current_policy().programmes.get(row.programme)
    return act_shown(identity, row.number, fact, programme, withdrawal)


def standing_acts(recorded: Recorded, act: str) -> list[str]:
    """
    The ids of the acts of a kind that were recorded and not withdrawn.
    """
    return [
        identity
        for identity, fact in without_withdrawn_acts(recorded).items()
        if isinstance(fact, ActRecorded) and fact.act == act
    ]


def titles_at(*offices: str) -> set[str]:
    """
    The posts and departments that may stand in a record.
    """
    titles = set()
    for code in offices:
        if current_policy().directory.exists(code):
            office = current_policy().directory.office(code)
            titles |= {*office.posts, *office.departments}
    return titles


def late_for(
    session: Connection, row: BegunMatter, programme: Programme, act: Act, on: date
) -> Iterator[Problem]:
    """
    Yield what is wrong with an act in the case or petition of *row* that has a limit of
    the law after another act, or is for first petitions only. *programme*: whose act it
    is.
    """
    if not act.within and not act.first_only:
        return
    facts = Matters(session).recorded(row.number)
    yield from first_only_problems(act, facts)
    if act.within:
        due = programme.limit(act.within, row.opened_on)
        yield from late_problems(act, on, facts, due, current_policy().calendar)


def keep_act(
    session: Connection,
    number: str,
    office: str,
    programme: Programme,
    *,
    act: Act,
    body: dict[str, Any],
    in_scope: bool | None = None,
    first: bool = True,
) -> dict[str, Any]:
    """
    Announce the act and let it discharge what it discharges. *in_scope* and *first* are
    for an act on a case: whether the case is in scope, and whether the act is the first
    of its kind there.
    """
    on, identity = body["on"], str(uuid7())
    parties = tuple(Party(**party) for party in body.get("parties") or ())
    fields = {
        **body,
        "nil": bool(body.get("nil")),
        "document_ids": tuple(body.get("document_ids", ())),
        "by_files": act.filed,
        "parties": parties,
        # What carries on another act belongs to its record: a duty that is owed for
        # each record is discharged by it.
        "record": body.get("follows") or identity,
    }
    fact = ActRecorded.from_fields(on, fields)
    # A matter of an office's acts may begin with this act, and has no row before.
    Matters(session).lock(number)
    OUTBOX.announce(
        session,
        events.ActRecorded(
            office=office,
            case_number=number,
            occurred_on=on,
            programme=programme.code,
            act=act.id,
            post=fact.post,
            period=fact.period,
            nil=fact.nil,
            count=fact.count,
            kind=fact.kind,
            in_scope=in_scope,
            first=first,
        ),
    )
    record_facts(session, {number: {identity: fact}})
    return act_shown(identity, number, fact, programme)


def keep_act_of_case(
    session: Connection, row: BegunMatter, act: Act, body: dict[str, Any]
) -> dict[str, Any]:
    """
    Keep an act on the case or petition of *row*, told for its own programme alone,
    whichever programme's act it is: what follows in others is computed from it (PY-60).
    """
    # Readers count cases with such an act: only the first brings the case into the
    # count.
    earlier_acts = standing_acts(Matters(session).recorded(row.number), act.id)
    return keep_act(
        session,
        row.number,
        row.office,
        current_policy().programmes.get(row.programme),
        act=act,
        body=body,
        in_scope=row.in_scope,
        first=not earlier_acts,
    )


def page_of_acts(call: Call, numbers: str, programme: Programme) -> Page[Any]:
    matters = Matters(call.session)
    page = matters.page_of_facts(numbers, ActRecorded, call.page)
    withdrawn = matters.withdrawals([number for _, number, _ in page.items])
    return page.map(
        lambda recorded: act_shown(*recorded, programme, withdrawn.get(recorded[0]))
    )


def act_shown(
    identity: str,
    number: str,
    fact: Fact,
    programme: Programme,
    withdrawal: ActWithdrawn | None = None,
) -> dict[str, Any]:
    """
    An act as it is shown; one that the programme no longer has is shown by its id.
    """
    titles = {act.id: act.title for act in programme.every_act()}
    earlier = fact.get("record")
    return {
        **vars(fact),
        "id": identity,
        "number": number,
        "programme": programme.code,
        "title": titles.get(fact.get("act"), fact.get("act")),
        "follows": earlier if earlier != identity else None,
        "withdrawn_on": withdrawal and withdrawal.on,
        "withdrawn_by": withdrawal and withdrawal.post,
        "withdrawn_because": withdrawal and withdrawal.reason,
    }
