"""
The figures of an office, and what they are made of.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from services.reporting.domain.measures import registry
from services.reporting.drafting import candidates_of, draft, offices_of, rates_of
from services.reporting.endpoints.lookup import request_of
from services.reporting.schemas import (
    BaselineRatesView,
    CandidatesView,
    CaseView,
    EntriesQuery,
    EntryView,
    FiguresQuery,
    FiguresView,
    opened,
)
from services.reporting.store import Ledger
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.web.endpoint import Call, api
from shared.web.paging import Page


@api("GET", "/figures", query=FiguresQuery, answer=FiguresView)
def show_figures(call: Call) -> dict[str, Any]:
    """
    The figures of an office: a row for each office below, one for its own cases.
    """
    request, programme = request_of(call)
    ledger = Ledger(call.session)
    return draft(ledger, programme, current_policy().directory, request, as_known=True)


@api(
    "GET",
    "/inspection-candidates",
    query=FiguresQuery,
    answer=CandidatesView,
)
def list_inspection_candidates(call: Call) -> dict[str, Any]:
    """
    The offices that the programme's thresholds name, with the reason (PY-37).
    """
    request, programme = request_of(call)
    ledger = Ledger(call.session)
    named = candidates_of(ledger, programme, current_policy().directory, request)
    return {**vars(request), "items": named}


@api(
    "GET",
    "/baseline-rates",
    query=FiguresQuery,
    answer=BaselineRatesView,
)
def list_baseline_rates(call: Call) -> dict[str, Any]:
    """
    What of each baseline's list is resolved: of the frozen list, and of the live.
    """
    request, programme = request_of(call)
    ledger = Ledger(call.session)
    rates = rates_of(ledger, programme, current_policy().directory, request)
    return {**vars(request), "items": rates}


@api(
    "GET",
    "/entries",
    query=EntriesQuery,
    answer=EntryView,
    many=True,
)
def list_entries(call: Call) -> Page[dict[str, Any]]:
    """
    The entries, and so the cases or duties, that one figure is the sum of.
    """
    query, programme = _entries_of(call)
    page = Ledger(call.session).page(query, call.page)
    return _in_units_of(call, page, programme)


@api(
    "GET",
    "/cases",
    query=EntriesQuery,
    answer=CaseView,
    many=True,
)
def list_cases(call: Call) -> Page[dict[str, Any]]:
    """
    The cases, or the duties, that make up one figure, each with its share of it.
    """
    query, programme = _entries_of(call)
    page = Ledger(call.session).cases(query, call.page)
    return _in_units_of(call, page, programme)


def _entries_of(call: Call) -> tuple[Select[Any], Programme]:
    """
    The entries of the figure that the query string names.
    """
    request, programme = request_of(call)
    offices = offices_of(current_policy().directory, request)
    measure = call.query["measure"]
    query = Ledger(call.session).behind(request, offices, measure, as_known=True)
    return query, programme


def _in_units_of(
    call: Call, page: Page[dict[str, Any]], programme: Programme
) -> Page[dict[str, Any]]:
    measure = registry()[call.query["measure"]]
    return page.map(lambda row: opened(row, measure, programme))
