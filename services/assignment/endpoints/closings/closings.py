"""
Closings: reported by the office, signed, reviewed by the hub, undone when a case flows
back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.assignment.casework.record import record
from services.assignment.domain.closings import audits, closing, endings, signatures
from services.assignment.domain.closings.review import Review, review
from services.assignment.domain.closings.standard import Checked, standard_on
from services.assignment.domain.closings.submission import submit
from services.assignment.domain.facts.further import OWN, without_other_lists
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import (
    case_of,
    leading_after,
    matter_in_sight,
)
from services.assignment.endpoints.views import (
    route_of,
    seats_of,
    shown_closing,
    summary,
)
from services.assignment.schemas.closings.closings import (
    ClosingBody,
    ClosingsQuery,
    ClosingSummary,
    ClosingView,
    ReopeningBody,
    ReviewBody,
    SignatureBody,
)
from services.assignment.schemas.working.cases import CaseSummary
from services.assignment.store import Closings, Demands, Endings, Matters
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.vocabulary import PendingClosing
from shared.web.auth import require_office, require_own_office, require_role
from shared.web.call import CLERKS, LEADERS, READERS, REVIEWERS, Call
from shared.web.endpoint import LONG_LIST, api
from shared.web.lookup import or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/closings",
    roles=CLERKS,
    body=ClosingBody,
    answer=ClosingView,
    status=201,
)
def submit_closing(call: Call) -> dict[str, Any]:
    """
    Report a case closed and ask the hub for review.
    """
    row = case_of(call, lock=True)
    programme = current_policy().programmes.get(row.programme)
    report = _report_of(call, row, programme)
    # A closing is of the case's own programme: lists of further ones show nothing for
    # it.
    happened = without_other_lists(Matters(call.session).facts(row.number), OWN)
    ending_granted = endings.is_granted(happened)
    matter = replace(
        row.as_reported(),
        reopened_on=closing.last_reopened(happened),
        ending_granted=ending_granted,
        hearing_asked=_asks_for_hearings(row.programme),
    )
    applications = Endings(call.session).of_matter(row.number)
    ending = endings.in_use(applications, granted=ending_granted)
    by_law = programme.closing.counts_as(report.kind) == "ended"
    _, event = submit(
        matter,
        report,
        programme=programme,
        today=call.today,
        facts=happened,
        unanswered=_unanswered(call, row),
        ending=[paper for each in ending if by_law for paper in each.documents],
        lacking=[]
        if matter.led
        else [gap.detail for gap in leading_after(row, happened).gaps],
    )
    Closings(call.session).insert(report)
    record(call.session, event)
    return shown_closing(row, report)


def _report_of(call: Call, row: BegunMatter, programme: Programme) -> closing.Closing:
    """
    The report that a body states, to be judged by the standard of the day it was
    submitted.
    """
    body = call.body
    submitted_on = body["submitted_on"] or call.today
    return closing.Closing(
        **body
        | {
            "dispositions": tuple(body["dispositions"]),
            "measures": tuple(body["measures"]),
            "documents": tuple(closing.Document(**d) for d in body["documents"]),
            "head_evidence": tuple(
                closing.HeadEvidence(each["head"], tuple(each["documents"]))
                for each in body["head_evidence"]
            ),
            "submitted_on": submitted_on,
        },
        id=str(uuid7()),
        number=row.number,
        submitted_by=call.who.account,
        standard=standard_on(programme.closing, body["kind"], submitted_on),
        standard_version=programme.closing.version,
    )


@api("GET", "/closings", query=ClosingsQuery, answer=ClosingSummary, many=True)
def list_closings(call: Call) -> Page[dict[str, Any]]:
    """
    List the last closings of the cases of an office and those below it that wait for
    their review, or that were sent back and not yet reported again.
    """
    state = PendingClosing(call.query["state"])
    page = Closings(call.session).last_of_offices(call.offices(), state, call.page)
    rows = Matters(call.session).cases([each.number for each in page.items])
    return page.map(
        lambda report: {
            **shown_closing(rows[report.number], report),
            "office": rows[report.number].office,
        }
    )


@api(
    "POST",
    "/closings/<number>/signatures",
    roles=READERS,
    body=SignatureBody,
    answer=ClosingView,
    status=201,
)
def sign_closing(call: Call) -> dict[str, Any]:
    """
    Sign a closing, in the order that the programme's route names (JZ-23, JZ-32); a
    clerk records what a filed page carries, where the programme counts such pages.
    """
    row, report = _closing_of(call)
    # Only a leader signs; a clerk may record a signature that a filed page carries.
    if call.body["document_id"] is None:
        require_role(call.who, LEADERS)
    signature = signatures.sign(
        row.as_reported(),
        report,
        signatures.Signing(**call.body, recorded_by=call.who.account),
        route=route_of(row, report),
        seats=seats_of(row),
        today=call.today,
        facts=Matters(call.session).facts(row.number),
    )
    require_own_office(call.who, signature.office)
    after = Closings(call.session).sign(report, signature)
    return shown_closing(row, after)


@api(
    "POST",
    "/closings/<number>/reviews",
    roles=REVIEWERS,
    body=ReviewBody,
    limit=LONG_LIST,
    answer=ClosingView,
    status=201,
)
def review_closing(call: Call) -> dict[str, Any]:
    """
    Confirm a closing or send it back; only the programme's hub may.
    """
    row, report = _closing_of(call)
    programme, body = current_policy().programmes.get(row.programme), call.body
    require_office(call.who, programme.hub, current_policy().directory, call.today)
    decision = Review(
        verdict=body["verdict"],
        on=body["reviewed_on"],
        by=call.who.account,
        checklist=tuple(
            Checked(each["item"], tuple(each["documents"]))
            for each in body["checklist"]
        ),
        return_reasons=tuple(body["return_reasons"]),
        reasons=body["reasons"],
    )
    _, after, announced = review(
        row.as_reported(),
        report,
        decision,
        programme=programme,
        route=route_of(row, report),
        facts=without_other_lists(Matters(call.session).facts(row.number), OWN),
        today=call.today,
    )
    Closings(call.session).update(after)
    record(call.session, *announced)
    return shown_closing(row, after)


@api(
    "POST",
    "/cases/<number>/reopenings",
    roles=CLERKS,
    body=ReopeningBody,
    answer=CaseSummary,
    status=201,
)
def reopen_case(call: Call) -> dict[str, Any]:
    """
    A closed case flowed back: open it again, its old clocks resume.
    """
    row = case_of(call, lock=True)
    facts = Matters(call.session).facts(row.number)
    matter = audits.as_counted(row.as_reported(), facts)
    _, event = closing.reopen(matter, on=call.body["reopened_on"], today=call.today)
    record(call.session, event)
    return summary(Matters(call.session).known(row.number))


def _unanswered(call: Call, row: BegunMatter) -> tuple[int, ...]:
    """
    Return the places of the points of the newest demand that have not been answered.
    """
    versions = Demands(call.session).of_case(row.number)
    return versions[-1].unanswered if versions else ()


def _closing_of(call: Call) -> tuple[Any, closing.Closing]:
    """
    The case and its closing that the path names, both locked.
    """
    number, closings = call.path["number"], Closings(call.session)
    # Read once without a lock to learn the case: the case is locked first, then the
    # report, as everywhere, or two requests would wait for each other.
    case = or_not_found(closings.get(number), "报结", number).number
    row = Matters(call.session).get(case, lock=True)
    row = matter_in_sight(call, row, "报结", number)
    return row, or_not_found(closings.get(number, lock=True), "报结", number)


def _asks_for_hearings(programme: str) -> bool:
    """
    Whether some duty of the programme ends with a decision on a hearing.
    """
    return any(
        rule.discharged("hearing.hearing_decided", {"decision": "hold"})
        for rule in current_policy().programmes.get(programme).duties
    )
