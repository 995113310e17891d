"""
Leaders and filing: who answers for a case, and the gate before the hub (PY-17).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.assignment import events
from services.assignment.casework.record import record_fact
from services.assignment.domain.facts.base import PostOf
from services.assignment.domain.facts.leaders import (
    CaseAppraised,
    LeaderRecused,
    LeadersConfirmed,
)
from services.assignment.domain.leaders import leadership, records, rules
from services.assignment.domain.leaders.leading import JUDGED, Leadership
from services.assignment.domain.leaders.required_fields import missing_fields
from services.assignment.domain.matter import BegunMatter
from services.assignment.domain.people import holders
from services.assignment.endpoints.lookup import (
    accused_of,
    case_of,
    leading_of,
    led_case,
)
from services.assignment.schemas.leaders import leaders as schemas
from services.assignment.store import OUTBOX, Holders, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come, day_not_before, not_the_accused, office_exists
from shared.web.auth import require_office
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/cases/<number>/leaders",
    roles=LEADERS,
    body=schemas.LeadersBody,
    answer=schemas.LeadersView,
)
def confirm_leaders(call: Call) -> dict[str, Any]:
    """
    Name the leaders and the department of a case (PY-23, PY-24).
    """
    row, body = case_of(call, lock=True), call.body
    entries = [
        (leader["office"], leader["post"], leader["holder"])
        for leader in body["leaders"]
    ]
    leaders = [(office, post) for office, post, _ in entries]
    for office, _ in leaders:
        # Leaders are named by their own office or by one above it.
        if current_policy().directory.exists(office):
            require_office(call.who, office, current_policy().directory, call.today)
    leading, on = leading_of(call.session, row), body["named_on"]
    holdings = Holders(call.session).of_offices({office for office, _ in leaders})
    reject_if(_naming_problems(call, row, leading, entries, holdings))
    successions = [leader for leader in body["leaders"] if leader["new_holder"]]
    details = {
        **body,
        "leaders": tuple(leaders),
        "holders": holders.holders_named(entries, holdings, on),
        "new_holders": tuple(
            (leader["office"], leader["post"]) for leader in successions
        ),
        "by": call.who.account,
    }
    OUTBOX.announce(
        call.session,
        events.LeadersConfirmed(
            office=row.office,
            case_number=row.number,
            occurred_on=on,
            programme=row.programme,
            leaders=tuple(leaders),
            department=body["department"],
            team=body["team"],
        ),
    )
    record_fact(call.session, row.number, LeadersConfirmed.from_fields(on, details))
    # Computed again from the facts, so that the answer says what the naming has
    # changed.
    gaps = leading_of(call.session, row).gaps
    return {"number": row.number, "complete": not gaps, "missing": gaps}


def _naming_problems(
    call: Call,
    row: BegunMatter,
    leading: Leadership,
    entries: Sequence[tuple[str, str, str | None]],
    holdings: holders.Holdings,
) -> Iterator[Problem]:
    """
    What is wrong with the leaders, the posts and the days of a naming.
    """
    body, on = call.body, call.body["named_on"]
    leaders = [(office, post) for office, post, _ in entries]
    resolve_by = body["resolve_by"] or on
    yield from day_has_come(on, call.today, "/named_on")
    yield from day_not_before(on, row.opened_on, "/named_on")
    yield from day_not_before(resolve_by, row.opened_on, "/resolve_by")
    yield from _territorial(call, row, body["territorial_office"], on)
    yield from rules.posts_problems(
        leaders,
        body["department"],
        row.office,
        current_policy().directory,
        programme=current_policy().programmes.get(row.programme),
        on=on,
        recused=leading.recused,
    )
    yield from holders.naming_problems(
        entries, holdings, on, recused=leading.recused_holders
    )
    yield from rules.named_problems(
        body["responsible_post"],
        body["handler_post"],
        row.office,
        current_policy().directory,
        recused=leading.recused,
    )


@api("GET", "/cases/<number>/leaders", answer=schemas.LeaderSheetView)
def show_leaders(call: Call) -> dict[str, Any]:
    """
    Show who leads a case, who led it when (A-50), and what is missing.
    """
    return _leaders_of(call)


@api(
    "POST",
    "/cases/<number>/recusals",
    roles=LEADERS,
    body=schemas.RecusalBody,
    answer=schemas.LeaderSheetView,
    status=201,
)
def recuse_leader(call: Call) -> dict[str, Any]:
    """
    A leader stands back from a case and must be replaced, or need no longer.
    """
    row, body = case_of(call, lock=True), call.body
    if current_policy().directory.exists(body["office"]):
        require_office(call.who, body["office"], current_policy().directory, call.today)
    leading = leading_of(call.session, row)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *rules.recusal_problems(
                (body["office"], body["post"]),
                leading,
                current_policy().directory,
                office=row.office,
                lifted=body["lifted"],
                holder=body["holder"],
            ),
        ]
    )
    event = events.LeaderRecused(
        office=row.office,
        case_number=row.number,
        occurred_on=body["on"],
        programme=row.programme,
        leader_office=body["office"],
        post=body["post"],
        lifted=body["lifted"],
    )
    OUTBOX.announce(call.session, event)
    details = {name: body[name] for name in ("reason", "holder")}
    details["by"] = call.who.account
    # Also handling the case ends for a post of the case's own office
    # (`leaders/effects`).
    own = body["office"] == row.office
    recused = LeaderRecused.from_fields(
        body["on"], {**vars(event), **details, "own": own}
    )
    record_fact(call.session, row.number, recused)
    return _leaders_of(call)


@api(
    "POST",
    "/cases/<number>/appraisals",
    roles=CLERKS,
    body=schemas.AppraisalBody,
    answer=schemas.LeaderSheetView,
    status=201,
)
def appraise_case(call: Call) -> dict[str, Any]:
    """
    Judge what bears on who must lead a case, or put it into a class of its programme,
    with the reason (XQ-21, PY-26, JZ-06).
    """
    row, body = case_of(call, lock=True), call.body
    programme = current_policy().programmes.get(row.programme)
    settings = programme.settings
    judgements = {name: body[name] for name in JUDGED}
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *rules.class_problems(
                body["case_class"],
                programme.case_classes,
                body["on"],
                Matters(call.session).facts(row.number),
            ),
            *rules.appraisal_problems(
                judgements, body["on"], body["review_on"], most=settings.sensitive_days
            ),
        ]
    )
    event = events.CaseAppraised(
        office=row.office,
        case_number=row.number,
        occurred_on=body["on"],
        programme=row.programme,
        in_scope=row.in_scope,
        **judgements,
    )
    OUTBOX.announce(call.session, event)
    fields = {**body, "in_scope": row.in_scope, "by": call.who.account}
    appraised = CaseAppraised.from_fields(body["on"], fields)
    record_fact(call.session, row.number, appraised)
    return _leaders_of(call)


def _leaders_of(call: Call) -> dict[str, Any]:
    row, led, programme = led_case(call)
    unit = leadership.work_unit(led, row.office, programme, current_policy().directory)
    advice = leadership.gaps_of(
        led, row.office, programme, current_policy().directory, call.today, advice=True
    )
    # Who holds a post of an office above is not for the offices below.
    tenures = [
        tenure if call.may_see(tenure.office) else replace(tenure, holder=None)
        for tenure in led.tenures
    ]
    return {
        **vars(led),
        "number": row.number,
        "office": row.office,
        "handed": led.handed,
        "traits": led.traits_on(call.today),
        "complete": not led.gaps,
        "missing": led.gaps,
        "leaders": [tenure for tenure in tenures if tenure.until is None],
        "history": tenures,
        "recused": [
            *({**_post(post), "holder": None} for post in led.recused),
            *(
                {"office": office, "post": post, "holder": holder}
                for office, post, holder in led.recused_holders
                if call.may_see(office)
            ),
        ],
        "work_unit": None if unit is None else [_post(post) for post in unit],
        "missing_fields": missing_fields(led, programme),
        "advice": advice,
        "records": [
            {**vars(record), "posts": [_post(who) for who in record.posts]}
            for record in records.records(Matters(call.session).facts(row.number))
        ],
    }


def _territorial(
    call: Call, row: BegunMatter, code: str | None, on: date
) -> Iterator[Problem]:
    """
    The unit that answers for the case by place stands in the directory (XQ-51), and is
    neither accused in the case nor below who is.
    """
    if code is not None:
        directory, place = current_policy().directory, "/territorial_office"
        yield from office_exists(code, directory, on, place)
        accused = accused_of(call.session, row)
        yield from not_the_accused(code, accused, directory, on, place)


def _post(who: PostOf) -> dict[str, str]:
    return {"office": who[0], "post": who[1]}
