"""
Baselines: the list of cases a rate is measured against, frozen and kept (A-06).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.domain.batches import baselines
from services.assignment.domain.closings import closing
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas import batches, cases
from services.assignment.store import OUTBOX, Baselines
from shared.errors import Conflict, reject_if
from shared.policy.current import policy
from shared.policy.targets import Baseline
from shared.web.auth import require_office
from shared.web.endpoint import REVIEWERS, Call, Page, after, api, found, page_of


@api(
    "POST",
    "/baselines",
    roles=REVIEWERS,
    body=batches.BaselineBody,
    answer=batches.BaselineSummary,
    status=201,
)
def freeze_baseline(call: Call) -> dict[str, Any]:
    """
    Fix the list of cases as they stood on a day; only the programme's hub may.
    """
    body, programme = call.body, programme_of(call.body["programme"])
    require_office(call.who, programme.hub, policy().directory, call.today)
    stated, unknown = baselines.stated_in(programme, body["baseline"])
    reject_if(
        [
            *closing.has_come(body["frozen_on"], call.today, "/frozen_on"),
            *unknown,
            *baselines.freezing_faults(stated, body["frozen_on"]),
        ]
    )
    row = Baselines(call.session).freeze(
        baselines.origins_of(stated, programme),
        id=str(uuid7()),
        programme=programme.code,
        baseline=body["baseline"],
        office=programme.hub,
        frozen_on=body["frozen_on"],
        stated=stated.size if stated else None,
    )
    if row is None:
        raise Conflict.because(
            "already_frozen",
            "这个基数已经冻结，清单不再变动。",
            "请查看已冻结的清单；之后的案件见动态数。",
            "/baseline",
        )
    OUTBOX.announce(
        call.session,
        events.BaselineFrozen(
            office=programme.hub,
            case_number=f"{programme.code}/{body['baseline']}",
            occurred_on=body["frozen_on"],
            programme=programme.code,
            baseline=body["baseline"],
            cases=row.size,
        ),
    )
    return _summary(row)


@api(
    "GET",
    "/baselines",
    query=cases.ListQuery,
    answer=batches.BaselineSummary,
    many=True,
)
def list_baselines(call: Call) -> Page:
    """
    List the baselines frozen at an office and those below it.
    """
    limit = call.query["limit"]
    rows = Baselines(call.session).of(call.offices(), after(call.query), limit + 1)
    page = page_of(rows, limit, lambda row: row.id)
    return Page([_summary(row) for row in page.items], page.next)


@api(
    "GET",
    "/baselines/<number>",
    query=batches.BaselineQuery,
    answer=batches.BaselineView,
)
def show_baseline(call: Call) -> dict[str, Any]:
    """
    Show a frozen list with what of it is resolved, and the live figure beside it.
    """
    row, kept = _baseline_of(call), Baselines(call.session)
    as_of = call.query.get("as_of") or call.today
    programme = policy().programmes.get(row.programme)
    stated, _ = baselines.stated_in(programme, row.baseline)
    origins = baselines.origins_of(stated, programme)
    frozen = kept.frozen(row.id, as_of)
    own = row.baseline if stated and stated.milestones else None
    target = programme.milestone_for(as_of, own)
    return {
        **_summary(row),
        "as_of": as_of,
        "target_on": target.on if target.percent else None,
        "target_percent": target.percent,
        "short_by": baselines.short_by(frozen, target.percent),
        "frozen": frozen,
        "live": kept.live(programme.code, origins, as_of),
    }


@api(
    "GET",
    "/baselines/<number>/cases",
    query=cases.ListQuery,
    answer=batches.BaselineCaseView,
    many=True,
)
def list_baseline_cases(call: Call) -> Page:
    """
    List the cases as they were frozen; what came later changes nothing here.
    """
    limit = call.query["limit"]
    rows = Baselines(call.session).cases(
        _baseline_of(call).id, after(call.query), limit + 1
    )
    return page_of(rows, limit, lambda row: row.number)


def _baseline_of(call: Call) -> Any:
    number = call.path["number"]
    row = found(Baselines(call.session).get(number), "基数", number)
    call.office(row.office)
    return row


def _summary(row: Any) -> dict[str, Any]:
    programme = policy().programmes.get(row.programme)
    stated, _ = baselines.stated_in(programme, row.baseline)
    shown = row._mapping  # noqa: SLF001 - public by SQLAlchemy
    return {**shown, **_titled(stated)}


def _titled(stated: Baseline | None) -> dict[str, str]:
    """
    What the programme calls the baseline; one it does not state has all its cases.
    """
    if stated is None:
        return {"title": "全部案件", "source": "A-06"}
    return {"title": stated.title, "source": stated.source}
