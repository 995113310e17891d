"""
Lawful endings: applied for, decided level by level; help handed over with a receipt.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record
from services.assignment.domain.closings import endings
from services.assignment.domain.closings.closing import Document, unfiled_problems
from services.assignment.domain.closings.endings import Ending, HandOver, LevelDecision
from services.assignment.domain.facts.documents import filed_documents
from services.assignment.domain.leaders.units import accused_in
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import (
    accused_of,
    case_of,
    record_in_sight,
)
from services.assignment.endpoints.views import seats_of
from services.assignment.schemas.closings import endings as schemas
from services.assignment.store import Endings, HandOvers, Matters
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.closing import EndingRules
from shared.rules import day_has_come, day_not_before
from shared.web.auth import require_office, require_own_office
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/endings",
    roles=CLERKS,
    body=schemas.EndingBody,
    answer=schemas.EndingView,
    status=201,
)
def apply_for_ending(call: Call) -> Ending:
    """
    Apply for the lawful ending of a case; the first level is to decide.
    """
    row, body = case_of(call, lock=True), call.body
    rules = current_policy().programmes.get(row.programme).closing.ending
    documents = tuple(Document(**each) for each in body["documents"])
    facts = Matters(call.session).facts(row.number)
    reject_if(
        [
            *unfiled_problems(documents, filed_documents(facts)),
            *day_has_come(body["applied_on"], call.today, "/applied_on"),
            *day_not_before(body["applied_on"], row.opened_on, "/applied_on"),
            *endings.application_problems(
                _standing(row),
                rules,
                body["grounds"],
                documents,
                waits=endings.ending_waits(facts),
            ),
            *endings.deciders_accused(
                rules,
                seats_of(row),
                current_policy().directory,
                call.today,
                accused_in(facts),
            ),
        ]
    )
    ending = _new_ending(call, row, rules, documents)
    Endings(call.session).insert(ending)
    record(call.session, _waits(ending))
    return ending


def _standing(row: BegunMatter) -> str:
    return "merged" if row.merged else row.standing


def _new_ending(
    call: Call,
    row: BegunMatter,
    rules: EndingRules | None,
    documents: tuple[Document, ...],
) -> Ending:
    """
    The application that a body states, before its first level.
    """
    body = call.body
    first = rules.levels[0] if rules else None
    return Ending(
        id=str(uuid7()),
        number=row.number,
        programme=row.programme,
        office=row.office,
        applied_on=body["applied_on"],
        grounds=tuple(body["grounds"]),
        statement=body["statement"],
        documents=documents,
        applied_by=call.who.account,
        level=first.id if first else None,
        decider=seats_of(row).offices[first.office].code if first else None,
    )


@api("GET", "/endings", query=schemas.EndingQuery, answer=schemas.EndingView, many=True)
def list_endings(call: Call) -> Page[Ending]:
    """
    List the applications of an office and those below it, or that they are to decide.
    """
    state = call.query.get("state")
    return Endings(call.session).of_offices(call.offices(), state, call.page)


@api(
    "POST",
    "/endings/<number>/decisions",
    roles=LEADERS,
    body=schemas.EndingDecisionBody,
    answer=schemas.EndingView,
    status=201,
)
def decide_ending(call: Call) -> Ending:
    """
    The level whose turn it is agrees, so that the next decides, or refuses.
    """
    number, body, store = call.path["number"], call.body, Endings(call.session)
    application = store.get(number)
    offices = (application.office, application.decider) if application else ()
    application = record_in_sight(call, application, "终结申报", *offices)
    row = Matters(call.session).known(application.number, lock=True)
    ending = or_not_found(store.get(number, lock=True), "终结申报", number)
    if ending.decider:
        require_own_office(call.who, ending.decider)
    rules = current_policy().programmes.get(row.programme).closing.ending
    after = endings.decide(
        ending,
        LevelDecision(
            **body, level="", title="", office="", recorded_by=call.who.account
        ),
        standing=_standing(row),
        rules=or_not_found(rules, "终结申报", number),
        seats=seats_of(row),
        today=call.today,
        facts=Matters(call.session).facts(row.number),
    )
    store.update(after)
    outcome = "passed_on" if after.state == "waiting" else after.state
    record(
        call.session,
        events.EndingDecided.of(
            row, body["on"], ending=ending.id, step=_step(ending), outcome=outcome
        ),
        *([_waits(after)] if after.decider else []),
    )
    return after


@api(
    "POST",
    "/cases/<number>/hand-overs",
    roles=CLERKS,
    body=schemas.HandOverBody,
    answer=schemas.HandOverView,
    status=201,
)
def hand_help_over(call: Call) -> HandOver:
    """
    Hand the help in an ended case over to a unit, which owes its receipt.
    """
    row, body = case_of(call, lock=True), call.body
    hand_over = HandOver(
        **{**body, "help": tuple(body["help"])},
        id=str(uuid7()),
        number=row.number,
        programme=row.programme,
        office=row.office,
    )
    reject_if(
        endings.hand_over_problems(
            row.standing,
            hand_over,
            row.concluded_on or row.opened_on,
            current_policy().directory,
            call.today,
            accused=accused_of(call.session, row),
        )
    )
    HandOvers(call.session).insert(hand_over)
    record(
        call.session,
        events.HelpHandedOver.of(
            row,
            hand_over.on,
            hand_over=hand_over.id,
            to_office=hand_over.to_office or row.office,
        ),
    )
    return hand_over


@api(
    "GET",
    "/hand-overs",
    query=schemas.HandOverQuery,
    answer=schemas.HandOverView,
    many=True,
)
def list_hand_overs(call: Call) -> Page[HandOver]:
    """
    List what an office and those below it handed over or were handed.
    """
    received = call.query.get("received")
    store = HandOvers(call.session)
    return store.of_offices(call.offices(), call.page, received=received)


@api(
    "POST",
    "/hand-overs/<number>/receipts",
    roles=CLERKS,
    body=schemas.HandOverReceiptBody,
    answer=schemas.HandOverView,
    status=201,
)
def receive_hand_over(call: Call) -> HandOver:
    """
    Confirm that the unit took over: by the unit itself, or by the office that handed
    over where the unit does not stand in the directory.
    """
    body, store = call.body, HandOvers(call.session)
    hand_over = store.get(call.path["number"], lock=True)
    offices = (hand_over.office, hand_over.to_office) if hand_over else ()
    hand_over = record_in_sight(call, hand_over, "移交", *offices)
    require_office(
        call.who,
        hand_over.to_office or hand_over.office,
        current_policy().directory,
        call.today,
    )
    after = endings.receive(
        hand_over,
        on=body["on"],
        by=call.who.account,
        document=body["document"],
        today=call.today,
    )
    store.update(after)
    record(
        call.session,
        events.HandOverReceived.of(hand_over, body["on"], hand_over=hand_over.id),
    )
    return after


def _waits(ending: Ending) -> events.EndingWaits:
    return events.EndingWaits.of(
        ending,
        ending.last_day,
        ending=ending.id,
        step=_step(ending),
        to_office=ending.decider or ending.office,
    )


def _step(ending: Ending) -> str:
    return f"{ending.id}/{ending.level}"
