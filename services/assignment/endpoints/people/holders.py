"""
Who holds the posts of an office, and the cases that follow a holder (PY-59).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.assignment.casework.record import record_facts
from services.assignment.domain.facts.leaders import LeaderSucceeded
from services.assignment.domain.people import holders
from services.assignment.domain.people.holders import Holding, Holdings, LedByHolder
from services.assignment.endpoints.views import shown_duties
from services.assignment.schemas.people import holders as schemas
from services.assignment.store import Duties, Holders, Matters
from services.assignment.store.people.holders import handovers, led_by, numbers_led_by
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come, day_not_before
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page
from shared.web.schema.queries import PageQuery

MOST_CASES = 500


@api(
    "POST",
    "/offices/<code>/holders",
    roles=CLERKS,
    body=schemas.HolderBody,
    answer=schemas.HolderView,
    status=201,
)
def enter_holder(call: Call) -> Holding:
    """
    Enter who holds a post of the office, by a staff number or initials.
    """
    office, body = call.office(call.path["code"]), call.body
    store = Holders(call.session)
    # All holders of the office: whether two clash is judged by the others.
    holdings = store.lock_office(office)
    new = Holding(
        id=str(uuid7()),
        office=office,
        **{name: body[name] for name in ("post", "holder", "since", "document")},
    )
    former = _holding_of(holdings, new.post, body["succeeds"], body["since"])
    other_holdings = [holding for holding in holdings if holding is not former]
    reject_if(
        [
            *day_has_come(new.since, call.today, "/since"),
            *holders.succession_problems(former, body["succeeds"], new.since),
            *holders.entry_problems(
                new, current_policy().directory.office(office), other_holdings
            ),
        ]
    )
    if former is not None:
        store.update(replace(former, until=new.since))
    store.insert(new)
    return new


def _holding_of(
    holdings: list[Holding], post: str, holder: str | None, since: Any
) -> Holding | None:
    """
    Return the holding of the person who is succeeded, on that day or ended on it.
    """
    of_holder = (h for h in holdings if (h.post, h.holder) == (post, holder))
    return next((h for h in of_holder if h.on(since) or h.until == since), None)


@api(
    "POST",
    "/offices/<code>/holders/<id>/ending",
    roles=CLERKS,
    body=schemas.HolderEndingBody,
    answer=schemas.HolderView,
)
def end_holding(call: Call) -> Holding:
    """
    Say before which day somebody held a post; their open cases are to be handed over.
    """
    office, store = call.office(call.path["code"]), Holders(call.session)
    holdings, until = store.lock_office(office), call.body["until"]
    matching = (each for each in holdings if each.id == call.path["id"])
    holding: Holding = in_sight(call, next(matching, None), "任职记录", call.path["id"])
    other_holdings = [each for each in holdings if each is not holding]
    of_office = current_policy().directory.office(office)
    reject_if(
        [
            *day_has_come(until, call.today, "/until"),
            *holders.ending_problems(holding, until, of_office, other_holdings),
        ]
    )
    after = replace(holding, until=until)
    store.update(after)
    return after


@api(
    "GET",
    "/offices/<code>/holders",
    query=schemas.HoldersQuery,
    answer=schemas.HolderView,
    many=True,
)
def list_holders(call: Call) -> Page[Holding]:
    """
    List who holds, or held, the posts of an office.
    """
    office = call.office(call.path["code"])
    return Holders(call.session).page_of(office, call.query.get("on"), call.page)


@api(
    "GET",
    "/offices/<code>/handovers",
    query=PageQuery,
    answer=schemas.LedView,
    many=True,
)
def list_handovers(call: Call) -> Page[LedByHolder]:
    """
    List the open cases that wait for another holder of a post to take them over.
    """
    office = call.office(call.path["code"])
    return handovers(call.session, office, call.today, call.page)


@api(
    "POST",
    "/offices/<code>/handovers",
    roles=LEADERS,
    body=schemas.HandoverBody,
    answer=schemas.HandedOverView,
    status=201,
)
def hand_over(call: Call) -> dict[str, Any]:
    """
    The open cases of one holder of a post go to another; the history says who led when.
    """
    office, body = call.office(call.path["code"]), call.body
    holdings = Holders(call.session).of_offices([office])
    led_by_them = numbers_led_by(
        call.session, office, body["post"], body["from_"], MOST_CASES
    )
    # Without a list all that the holder leads is handed over, so many at once.
    numbers = body["case_numbers"] or led_by_them
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *_receiver_problems(holdings, office, body),
            *_not_led(call, numbers, office),
        ]
    )
    by_number = Matters(call.session).lock_cases(numbers)
    # Others may have come to lead them until they were locked.
    reject_if(_not_led(call, numbers, office))
    rows = {number: by_number[number] for number in _numbers_led(call, numbers, office)}
    reject_if(
        problem
        for row in rows.values()
        for problem in day_not_before(body["on"], row.opened_on, "/on")
    )
    succession = LeaderSucceeded(
        on=body["on"],
        leader_office=office,
        post=body["post"],
        holder=body["to"],
        by=call.who.account,
    )
    facts = {number: {str(uuid7()): succession} for number in rows}
    record_facts(call.session, facts)
    return {"case_numbers": list(rows)}


def _receiver_problems(
    holdings: Holdings, office: str, body: dict[str, Any]
) -> list[Problem]:
    who = (office, body["post"])
    return [*holders.holder_problems(who, body["to"], holdings, body["on"], "/to")]


def _not_led(call: Call, numbers: list[str], office: str) -> list[Problem]:
    """
    Check that the holder leads every case that the request names.
    """
    body = call.body
    if body["case_numbers"] is None:
        return []
    led = _numbers_led(call, numbers, office)
    return [
        Problem(
            "not_led_by",
            f"案件“{number}”不由“{body['post']}”（{body['from_']}）包案。",
            "请核对案件编号。",
            f"/case_numbers/{index}",
        )
        for index, number in enumerate(numbers)
        if number not in led
    ]


def _numbers_led(call: Call, numbers: list[str], office: str) -> list[str]:
    """
    Those of the cases that the holder leads, in the order of their numbers.
    """
    of = office, call.body["post"], call.body["from_"]
    return numbers_led_by(call.session, *of, MOST_CASES, among=numbers)


@api(
    "GET",
    "/leaders/worklist",
    query=schemas.WorklistQuery,
    answer=schemas.WorklistView,
    many=True,
)
def show_worklist(call: Call) -> Page[dict[str, Any]]:
    """
    List the open cases that a post, or one holder of it, leads, with what is owed.
    """
    query = call.query
    page = led_by(
        call.session,
        call.office(),
        call.page,
        post=query.get("post"),
        holder=query.get("holder"),
        programme=query.get("programme"),
    )
    duties = defaultdict(list)
    for duty in Duties(call.session).of_matters([case.number for case in page.items]):
        if not duty.closed:
            duties[duty.number].append(duty)
    return page.map(
        lambda case: {
            **vars(case),
            "duties": shown_duties(duties[case.number], call.today),
        }
    )
