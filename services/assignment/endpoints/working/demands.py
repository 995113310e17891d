"""
The demand fixed with the petitioner, and what becomes of each of its points.

The answer to a request keeps no words of the petitioner: they are read one case alone.
"""

from __future__ import annotations

from services.assignment import events
from services.assignment.casework.record import record, record_happened
from services.assignment.domain.matter import BegunMatter
from services.assignment.domain.working import demands
from services.assignment.domain.working.demands import Demand, PointAnswer
from services.assignment.endpoints.lookup import (
    case_of,
    matter_in_sight,
    next_version,
    require_content,
)
from services.assignment.schemas.working.working import (
    DemandBody,
    DemandKept,
    DemandView,
    PointAnswerBody,
)
from services.assignment.store import Demands, Matters
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import PageQuery


@api(
    "POST",
    "/cases/<number>/demands",
    roles=CLERKS,
    body=DemandBody,
    answer=DemandKept,
    status=201,
)
def fix_demand(call: Call) -> Demand:
    """
    Record the demand as it was fixed with the petitioner, or a new version of it.
    """
    row, body, store = case_of(call, lock=True), call.body, Demands(call.session)
    before = store.of_case(row.number)
    points = tuple(body["points"])
    demand = Demand(**{**body, "points": points}, **next_version(call, row, before))
    reject_if(
        demands.demand_problems(
            demand,
            before,
            _posts_of(row),
            opened_on=row.opened_on,
            today=call.today,
        )
    )
    store.insert(demand)
    event = events.DemandFixed.of(
        demand,
        demand.fixed_on,
        demand=demand.id,
        edition=demand.version,
        points=len(demand.points),
        mode=demand.mode,
        post=demand.post,
    )
    record(call.session, event)
    return demand


@api(
    "POST",
    "/demands/<identity>/answers",
    roles=CLERKS,
    body=PointAnswerBody,
    answer=DemandKept,
    status=201,
)
def answer_point(call: Call) -> Demand:
    """
    Record how a point of the demand was judged and what was done about it.
    """
    identity, store = call.path["identity"], Demands(call.session)
    number = or_not_found(store.get(identity), "诉求", identity).number
    row = Matters(call.session).known(number, lock=True)
    matter_in_sight(call, row, "诉求", identity)
    require_content(call, row)
    versions = store.of_case(number)
    demand = next(each for each in versions if each.id == identity)
    answer = PointAnswer(**call.body)
    after = demands.answer(
        demand,
        answer,
        newest=demand is versions[-1],
        posts=_posts_of(row),
        today=call.today,
    )
    store.update(after)
    event = events.PointAnswered.of(
        row,
        answer.on,
        demand=demand.id,
        place=answer.place,
        head=answer.head,
        post=answer.post,
    )
    record_happened(call.session, event, text=answer.text)
    return after


@api("GET", "/cases/<number>/demands", query=PageQuery, answer=DemandView, many=True)
def list_demands(call: Call) -> Page[Demand]:
    """
    List every version of the demand of a case.
    """
    row = case_of(call)
    require_content(call, row)
    return Demands(call.session).page_of(row.number, call.page)


def _posts_of(row: BegunMatter) -> tuple[str, ...]:
    return tuple(current_policy().directory.office(row.office).posts)
