"""
Baselines: the list of cases a rate is measured against, frozen and stored (A-06).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.domain.batches import baselines
from services.assignment.domain.batches.baselines import FrozenList
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.batches.batches import (
    BaselineBody,
    BaselineCaseView,
    BaselineSummary,
)
from services.assignment.store import OUTBOX, Baselines
from services.assignment.store.batches.baselines import MEMBERS_AT_ONCE
from shared.errors import Conflict, reject_if
from shared.messaging.lanes import bulk_work
from shared.policy.current import current_policy
from shared.policy.parts.targets import Baseline
from shared.rules import day_has_come
from shared.web.auth import require_office
from shared.web.call import REVIEWERS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/baselines",
    roles=REVIEWERS,
    body=BaselineBody,
    answer=BaselineSummary,
    status=201,
)
def freeze_baseline(call: Call) -> dict[str, Any]:
    """
    Fix the list of cases as they stood on a day; only the programme's hub may.
    """
    body, programme = call.body, programme_of(call.body["programme"])
    require_office(call.who, programme.hub, current_policy().directory, call.today)
    baseline, unknown = baselines.stated_in(programme, body["baseline"])
    reject_if(
        [
            *day_has_come(body["frozen_on"], call.today, "/frozen_on"),
            *unknown,
            *baselines.freezing_problems(baseline, body["frozen_on"]),
        ]
    )
    store = Baselines(call.session)
    frozen = store.freeze(
        baselines.listed_by(baseline, programme),
        FrozenList(
            id=str(uuid7()),
            programme=programme.code,
            baseline=body["baseline"],
            office=programme.hub,
            frozen_on=body["frozen_on"],
            stated=baseline.size if baseline else None,
        ),
    )
    if frozen is None:
        raise Conflict.because(
            "already_frozen",
            "这个基数已经冻结，清单不再变动。",
            "请查看已冻结的清单；之后的案件见实时清单的化解率。",
            "/baseline",
        )
    _announce(call, store, frozen)
    return _summary(frozen)


def _announce(call: Call, store: Baselines, frozen: FrozenList) -> None:
    """
    Announce the cases of a list: so many at once, as bulk work if there are more.
    """
    with bulk_work(bulk=frozen.size >= MEMBERS_AT_ONCE):
        for members in store.members(frozen.id):
            of_cases = (
                events.BaselineCaseFrozen(
                    office=office,
                    case_number=number,
                    occurred_on=frozen.frozen_on,
                    programme=frozen.programme,
                    baseline=frozen.baseline,
                )
                for number, office in members
            )
            OUTBOX.announce(call.session, *of_cases)


@api(
    "GET",
    "/baselines",
    query=ListQuery,
    answer=BaselineSummary,
    many=True,
)
def list_baselines(call: Call) -> Page[Any]:
    """
    List the baselines frozen at an office and those below it.
    """
    page = Baselines(call.session).of_offices(call.offices(), call.page)
    return page.map(_summary)


@api("GET", "/baselines/<number>", answer=BaselineSummary)
def show_baseline(call: Call) -> dict[str, Any]:
    """
    Show a frozen list; what of it is resolved is a figure of reporting.
    """
    return _summary(_baseline_of(call))


@api(
    "GET",
    "/baselines/<number>/cases",
    query=ListQuery,
    answer=BaselineCaseView,
    many=True,
)
def list_baseline_cases(call: Call) -> Page[Any]:
    """
    List the cases as they were frozen; what came later changes nothing here.
    """
    return Baselines(call.session).cases(_baseline_of(call).id, call.page)


def _baseline_of(call: Call) -> FrozenList:
    number = call.path["number"]
    return in_sight(call, Baselines(call.session).get(number), "基数", number)


def _summary(frozen: FrozenList) -> dict[str, Any]:
    programme = current_policy().programmes.get(frozen.programme)
    baseline, _ = baselines.stated_in(programme, frozen.baseline)
    return {**vars(frozen), **_titled(baseline)}


def _titled(baseline: Baseline | None) -> dict[str, str]:
    """
    Return the title and source that the programme gives the baseline; without one it
    lists all cases.
    """
    if baseline is None:
        return {"title": "全部案件", "source": "A-06"}
    return {"title": baseline.title, "source": baseline.source}
