"""
Figures of an office, the candidates for inspection, the rates on each list.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.reporting.casework import drafting
from services.reporting.domain.figures import FiguresRequest
from services.reporting.endpoints.lookup import figures_request
from services.reporting.schemas import figures as schemas
from services.reporting.store import Ledger
from shared.policy.calendar import a_year_before, period_before
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.endpoint import api


@api("GET", "/figures", query=schemas.FiguresQuery, answer=schemas.FiguresView)
def show_figures(call: Call) -> dict[str, Any]:
    """
    The figures of an office: a row for each office below, one for its own cases.
    """
    request, programme = figures_request(call)
    directory = current_policy().directory
    return drafting.draft(
        Ledger(call.session), programme, directory, request, as_known=True
    )


@api("GET", "/further-figures", query=schemas.FurtherQuery, answer=schemas.FurtherView)
def show_further_figures(call: Call) -> dict[str, Any]:
    """
    What is counted beside the columns of a return, by the rows of the figures, and how
    the stock of open cases changed; of a period also a year before, and of the period
    before.
    """
    request, programme = figures_request(call)
    directory, since = current_policy().directory, call.query.get("since")

    def of(request: FiguresRequest, since: date | None) -> dict[str, Any]:
        ledger = Ledger(call.session)
        further_cells = drafting.further(ledger, programme, directory, request, since)
        *rows, total = further_cells.cells
        *lines, together = further_cells.stock
        stock = {"rows": lines, "total": together}
        span = {"since": since, "as_of": request.as_of}
        return {**span, "rows": rows, "total": total, "stock": stock}

    beside: dict[str, Any] = {"year_before": None, "period_before": None}
    if since is not None:
        first, last = period_before(since, request.as_of)
        year_before = replace(request, as_of=a_year_before(request.as_of))
        beside = {
            "year_before": of(year_before, a_year_before(since)),
            "period_before": of(replace(request, as_of=last), first),
        }
    return {**vars(request), **of(request, since), **beside}


@api(
    "GET",
    "/inspection-candidates",
    query=schemas.FiguresQuery,
    answer=schemas.CandidatesView,
)
def list_inspection_candidates(call: Call) -> dict[str, Any]:
    """
    The offices that the programme's thresholds name, with the reason (PY-37).
    """
    request, programme = figures_request(call)
    directory = current_policy().directory
    candidates = drafting.candidates_of(
        Ledger(call.session), programme, directory, request
    )
    return {**vars(request), "items": candidates}


@api(
    "GET",
    "/baseline-rates",
    query=schemas.FiguresQuery,
    answer=schemas.BaselineRatesView,
)
def list_baseline_rates(call: Call) -> dict[str, Any]:
    """
    What of each baseline's list is resolved: of the frozen list, and of the live.
    """
    request, programme = figures_request(call)
    directory = current_policy().directory
    rates = drafting.rates_of(Ledger(call.session), programme, directory, request)
    return {**vars(request), "items": rates}
