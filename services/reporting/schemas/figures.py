"""
Figures over HTTP: rows, totals, late facts, rates on lists, candidates for inspection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields

from services.reporting.domain.measures import registry
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import (
    Strict,
    day,
    instant,
    nested,
    office_code,
    query_flag,
)
from shared.web.schema.named import named


class FiguresQuery(Strict):
    """
    *known_at*: only facts that had arrived by that moment; by default all that have
    arrived. *own*: only the cases of the office itself, without the offices below it.
    """

    programme = named("programme")
    office = office_code()
    as_of = day()
    known_at = instant(required=False)
    own = query_flag()


class StockLineView(Schema):
    """
    How the open cases of a line changed: *open_before* + *came_in* + *flowed_back* -
    *closed* - *struck_off* = *open_after*. *resolved*: of what was closed, less what of
    it came back. What was moved or merged counts with its sign among what *came_in*.
    """

    office = fields.String(required=True)
    name = fields.String(required=True)
    open_before = fields.Integer(required=True)
    came_in = fields.Integer(required=True)
    flowed_back = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    resolved = fields.Integer(required=True)
    struck_off = fields.Integer(required=True)
    open_after = fields.Integer(required=True)


class StockView(Schema):
    """The stock and its flow (XQ-08, I-42)."""

    rows = fields.List(fields.Nested(StockLineView), required=True)
    total = nested(StockLineView)


class FurtherCellsView(Schema):
    """
    What is counted beside the columns of a return up to a day, *since* another or from
    the beginning; the ids of the rows' fields are those of the measures.
    """

    since = fields.Date(required=True, allow_none=True)
    as_of = fields.Date(required=True)
    rows = fields.List(fields.Dict(), required=True)
    total = fields.Dict(required=True)
    stock = nested(StockView)


class FurtherView(FurtherCellsView):
    """
    Likewise of an office and programme; *year_before*: of the same days a year before,
    *period_before*: of as many whole months, or else days, that ended just before
    (环比, I-48), if the query names a first day.
    """

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    year_before = nested(FurtherCellsView, allow_none=True)
    period_before = nested(FurtherCellsView, allow_none=True)
    labels = Labels()


class FurtherQuery(FiguresQuery):
    """
    *since*: only what counts from that day on; without it, from the beginning.
    """

    since = day(required=False)


class CandidateView(Schema):
    """An office that a threshold names, with the reason: no verdict (A-24)."""

    office = fields.String(required=True)
    name = fields.String(required=True)
    threshold = fields.String(required=True)
    title = fields.String(required=True)
    measure = fields.String(required=True)
    value = fields.String(required=True)
    reason = fields.String(required=True)
    source = fields.String(required=True)


class CandidatesView(Schema):
    """The candidates for inspection; people decide (PY-37)."""

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(CandidateView), required=True)
    labels = Labels()


class ListRateView(Schema):
    """
    What of a list is resolved; *rate* is text, *short_by* None without a milestone.
    """

    resolved = fields.Integer(required=True)
    base = fields.Integer(required=True)
    rate = fields.String(required=True)
    short_by = fields.Integer(required=True, allow_none=True)


class BaselineRateView(Schema):
    """
    The rate of one baseline of a programme: on the list as frozen, if it was frozen by
    then, and on the live list. *stated*: the size its document gives; *listed*: the
    cases that were frozen; *governs*: the programme's rate is measured on it.
    """

    baseline = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    base = fields.String(required=True)
    governs = fields.Boolean(required=True)
    stated = fields.Integer(required=True, allow_none=True)
    listed = fields.Integer(required=True, allow_none=True)
    target_on = fields.String(required=True, allow_none=True)
    target_percent = fields.Integer(required=True, allow_none=True)
    frozen = nested(ListRateView, allow_none=True)
    live = nested(ListRateView)


class BaselineRatesView(Schema):
    """The rates of all baselines of a programme (DY-16, XQ-06, XQ-07)."""

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    items = fields.List(fields.Nested(BaselineRateView), required=True)
    labels = Labels()


_CELLS: Mapping[str, Callable[[], fields.Field[Any]]] = {
    "count": lambda: fields.Integer(required=True),
    "distinct": lambda: fields.Integer(required=True),
    "money": lambda: fields.String(required=True),
    "ratio": lambda: fields.String(required=True),
    "listed": lambda: fields.Integer(required=True, allow_none=True),
    "target": lambda: fields.Integer(required=True, allow_none=True),
    "shortfall": lambda: fields.Integer(required=True, allow_none=True),
}


class RowView(Schema):
    """
    One line of a return: the columns of the registry of measures.

    A rate is text: "33.3%", or "—" for a base of zero; money is text in yuan. Without a
    rate to reach there is no *target* and no *short_by*; without a frozen list there is
    no count of the cases on it.
    """

    office = fields.String(required=True)
    name = fields.String(required=True)

    class Meta:
        """The columns that the registry names."""

        include: ClassVar = {
            measure.id: _CELLS[measure.kind]() for measure in registry().columns
        }


class LateCellsView(Schema):
    """
    Amounts of 补录以往, only those that are not zero; money is text in yuan.
    """

    class Meta:
        """The columns that can be added up."""

        include: ClassVar = {
            measure.id: fields.String() if measure.kind == "money" else fields.Integer()
            for measure in registry().columns
            if measure.id in registry().additive
        }


class LateRowView(LateCellsView):
    """The late amounts of one line."""

    office = fields.String(required=True)
    name = fields.String(required=True)


class LateView(Schema):
    """
    补录以往: facts that belong to the period of the office's last signed return before
    the day (*return_id*, for the day *as_of*) and arrived after it was signed. They are
    among the figures; only lines that have any are given.
    """

    return_id = fields.String(required=True)
    as_of = fields.String(required=True)
    rows = fields.List(fields.Nested(LateRowView), required=True)
    total = nested(LateCellsView)


class MilestoneView(Schema):
    """The next milestone on or after the day; *target* in percent, if there is one."""

    on = fields.String(required=True)
    target = fields.Integer(required=True, allow_none=True)


class EverydayView(Schema):
    """The cases of the everyday track; they stand in no other line (PY-47)."""

    everyday = fields.Integer(required=True)
    everyday_resolved = fields.Integer(required=True)
    everyday_rate = fields.String(required=True)
    everyday_closed = fields.Integer(required=True)


class FiguresView(Schema):
    """
    The figures of an office, its rows and their total; *late* is null if the office has
    not signed a return for an earlier day. *baselines*: the rates on the programme's
    lists beside the one that governs the rate of the rows. *everyday*: the cases of the
    everyday track, null where the programme has none (PY-47).
    """

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    as_of = fields.String(required=True)
    known_at = fields.String(required=True)
    milestone = nested(MilestoneView)
    rows = fields.List(fields.Nested(RowView), required=True)
    total = nested(RowView)
    late = nested(LateView, allow_none=True)
    baselines = fields.List(fields.Nested(BaselineRateView), required=True)
    everyday = nested(EverydayView, allow_none=True)
    labels = Labels()
