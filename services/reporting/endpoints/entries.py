"""
What a figure is the sum of: its entries, and its cases or duties.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.reporting.casework.drafting import offices_of
from services.reporting.domain.measures import registry
from services.reporting.endpoints.lookup import figures_request
from services.reporting.schemas.entries import (
    CaseView,
    EntriesQuery,
    EntryView,
    in_unit_of_figure,
)
from services.reporting.store import Details
from services.reporting.store.details import Behind
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page, PageRequest

Reader = Callable[[Details, Behind, PageRequest], Page[Any]]


@api(
    "GET",
    "/entries",
    query=EntriesQuery,
    answer=EntryView,
    many=True,
)
def list_entries(call: Call) -> Page[Any]:
    """
    The entries, and so the cases or duties, that one figure is the sum of.
    """
    return _page_behind_figure(call, Details.entries_page)


@api("GET", "/cases", query=EntriesQuery, answer=CaseView, many=True)
def list_cases(call: Call) -> Page[Any]:
    """
    The cases, or the duties, that make up one figure, each with its share of it.
    """
    return _page_behind_figure(call, Details.cases_page)


def _page_behind_figure(call: Call, read: Reader) -> Page[Any]:
    request, programme = figures_request(call)
    offices = offices_of(current_policy().directory, request)
    details, measure = Details(call.session), registry()[call.query["measure"]]
    behind = details.entries_behind(request, offices, measure.id)
    page = read(details, behind, call.page)
    return page.map(lambda row: in_unit_of_figure(row, measure, programme))
