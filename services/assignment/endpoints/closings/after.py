"""
After the closing: follow-ups, and the inquiry into each flow-back.
"""

from __future__ import annotations

from typing import Any

from services.assignment import events
from services.assignment.casework.record import record, record_happened
from services.assignment.domain.closings import after, audits, closing
from services.assignment.domain.facts.closings import CaseFollowedUp, InquiryConcluded
from services.assignment.endpoints.lookup import case_of
from services.assignment.schemas.closings.after import (
    FollowUpBody,
    FollowUpView,
    InquiryBody,
    InquiryView,
)
from services.assignment.store import Matters
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.vocabulary import FollowUpResult
from shared.web.call import CLERKS, REVIEWERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/cases/<number>/follow-ups",
    roles=CLERKS,
    body=FollowUpBody,
    answer=FollowUpView,
    status=201,
)
def follow_up(call: Call) -> dict[str, Any]:
    """
    Record a follow-up of a closed case; what was not carried out reopens it.
    """
    row, body = case_of(call, lock=True), call.body
    on, result = body["on"], body["result"]
    reject_if(after.follow_up_problems(row.standing, on, row.concluded_on, call.today))
    facts = Matters(call.session).facts(row.number)
    event = events.CaseFollowedUp.of(
        row,
        on,
        in_scope=row.in_scope,
        way=body["way"],
        result=result,
        first=after.is_first(facts),
    )
    record_happened(call.session, event, text=body["text"], post=body["post"])
    reopens = result == FollowUpResult.NOT_CARRIED_OUT
    if reopens:
        matter = audits.as_counted(row.as_reported(), facts)
        _, reopened = closing.reopen(matter, on=on, today=call.today)
        record(call.session, reopened)
    return {**body, "number": row.number, "first": event.first, "reopened": reopens}


@api(
    "GET",
    "/cases/<number>/follow-ups",
    query=ListQuery,
    answer=FollowUpView,
    many=True,
)
def list_follow_ups(call: Call) -> Page[Any]:
    """
    List how a case was followed up.
    """
    row = case_of(call)
    page = Matters(call.session).page_of_facts(row.number, CaseFollowedUp, call.page)
    return page.map(
        lambda entry: {
            **vars(entry[2]),
            "number": row.number,
            "reopened": entry[2].get("result") == FollowUpResult.NOT_CARRIED_OUT,
        }
    )


@api(
    "POST",
    "/cases/<number>/inquiries",
    roles=REVIEWERS,
    body=InquiryBody,
    answer=InquiryView,
    status=201,
)
def conclude_inquiry(call: Call) -> dict[str, Any]:
    """
    Say why a case flowed back, and whether who handled it first is answerable.
    """
    row, body = case_of(call, lock=True), call.body
    rules = current_policy()
    office = rules.directory.office(row.office)
    reject_if(
        after.inquiry_problems(
            Matters(call.session).facts(row.number),
            body["cause"],
            rules.programmes.get(row.programme).closing.inquiry_causes,
            body["first_handler"],
            (*office.posts, *office.departments),
            on=body["on"],
            today=call.today,
        )
    )
    event = events.InquiryConcluded.of(
        row,
        body["on"],
        cause_found=body["cause"],
        first_handler_failed=body["first_handler_failed"],
    )
    words = {name: body[name] for name in ("first_handler", "finding", "correction")}
    record_happened(call.session, event, **words)
    return {**body, "number": row.number}


@api(
    "GET",
    "/cases/<number>/inquiries",
    query=ListQuery,
    answer=InquiryView,
    many=True,
)
def list_inquiries(call: Call) -> Page[Any]:
    """
    List the inquiries into the flow-backs of a case.
    """
    row = case_of(call)
    page = Matters(call.session).page_of_facts(row.number, InquiryConcluded, call.page)
    return page.map(
        lambda entry: {
            **vars(entry[2]),
            "cause": entry[2].get("cause_found"),
            "number": row.number,
        }
    )
